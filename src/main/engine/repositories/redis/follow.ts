/**
 * Watches a hash. Redis tells nobody which field was added, so the hash is looked through again when its length changed, a
 * notification came or some time has passed, but never for more than a share of the time: a small hash is looked through
 * within a second, one of a million fields every quarter of a minute.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AppError } from '../../../../shared/errors.ts';
import type { FollowOptions, JsonBatch } from '../repository.ts';
import { connect } from './connection.ts';
import { isConnectionLoss, redisError } from './errors.ts';
import { FieldStates } from './field-states.ts';
import { keyNotices, type KeyNotices } from './key-notices.ts';
import type { RedisSource } from './options.ts';
import { ReplySize } from './reply-size.ts';

/** Between two questions for the hash's length. */
const LOOK_MS = 500;
/** The server works for us at most one part in so many of the time. */
const SHARE = 5;
/** A hash whose length stays the same is looked through so rarely, since fields may have changed their values. */
const IDLE_MS = 30_000;
const IDLE_SHARE = 50;
/** With notifications nothing goes unnoticed; the look is for the case that one was lost. */
const IDLE_WITH_NOTICES_MS = 600_000;
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** Ends quietly with the signal. @throws AppError `source_*` when the server says no, or the key is no hash any more */
export async function* followHash(source: RedisSource, options: FollowOptions): AsyncGenerator<JsonBatch> {
  const { signal } = options;
  const watch = new HashWatch(source, options);
  let retry = RETRY_MS;
  try {
    while (!signal.aborted) {
      try {
        for await (const batch of watch.rounds()) {
          retry = RETRY_MS;
          yield batch;
        }
      } catch (error) {
        if (signal.aborted) return;
        const problem = redisError(error, undefined, source.url);
        // A first connection that fails is a wrong address; a later one is a server that comes back.
        if (!isConnectionLoss(problem) || !watch.caughtUp) throw problem;
        watch.lost();
        await sleep(retry, undefined, { signal }).catch(() => undefined);
        retry = Math.min(retry * 2, LONGEST_RETRY_MS);
      }
    }
  } finally {
    watch.close();
  }
}

class HashWatch {
  readonly #source: RedisSource;
  readonly #options: FollowOptions;
  readonly #states = new FieldStates();
  readonly #size = new ReplySize();
  #client: Redis | undefined;
  /** Lets go of the signal that would end the connection. */
  #release: (() => void) | undefined;
  #notices: KeyNotices | undefined;
  #length = -1;
  /** When the last look through the hash ended, and how long it took; milliseconds. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #lookTook = 0;
  /** When values were looked at last, where names alone can be asked for. */
  #valuesAt = Number.NEGATIVE_INFINITY;
  /** Whether the server gives names without values; asked once for each connection. */
  #namesOnly: boolean | undefined;
  #lostAt: Date | undefined;
  caughtUp = false;

  constructor(source: RedisSource, options: FollowOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** What is new, round after round, until the connection is lost or the signal fires. */
  async *rounds(): AsyncGenerator<JsonBatch> {
    const { signal } = this.#options;
    const client = await this.#connect();
    while (!signal.aborted) {
      const length = await this.#lengthOf(client);
      const since = performance.now() - this.#lookedAt;
      const isTold = this.#notices?.alive() === true;
      const idle = isTold ? IDLE_WITH_NOTICES_MS : Math.max(IDLE_MS, this.#lookTook * IDLE_SHARE);
      const isCause = length !== this.#length || this.#notices?.dirty === true || since >= idle;
      if (isCause && since >= this.#lookTook * (SHARE - 1)) {
        if (this.#notices !== undefined) this.#notices.dirty = false;
        this.#length = length;
        try {
          yield* this.#look(client);
        } catch (error) {
          // What the key has become, is asked for again.
          if (isWrongType(error)) await this.#lengthOf(client);
          throw error;
        }
        if (!this.caughtUp) this.#options.caughtUp();
        this.caughtUp = true;
        continue;
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  lost(): void {
    this.#lostAt ??= new Date();
    this.close();
  }

  close(): void {
    this.#release?.();
    this.#release = undefined;
    this.#notices?.close();
    this.#notices = undefined;
    this.#client?.disconnect();
    this.#client = undefined;
  }

  async #connect(): Promise<Redis> {
    const { signal, note } = this.#options;
    const { client, notes } = await connect(this.#source, signal);
    this.#client = client;
    for (const each of notes) note(each);
    const abort = (): void => client.disconnect();
    signal.addEventListener('abort', abort, { once: true });
    this.#release = () => signal.removeEventListener('abort', abort);
    this.#notices = await keyNotices(client, this.#source);
    this.#namesOnly = undefined;
    if (this.#lostAt !== undefined) {
      note({
        severity: 'warning',
        code: 'watch_gap',
        message: `The connection was lost at ${this.#lostAt.toISOString()} and taken up again at ${new Date().toISOString()}. What came in between and stayed is shown; what came and went is not.`,
      });
      this.#lostAt = undefined;
      // Whatever the length is now, another server may have another content.
      this.#length = -1;
    }
    return client;
  }

  /** @throws AppError `source_invalid` when the key holds something else now */
  async #lengthOf(client: Redis): Promise<number> {
    const { key, url } = this.#source;
    const type = await client.type(key);
    if (type !== 'hash' && type !== 'none') {
      throw new AppError('source_invalid', `${url.text}: the key “${key}” is a ${type} now, not a hash of events.`);
    }
    if (type === 'none') return 0;
    try {
      return await client.hlen(key);
    } catch (error) {
      if (!isWrongType(error)) throw error;
      // It became something else between the two questions.
      return this.#lengthOf(client);
    }
  }

  /** Looks through the whole hash once. */
  async *#look(client: Redis): AsyncGenerator<JsonBatch> {
    const { signal } = this.#options;
    const before = this.#states.size;
    const began = performance.now();
    let asking = 0;
    this.#states.beginRound();
    const wantsValues = began - this.#valuesAt >= Math.max(IDLE_MS, this.#lookTook * IDLE_SHARE);
    const names = this.caughtUp && !wantsValues && (await this.#givesNames(client));
    let changed = 0;
    let cursor = '0';
    do {
      const asked = performance.now();
      const [next, values, keys] = names ? await this.#newOf(client, cursor) : await this.#pairsOf(client, cursor);
      asking += performance.now() - asked;
      cursor = next;
      const fresh: { key: Buffer; value: Buffer }[] = [];
      for (const [index, key] of keys.entries()) {
        const value = values[index];
        if (value === undefined) continue;
        const sighting = this.#states.see(key, value);
        if (sighting === 'same') continue;
        if (sighting === 'changed') changed += 1;
        fresh.push({ key, value });
      }
      if (fresh.length > 0) yield batchOf(fresh);
      if (signal.aborted) return;
    } while (cursor !== '0');
    const gone = this.#states.endRound();
    this.#lookTook = asking;
    this.#lookedAt = performance.now();
    if (!names) this.#valuesAt = this.#lookedAt;
    this.#say(changed, gone, before);
  }

  async #pairsOf(client: Redis, cursor: string): Promise<readonly [string, Buffer[], Buffer[]]> {
    const [next, elements] = await client.hscanBuffer(this.#source.key, cursor, 'COUNT', this.#size.count);
    const [keys, values]: [Buffer[], Buffer[]] = [[], []];
    let bytes = 0;
    for (let at = 0; at + 1 < elements.length; at += 2) {
      const [key, value] = [elements[at], elements[at + 1]];
      if (key === undefined || value === undefined) continue;
      keys.push(key);
      values.push(value);
      bytes += key.length + value.length;
    }
    this.#size.saw(bytes);
    return [next.toString('latin1'), values, keys];
  }

  /** By names alone: only fields that are not known yet are fetched. */
  async #newOf(client: Redis, cursor: string): Promise<readonly [string, (Buffer | undefined)[], Buffer[]]> {
    const { key } = this.#source;
    const reply: unknown = await client.callBuffer('HSCAN', key, cursor, 'COUNT', this.#size.count, 'NOVALUES');
    const [next, names]: readonly unknown[] = Array.isArray(reply) ? reply : [];
    if (!Buffer.isBuffer(next) || !Array.isArray(names)) throw new AppError('source_invalid', 'HSCAN answered oddly.');
    const unknown = names.filter((name): name is Buffer => Buffer.isBuffer(name) && !this.#states.knows(name));
    const values = unknown.length === 0 ? [] : await client.hmgetBuffer(key, ...unknown);
    return [next.toString('latin1'), values.map((value) => value ?? undefined), unknown];
  }

  /** Redis 7.4 and later give a hash's names without its values. */
  async #givesNames(client: Redis): Promise<boolean> {
    this.#namesOnly ??= await client.callBuffer('HSCAN', this.#source.key, '0', 'COUNT', 1, 'NOVALUES').then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.name === 'ReplyError') return false;
        throw error;
      },
    );
    return this.#namesOnly;
  }

  #say(changed: number, gone: number, before: number): void {
    const at = new Date().toISOString();
    if (changed > 0) {
      this.#options.note({
        severity: 'warning',
        code: 'value_changed',
        message: `Records that were known were changed in the store, first seen at ${at}. Each is shown again as it is now.`,
      });
    }
    if (gone > 0 && this.#states.size === 0) {
      this.#options.note({
        severity: 'warning',
        code: 'key_missing',
        message: `The key “${this.#source.key}” vanished with its ${before} records, first seen at ${at}.`,
      });
    } else if (gone > 0) {
      this.#options.note({
        severity: 'warning',
        code: 'records_removed',
        message: `Records were removed from the store while it was watched, first seen at ${at}. Read it again to see which.`,
      });
    }
  }
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}

function batchOf(records: readonly { readonly key: Buffer; readonly value: Buffer }[]): JsonBatch {
  return {
    kind: 'json',
    values: records.map(({ value }) => value),
    // A field may come again with another value, which is no duplicate.
    keys: [],
    place: (index) => records[index]?.key.toString('utf8') ?? '',
  };
}
