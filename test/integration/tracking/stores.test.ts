/** Tracking into real stores: the embedded one, and a Redis that is away for a while; with `FULL_PROOFS=1` for a minute. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { writeEvents } from '../../../src/main/engine/actions/running.ts';
import { auditEventSchema } from '../../../src/shared/event.ts';
import { ROOT } from '../../support/project.ts';
import { startRedis } from '../../support/redis-server.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { queueOf, trackingEngine } from '../../support/tracking-engine.ts';

const AWAY_MS = process.env['FULL_PROOFS'] === '1' ? 60_000 : 2_000;

const BOTH = ['store_payload_and_result=true', 'track.store_previous_model_state=true'];

/** What `event-audit events --source=basic: --json` prints, from the command’s sources. */
async function command(dataDir: string, ...args: readonly string[]) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'src/main/cli/index.ts'), 'events', '--source=basic:', '--json', ...args],
    { env: { ...process.env, EVENT_AUDIT_DATA_DIR: dataDir, NO_COLOR: '1' } },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => auditEventSchema.parse(JSON.parse(line)));
}

it('a changed view is one event with both values, in the embedded store as the app and the command read it', async () => {
  const dataDir = tempDir();
  await using own = await trackingEngine(dataDir, BOTH);
  const { id } = await own.engine.run('event_audit_save_view', { name: 'March', view: { sort: 'time', by: null } });
  await own.engine.run('event_audit_save_view', { id, name: 'March', view: { sort: 'actor', by: null } });
  const { events } = await own.engine.run('event_audit_get_events', {
    source: 'basic:',
    category: 'model',
    action: 'changed',
  });
  expect(events).toHaveLength(1);
  const result = {
    old: expect.objectContaining({ name: 'March', view: { sort: 'time', by: null } }),
    new: expect.objectContaining({ name: 'March', view: { sort: 'actor', by: null } }),
  };
  expect(JSON.parse(events[0]?.result ?? '')).toEqual(result);
  expect(events[0]).toMatchObject({ action_object: 'SavedView', action_object_id: id });
  const printed = await command(dataDir, '--category=model', '--action=changed');
  expect(printed).toEqual([expect.objectContaining({ id: events[0]?.id, action_object_id: id, result })]);
});

it('with track.models=Connection, a changed view is no event', async () => {
  const dataDir = tempDir();
  await using own = await trackingEngine(dataDir, [...BOTH, 'track.models=Connection']);
  const { id } = await own.engine.run('event_audit_save_view', { name: 'March', view: {} });
  await own.engine.run('event_audit_save_view', { id, name: 'April', view: {} });
  await own.engine.run('event_audit_save_connection', { url: 'redis://h/0' });
  const { events } = await own.engine.run('event_audit_get_events', { source: 'basic:', category: 'model' });
  expect(events.map(({ action_object: model }) => model)).toEqual(['Connection']);
});

it('what a command does is in the embedded store when the next one reads it', async () => {
  const dataDir = tempDir();
  expect(await command(dataDir)).toEqual([]);
  const found = await command(dataDir, '--category=api');
  expect(found.map(({ action }) => action)).toEqual(['event_audit_capture_source', 'event_audit_export']);
});

/** Writes numbered events, a few at a time. */
async function write(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 5) {
    await writeEvents(
      Array.from({ length: 5 }, (_, index) => ({ id: `e${n + index}`, category: 'test', action: 'done' })),
    );
  }
}

it(
  `a Redis that is away for ${AWAY_MS / 1_000} s loses nothing and blocks nothing; everything arrives in order once it is back`,
  async () => {
    const server = await startRedis({ persist: true });
    onTestFinished(server.stop);
    const settings = ['active_repo=redis', 'batch.size=20', 'batch.timeout=1', 'track_api=false'];
    await using own = await trackingEngine(tempDir(), [...settings, `ckan.redis.url=${server.url}/0`]);
    const status = () => own.engine.run('event_audit_get_tracking', {});
    const client = new Redis(server.port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    onTestFinished(() => client.disconnect());
    const arrived = async (): Promise<readonly number[]> => {
      if (client.status !== 'ready') await client.connect();
      const keys = await client.hkeys('event-audit');
      return keys.map((key) => Number(/^id:e(\d+)\|/.exec(key)?.[1])).toSorted((a, b) => a - b);
    };

    await write(0, 100);
    await eventually(async () => expect((await status()).waiting).toBe(0));
    await server.kill();
    // Each of these is acknowledged, or the test would not get on: nothing waits for the store.
    const until = Date.now() + AWAY_MS;
    let count = 100;
    for (; Date.now() < until || count < 1_000; count += 50) {
      await write(count, count + 50);
      await sleep(AWAY_MS / 100);
    }
    await eventually(async () =>
      expect(await status()).toMatchObject({
        destination: expect.stringMatching(/^redis:/),
        waiting: count - 100,
        last_error: { code: 'source_unreachable' },
      }),
    );
    await server.restart();
    await write(count, count + 200);
    // Whatever is there at any moment is the beginning of all there will be: nothing overtakes.
    const overtaken: (readonly number[])[] = [];
    await eventually(async () => {
      const found = await arrived();
      if (found.some((number, index) => number !== index)) overtaken.push(found);
      expect(found).toHaveLength(count + 200);
    });
    expect(overtaken).toEqual([]);
    await eventually(async () => expect(await status()).toMatchObject({ waiting: 0, last_error: null }));
    expect(queueOf(own.dataDir)).toEqual([]);
    console.log(`${count + 200} events, away for ${AWAY_MS / 1_000} s`);
  },
  120_000 + 2 * AWAY_MS,
);
