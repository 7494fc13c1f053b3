/** Tracking into stores that are not ours, through the engine and through the command: what lies in them is what CKAN’s writer would have left. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { writeEvents } from '../../../src/main/engine/actions/running.ts';
import { EVENT_FIELDS } from '../../../src/shared/event.ts';
import { LOG_GROUP, LOG_STREAM } from '../../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../../support/cloudwatch/server.ts';
import { runCli } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { generateEvents, oneEvent, redisField, type WrittenEvent } from '../../support/events.ts';
import { createTable } from '../../support/postgres-fill.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { startRedis } from '../../support/redis-server.ts';
import { withClient } from '../../support/redis-topology.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { queueOf, trackingEngine } from '../../support/tracking-engine.ts';

/** Where the SDK itself looks for an endpoint that is not the region’s. */
const ENDPOINT = 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS';

/** What is in a store, as texts, in the order of ids. */
interface Trail {
  /** As the environment of the command says it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stored: () => Promise<readonly string[]>;
  /** How the store holds an event. */
  readonly text: (event: WrittenEvent) => string;
  /** Lets nobody in any more, or everybody again. */
  readonly setAway: (away: boolean) => void;
}

/** A way to a server that can be barred. */
async function barred(server: { readonly port: number }): Promise<{
  readonly host: string;
  readonly setAway: Trail['setAway'];
}> {
  const proxy = await startFaultProxy(server);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return { host: `127.0.0.1:${String(proxy.port)}`, setAway: (down) => proxy.set({ down }) };
}

const STORES: readonly (readonly [string, () => Promise<Trail>])[] = [
  [
    'Redis',
    async () => {
      const server = await startRedis();
      onTestFinished(server.stop);
      const { host, setAway } = await barred(server);
      return {
        setAway,
        env: { EVENT_AUDIT_ACTIVE_REPO: 'redis', EVENT_AUDIT_CKAN_REDIS_URL: `redis://${host}/2` },
        stored: () =>
          withClient(server.port, async (redis) => {
            await redis.select(2);
            return Object.entries(await redis.hgetall('event-audit')).map((entry) => entry.join(' '));
          }),
        text: (event) => `${redisField(event)} ${JSON.stringify(event)}`,
      };
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const server = await startPostgres();
      onTestFinished(server.stop);
      await server.sql(createTable());
      const columns = EVENT_FIELDS.map((field) =>
        field === 'timestamp'
          ? `to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS timestamp`
          : `${field}::text`,
      );
      const { username } = new URL(server.url);
      const { host, setAway } = await barred(server);
      return {
        setAway,
        env: {
          EVENT_AUDIT_ACTIVE_REPO: 'postgres',
          EVENT_AUDIT_SQLALCHEMY_URL: `postgresql+psycopg2://${username}:${encodeURIComponent(server.password)}@${host}/postgres`,
        },
        stored: async () => {
          const rows = await server.sql(`SELECT ${columns.join(', ')} FROM event_audit_event`);
          return rows.map((row) => JSON.stringify(EVENT_FIELDS.map((field) => row[field])));
        },
        text: (event) =>
          JSON.stringify(
            EVENT_FIELDS.map((field) =>
              typeof event[field] === 'object' ? JSON.stringify(event[field]) : event[field],
            ),
          ),
      };
    },
  ],
  [
    'CloudWatch Logs',
    async () => {
      const server = await startCloudWatch();
      onTestFinished(server.stop);
      const { host, setAway } = await barred({ port: Number(new URL(server.endpoint).port) });
      return {
        setAway,
        env: {
          EVENT_AUDIT_ACTIVE_REPO: 'cloudwatch',
          EVENT_AUDIT_CLOUDWATCH_REGION: server.region,
          EVENT_AUDIT_CLOUDWATCH_ACCESS_KEY: TEST_KEY.accessKeyId,
          EVENT_AUDIT_CLOUDWATCH_SECRET_KEY: TEST_KEY.secretAccessKey,
          [ENDPOINT]: `http://${host}`,
        },
        stored: () =>
          Promise.resolve(
            server.store
              .group(LOG_GROUP)
              .events.filter(({ stream }) => stream === LOG_STREAM)
              .map(({ message }) => message),
          ),
        text: (event) => JSON.stringify(event),
      };
    },
  ],
];

/** Settings of the command’s environment, as an engine in this process takes them. */
const NAMES: Readonly<Record<string, string>> = {
  EVENT_AUDIT_ACTIVE_REPO: 'active_repo',
  EVENT_AUDIT_CKAN_REDIS_URL: 'ckan.redis.url',
  EVENT_AUDIT_SQLALCHEMY_URL: 'sqlalchemy.url',
  EVENT_AUDIT_CLOUDWATCH_REGION: 'cloudwatch.region',
  EVENT_AUDIT_CLOUDWATCH_ACCESS_KEY: 'cloudwatch.access_key',
  EVENT_AUDIT_CLOUDWATCH_SECRET_KEY: 'cloudwatch.secret_key',
};

function settingsOf(env: Trail['env']): readonly string[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const name = NAMES[variable];
    return name === undefined ? [] : [`${name}=${value}`];
  });
}

it.each(STORES)('%s holds, byte for byte, what the app tracks', async (_name, open) => {
  const { env, stored, text } = await open();
  vi.stubEnv(ENDPOINT, env[ENDPOINT]);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using own = await trackingEngine(tempDir(), [
    ...settingsOf(env),
    'batch.size=20',
    'store_payload_and_result=true',
  ]);
  const timestamp = '2024-03-11T10:20:30.123456+00:00';
  const odd = oneEvent({
    id: 'odd|:*',
    actor: 'ä|b:c*',
    action_object: '"\\\u2028😀',
    payload: { 'a b': [1, null, '\u001b'] },
  });
  const written = [
    ...[...generateEvents(97, { seed: 12 })].map(({ event }) => ({ ...event, timestamp })),
    { ...odd.event, timestamp },
  ];
  await writeEvents(written);
  await own.engine.run('event_audit_save_connection', { url: 'redis://ckan:hunter2@portal/0', name: 'Portal' });
  expect(await own.engine.run('event_audit_flush_tracking', {})).toMatchObject({ waiting: 0, refused: 0 });
  const found = await stored();
  expect(found.filter((each) => each.includes(timestamp)).toSorted()).toEqual(written.map(text).toSorted());
  // Beside them: what was done, by the call and by its change.
  const done = found.filter((each) => !each.includes(timestamp)).join('\n');
  expect(done).toContain('event_audit_save_connection');
  expect(done).toContain('Connection');
  expect(done).not.toContain('hunter2');
});

it.each(STORES)('%s holds what the command does, and an event of a script byte for byte', async (_name, open) => {
  const { env, stored, text } = await open();
  const dataDir = tempDir();
  const { event } = oneEvent({
    id: 'e1',
    category: 'backup',
    actor: 'cron|x',
    timestamp: '2024-03-11T10:20:30.123456+00:00',
    payload: { bytes: 12, ä: '\u001b' },
    result: {},
  });
  const flags = EVENT_FIELDS.map((field) => {
    const value = event[field];
    return `--${field.replaceAll('_', '-')}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const created = await runCli(['create', ...flags], { dataDir, env });
  expect([created.code, created.stdout]).toEqual([0, 'e1\n']);
  const listed = await runCli(['events', '--source=demo:', '--limit=1', '--json'], { dataDir, env });
  expect(listed.code).toBe(0);
  expect(queueOf(dataDir)).toEqual([]);
  const found = await stored();
  expect(found).toHaveLength(4);
  expect(found).toContain(text(event));
  for (const action of ['event_audit_create_event', 'event_audit_capture_source', 'event_audit_export']) {
    expect(found.filter((each) => each.includes(action))).toHaveLength(1);
  }
});

it.each(STORES)(
  '%s may go away: nothing waits for it, and everything is in it once, in order, when it is back',
  async (_name, open) => {
    const { env, stored, setAway } = await open();
    vi.stubEnv(ENDPOINT, env[ENDPOINT]);
    onTestFinished(() => void vi.unstubAllEnvs());
    const rules = ['batch.size=20', 'batch.timeout=1', 'track_api=false'];
    await using own = await trackingEngine(tempDir(), [...settingsOf(env), ...rules]);
    const status = () => own.engine.run('event_audit_get_tracking', {});
    let count = 0;
    const write = (events: number): Promise<unknown> =>
      writeEvents(
        Array.from({ length: events }, () => {
          const id = String((count += 1)).padStart(4, '0');
          return { id: `e${id}`, category: 'door', action: 'opened', timestamp: `2024-03-11T10:20:30.00${id}+00:00` };
        }),
      );
    const numbers = async (): Promise<readonly number[]> =>
      (await stored()).map((text) => Number(/\be(\d{4})\b/.exec(text)?.[1])).toSorted((a, b) => a - b);

    await write(50);
    await vi.waitFor(async () => expect((await status()).waiting).toBe(0), { timeout: 30_000 });
    setAway(true);
    for (let n = 0; n < 10; n += 1) await write(30);
    await vi.waitFor(
      async () => expect(await status()).toMatchObject({ waiting: 300, last_error: { code: 'source_unreachable' } }),
      { timeout: 60_000 },
    );
    expect(await numbers()).toHaveLength(50);
    setAway(false);
    await write(30);
    await vi.waitFor(async () => expect(await status()).toMatchObject({ waiting: 0, last_error: null }), {
      timeout: 90_000,
    });
    expect(await numbers()).toEqual(Array.from({ length: 380 }, (_, n) => n + 1));
    expect(queueOf(own.dataDir)).toEqual([]);
  },
);
