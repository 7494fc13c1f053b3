/** Finds the server that holds the hash, by asking sentinels or a cluster. */
import type { Redis } from 'ioredis';
import { AppError } from '../../../../shared/errors.ts';
import type { Open } from './connection.ts';
import { clientOptions, sentinelOptions, type Address, type RedisSource } from './options.ts';

export interface Found {
  readonly master: Address;
  readonly replicas: readonly Address[];
}

/** Asks one server after the other until one answers. @throws what the last one failed with */
async function ask<T>(seeds: readonly Address[], question: (seed: Address) => Promise<T>): Promise<T> {
  let problem: unknown;
  for (const seed of seeds) {
    try {
      return await question(seed);
    } catch (error) {
      problem = error;
      // No other one will say something else.
      if (error instanceof AppError && (error.code === 'invalid_input' || error.code === 'cancelled')) break;
    }
  }
  throw problem;
}

/** The master that sentinels watch under a name, and its replicas that are up. */
export function sentinelNode(source: RedisSource, open: Open): Promise<Found> {
  return ask(source.seeds, async (seed) => {
    const sentinel = await open(sentinelOptions(source, seed));
    const master = address(await sentinel.call('SENTINEL', 'get-master-addr-by-name', source.master));
    if (master === undefined) throw await noMaster(source, sentinel);
    const replicas = source.fromReplica ? await sentinel.call('SENTINEL', 'replicas', source.master) : [];
    return { master, replicas: list(replicas).map(record).filter(isUp).flatMap(addressOf) };
  });
}

async function noMaster(source: RedisSource, sentinel: Redis): Promise<AppError> {
  const masters = list(await sentinel.call('SENTINEL', 'masters').catch(() => []));
  const names = masters.map((each) => record(each).get('name') ?? '').filter((name) => name !== '');
  return new AppError(
    'source_invalid',
    `${source.url.text}: the sentinels watch no “${source.master}”. They watch ${names.length === 0 ? 'nothing' : names.join(', ')}.`,
  );
}

function isUp(replica: ReadonlyMap<string, string>): boolean {
  return !/down|disconnected/.test(replica.get('flags') ?? '') && (replica.get('master-link-status') ?? 'ok') === 'ok';
}

function addressOf(replica: ReadonlyMap<string, string>): readonly Address[] {
  const found = address([replica.get('ip'), replica.get('port')]);
  return found === undefined ? [] : [found];
}

/** The cluster's node that has the hash's slot, and that node's replicas. */
export function clusterNode(source: RedisSource, open: Open): Promise<Found> {
  return ask(source.seeds, async (seed) => {
    const node = await open(clientOptions(source, seed));
    const slot = Number(await node.call('CLUSTER', 'KEYSLOT', source.key));
    for (const range of list(await node.call('CLUSTER', 'SLOTS'))) {
      const [first, last, ...nodes] = list(range);
      if (slot < Number(first) || slot > Number(last)) continue;
      const [master, ...replicas] = nodes.flatMap((each) => address(list(each), seed.host) ?? []);
      if (master !== undefined) return { master, replicas };
    }
    throw new AppError(
      'source_unreachable',
      `${source.url.text}: no node of the cluster serves slot ${slot}, where “${source.key}” belongs. Try again when the cluster is whole.`,
    );
  });
}

/** Where a cluster's reply says the hash is now. */
export function movedTo(error: unknown, from: Address): Address | undefined {
  const texts = [error, error instanceof Error ? error.cause : undefined].map((each) =>
    each instanceof Error ? each.message : '',
  );
  const match = /\bMOVED \d+ (\S*):(\d+)/.exec(texts.join(' '));
  if (match === null) return undefined;
  return { host: match[1] || from.host, port: Number(match[2]) };
}

/** The replicas a master knows of, as ROLE tells them. */
export async function replicasOf(client: Redis): Promise<readonly Address[] | 'is_replica'> {
  const [role, , third] = list(await client.call('ROLE'));
  if (role === 'slave') return 'is_replica';
  return list(third).flatMap((each) => address(list(each)) ?? []);
}

function list(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

/** The first two of `host, port, …`; a host the server does not know itself is the one it was asked at. */
function address(reply: unknown, asked = ''): Address | undefined {
  const [host, port] = list(reply);
  const name = typeof host === 'string' && host !== '' && host !== '?' ? host : asked;
  return name === '' || !(Number(port) > 0) ? undefined : { host: name, port: Number(port) };
}

/** `[name, value, name, value, …]` as a map. */
function record(reply: unknown): ReadonlyMap<string, string> {
  const flat = list(reply).map(String);
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) found.set(flat[i] ?? '', flat[i + 1] ?? '');
  return found;
}
