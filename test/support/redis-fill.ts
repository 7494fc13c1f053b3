/** Fills a Redis hash with events, fast: a million in well under a minute. */
import { Redis, type RedisOptions } from 'ioredis';
import { generateEvents, type EventOptions } from './events.ts';

/** The hash that the extension writes to. */
export const REDIS_KEY = 'event-audit';

const FIELDS_PER_COMMAND = 500;
const COMMANDS_PER_ROUND = 8;

export interface RedisFillOptions extends EventOptions {
  /** Name of the hash; the extension's unless said. */
  readonly key?: string;
}

/** Writes generated events and returns how many the hash holds then. */
export async function fillRedis(
  connection: RedisOptions,
  count: number,
  options: RedisFillOptions = {},
): Promise<number> {
  const { key = REDIS_KEY } = options;
  await using client = disposable(connection);
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
  connection: RedisOptions,
  records: readonly { readonly field: string | Buffer; readonly bytes: Buffer }[],
  key = REDIS_KEY,
): Promise<void> {
  await using client = disposable(connection);
  for (const { field, bytes } of records) await client.redis.hset(key, new Map([[field, bytes]]));
}

function disposable(connection: RedisOptions): AsyncDisposable & { readonly redis: Redis } {
  const redis = new Redis({ ...connection, retryStrategy: () => null });
  return {
    redis,
    [Symbol.asyncDispose]: async () => {
      await redis.quit();
    },
  };
}
