/** Servers that are killed, that take rights away, and that have enough of being asked, while a capture is under way. */
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../scripts/sample/random.ts';
import { fillCloudWatch } from '../../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../../support/cloudwatch/server.ts';
import { throttled } from '../../support/cloudwatch/service-error.ts';
import { eventually } from '../../support/eventually.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { fillPostgres } from '../../support/postgres-fill.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { fillRedis } from '../../support/redis-fill.ts';
import { startRefusingDoor } from '../../support/redis-refusals.ts';
import { startRedis } from '../../support/redis-server.ts';
import { withClient } from '../../support/redis-topology.ts';
import { testEngine } from '../../support/test-engine.ts';
import { expectSettled, NEVER, SOON, useBench } from './bench.ts';
import { attempt, expectHonest, expectRecovery, linesOf } from './outcome.ts';
import { STORES } from './stores.ts';

describe.each(STORES)('a $kind server', ({ kind, open, midway }) => {
  const bench = useBench(open);

  test('that is killed midway and comes back leaves all, or a part that says so', async () => {
    await using proxy = await startFaultProxy(bench.store, { stallAfter: midway, times: 1 });
    const source = bench.source(proxy.port, { timeout: '20' });
    const trying = attempt(bench.own, source);
    await proxy.struck();
    proxy.set({ down: true });
    await bench.store.kill();
    await bench.store.restart();
    proxy.set({});
    const outcome = await expectSettled(bench, proxy, await trying, source);
    // One snapshot of a PostgreSQL table ends with the server that gave it; the others are read on, or anew.
    expect(outcome).toBe(kind.startsWith('postgres') ? 'partial' : 'complete');
  });

  test('that is killed midway and stays away leaves a part that says so', async () => {
    await using proxy = await startFaultProxy(bench.store, { stallAfter: midway, times: 1 });
    const source = bench.source(proxy.port, SOON);
    const trying = attempt(bench.own, source);
    await proxy.struck();
    proxy.set({ down: true });
    await bench.store.kill();
    const tried = await trying;
    expect(tried).toMatchObject({
      status: { state: 'partial', reason: { code: 'source_unreachable', retryable: true } },
    });
    await bench.store.restart();
    await expectSettled(bench, proxy, tried, source);
  });

  test('that takes the reader’s rights away midway leaves a part that says so', async () => {
    await using proxy = await startFaultProxy(bench.store, { stallAfter: midway, times: 1 });
    const source = bench.source(proxy.port, NEVER);
    const trying = attempt(bench.own, source);
    await proxy.struck();
    await bench.store.revoke();
    proxy.set({});
    const tried = await trying;
    await bench.store.restore();
    // PostgreSQL may have handed all of it to the network when it ended the session.
    const expected = kind.startsWith('postgres') ? ['partial', 'complete'] : ['partial'];
    expect(expected).toContain(await expectSettled(bench, proxy, tried, source));
    const reason = 'status' in tried ? tried.status.reason : tried.error;
    expect([undefined, kind.startsWith('postgres') ? 'source_unreachable' : 'source_refused']).toContain(reason?.code);
  });
});

describe('a server that has enough of being asked', () => {
  test.each([
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    'LOADING Redis is loading the dataset in memory',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'CLUSTERDOWN The cluster is down',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  ])('is asked again when Redis says %s to three in ten', async (error) => {
    await using server = await startRedis();
    await fillRedis(server, 4_000);
    await using own = await testEngine();
    const whole = await linesOf(own, await own.capture(server.url));
    await using door = await startRefusingDoor(server);
    const random = createRandom(5);
    door.refuse = (command) => (command === 'HSCAN' && random.chance(0.3) ? error : undefined);
    const tried = await attempt(own, { url: `redis://127.0.0.1:${door.port}` });
    expect(await expectHonest(own, tried, whole)).toBe('complete');
    expect(door.refused()).toBeGreaterThan(0);
    expect('status' in tried ? tried.status.notes.map(({ code }) => code) : []).toEqual(['throttled']);
  });

  test('leaves a part that says so when Redis goes on saying so, and all of it when it is done', async () => {
    await using server = await startRedis();
    await fillRedis(server, 4_000);
    await using own = await testEngine();
    const whole = await linesOf(own, await own.capture(server.url));
    await using door = await startRefusingDoor(server);
    let asked = 0;
    door.refuse = (command) => {
      if (command === 'HSCAN') asked += 1;
      return asked > 2 ? 'BUSY Redis is busy running a script.' : undefined;
    };
    const source = { url: `redis://127.0.0.1:${door.port}?timeout=1` };
    const tried = await attempt(own, source);
    expect(await expectHonest(own, tried, whole)).toBe('partial');
    expect(tried).toMatchObject({ status: { reason: { message: expect.stringContaining('BUSY') } } });
    door.refuse = () => undefined;
    await expectRecovery(own, tried, source, whole);
  });

  test('and has no connection left for one more is named so, by Redis and by PostgreSQL', async () => {
    await using redis = await startRedis({ args: ['--maxclients', '1'] });
    await using own = await testEngine();
    await withClient(redis.port, async (client) => {
      // Who looked whether the server is up may not have gone yet.
      await eventually(() => client.ping());
      const tried = await attempt(own, { url: redis.url });
      expect(tried).toMatchObject({
        error: { code: 'source_unreachable', retryable: true, message: expect.stringContaining('no connection left') },
      });
    });
    await using postgres = await startPostgres({
      settings: ['max_connections = 4', 'superuser_reserved_connections = 3', 'max_wal_senders = 0'],
    });
    await fillPostgres(postgres, 300);
    await postgres.sql(
      `CREATE ROLE reader LOGIN PASSWORD 'reader-secret' CONNECTION LIMIT 0; GRANT SELECT ON event_audit_event TO reader`,
    );
    const source = {
      url: postgres.url.replace(postgres.user, 'reader'),
      secrets: { password: 'reader-secret' },
    };
    const tried = await attempt(own, source);
    expect(tried).toMatchObject({
      error: { code: 'source_unreachable', retryable: true, message: expect.stringContaining('no connection left') },
    });
    await postgres.sql('ALTER ROLE reader CONNECTION LIMIT 2');
    const whole = await linesOf(own, await own.capture(source.url, source));
    expect(whole).toHaveLength(300);
  });

  test('is asked more slowly when CloudWatch throttles three calls in ten', async () => {
    await using server = await startCloudWatch();
    fillCloudWatch(server, 8_000);
    await using own = await testEngine();
    const source = {
      url: `cloudwatch:${server.region}//ckan/event-audit?rate=500&endpoint=${encodeURIComponent(server.endpoint)}`,
      secrets: { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey },
    };
    const whole = await linesOf(own, await own.capture(source.url, source));
    const random = createRandom(7);
    server.fault = () => (random.chance(0.3) ? throttled() : undefined);
    const tried = await attempt(own, source);
    expect(await expectHonest(own, tried, whole)).toBe('complete');
  });
});
