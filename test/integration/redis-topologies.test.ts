/** Redis in company and in trouble: the right server is found, and a capture is the whole hash or says why it is not. */
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { makeCertificates } from '../support/certificates.ts';
import { generateEvents } from '../support/events.ts';
import { startFaultProxy, type Faults } from '../support/fault-proxy.ts';
import { fillRedis, REDIS_KEY } from '../support/redis-fill.ts';
import { freePort, startRedis, type RedisServer } from '../support/redis-server.ts';
import { startCluster, startReplica, startSentinels, withClient } from '../support/redis-topology.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

let own: TestEngine;

beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

function codes(status: SnapshotStatus): readonly string[] {
  return status.notes.map((note) => note.code);
}

/** Runs something once, when so many records were read. */
function when(records: number, work: () => void): (status: SnapshotStatus) => void {
  let done = false;
  return ({ read }) => {
    if (done || read < records) return;
    done = true;
    work();
  };
}

describe('topologies', () => {
  test('in a cluster the node that holds the hash is found, from any node', async () => {
    await using cluster = await startCluster();
    for (const key of ['event-audit', 'other']) {
      const holder = await writeToCluster(cluster.nodes, key, 500);
      for (const seed of cluster.nodes) {
        const status = await own.capture(`redis+cluster://127.0.0.1:${seed.port}?key=${key}`);
        expect(status).toMatchObject({ state: 'complete', captured: 500, notes: [{ code: 'read_from' }] });
        expect(status.notes[0]?.message).toContain(`127.0.0.1:${holder.port}`);
      }
    }
    const status = await own.capture(`redis+cluster://127.0.0.1:${await freePort()},${cluster.hosts}`);
    expect(status).toMatchObject({ state: 'complete', captured: 500 });
  });

  test('a hash that moves to another node while it is read is followed', async () => {
    await using cluster = await startCluster();
    const holder = await writeToCluster(cluster.nodes, REDIS_KEY, 8_000);
    let moved: Promise<void> | undefined;
    const status = await own.capture(`redis+cluster://${cluster.hosts}`, {
      onProgress: when(500, () => {
        moved = cluster.move(REDIS_KEY);
      }),
    });
    await moved;
    expect(status).toMatchObject({ state: 'complete', captured: 8_000, rejected: 0 });
    expect((await cluster.nodeOf(REDIS_KEY)).port).not.toBe(holder.port);
    const again = await own.capture(`redis+cluster://${cluster.hosts}`);
    expect(again).toMatchObject({ state: 'complete', captured: 8_000 });
  });

  test('a cluster’s replica is read when asked for', async () => {
    await using cluster = await startCluster(1);
    await writeToCluster(cluster.nodes.slice(0, 3), REDIS_KEY, 300);
    const url = `redis+cluster://${cluster.hosts}?role=replica`;
    await expect
      .poll(
        () =>
          own.engine.run('event_audit_test_source', { url }).then(
            ({ records }) => records,
            () => 0,
          ),
        { timeout: 30_000, interval: 200 },
      )
      .toBe(300);
    const status = await own.capture(url);
    expect(status).toMatchObject({ state: 'complete', captured: 300, notes: [{ code: 'read_from_replica' }] });
    const masters = cluster.nodes.slice(0, 3).map(({ port }) => String(port));
    expect(masters.some((port) => status.notes[0]?.message.includes(port))).toBe(false);
  });

  test('a plain connection to the wrong node of a cluster says what to write instead', async () => {
    await using cluster = await startCluster();
    const holder = await writeToCluster(cluster.nodes, REDIS_KEY, 1);
    const wrong = cluster.nodes.find((node) => node !== holder);
    await expect(own.capture(`redis://127.0.0.1:${wrong?.port ?? 0}?timeout=1`)).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('redis+cluster://'),
    });
  });

  test('sentinels name the master, its replica when asked, and the new master after a failover', async () => {
    await using watched = await startSentinels();
    await fillRedis(watched.master, 400);
    const url = `redis+sentinel://${watched.hosts}/0?master=audit`;
    const first = await own.capture(url);
    expect(first).toMatchObject({ state: 'complete', captured: 400, notes: [{ code: 'read_from' }] });
    expect(first.notes[0]?.message).toContain(`:${watched.master.port}`);
    const fromReplica = await own.capture(`${url}&role=replica`);
    expect(fromReplica).toMatchObject({ captured: 400, notes: [{ code: 'read_from_replica' }] });
    expect(fromReplica.notes[0]?.message).toContain(`:${watched.replica.port}`);
    await expect(own.capture(`redis+sentinel://${watched.hosts}/0?master=mymaster`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('They watch audit'),
    });
    await watched.master.kill();
    await expect
      .poll(
        async () => {
          const status = await own.capture(`${url}&timeout=2`).catch(() => undefined);
          return status?.notes[0]?.message.includes(`:${watched.replica.port}`) === true ? status.captured : 0;
        },
        { timeout: 40_000, interval: 500 },
      )
      .toBe(400);
  });

  test('role=replica of a single server goes to its replica, also when that one was named itself', async () => {
    await using master = await startRedis();
    await fillRedis(master, 200);
    await expect(own.capture(`${master.url}?role=replica`)).rejects.toMatchObject({
      message: expect.stringContaining('no replica answers'),
    });
    await using replica = await startReplica(master);
    for (const url of [`${master.url}?role=replica`, `${replica.url}?role=replica`]) {
      const status = await own.capture(url);
      expect(status).toMatchObject({ state: 'complete', captured: 200, notes: [{ code: 'read_from_replica' }] });
      expect(status.notes[0]?.message).toContain(`:${replica.port}`);
    }
  });

  test.each([
    ['redis+sentinel://localhost', 'master=NAME'],
    ['redis+cluster://localhost/3', 'database 0 only'],
    ['redis://a,b/0', 'several servers'],
    ['redis://localhost?role=slave', 'role=replica'],
    ['redis://localhost?timeout=soon', 'timeout=30'],
    ['redis://localhost?colour=red', '“colour”'],
    ['rediss://localhost?client_cert=a.pem', 'client_key=FILE'],
  ])('%s is refused before anything is connected', async (url, part) => {
    await expect(own.capture(url)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(part),
    });
  });
});

describe('a cluster that speaks TLS', () => {
  test('is read with tls=1, its own authority, a client certificate and a password', async () => {
    const { ca, server, client } = makeCertificates(tempDir(), 'auditor');
    const args = ['--cluster-enabled', 'yes', '--tls-cluster', 'yes'];
    const node = await startRedis({ password: 'node-secret', tls: { ...server, ca, clientAuth: true }, args });
    try {
      const admin = new Redis({
        host: node.host,
        port: node.port,
        password: 'node-secret',
        tls: { ca: readFileSync(ca), cert: readFileSync(client.cert), key: readFileSync(client.key) },
      });
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
      const state = async (): Promise<string> => String(await admin.call('CLUSTER', 'INFO'));
      await expect.poll(state, { timeout: 20_000 }).toContain('cluster_state:ok');
      await admin.hset(REDIS_KEY, 'field', generateEvents(1).next().value?.json ?? '');
      await admin.quit();
      const files = `ca=${encodeURIComponent(ca)}&client_cert=${client.cert}&client_key=${client.key}`;
      const secrets = { password: 'node-secret' };
      const url = `redis+cluster://${node.host}:${node.port}?tls=1&${files}`;
      expect(await own.capture(url, { secrets })).toMatchObject({ state: 'complete', captured: 1 });
      await expect(
        own.capture(`redis+cluster://${node.host}:${node.port}?timeout=2`, { secrets }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^source_(?:refused|unreachable)$/),
      });
    } finally {
      await node.stop();
    }
  });
});

describe('who is asked to let us in', () => {
  test('a client certificate opens a server that wants one, and its lack is said', async () => {
    const certificates = makeCertificates(tempDir(), 'auditor');
    const { ca, server, client } = certificates;
    await using redis = await startRedis({ tls: { ca, ...server, clientAuth: true } });
    const bare = `${redis.url}?timeout=3&ca=${encodeURIComponent(ca)}`;
    const url = `${bare}&client_cert=${encodeURIComponent(client.cert)}&client_key=${encodeURIComponent(client.key)}`;
    expect(await own.capture(url)).toMatchObject({ state: 'complete', notes: [{ code: 'key_missing' }] });
    await expect(own.capture(bare)).rejects.toMatchObject({ code: expect.stringMatching(/^source_/) });
    await expect(
      own.capture(`${redis.url}?timeout=3&ca=${encodeURIComponent(certificates.strangerCa)}`),
    ).rejects.toMatchObject({ code: 'source_refused', message: expect.stringContaining('no secure connection') });
  });

  test('a user who may only read the hash reads it; the least it needs is enough', async () => {
    await using redis = await startRedis({
      acl: ['user default on nopass ~* +@all', `user auditor on >secret ~${REDIS_KEY} +type +hlen +hscan +ping`],
    });
    await fillRedis(redis, 3_000);
    const url = `redis://auditor@127.0.0.1:${redis.port}`;
    const status = await own.capture(url, { secrets: { password: 'secret' } });
    expect(status).toMatchObject({ state: 'complete', captured: 3_000, notes: [] });
    await expect(own.capture(url, { secrets: { password: 'wrong' } })).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('refused the password'),
    });
    await expect(own.capture(`${url}?key=other`, { secrets: { password: 'secret' } })).rejects.toMatchObject({
      code: 'source_refused',
    });
  });

  test('permission that is taken away in the middle leaves a partial snapshot that says so', async () => {
    await using redis = await startRedis({
      acl: ['user default on nopass ~* +@all', `user auditor on >secret ~${REDIS_KEY} +type +hlen +hscan +ping`],
    });
    await fillRedis(redis, 20_000);
    await using admin = redisClient(redis);
    const status = await own.capture(`redis://auditor@127.0.0.1:${redis.port}`, {
      secrets: { password: 'secret' },
      onProgress: when(1, () => void admin.redis.call('ACL', 'SETUSER', 'auditor', '-hscan')),
    });
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'source_refused' } });
    expect(status.reason?.message).toContain('may not read here');
    expect(status.captured).toBeLessThan(20_000);
  });
});

describe('a hash that changes while it is read', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });

  /** Captures twenty thousand events while something is done to them. */
  async function captureDuring(change: (client: Redis) => Promise<unknown>): Promise<SnapshotStatus> {
    await using client = redisClient(redis);
    await client.redis.flushall();
    await fillRedis(redis, 20_000);
    let changed: Promise<unknown> | undefined;
    const status = await own.capture(redis.url, {
      onProgress: when(1, () => {
        changed = change(client.redis);
      }),
    });
    await changed;
    return status;
  }

  test.each([
    ['grows', grow, 20_000],
    ['shrinks', shrink, 18_000],
  ] as const)('one that %s is said to be of no one instant', async (_name, change, atLeast) => {
    const status = await captureDuring(change);
    expect(status.state).toBe('complete');
    expect(codes(status)).toEqual(['changed_while_read']);
    expect(status.notes[0]?.message).toContain('not one instant');
    expect(status.captured).toBeGreaterThanOrEqual(atLeast);
  });

  test.each([
    ['renamed away and made anew', ['rename', REDIS_KEY, 'away']],
    ['removed and made anew', ['del', REDIS_KEY]],
    ['written over by another', ['exists', REDIS_KEY]],
  ] as const)('one that is %s leaves a partial snapshot, though it is as large as before', async (_name, first) => {
    const status = await captureDuring(async (client) => {
      const fields = [...generateEvents(20_000, { seed: 99 })].flatMap(({ field, json }) => [field, json]);
      await client.hset('other', ...fields);
      await client.multi([[...first], ['rename', 'other', REDIS_KEY]]).exec();
    });
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'source_invalid' } });
    expect(status.reason?.message).toContain('was replaced while it was read');
  });

  test('one that vanishes leaves a partial snapshot', async () => {
    const status = await captureDuring((client) => client.del(REDIS_KEY));
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'source_invalid' } });
    expect(status.reason?.message).toContain('vanished');
  });

  test('few fields in a table made for many are found behind pages that are empty', async () => {
    await using client = redisClient(redis);
    await client.redis.flushall();
    await fillRedis(redis, 60_000);
    // While a child process saves, the table does not shrink.
    await client.redis.config('SET', 'rdb-key-save-delay', '60000000');
    await client.redis.bgsave();
    const fields = await client.redis.hkeys(REDIS_KEY);
    for (let at = 5; at < fields.length; at += 1_000) {
      await client.redis.hdel(REDIS_KEY, ...fields.slice(at, at + 1_000));
    }
    await client.redis.config('SET', 'rdb-key-save-delay', '0');
    let empty = 0;
    let cursor = '0';
    do {
      const [next, found] = await client.redis.hscan(REDIS_KEY, cursor, 'COUNT', 500);
      if (found.length === 0) empty += 1;
      cursor = next;
    } while (cursor !== '0');
    expect(empty).toBeGreaterThan(0);
    expect(await own.capture(redis.url)).toMatchObject({ state: 'complete', captured: 5, notes: [] });
  });

  test('what is there from beginning to end is always captured, however much else comes and goes', async () => {
    await using client = redisClient(redis);
    await client.redis.flushall();
    const stays = await fillRedis(redis, 12_000);
    const enough = new AbortController();
    const churn = (async () => {
      for (let round = 0; !enough.signal.aborted; round += 1) {
        const extra = Array.from({ length: 3_000 }, (_, n) => `extra:${round}:${n}`);
        await client.redis.hset(REDIS_KEY, ...extra.flatMap((field) => [field, 'no event']));
        await client.redis.hdel(REDIS_KEY, ...extra);
      }
    })();
    try {
      const status = await own.capture(redis.url);
      expect(status).toMatchObject({ state: 'complete', captured: stays });
      expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
    } finally {
      enough.abort();
      await churn;
    }
  });
});

describe('connections in trouble', () => {
  const COUNT = 20_000;
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ persist: true });
    await fillRedis(redis, COUNT);
  });
  afterAll(async () => {
    await redis.stop();
  });

  async function through(faults: Faults, query = ''): Promise<SnapshotStatus> {
    await using proxy = await startFaultProxy(redis, faults);
    return await own.capture(`redis://127.0.0.1:${proxy.port}${query}`);
  }

  test.each([900, 40_000, 500_000, 1_500_000, 4_000_000])('a reset after %i bytes, once', async (resetAfter) => {
    const status = await through({ resetAfter, times: 1 });
    expect(status).toMatchObject({ state: 'complete', captured: COUNT, duplicates: 0, rejected: 0 });
    expect(codes(status)).toEqual(['reconnected']);
  });

  test('a server that hangs up before it says a word is asked again', async () => {
    const status = await through({ resetAfter: 0, times: 2 });
    expect(status).toMatchObject({ state: 'complete', captured: COUNT, duplicates: 0 });
    await expect(through({ resetAfter: 0 })).rejects.toMatchObject({ code: 'source_unreachable', retryable: true });
  });

  test('a connection that breaks every 1.5 million bytes still brings everything', async () => {
    const status = await through({ resetAfter: 1_500_000 });
    expect(status).toMatchObject({ state: 'complete', captured: COUNT, rejected: 0 });
  });

  test('a connection that never lasts for one reply ends partial or as an error, not as a short result', async () => {
    await using proxy = await startFaultProxy(redis);
    const outcome = await own.capture(`redis://127.0.0.1:${proxy.port}`, {
      onProgress: when(1, () => proxy.set({ resetAfter: 1_000 })),
    });
    expect(outcome).toMatchObject({ state: 'partial', reason: { code: 'source_unreachable', retryable: true } });
  });

  test('replies in single bytes mean the same', async () => {
    const few = await startRedis();
    try {
      await fillRedis(few, 500);
      await using proxy = await startFaultProxy(few, { sliceTo: 1 });
      expect(await own.capture(`redis://127.0.0.1:${proxy.port}`)).toMatchObject({ state: 'complete', captured: 500 });
    } finally {
      await few.stop();
    }
  });

  test('a connection that falls silent once is taken up again', async () => {
    const status = await through({ stallAfter: 1_000_000, times: 1 }, '?timeout=1');
    expect(status).toMatchObject({ state: 'complete', captured: COUNT });
    expect(codes(status)).toEqual(['reconnected']);
  });

  test('a server that falls silent for good leaves a partial snapshot in due time', async () => {
    await using proxy = await startFaultProxy(redis);
    const status = await own.capture(`redis://127.0.0.1:${proxy.port}?timeout=1`, {
      onProgress: when(1, () => proxy.set({ stallAfter: 0 })),
    });
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'source_unreachable' } });
    expect(status.captured).toBeLessThan(COUNT);
  });

  test('a server that is killed and started again is read anew, to its end', async () => {
    let back: Promise<void> | undefined;
    const status = await own.capture(redis.url, {
      onProgress: when(1, () => {
        back = redis.kill().then(() => redis.restart());
      }),
    });
    await back;
    expect(status).toMatchObject({ state: 'complete', captured: COUNT, rejected: 0 });
    expect(codes(status)).toEqual(['server_restarted']);
    expect(status.read).toBe(COUNT + status.duplicates);
  });

  test('a server that is killed and stays away leaves a partial snapshot', async () => {
    const mortal = await startRedis();
    try {
      await fillRedis(mortal, COUNT);
      const status = await own.capture(`${mortal.url}?timeout=2`, { onProgress: when(1, () => void mortal.kill()) });
      expect(status).toMatchObject({ state: 'partial', reason: { code: 'source_unreachable', retryable: true } });
    } finally {
      await mortal.stop();
    }
  });
});

async function grow(client: Redis): Promise<void> {
  const extra = Array.from({ length: 500 }, (_, n) => [
    `id:late-${n}`,
    `{"id":"late-${n}","category":"api","action":"x","timestamp":"2024-01-01T00:00:00+00:00"}`,
  ]);
  await client.hset(REDIS_KEY, ...extra.flat());
}

async function shrink(client: Redis): Promise<void> {
  const fields = await client.hkeys(REDIS_KEY);
  await client.hdel(REDIS_KEY, ...fields.slice(0, 2_000));
}

function redisClient({ port }: RedisServer): AsyncDisposable & { readonly redis: Redis } {
  const redis = new Redis({ host: '127.0.0.1', port });
  return {
    redis,
    [Symbol.asyncDispose]: async () => {
      await redis.quit();
    },
  };
}

/** Fills a key of a cluster and says which node took it. */
async function writeToCluster(nodes: readonly RedisServer[], key: string, count: number): Promise<RedisServer> {
  for (const node of nodes) {
    const takes = await withClient(node.port, (redis) =>
      redis.exists(key).then(
        () => true,
        () => false,
      ),
    );
    if (!takes) continue;
    await fillRedis(node, count, { key });
    return node;
  }
  throw new Error(`no node takes ${key}`);
}
