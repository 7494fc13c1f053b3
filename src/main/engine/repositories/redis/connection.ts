/** Opens a connection that answers, to the server that holds the hash: named, watched by sentinels, or a cluster's node. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, assertNever, throwIfAborted } from '../../../../shared/errors.ts';
import { isHangUp, redisError } from './errors.ts';
import { clientOptions, type Address, type RedisSource } from './options.ts';
import { clusterNode, movedTo, replicasOf, sentinelNode, type Found } from './topology.ts';

/** Redirections that are followed before a cluster counts as confused. */
const MAX_HOPS = 5;
/** So often a server is asked that hangs up without a word. */
const ATTEMPTS = 3;
const ATTEMPT_PAUSE_MS = 100;

export interface Connection {
  readonly client: Redis;
  readonly notes: readonly Note[];
}

/** The caller ends it with `disconnect()`. @throws AppError `source_*`, `cancelled` */
export async function connect(source: RedisSource, signal: AbortSignal): Promise<Connection> {
  const opened = new Set<Redis>();
  /** Opens a client that an abort ends. */
  const openOnce = async (options: ReturnType<typeof clientOptions>): Promise<Redis> => {
    throwIfAborted(signal);
    const client = new Redis(options);
    opened.add(client);
    let last: unknown;
    client.on('error', (error: unknown) => {
      last = error;
    });
    try {
      await client.connect();
      await client.ping();
      // Asked once more in words: the driver goes on in database 0 when the server says no.
      if (options.db !== undefined && options.db > 0) await client.select(options.db);
      return client;
    } catch (error) {
      client.disconnect();
      throwIfAborted(signal);
      throw redisError(error, last, source.url);
    }
  };
  /** A server that turns somebody away says why and hangs up, and the second may overtake the first: it is asked again. */
  const open = async (options: ReturnType<typeof clientOptions>): Promise<Redis> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await openOnce(options);
      } catch (error) {
        if (attempt === ATTEMPTS || !isHangUp(error)) throw error;
        await sleep(ATTEMPT_PAUSE_MS, undefined, { signal }).catch(() => undefined);
        throwIfAborted(signal);
      }
    }
  };
  const abort = (): void => {
    for (const client of opened) client.disconnect();
  };
  signal.addEventListener('abort', abort, { once: true });
  let kept: Redis | undefined;
  try {
    const found = await findNode(source, open);
    kept = found.client;
    throwIfAborted(signal);
    return found;
  } catch (error) {
    throwIfAborted(signal);
    throw redisError(error, undefined, source.url);
  } finally {
    signal.removeEventListener('abort', abort);
    for (const client of opened) if (client !== kept) client.disconnect();
  }
}

export type Open = (options: ReturnType<typeof clientOptions>) => Promise<Redis>;

async function findNode(source: RedisSource, open: Open): Promise<Connection> {
  switch (source.topology) {
    case 'single': {
      const [seed = { host: 'localhost', port: 6_379 }] = source.seeds;
      const client = await open(clientOptions(source, seed));
      return source.fromReplica ? toReplica(source, open, client, seed) : { client, notes: [] };
    }
    case 'sentinel':
      return settle(source, open, await sentinelNode(source, open));
    case 'cluster':
      return settle(source, open, await clusterNode(source, open));
    default:
      return assertNever(source.topology);
  }
}

/** The named server when it is a replica itself, else one of its own. */
async function toReplica(source: RedisSource, open: Open, client: Redis, at: Address): Promise<Connection> {
  const replicas = await replicasOf(client);
  if (replicas === 'is_replica') return { client, notes: [replicaNote(at)] };
  for (const address of replicas) {
    const replica = await open(clientOptions(source, address)).catch(() => undefined);
    if (replica !== undefined) return { client: replica, notes: [replicaNote(address)] };
  }
  throw noReplica(source);
}

/** Connects to a node that was found, following a cluster that says the hash has moved on. */
async function settle(source: RedisSource, open: Open, found: Found): Promise<Connection> {
  let addresses: readonly Address[] = source.fromReplica ? found.replicas : [found.master];
  if (addresses.length === 0) throw noReplica(source);
  let problem: unknown;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    let next: Address | undefined;
    for (const address of addresses) {
      try {
        const client = await open(clientOptions(source, address));
        if (source.fromReplica && source.topology === 'cluster') await client.readonly();
        await client.type(source.key);
        return { client, notes: [source.fromReplica ? replicaNote(address) : nodeNote(source, address)] };
      } catch (error) {
        problem = error;
        next = movedTo(error, address);
        if (next !== undefined) break;
      }
    }
    if (next === undefined) break;
    addresses = [next];
  }
  throw redisError(problem, undefined, source.url);
}

function noReplica(source: RedisSource): AppError {
  return new AppError(
    'source_unreachable',
    `${source.url.text}: no replica answers. Leave role=replica out to read from the master.`,
  );
}

function nodeNote({ topology, key, master }: RedisSource, { host, port }: Address): Note {
  return {
    severity: 'info',
    code: 'read_from',
    message:
      topology === 'cluster'
        ? `The hash “${key}” lies on the cluster’s node ${host}:${port}.`
        : `The sentinels name ${host}:${port} as the master of “${master}”.`,
  };
}

function replicaNote({ host, port }: Address): Note {
  return {
    severity: 'info',
    code: 'read_from_replica',
    message: `The replica ${host}:${port} is read. It may be a moment behind its master.`,
  };
}
