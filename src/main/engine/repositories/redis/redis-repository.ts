/** One Redis hash, field by field, as HSCAN hands it over. The JSON values are the truth; field names are only keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Note, StoreDescription } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { checkEvent } from '../event-json.ts';
import {
  RecordRepository,
  withWritten,
  type FollowOptions,
  type JsonBatch,
  type ReadOptions,
  type RemoveOptions,
  type StoredRecord,
} from '../repository.ts';
import { connect } from './connection.ts';
import { isConnectionLoss, isPutOff, redisError, writeError } from './errors.ts';
import { followHash } from './follow.ts';
import { HashScanner } from './hash-scanner.ts';
import { redisSource, type RedisSource } from './options.ts';
import { ReplySize } from './reply-size.ts';
import type { ScanReply } from './scan-reply.ts';
import { removeFields, writeFields, type WriteProgress } from './writer.ts';

const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
/** A connection that breaks so often before a single reply came through will not hold. */
const FRUITLESS = 6;
/** So many of the fields that came first are looked for again at the end. */
const REMEMBERED = 64;
/** How often events are sent before a connection that breaks counts as lost. */
const WRITE_TRIES = 4;

interface Begun {
  readonly size: number;
  readonly exists: boolean;
  /** The process that answers; `''` when the user may not ask. Its cursors mean nothing to another one. */
  readonly run: string;
}

export class RedisRepository extends RecordRepository {
  #client: Redis | undefined;
  #notes: readonly Note[] = [];
  /** Lets go of the signal that would end the connection. */
  #release: (() => void) | undefined;
  #parsed: RedisSource | undefined;

  get #source(): RedisSource {
    this.#parsed ??= redisSource(this.context.url, this.context.secrets);
    return this.#parsed;
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const { key } = this.#source;
    const client = await this.#connected(signal);
    try {
      const type = await client.type(key);
      this.#checkType(type);
      const records = await client.hlen(key);
      // Not every user may ask these; the store can be described without.
      const version = await client.info('server').then(
        (info) => /redis_version:(\S+)/.exec(info)?.[1] ?? '',
        () => '',
      );
      const bytes = await client.memory('USAGE', key).catch(() => null);
      return {
        kind: 'redis',
        url: this.context.url.text,
        product: `Redis ${version}`.trim(),
        records,
        estimated: false,
        bytes,
        notes: [...this.#notes, ...(type === 'none' ? [this.#noKey()] : [])],
      };
    } catch (error) {
      throwIfAborted(signal);
      throw redisError(error, undefined, this.context.url);
    }
  }

  override async *readRecords({ signal, note, expect }: ReadOptions): AsyncIterable<JsonBatch> {
    const before = await this.#begin(signal);
    for (const each of this.#notes) note(each);
    if (!before.exists) {
      note(this.#noKey());
      return;
    }
    expect(before.size);
    const size = new ReplySize();
    let { run } = before;
    let cursor = '0';
    let delivered = 0;
    let first: readonly Buffer[] = [];
    let fruitless = 0;
    const said = new Set<Note>();
    const sayOnce = (each: Note): void => {
      if (!said.has(each)) note(each);
      said.add(each);
    };
    let scanner = this.#scanner();
    let next = scanner.scan(cursor, size.count);
    for (;;) {
      let reply: ScanReply;
      try {
        reply = await next;
        fruitless = 0;
      } catch (error) {
        throwIfAborted(signal);
        fruitless += 1;
        size.failed();
        if (fruitless > FRUITLESS) throw redisError(error, undefined, this.context.url);
        const again = await this.#reconnect(signal, error);
        // What was handed over is a whole reply each time, so an unbroken cursor goes on where it was.
        if (again.run === '' || again.run !== run) {
          run = again.run;
          cursor = '0';
          delivered = 0;
          first = [];
          sayOnce(RESTARTED);
        } else {
          sayOnce(isPutOff(error) ? PUT_OFF : RECONNECTED);
        }
        scanner = this.#scanner();
        next = scanner.scan(cursor, size.count);
        continue;
      }
      ({ cursor } = reply);
      const batch = reply.batch();
      delivered += batch.count;
      if (batch.count > 0) size.saw(reply.size);
      const done = cursor === '0';
      // A hash that comes in one reply is of one instant.
      if (first.length === 0 && !done) first = batch.keys.slice(0, REMEMBERED).map((key) => Buffer.from(key));
      // The server prepares the next reply while this one is worked on.
      if (!done) {
        next = scanner.scan(cursor, size.count);
        next.catch(() => undefined);
      }
      if (batch.count > 0) yield batch;
      throwIfAborted(signal);
      if (done) break;
    }
    scanner.release();
    await this.#checkEnd(signal, before, delivered, note);
    await this.#checkSame(signal, first);
  }

  override followRecords(options: FollowOptions): AsyncIterable<JsonBatch> {
    return followHash(this.#source, options);
  }

  override async writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void> {
    await this.writeEvents([event], signal);
  }

  /**
   * In batches, each wholly or not at all. A connection that is lost is taken up again: what was sent may have arrived, and
   * is found there. An error names in its `details` what was written before it.
   */
  override async writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
    for (const event of events) checkEvent(event);
    const { key } = this.#source;
    const progress: WriteProgress = { next: 0, sent: 0, written: [] };
    for (let attempt = 1; ; attempt += 1) {
      const wasConnected = this.#client !== undefined;
      try {
        await this.#write(signal, (client) => writeFields(client, key, events, progress, signal));
        return [];
      } catch (error) {
        const mayGoOn = (wasConnected || progress.next + progress.sent > 0) && attempt < WRITE_TRIES;
        if (!isConnectionLoss(error) || !mayGoOn) {
          const sent = events.slice(progress.next, progress.next + progress.sent);
          throw withWritten(
            error,
            progress.written,
            sent.map(({ id }) => id),
          );
        }
        await sleep(RETRY_MS * attempt, undefined, { signal }).catch(() => throwIfAborted(signal));
      }
    }
  }

  override removeRecords(records: Iterable<StoredRecord>, options: RemoveOptions): Promise<number> {
    return this.#write(options.signal, (client) => removeFields(client, this.#source.key, records, options));
  }

  /** Works on a connection that is kept for the next time. */
  async #write<T>(signal: AbortSignal, work: (client: Redis) => Promise<T>): Promise<T> {
    this.requireWritable();
    if (this.#source.fromReplica) {
      throw new AppError(
        'invalid_input',
        `${this.context.url.text}: a replica can’t be written to. Leave role=replica out.`,
      );
    }
    throwIfAborted(signal);
    const abort = (): void => this.#client?.disconnect();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const client = this.#client ?? (await this.#connected(signal));
      return await work(client);
    } catch (error) {
      await this.close();
      throwIfAborted(signal);
      throw writeError(error, this.context.url);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#release?.();
      this.#release = undefined;
    }
  }

  override close(): Promise<void> {
    this.#release?.();
    this.#release = undefined;
    this.#client?.disconnect();
    this.#client = undefined;
    return Promise.resolve();
  }

  /** Compares the hash with what it was. A change is said; a hash that is gone is not a whole result. */
  async #checkEnd(signal: AbortSignal, before: Begun, delivered: number, note: ReadOptions['note']): Promise<void> {
    const { key } = this.#source;
    const after = await this.#ask((client) => client.hlen(key)).catch(async (error: unknown) => {
      throwIfAborted(signal);
      return (await this.#reconnect(signal, error)).size;
    });
    if (after === 0 && before.size > 0) throw this.#vanished();
    if (after === before.size && delivered >= after) return;
    note({
      severity: 'warning',
      code: 'changed_while_read',
      message: `The store changed while it was read: ${before.size} records before, ${after} after. What was captured is not one instant.`,
    });
  }

  /**
   * A key that was renamed away, removed or written over, and made anew, answers like one that merely changed.
   * @param first some of the fields that came first; those of a hash that merely grew or shrank are not all gone
   * @throws AppError `source_invalid` when the hash is another one now
   */
  async #checkSame(signal: AbortSignal, first: readonly Buffer[]): Promise<void> {
    if (first.length === 0) return;
    const there = await this.#ask((client) =>
      Promise.all(first.map((field) => client.hexists(this.#source.key, field))),
    ).catch((error: unknown) => {
      throwIfAborted(signal);
      const problem = redisError(error, undefined, this.context.url);
      // Not every user may ask, and not every server knows the command; the hash can be read without.
      if (/NOPERM|unknown command/i.test(problem.message)) return [1];
      throw problem;
    });
    if (there.some((answer) => answer !== 0)) return;
    throw new AppError(
      'source_invalid',
      `${this.context.url.text}: the key “${this.#source.key}” was replaced while it was read: none of the records that came first are in it any more. What was captured is of both; read it again.`,
    );
  }

  async #connected(signal: AbortSignal): Promise<Redis> {
    await this.close();
    const { client, notes } = await connect(this.#source, signal);
    this.#client = client;
    this.#notes = notes;
    const abort = (): void => client.disconnect();
    signal.addEventListener('abort', abort, { once: true });
    this.#release = () => signal.removeEventListener('abort', abort);
    return client;
  }

  /** Connects and looks at the key. */
  async #begin(signal: AbortSignal): Promise<Begun> {
    const { key } = this.#source;
    const client = await this.#connected(signal);
    try {
      const type = await client.type(key);
      this.#checkType(type);
      const size = await client.hlen(key);
      const run = await client.info('server').then(
        (info) => /run_id:(\S+)/.exec(info)?.[1] ?? '',
        () => '',
      );
      return { size, exists: type !== 'none', run };
    } catch (error) {
      throwIfAborted(signal);
      throw redisError(error, undefined, this.context.url);
    }
  }

  /** Takes a lost connection up again, as long as patience lasts. @throws AppError what was lost, or what the server says now */
  async #reconnect(signal: AbortSignal, error: unknown): Promise<Begun> {
    const problem = redisError(error, undefined, this.context.url);
    if (!isConnectionLoss(problem)) throw problem;
    const deadline = Date.now() + this.#source.patienceMs;
    for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      await sleep(wait, undefined, { signal }).catch(() => throwIfAborted(signal));
      try {
        const found = await this.#begin(signal);
        if (found.exists) return found;
      } catch (failure) {
        if (!isConnectionLoss(failure)) throw failure;
        if (Date.now() < deadline) continue;
        throw problem;
      }
      throw this.#vanished();
    }
  }

  #scanner(): HashScanner {
    if (this.#client === undefined) throw new AppError('cancelled', 'Cancelled.');
    return new HashScanner(this.#client, this.#source.key, this.#source.replyMs);
  }

  #ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    if (this.#client === undefined) return Promise.reject(new AppError('cancelled', 'Cancelled.'));
    return question(this.#client);
  }

  #checkType(type: string): void {
    if (type !== 'hash' && type !== 'none') {
      throw new AppError(
        'source_invalid',
        `${this.context.url.text}: the key “${this.#source.key}” is a ${type}, not a hash of events. Name the right one with ?key=NAME.`,
      );
    }
  }

  #vanished(): AppError {
    return new AppError(
      'source_invalid',
      `${this.context.url.text}: the key “${this.#source.key}” vanished while it was read.`,
    );
  }

  #noKey(): Note {
    return {
      severity: 'warning',
      code: 'key_missing',
      message: `There is no key “${this.#source.key}” in this database, so there are no events. Another one is named with ?key=NAME.`,
    };
  }
}

const RESTARTED: Note = {
  severity: 'warning',
  code: 'server_restarted',
  message:
    'Another server process answered while the hash was read, so reading began anew. What was captured is not one instant.',
};

const RECONNECTED: Note = {
  severity: 'info',
  code: 'reconnected',
  message: 'The connection was lost and taken up again.',
};

const PUT_OFF: Note = {
  severity: 'info',
  code: 'throttled',
  message: 'The server was too busy to answer now and then, and was asked again. Nothing is lost by that.',
};
