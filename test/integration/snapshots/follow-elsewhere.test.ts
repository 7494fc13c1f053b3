/** Watching where the store is behind something: a configuration of CKAN, sentinels that change the master, a server that was killed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { fillCloudWatch, LOG_GROUP, LOG_STREAM } from '../../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../../support/cloudwatch/server.ts';
import { generateEvents, type GeneratedEvent } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';
import { fillPostgres } from '../../support/postgres-fill.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { startRedis, type RedisServer } from '../../support/redis-server.ts';
import { startSentinels, withClient } from '../../support/redis-topology.ts';
import { failureOf } from '../../support/source-capture.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { startWatching } from '../../support/watching.ts';

const KEY = 'event-audit';

let own: TestEngine;
beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

function ini(...lines: readonly string[]): string {
  const path = join(tempDir(), 'ckan.ini');
  writeFileSync(path, ['[app:main]', ...lines, ''].join('\n'));
  return path;
}

async function write({ port }: { readonly port: number }, events: Iterable<GeneratedEvent>): Promise<void> {
  await withClient(port, async (redis) => {
    for (const { field, json } of events) await redis.hset(KEY, field, json);
  });
}

function codes({ notes }: SnapshotStatus): string[] {
  return notes.map(({ code }) => code);
}

describe('a ckan.ini that is watched', () => {
  test('shows what comes into the Redis that it names', async () => {
    await using server = await startRedis({ password: 'from the file' });
    const ckan = `ckan:${ini(`ckan.redis.url = redis://:from%%20the%%20file@127.0.0.1:${server.port}/0`)}`;
    const admin = new Redis({ port: server.port, password: 'from the file' });
    onTestFinished(() => admin.disconnect());
    const add = async (events: Iterable<GeneratedEvent>): Promise<void> => {
      for (const { field, json } of events) await admin.hset(KEY, field, json);
    };
    await add(generateEvents(30));
    const watch = await startWatching(own, ckan);
    const fresh = [...generateEvents(3, { seed: 2 })];
    await add(fresh);
    const status = await watch.until(({ captured }) => captured === 3);
    expect((await own.ids(status)).toSorted()).toEqual(fresh.map(({ event }) => event.id).toSorted());
    const kept = await watch.end();
    expect([kept.state, kept.captured]).toEqual(['complete', 3]);
    expect(JSON.stringify(kept)).not.toContain('from the file');
  });

  test('shows what comes into the log group that it names', async () => {
    await using server = await startCloudWatch();
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', server.endpoint);
    onTestFinished(() => void vi.unstubAllEnvs());
    fillCloudWatch(server, 10);
    const prefix = 'ckanext.event_audit.';
    const path = ini(
      `${prefix}active_repo = cloudwatch`,
      `${prefix}cloudwatch.region = ${server.region}`,
      `${prefix}cloudwatch.access_key = ${TEST_KEY.accessKeyId}`,
      `${prefix}cloudwatch.secret_key = ${TEST_KEY.secretAccessKey}`,
    );
    const watch = await startWatching(own, `ckan:${path}`);
    const fresh = [...generateEvents(2, { seed: 3 })];
    const timestamp = Date.now();
    server.store.append(
      LOG_GROUP,
      LOG_STREAM,
      fresh.map(({ json }) => ({ timestamp, message: json })),
    );
    await watch.until(({ captured }) => captured === 2);
    expect((await watch.end()).captured).toBe(2);
  });

  test('says of a store that can’t be watched that it can’t', async () => {
    await using server = await startPostgres();
    await fillPostgres(server, 20);
    const url = new URL(server.url);
    url.password = server.password;
    const path = ini(
      'ckanext.event_audit.active_repo = postgres',
      `sqlalchemy.url = ${url.href.replaceAll('%', '%%')}`,
    );
    const base = await own.capture(`ckan:${path}`);
    const failure = await failureOf(own.engine.run('event_audit_follow_snapshot', { snapshot_id: base.snapshot_id }));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('can’t be watched') });
  });
});

/** Writes one event after another until told to stop; what was acknowledged is what must be there. */
function writer({ port }: RedisServer) {
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  const acknowledged: string[] = [];
  const stopping = new AbortController();
  const writing = (async () => {
    const events = generateEvents(100_000, { seed: 21 });
    let next = events.next();
    while (!stopping.signal.aborted && next.done !== true) {
      const { event, field, json } = next.value;
      try {
        await client.hset(KEY, field, json);
        acknowledged.push(event.id);
        next = events.next();
      } catch {
        // Nobody took it: it is written again.
      }
    }
  })();
  return {
    acknowledged,
    stop: async () => {
      stopping.abort();
      await writing;
      client.disconnect();
    },
  };
}

test('sentinels that make a replica the master: nothing that was written is lost or shown twice, and the gap is said', async () => {
  await using all = await startSentinels();
  await write(all.master, generateEvents(200));
  const watch = await startWatching(own, `redis+sentinel://${all.hosts}/0?master=audit`);
  let master: RedisServer = all.master;
  const before = [...generateEvents(40, { seed: 5 })];
  await write(master, before);
  await watch.until(({ captured }) => captured === 40);
  await withClient(master.port, (redis) => redis.wait(1, 10_000));
  await master.kill();
  master = all.replica;
  await eventually(() =>
    withClient(master.port, async (redis) => expect(await redis.info('replication')).toContain('role:master')),
  );
  const after = [...generateEvents(40, { seed: 6 })];
  await write(master, after);
  const status = await watch.until(({ captured }) => captured >= 80);
  expect(codes(status)).toContain('watch_gap');
  const kept = await watch.end();
  expect([kept.state, kept.captured, kept.duplicates]).toEqual(['complete', 80, 0]);
  expect((await own.ids(kept)).toSorted()).toEqual([...before, ...after].map(({ event }) => event.id).toSorted());
});

test('a server that is killed and started again while somebody writes to it: each event is shown once', async () => {
  await using server = await startRedis({ persist: true });
  await write(server, generateEvents(200));
  const watch = await startWatching(own, server.url);
  const writing = writer(server);
  for (let round = 1; round <= 3; round += 1) {
    await eventually(() => expect(writing.acknowledged.length).toBeGreaterThan(round * 20));
    await server.kill();
    await server.restart();
  }
  await eventually(() => expect(writing.acknowledged.length).toBeGreaterThan(90));
  await writing.stop();
  const status = await watch.until(({ captured }) => captured >= writing.acknowledged.length);
  expect(codes(status)).toContain('watch_gap');
  const kept = await watch.end();
  expect(kept).toMatchObject({ state: 'complete', captured: writing.acknowledged.length, duplicates: 0 });
  expect((await own.ids(kept)).toSorted()).toEqual(writing.acknowledged.toSorted());
});
