/** The contract of writing, run against every repository of the product that can be written to. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CloudWatchLogsClient, FilterLogEventsCommand, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { LOG_GROUP, LOG_STREAM } from '../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../support/cloudwatch/server.ts';
import { redisField, type WrittenEvent } from '../support/events.ts';
import { createTable } from '../support/postgres-fill.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { REDIS_KEY } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { startCluster, withClient } from '../support/redis-topology.ts';
import { writingContract, type WritableStore } from './writing.contract.ts';

const ABLE = { removes: true, knowsIds: true };

const row = (event: WrittenEvent): string =>
  JSON.stringify(
    EVENT_FIELDS.map((field) => (typeof event[field] === 'string' ? event[field] : JSON.stringify(event[field]))),
  );

writingContract('the embedded store', ABLE, (dataDir) => {
  const path = join(dataDir, 'event-audit.sqlite');
  const columns = EVENT_FIELDS.map((field) => `"${field}"`).join(', ');
  const read = <T>(work: (database: Database.Database) => T): T => {
    const database = new Database(path);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  return Promise.resolve({
    url: 'basic:',
    reset: () => {
      for (const name of ['.sqlite', '.sqlite-wal', '.sqlite-shm', '.head.json']) {
        rmSync(join(dataDir, `event-audit${name}`), { force: true });
      }
      return Promise.resolve();
    },
    stored: () =>
      Promise.resolve(
        existsSync(path)
          ? read((database) => database.prepare(`SELECT ${columns} FROM event_audit_event`).raw().all()).map((each) =>
              JSON.stringify(each),
            )
          : [],
      ),
    expected: row,
    change: ({ id }) => {
      read((database) => {
        database.exec('DROP TRIGGER event_audit_event_keeps_rows');
        database.prepare("UPDATE event_audit_event SET actor = 'somebody else' WHERE id = ?").run(id);
      });
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

function redisStore(url: string, port: () => Promise<number>, stop: () => Promise<void>): WritableStore {
  return {
    url,
    reset: async () => {
      await withClient(await port(), (redis) => redis.del(REDIS_KEY));
    },
    stored: async () =>
      withClient(await port(), async (redis) =>
        Object.entries(await redis.hgetall(REDIS_KEY)).map(([field, value]) => `${field} ${value}`),
      ),
    expected: (event) => `${redisField(event)} ${JSON.stringify(event)}`,
    change: async (event) => {
      await withClient(await port(), (redis) => redis.hset(REDIS_KEY, redisField(event), '{"changed":true}'));
    },
    [Symbol.asyncDispose]: stop,
  };
}

writingContract('Redis', ABLE, async () => {
  const server = await startRedis();
  return redisStore(
    `${server.url}/0`,
    () => Promise.resolve(server.port),
    () => server.stop(),
  );
});

writingContract('a Redis cluster', ABLE, async () => {
  const cluster = await startCluster();
  return redisStore(
    `redis+cluster://${cluster.hosts}`,
    async () => (await cluster.nodeOf(REDIS_KEY)).port,
    async () => {
      await cluster[Symbol.asyncDispose]();
    },
  );
});

async function postgresStore(json: 'json' | 'jsonb'): Promise<WritableStore> {
  const server: PostgresServer = await startPostgres();
  await server.sql(createTable({ json }));
  const texts = EVENT_FIELDS.map((field) =>
    field === 'timestamp'
      ? `to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS timestamp`
      : `${field}::text`,
  );
  const lasting = (value: unknown): string => (json === 'json' ? JSON.stringify(value) : sorted(value));
  return {
    url: server.url,
    secrets: { password: server.password },
    reset: async () => {
      await server.sql('TRUNCATE event_audit_event');
    },
    stored: async () => {
      const rows = await server.sql(`SELECT ${texts.join(', ')} FROM event_audit_event`);
      return rows.map((found) =>
        JSON.stringify(
          EVENT_FIELDS.map((field) =>
            json === 'jsonb' && (field === 'result' || field === 'payload')
              ? sorted(JSON.parse(String(found[field])))
              : found[field],
          ),
        ),
      );
    },
    expected: (event) => {
      const { result, payload, ...texts_ } = event;
      if (Object.values(texts_).some((text) => text.includes('\0'))) return undefined;
      if (json === 'jsonb' && JSON.stringify([result, payload]).includes(String.raw`\u0000`)) return undefined;
      const timestamp = event.timestamp.includes('.') ? event.timestamp : event.timestamp.replace('+', '.000000+');
      return JSON.stringify(
        EVENT_FIELDS.map((field) =>
          field === 'timestamp'
            ? timestamp
            : field === 'result' || field === 'payload'
              ? lasting(event[field])
              : event[field],
        ),
      );
    },
    change: async ({ id }) => {
      await server.sql(`UPDATE event_audit_event SET actor = 'somebody else' WHERE id = '${id}'`);
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The value with its keys in order: jsonb keeps none. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

writingContract('PostgreSQL with json', ABLE, () => postgresStore('json'));
writingContract('PostgreSQL with jsonb', ABLE, () => postgresStore('jsonb'));

writingContract('CloudWatch Logs', { removes: false, knowsIds: false }, async () => {
  const server = await startCloudWatch();
  const client = new CloudWatchLogsClient({
    region: server.region,
    endpoint: server.endpoint,
    credentials: TEST_KEY,
    disableHostPrefix: true,
  });
  const all = async (): Promise<readonly FilteredLogEvent[]> => {
    if (!server.store.groups.has(LOG_GROUP)) return [];
    const found: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: LOG_GROUP,
          logStreamNames: [LOG_STREAM],
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      found.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  };
  return {
    url: `cloudwatch:${server.region}/${LOG_GROUP}?endpoint=${encodeURIComponent(server.endpoint)}&rate=500`,
    secrets: { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey },
    reset: () => {
      server.store.groups.clear();
      return Promise.resolve();
    },
    stored: async () => (await all()).map(({ message }) => message ?? ''),
    expected: (event) => JSON.stringify(event),
    change: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => {
      client.destroy();
      return server.stop();
    },
  };
});
