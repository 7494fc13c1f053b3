/** Fills a Redis hash with events, fast: a million in well under a minute. */
import { Redis } from 'ioredis';
import { generateEvents, type EventOptions } from './events.ts';

/** The hash that the extension writes to. */
export const REDIS_KEY = 'event-audit';

const FIELDS_PER_COMMAND = 500;
const COMMANDS_PER_ROUND = 8;

/** Where the server is; a `RedisServer` without password can be given as it is. */
export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
}

export interface RedisFillOptions extends EventOptions {
  /** Name of the hash; the extension's unless said. */
  readonly key?: string;
}

/** Writes generated events and returns how many the hash holds then. */
export async function fillRedis(target: RedisTarget, count: number, options: RedisFillOptions = {}): Promise<number> {
  const { key = REDIS_KEY } = options;
  await using client = disposable(target);
  let batch: string[] = [];
  let round = client.redis.pipeline();
  const flush = async (last: boolean): Promise<void> => {
    if (batch.length > 0) round.hset(key, ...batch);
    batch = [];
    if (round.length === 0 || (!last && round.length < COMMANDS_PER_ROUND)) return;
    const replies = (await round.exec()) ?? [];
    for (const [error] of replies) if (error !== null) throw error;
    round = client.redis.pipeline();
  };
  for (const { field, json } of generateEvents(count, options)) {
    batch.push(field, json);
    if (batch.length === FIELDS_PER_COMMAND * 2) await flush(false);
  }
  await flush(true);
  return client.redis.hlen(key);
}

/** Writes records as they are, one field each, for what the generator never makes. */
export async function putRecords(
  target: RedisTarget,
  records: readonly { readonly field: string | Buffer; readonly bytes: Buffer }[],
  key = REDIS_KEY,
): Promise<void> {
  await using client = disposable(target);
  for (const { field, bytes } of records) await client.redis.hset(key, field, bytes);
}

function disposable(target: RedisTarget): AsyncDisposable & { readonly redis: Redis } {
  const { host, port, username, password, db } = target;
  const redis = new Redis({
    host,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
  });
  return {
    redis,
    [Symbol.asyncDispose]: async () => {
      await redis.quit();
    },
  };
}
