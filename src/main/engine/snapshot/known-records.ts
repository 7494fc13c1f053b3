/**
 * What a partial capture holds already, so that reading the same sources again takes in only what is missing. A record is
 * known by SHA-256 over all that was kept of it; as often as it is here, so often it is known.
 */
import { hash } from 'node:crypto';
import { DuckDBBlobValue, type DuckDBConnection } from '@duckdb/node-api';
import { throwIfAborted } from '../../../shared/errors.ts';
import type { RejectedRow, SlowRow } from './lanes.ts';
import { STAGE_COLUMNS } from './schema.ts';

/** So much of each hash is kept. */
const DIGEST_BYTES = 16;
const WORDS = DIGEST_BYTES / 4 + 1;
const SEPARATOR = '\u001f';
const NULL_MARK = '\u0002';

const digestSql = (value: string): string => `unhex(sha256(${value})[1:${DIGEST_BYTES * 2}])`;

/** The bytes of a segment's line behind its number; see segment.ts. */
const ROW_SQL = STAGE_COLUMNS.slice(1)
  .map(([name]) => (['result', 'payload', 'raw'].includes(name) ? `coalesce(${name}, chr(2))` : `${name}::VARCHAR`))
  .join(' || chr(31) || ');

const REJECT_SQL = "encode(source::VARCHAR || ':' || octet_length(record_key)::VARCHAR || ':') || record_key || raw";

export class KnownRecords {
  readonly #rows = new DigestCounts();
  readonly #rejects = new DigestCounts();
  /** How many of each source have not come again yet. */
  readonly #left: number[];

  private constructor(sources: number) {
    this.#left = Array.from({ length: sources }, () => 0);
  }

  /** Reads what a table of events and the rejects of some sources hold. @throws AppError `cancelled` */
  static async load(
    connection: DuckDBConnection,
    table: string,
    isReadAgain: readonly boolean[],
    signal: AbortSignal,
  ): Promise<KnownRecords> {
    const known = new KnownRecords(isReadAgain.length);
    const again = isReadAgain.flatMap((is, index) => (is ? [index] : []));
    if (again.length === 0) return known;
    const where = `WHERE source IN (${again.join(', ')})`;
    const load = async (sql: string, into: DigestCounts): Promise<void> => {
      const result = await connection.stream(sql);
      for (;;) {
        throwIfAborted(signal);
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        for (const [digest, source] of chunk.getRows()) {
          if (!(digest instanceof DuckDBBlobValue)) continue;
          into.add(digest.bytes);
          known.#count(Number(source), 1);
        }
      }
    };
    await load(`SELECT ${digestSql(ROW_SQL)}, source FROM ${table} ${where}`, known.#rows);
    await load(`SELECT ${digestSql(REJECT_SQL)}, source FROM reject ${where}`, known.#rejects);
    return known;
  }

  /** How many records of a source are here and did not come again. */
  left(source: number): number {
    return this.#left[source] ?? 0;
  }

  /** @param line a segment's line behind its number */
  hasRow(line: Uint8Array, source: number): boolean {
    return this.#take(this.#rows, hash('sha256', line, 'buffer'), source);
  }

  hasSlowRow({ texts, micros, flags, source, result, payload, raw }: SlowRow): boolean {
    const json = [result, payload, raw].map((text) => text ?? NULL_MARK);
    const line = [...texts, micros, flags, source, ...json].join(SEPARATOR);
    return this.#take(this.#rows, hash('sha256', line, 'buffer'), source);
  }

  hasReject({ source, key, raw }: RejectedRow): boolean {
    const bytes = Buffer.concat([Buffer.from(`${source}:${key.length}:`), key, raw]);
    return this.#take(this.#rejects, hash('sha256', bytes, 'buffer'), source);
  }

  #take(from: DigestCounts, digest: Uint8Array, source: number): boolean {
    if (!from.take(digest)) return false;
    this.#count(source, -1);
    return true;
  }

  #count(source: number, change: number): void {
    this.#left[source] = this.left(source) + change;
  }
}

/** How often each digest was added and not yet taken. */
class DigestCounts {
  #size = 0;
  #capacity = 1 << 14;
  /** A slot: the digest's words, and its count. */
  #slots = new Uint32Array(this.#capacity * WORDS);
  readonly #digest = new Uint32Array(WORDS - 1);
  readonly #bytes = new Uint8Array(this.#digest.buffer);

  add(digest: Uint8Array): void {
    if (this.#size * 2 >= this.#capacity) this.#grow();
    const at = this.#find(digest);
    const count = this.#slots[at + WORDS - 1] ?? 0;
    if (count === 0) {
      this.#slots.set(this.#digest, at);
      this.#size += 1;
    }
    // One more than its count, so that what was taken keeps its slot.
    this.#slots[at + WORDS - 1] = count === 0 ? 2 : count + 1;
  }

  /** Takes one away; false when there is none. */
  take(digest: Uint8Array): boolean {
    const at = this.#find(digest) + WORDS - 1;
    const count = this.#slots[at] ?? 0;
    if (count < 2) return false;
    this.#slots[at] = count - 1;
    return true;
  }

  /** The slot of a digest, or the one where it would be. */
  #find(digest: Uint8Array): number {
    this.#bytes.set(digest.subarray(0, DIGEST_BYTES));
    return this.#slotOf(this.#digest, 0);
  }

  #slotOf(words: Uint32Array, from: number): number {
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let slot = (words[from] ?? 0) & mask;
    for (;;) {
      const at = slot * WORDS;
      if (slots[at + WORDS - 1] === 0) return at;
      let word = 0;
      while (word < WORDS - 1 && slots[at + word] === words[from + word]) word += 1;
      if (word === WORDS - 1) return at;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + WORDS - 1] !== 0) this.#slots.set(old.subarray(at, at + WORDS), this.#slotOf(old, at));
    }
  }
}
