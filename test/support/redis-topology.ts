/** Real Redis servers in company: a cluster of three, or a master with a replica and sentinels. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from './temp-dir.ts';
import { startRedis, type RedisServer } from './redis-server.ts';

const SLOTS = 16_384;

export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  /** `host:port,host:port,…` */
  readonly hosts: string;
  /** The node that holds a key. */
  readonly nodeOf: (key: string) => Promise<RedisServer>;
  /** Moves a key's slot, with what is in it, to another node. */
  readonly move: (key: string) => Promise<void>;
}

export async function withClient<T>(port: number, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ host: '127.0.0.1', port });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** Three masters without replicas, or with one replica each. */
export async function startCluster(replicas = 0): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const nodes = await Promise.all(Array.from({ length: 3 * (1 + replicas) }, () => startRedis({ args })));
  const masters = nodes.slice(0, 3);
  const [first] = nodes;
  if (first === undefined) throw new Error('no node was started');
  const step = Math.ceil(SLOTS / 3);
  for (const [index, node] of masters.entries()) {
    await withClient(node.port, async (redis) => {
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', index * step, Math.min(SLOTS, (index + 1) * step) - 1);
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    });
  }
  for (const node of nodes.slice(1)) {
    await withClient(node.port, (redis) => redis.call('CLUSTER', 'MEET', '127.0.0.1', first.port));
  }
  await allAgree(nodes);
  for (const [index, node] of nodes.slice(3).entries()) {
    const master = masters[index % 3];
    if (master === undefined) continue;
    const id = String(await withClient(master.port, (redis) => redis.call('CLUSTER', 'MYID')));
    await withClient(node.port, (redis) => redis.call('CLUSTER', 'REPLICATE', id));
  }
  const slotOf = (key: string): Promise<number> =>
    withClient(first.port, async (redis) => Number(await redis.call('CLUSTER', 'KEYSLOT', key)));
  const nodeOf = async (key: string): Promise<RedisServer> => {
    for (const node of masters) {
      const mine = await withClient(node.port, (redis) =>
        redis.call('EXISTS', key).then(
          () => true,
          () => false,
        ),
      );
      if (mine) return node;
    }
    throw new Error(`no node holds ${key}`);
  };
  return {
    nodes,
    hosts: nodes.map(({ host, port }) => `${host}:${port}`).join(','),
    nodeOf,
    move: async (key) => {
      const slot = await slotOf(key);
      const from = await nodeOf(key);
      const to = masters.find((node) => node !== from) ?? from;
      const [fromId, toId] = await Promise.all(
        [from, to].map((node) => withClient(node.port, (redis) => redis.call('CLUSTER', 'MYID').then(String))),
      );
      await withClient(to.port, (redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? ''));
      await withClient(from.port, async (redis) => {
        await redis.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '');
        await redis.call('MIGRATE', to.host, to.port, key, 0, 30_000);
      });
      for (const node of [to, from, ...masters]) {
        await withClient(node.port, (redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? ''));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function allAgree(nodes: readonly RedisServer[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const states = await Promise.all(
      nodes.map((node) =>
        withClient(node.port, async (redis) => {
          const info = String(await redis.call('CLUSTER', 'INFO'));
          return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
        }),
      ),
    );
    if (states.every(Boolean)) return;
    if (Date.now() > deadline) throw new Error('the cluster did not come together');
    await sleep(100);
  }
}

export interface RedisSentinels extends AsyncDisposable {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** `host:port,host:port` of the sentinels. */
  readonly hosts: string;
}

/** A master named `audit`, a replica that follows it, and two sentinels of which two must agree. */
export async function startSentinels(): Promise<RedisSentinels> {
  const master = await startRedis();
  const replica = await startReplica(master);
  const folders = [createTempDir(), createTempDir()];
  const sentinels = await Promise.all(
    folders.map((folder) => {
      const file = join(folder.path, 'sentinel.conf');
      writeFileSync(
        file,
        `sentinel monitor audit 127.0.0.1 ${master.port} 2
sentinel down-after-milliseconds audit 1000
sentinel failover-timeout audit 3000
`,
      );
      return startRedis({ sentinelConfig: file });
    }),
  );
  const deadline = Date.now() + 30_000;
  for (const sentinel of sentinels) {
    while (!(await knowsAll(sentinel))) {
      if (Date.now() > deadline) throw new Error('the sentinels did not find one another');
      await sleep(100);
    }
  }
  return {
    master,
    replica,
    hosts: sentinels.map(({ host, port }) => `${host}:${port}`).join(','),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...sentinels, replica, master].map((server) => server.stop()));
      for (const folder of folders) folder.remove();
    },
  };
}

async function knowsAll(sentinel: RedisServer): Promise<boolean> {
  const reply = await withClient(sentinel.port, (redis) => redis.call('SENTINEL', 'master', 'audit'));
  const texts = Array.isArray(reply) ? reply.map(String) : [];
  const value = (name: string): string => texts[texts.indexOf(name) + 1] ?? '';
  return value('num-slaves') === '1' && value('num-other-sentinels') === '1';
}

/** A server that follows another one, once it has everything. */
export async function startReplica(master: RedisServer): Promise<RedisServer> {
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  const deadline = Date.now() + 30_000;
  // Both ends: the replica has everything, and the master counts it among its own.
  while (
    !(await says(replica, 'master_link_status:up')) ||
    !(await says(master, `port=${replica.port},state=online`))
  ) {
    if (Date.now() > deadline) throw new Error('the replica did not follow');
    await sleep(50);
  }
  return replica;
}

async function says(server: RedisServer, what: string): Promise<boolean> {
  return (await withClient(server.port, (redis) => redis.info('replication'))).includes(what);
}
