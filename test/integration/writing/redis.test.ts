/** Writing to Redis where something is in the way: connections that break, rights that are missing, others who write. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneEvent, redisField } from '../../support/events.ts';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { freePort, startRedis, type RedisServer } from '../../support/redis-server.ts';
import { putRecords, REDIS_KEY } from '../../support/redis-fill.ts';
import { withClient } from '../../support/redis-topology.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { ON, only, openToWrite, outcomeOf, someEvents } from '../../support/writing.ts';

let server: RedisServer;
let proxy: FaultProxy;
let own: TestEngine;

beforeAll(async () => {
  server = await startRedis({
    acl: [
      'user default on nopass ~* &* +@all',
      'user reader on >secret ~event-audit +@read +@connection +info +client',
      'user careful on >secret ~event-audit +@read +@write +@connection +@transaction +info -@scripting -@dangerous',
    ],
  });
  proxy = await startFaultProxy(server);
  own = await testEngine(['track_api=false', 'track_model=false']);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server.stop();
  await own[Symbol.asyncDispose]();
});
beforeEach(async () => {
  proxy.set({});
  await withClient(server.port, (redis) => redis.del(REDIS_KEY));
});

const source = () => `${server.url}/0`;
const stored = () => withClient(server.port, (redis) => redis.hgetall(REDIS_KEY));
const ids = async () => Object.values(await stored()).map((json) => String(Object(JSON.parse(json))['id']));

describe('events', () => {
  it('are in the hash once, wherever the connection breaks, and an error names what nobody knows', async () => {
    const events = someEvents(3);
    let broken = 0;
    for (let bytes = 0; bytes < 160; bytes += 5) {
      await withClient(server.port, (redis) => redis.del(REDIS_KEY));
      proxy.set({ resetAfter: bytes });
      const failing = await openToWrite(`redis://127.0.0.1:${proxy.port}/0`);
      const error: unknown = await failing.writeEvents(events, ON).catch((problem: unknown) => problem);
      await failing.close();
      const { code, written, unknown } = outcomeOf(error, events);
      expect(['done', 'source_unreachable']).toContain(code);
      if (code !== 'done') broken += 1;
      const there = await ids();
      expect(written.filter((id) => !there.includes(id))).toEqual([]);
      expect(there.filter((id) => ![...written, ...unknown].includes(id))).toEqual([]);
      const again = await openToWrite(`${server.url}/0`);
      await again.writeEvents(events, ON);
      await again.close();
      expect((await ids()).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
    }
    expect(broken).toBeGreaterThan(10);
  });

  it('go on by themselves over a connection that broke once', async () => {
    const repository = await openToWrite(`redis://127.0.0.1:${proxy.port}/0`);
    const events = someEvents(40);
    await repository.writeEvents(events.slice(0, 20), ON);
    proxy.set({ resetAfter: 0, times: 1 });
    await repository.writeEvents(events.slice(20), ON);
    await repository.close();
    expect((await ids()).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
  });

  it('are refused in one line when nothing answers, and none is said to be unknown', async () => {
    const repository = await openToWrite(`redis://127.0.0.1:${await freePort()}/0`);
    const failure = repository.writeEvents(someEvents(2), ON);
    await expect(failure).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringMatching(/^[^\n]+connection refused[^\n]+\.$/),
      details: { written: [], unknown: [] },
    });
    await repository.close();
  });

  it('keep the numbers, the order of keys and the keys that come twice of a payload that is given as text', async () => {
    const payload =
      '{ "n": 1.10, "big": 12345678901234567890, "10": 1, "2": [ 1e400, -0 ], "n": 2, "__proto__": "\\u00e9 é" }';
    const { event } = await own.engine.run('event_audit_create_event', {
      source: `${server.url}/0`,
      category: 'c',
      action: 'a',
      payload,
    });
    const [json] = Object.values(await stored());
    expect(json).toContain(
      '"payload":{"n":1.10,"big":12345678901234567890,"10":1,"2":[1e400,-0],"n":2,"__proto__":"\\u00e9 é"}}',
    );
    expect(json?.startsWith(`{"id":"${String(event.id)}","category":"c"`)).toBe(true);
  });

  it('may hold a megabyte, and half of a surrogate pair as its escape', async () => {
    const { event } = oneEvent({ actor: 'half \ud800 of it', payload: { text: 'x'.repeat(1 << 20) } });
    const repository = await openToWrite(`${server.url}/0`);
    await repository.writeEvent(event, ON);
    await repository.close();
    const [json = ''] = Object.values(await stored());
    expect(json).toBe(JSON.stringify(event));
    expect(json).toContain('half \\ud800 of it');
  });

  it('are refused with the rights that are missing, and by a replica', async () => {
    const reader = await openToWrite(`redis://reader@127.0.0.1:${server.port}/0`, { secrets: { password: 'secret' } });
    await expect(reader.writeEvents(someEvents(1), ON)).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('HSETNX'),
    });
    await reader.close();
    const replica = await openToWrite(`${server.url}/0?role=replica`);
    await expect(replica.writeEvents(someEvents(1), ON)).rejects.toMatchObject({ code: 'invalid_input' });
    await replica.close();
    expect(await stored()).toEqual({});
  });
});

const remove = (filter: ReturnType<typeof only>, secrets = {}) =>
  own.engine.run('event_audit_remove_events', { source: source(), secrets, filter, confirm: true });

describe('removal', () => {
  it('tells two records with one id apart', async () => {
    const { event } = oneEvent({ category: 'api', actor: 'alice' });
    const other = { ...event, actor: 'bob' };
    const repository = await openToWrite(source());
    await repository.writeEvents([event, other], ON);
    await repository.close();
    expect(await remove(only('actor', 'alice'))).toMatchObject({ removed: 1, left: 0 });
    expect(await stored()).toEqual({ [redisField(other)]: JSON.stringify(other) });
  });

  it('does without scripts where they are not allowed, and leaves what was changed', async () => {
    const events = someEvents(1_200);
    const repository = await openToWrite(source());
    await repository.writeEvents(events, ON);
    await repository.close();
    const [first] = events;
    if (first === undefined) throw new Error('No event was made.');
    const records = events.map((event) => ({
      kind: 'json' as const,
      key: Buffer.from(redisField(event)),
      value: Buffer.from(JSON.stringify(event)),
    }));
    await withClient(server.port, (redis) => redis.hset(REDIS_KEY, redisField(first), '{}'));
    const careful = await openToWrite(`redis://careful@127.0.0.1:${server.port}/0`, {
      secrets: { password: 'secret' },
    });
    expect(await careful.removeRecords(records, { signal: ON })).toBe(1_199);
    await careful.close();
    expect(await stored()).toEqual({ [redisField(first)]: '{}' });
  });

  it.each([100_000, 700_000])('removes nothing when the store breaks down after %i bytes', async (bytes) => {
    const events = someEvents(3_000);
    const repository = await openToWrite(source());
    await repository.writeEvents(events, ON);
    await repository.close();
    let first = 0;
    const breakDown = (sent: number): void => {
      first ||= sent;
      if (sent - first > bytes) proxy.set({ down: true });
    };
    proxy.set({ onData: breakDown });
    const clearing = own.engine.run('event_audit_clear_source', {
      source: `redis://127.0.0.1:${proxy.port}/0?timeout=1`,
      confirm: true,
    });
    await expect(clearing).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringMatching(/^Nothing was removed/),
    });
    expect(Object.keys(await stored())).toHaveLength(3_000);
  });

  it('says what was removed when the server goes away on the way', async () => {
    const events = someEvents(2_000);
    const repository = await openToWrite(source());
    await repository.writeEvents(events, ON);
    await repository.close();
    const failing = await openToWrite(`redis://127.0.0.1:${proxy.port}/0`);
    let removed = 0;
    const records = events.map((event) => ({
      kind: 'json' as const,
      key: Buffer.from(redisField(event)),
      value: Buffer.from(JSON.stringify(event)),
    }));
    const failure = failing.removeRecords(records, {
      signal: ON,
      removed: (count) => {
        removed += count;
        proxy.set({ down: true });
      },
    });
    await expect(failure).rejects.toMatchObject({ code: 'source_unreachable' });
    await failing.close();
    expect(removed).toBeGreaterThan(0);
    expect(Object.keys(await stored())).toHaveLength(2_000 - removed);
  });

  it.each(['eval', 'exec'])('whose answer to %s is lost is not said to have removed nothing', async (command) => {
    const repository = await openToWrite(source());
    await repository.writeEvents(someEvents(200), ON);
    await repository.close();
    proxy.set({ loseAnswerTo: command });
    const clearing = own.engine.run('event_audit_clear_source', {
      source: `redis://${command === 'exec' ? 'careful:secret@' : ''}127.0.0.1:${proxy.port}/0`,
      confirm: true,
    });
    await expect(clearing).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('whether 200 records were removed'),
      details: { removed: 0, unknown: 200 },
    });
    expect(await stored()).toEqual({});
  });

  it('clears what is no event, too, and keeps its bytes', async () => {
    const [event] = someEvents(1);
    if (event === undefined) throw new Error('No event was made.');
    const odd = Buffer.from([0xff, 0x00, 0x7b]);
    await putRecords(server, [
      { field: 'odd', bytes: odd },
      { field: redisField(event), bytes: Buffer.from(JSON.stringify(event)) },
    ]);
    const done = await own.engine.run('event_audit_clear_source', { source: source(), confirm: true });
    expect(done).toMatchObject({ removed: 2, left: 0 });
    expect(done.notes.map(({ code }) => code)).toContain('rejects_kept');
    expect(await withClient(server.port, (redis) => redis.exists(REDIS_KEY))).toBe(0);
    const rejects = readFileSync((done.evidence ?? '').replace('.jsonl', '.rejects.jsonl'), 'utf8');
    expect(rejects).toContain(odd.toString('base64'));
  });
});
