/** The server's own notices that a key was written to, where it sends them (`notify-keyspace-events` with K and h or A). */
import type { Redis } from 'ioredis';
import type { RedisSource } from './options.ts';

export interface KeyNotices {
  /** Whether the key was written to since this was set to false. */
  dirty: boolean;
  /** Whether notices still come. */
  readonly alive: () => boolean;
  readonly close: () => void;
}

/** @returns `undefined` where the server sends none, or the user may not ask */
export async function keyNotices(client: Redis, { key, database }: RedisSource): Promise<KeyNotices | undefined> {
  let listener: Redis | undefined;
  try {
    const [, flags]: readonly unknown[] = await client.call('CONFIG', 'GET', 'notify-keyspace-events').then(asList);
    if (typeof flags !== 'string' || !flags.includes('K') || !/[hA]/.test(flags)) return undefined;
    listener = client.duplicate();
    let alive = true;
    const notices = { dirty: true, alive: () => alive, close: () => listener?.disconnect() };
    listener.on('error', () => undefined);
    listener.on('end', () => {
      alive = false;
    });
    listener.on('message', () => {
      notices.dirty = true;
    });
    await listener.connect();
    await listener.subscribe(`__keyspace@${database}__:${key}`);
    return notices;
  } catch {
    listener?.disconnect();
    return undefined;
  }
}

function asList(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
