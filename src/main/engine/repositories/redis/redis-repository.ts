/** One Redis hash, field by field, as HSCAN hands it over. The JSON values are the truth; field names are only keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { StoreDescription } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { RecordRepository, type JsonBatch, type ReadOptions } from '../repository.ts';
import { connect, isConnectionLoss, redisError } from './connection.ts';

const DEFAULT_KEY = 'event-audit';
/** A reply is meant to be about so large: enough to work in bulk, small enough not to hold the server up. */
const REPLY_BYTES = 1 << 19;
const RETRIES = 6;
const RETRY_MS = 500;

export class RedisRepository extends RecordRepository {
  #client: Redis | undefined;

  get #key(): string {
    return this.context.url.parameters['key'] ?? DEFAULT_KEY;
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const client = await this.#connected(signal);
    try {
      const type = await client.type(this.#key);
      this.#checkType(type);
      const records = await client.hlen(this.#key);
      // Not every user may ask these; the store can be described without.
      const version = await client.info('server').then(
        (info) => /redis_version:(\S+)/.exec(info)?.[1] ?? '',
        () => '',
      );
      const bytes = await client.memory('USAGE', this.#key).catch(() => null);
      return {
        kind: 'redis',
        url: this.context.url.text,
        product: `Redis ${version}`.trim(),
        records,
        estimated: false,
        bytes,
        notes: type === 'none' ? [this.#noKey()] : [],
      };
    } catch (error) {
      throw redisError(error, undefined, this.context.url);
    }
  }

  override async *readRecords({ signal, note, expect }: ReadOptions): AsyncIterable<JsonBatch> {
    const before = await this.#begin(signal);
    if (before === undefined) {
      note(this.#noKey());
      return;
    }
    expect(before.size);
    let { run } = before;
    let cursor = '0';
    let count = 500;
    let attempts = 0;
    let next = this.#scan(cursor, count);
    for (;;) {
      let reply: [Buffer, Buffer[]];
      try {
        reply = await next;
        attempts = 0;
      } catch (error) {
        throwIfAborted(signal);
        const problem = redisError(error, undefined, this.context.url);
        if (!isConnectionLoss(problem)) throw problem;
        const again = await this.#reconnect(signal, problem, () => (attempts += 1));
        if (again.run !== run || run === '') {
          // Another process answers, or one that does not say: cursors are good for the process that gave them only, so
          // the hash is read again from its beginning.
          run = again.run;
          cursor = '0';
          note({
            severity: 'warning',
            code: 'server_restarted',
            message: 'The server restarted, or may have, while it was read; reading began anew.',
          });
        } else {
          note({ severity: 'info', code: 'reconnected', message: 'The connection was lost and taken up again.' });
        }
        next = this.#scan(cursor, count);
        continue;
      }
      cursor = reply[0].toString('latin1');
      const elements = reply[1];
      const keys: Buffer[] = [];
      const values: Buffer[] = [];
      let bytes = 0;
      for (let i = 0; i + 1 < elements.length; i += 2) {
        const [key, value] = [elements[i], elements[i + 1]];
        if (key === undefined || value === undefined) continue;
        keys.push(key);
        values.push(value);
        bytes += key.length + value.length;
      }
      const done = cursor === '0';
      if (bytes > 0)
        count = Math.max(10, Math.min(10_000, Math.round((count * 3 + (count * REPLY_BYTES) / bytes) / 4)));
      // The server prepares the next reply while this one is worked on.
      if (!done) {
        next = this.#scan(cursor, count);
        next.catch(() => undefined);
      }
      if (values.length > 0) yield { kind: 'json', values, keys };
      throwIfAborted(signal);
      if (done) break;
    }
    const after = await this.#client?.hlen(this.#key).catch(() => undefined);
    if (after !== undefined && after !== before.size) {
      note({
        severity: 'warning',
        code: 'changed_while_read',
        message: `The store changed while it was read: ${before.size} records before, ${after} after. What was captured is not one instant.`,
      });
    }
  }

  override close(): Promise<void> {
    this.#client?.disconnect();
    this.#client = undefined;
    return Promise.resolve();
  }

  async #connected(signal: AbortSignal): Promise<Redis> {
    this.#client?.disconnect();
    this.#client = await connect(this.context.url, this.context.secrets, signal);
    const client = this.#client;
    signal.addEventListener('abort', () => client.disconnect(), { once: true });
    return client;
  }

  /** Connects and looks at the key. `undefined` when there is none. */
  async #begin(signal: AbortSignal): Promise<{ size: number; run: string } | undefined> {
    const client = await this.#connected(signal);
    try {
      const type = await client.type(this.#key);
      this.#checkType(type);
      const size = await client.hlen(this.#key);
      const run = await client.info('server').then(
        (info) => /run_id:(\S+)/.exec(info)?.[1] ?? '',
        () => '',
      );
      return type === 'none' ? undefined : { size, run };
    } catch (error) {
      throwIfAborted(signal);
      throw redisError(error, undefined, this.context.url);
    }
  }

  async #reconnect(signal: AbortSignal, problem: AppError, attempt: () => number): Promise<{ run: string }> {
    for (;;) {
      const made = attempt();
      if (made > RETRIES) throw problem;
      await sleep(RETRY_MS * 2 ** (made - 1), undefined, { signal }).catch(() => throwIfAborted(signal));
      try {
        const found = await this.#begin(signal);
        if (found !== undefined) return found;
        throw new AppError(
          'source_invalid',
          `${this.context.url.text}: the key “${this.#key}” vanished while it was read.`,
        );
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
      }
    }
  }

  #scan(cursor: string, count: number): Promise<[Buffer, Buffer[]]> {
    if (this.#client === undefined) return Promise.reject(new AppError('cancelled', 'Cancelled.'));
    return this.#client.hscanBuffer(this.#key, cursor, 'COUNT', count);
  }

  #checkType(type: string): void {
    if (type !== 'hash' && type !== 'none') {
      throw new AppError(
        'source_invalid',
        `${this.context.url.text}: the key “${this.#key}” is a ${type}, not a hash of events. Name the right one with ?key=NAME.`,
      );
    }
  }

  #noKey(): { severity: 'warning'; code: string; message: string } {
    return {
      severity: 'warning',
      code: 'key_missing',
      message: `There is no key “${this.#key}” in this database, so there are no events. Another one is named with ?key=NAME.`,
    };
  }
}
