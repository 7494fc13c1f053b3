/** Redis watched: what comes after a capture is shown as it comes, and nothing that the capture had. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { filterSchema } from '../../../src/shared/filter.ts';
import { generateEvents, oneEvent, type GeneratedEvent } from '../../support/events.ts';
import { startRefusingDoor } from '../../support/redis-refusals.ts';
import { startRedis, type RedisServer } from '../../support/redis-server.ts';
import { failureOf } from '../../support/source-capture.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { startWatching, type Watching } from '../../support/watching.ts';

const KEY = 'event-audit';

let own: TestEngine;
let server: RedisServer;
let client: Redis;

beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server = await startRedis({ persist: true });
  client = new Redis({ host: server.host, port: server.port, lazyConnect: true, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  await client.connect();
});
afterEach(async () => {
  client.disconnect();
  await server.stop();
});

async function write(events: Iterable<GeneratedEvent>): Promise<void> {
  for (const { field, json } of events) await client.hset(KEY, field, json);
}

/** Captures, lets the test change the store, then watches. */
function watching(between: () => Promise<unknown> = () => Promise.resolve(), url = server.url): Promise<Watching> {
  return startWatching(own, url, { between });
}

function codes({ notes }: SnapshotStatus): string[] {
  return notes.map(({ code }) => code);
}

describe('watching Redis', () => {
  test('shows what comes, and nothing of what was captured', async () => {
    await write(generateEvents(500));
    const watch = await watching();
    expect(watch.live().captured).toBe(0);
    const fresh = [...generateEvents(3, { seed: 2 })];
    await write(fresh);
    const status = await watch.until(({ captured }) => captured === 3);
    expect(status.state).toBe('capturing');
    expect((await own.ids(status)).toSorted()).toEqual(fresh.map(({ event }) => event.id).toSorted());
    const kept = await watch.end();
    expect([kept.state, kept.captured, kept.read]).toEqual(['complete', 3, 3]);
    expect(kept.notes.find(({ code }) => code === 'watched')?.message).toMatch(/^Watched from .*Z to .*Z/);
    expect((await own.ids(kept)).toSorted()).toEqual(fresh.map(({ event }) => event.id).toSorted());
  });

  test('begins where the capture ended: what came in between is shown first', async () => {
    await write(generateEvents(200));
    const watch = await watching(() => write(generateEvents(2, { seed: 3 })));
    await watch.until(({ captured }) => captured === 2);
    expect((await watch.end()).captured).toBe(2);
  });

  test('shows events in the order in which they came', async () => {
    await write(generateEvents(10));
    const watch = await watching();
    const arrivals: string[] = [];
    for (const id of ['c', 'a', 'b']) {
      await write([oneEvent({ id, category: id === 'a' ? 'odd' : 'even' })]);
      arrivals.push(id);
      await watch.until(({ captured }) => captured === arrivals.length);
    }
    const { snapshot_id } = watch.live();
    const all = await own.engine.run('event_audit_list_arrivals', { snapshot_id });
    expect(all.events.map(({ id }) => id)).toEqual(arrivals);
    const [first] = all.events;
    const filter = filterSchema.parse({ conditions: [{ field: 'category', values: ['even'] }] });
    const rest = await own.engine.run('event_audit_list_arrivals', { snapshot_id, after: first?.n ?? 0, filter });
    expect(rest.events.map(({ id }) => id)).toEqual(['b']);
    await watch.end();
  });

  test('shows a known record again when its value was changed, and says so', async () => {
    const events = [...generateEvents(20)];
    await write(events);
    const watch = await watching();
    const [first] = events;
    if (first === undefined) throw new Error('No event was made.');
    await client.hset(KEY, first.field, first.json.replace('"category":"', '"category":"re-'));
    // The length stays the same; another record makes the hash be looked through.
    await write(generateEvents(1, { seed: 4 }));
    const status = await watch.until(({ captured }) => captured === 2);
    expect(codes(status)).toContain('value_changed');
    await watch.end();
  });

  test('hears of a changed value from the server’s own notices', async () => {
    await client.config('SET', 'notify-keyspace-events', 'Kh');
    const [first] = [...generateEvents(1)];
    if (first === undefined) throw new Error('No event was made.');
    await write([first]);
    const watch = await watching();
    await client.hset(KEY, first.field, first.json.replace('"category":"', '"category":"re-'));
    const status = await watch.until(({ captured }) => captured === 1);
    expect(codes(status)).toContain('value_changed');
    await watch.end();
  });

  test('says when records were removed, and when the hash vanished, and goes on', async () => {
    const events = [...generateEvents(20)];
    await write(events);
    const watch = await watching();
    await client.hdel(KEY, events[0]?.field ?? '');
    await watch.until((status) => codes(status).includes('records_removed'));
    await client.del(KEY);
    await watch.until((status) => codes(status).includes('key_missing'));
    await write(generateEvents(1, { seed: 5 }));
    await watch.until(({ captured }) => captured === 1);
    expect((await watch.end()).state).toBe('complete');
  });

  test('goes on when the connection was lost, shows what came meanwhile, and says that there was a gap', async () => {
    await write(generateEvents(50));
    await client.config('SET', 'appendonly', 'yes').catch(() => undefined);
    const watch = await watching();
    await client.save();
    await server.kill();
    await sleep(700);
    await server.restart();
    await write(generateEvents(2, { seed: 6 }));
    const status = await watch.until(({ captured }) => captured >= 2);
    expect(codes(status)).toContain('watch_gap');
    expect((await watch.end()).captured).toBe(2);
  });

  test('ends as partial when the key becomes something else', async () => {
    await write(generateEvents(50));
    const watch = await watching();
    await client.del(KEY);
    await client.set(KEY, 'text');
    const status = await watch.until(({ state }) => state === 'partial');
    expect(status.reason?.message).toContain('is a string now');
  });

  test.each(['HLEN', 'HSCAN'])('ends so too when that happens just before its %s is answered', async (question) => {
    await write(generateEvents(50));
    await using door = await startRefusingDoor(server);
    const watch = await watching(undefined, `redis://127.0.0.1:${door.port}`);
    let replaced: Promise<unknown> | undefined;
    door.refuse = (command) => {
      if (command !== question) return undefined;
      replaced ??= client.multi().del(KEY).set(KEY, 'text').exec();
      return 'WRONGTYPE Operation against a key holding the wrong kind of value';
    };
    await write(generateEvents(1, { seed: 8 })).catch(() => undefined);
    const status = await watch.until(({ state }) => state === 'partial');
    expect(status.reason?.message).toContain('is a string now');
    await replaced;
  });

  test('sets aside what is no event', async () => {
    await write(generateEvents(5));
    const watch = await watching();
    await client.hset(KEY, 'odd field', 'no event');
    const status = await watch.until(({ rejected }) => rejected === 1);
    const { rejects } = await own.engine.run('event_audit_list_rejects', { snapshot_id: status.snapshot_id });
    expect(rejects.map(({ key, preview }) => [key, preview])).toEqual([['odd field', 'no event']]);
    await watch.end();
  });

  test('keeps its folder small however often a few records come', async () => {
    await write(generateEvents(5));
    const watch = await watching();
    for (let n = 1; n <= 6; n += 1) {
      await write([oneEvent({ id: `n${n}` })]);
      await watch.until(({ captured }) => captured === n);
    }
    const captures = join(own.dataDir, 'captures');
    const [session = ''] = readdirSync(captures);
    const folder = join(captures, session, watch.live().snapshot_id);
    // What is shown is there before what it came in is gone.
    await expect.poll(() => readdirSync(folder).filter((name) => /segment|live-/.test(name))).toEqual([]);
    await watch.end();
  });

  test('is ended by closing what it fills', async () => {
    await write(generateEvents(5));
    const watch = await watching();
    const { snapshot_id } = watch.live();
    await own.engine.run('event_audit_close_snapshot', { snapshot_id });
    const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
    expect(snapshots.map((each) => each.snapshot_id)).not.toContain(snapshot_id);
  });
});

test('a store that can’t be watched says so', async () => {
  const base = await own.capture('demo:');
  const failure = await failureOf(own.engine.run('event_audit_follow_snapshot', { snapshot_id: base.snapshot_id }));
  expect(failure).toMatchObject({ code: 'unsupported' });
  expect(failure.message).toContain('can’t be watched');
});
