/** The chain of the journal: what an entry's hash is made of, and how the next one is put on. */
import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { journalHeadSchema, type JournalHead } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';

/** What the first entry stands on. */
const GENESIS = '0'.repeat(64);

export const EVENT_COLUMNS = EVENT_FIELDS.map((field) => `"${field}"`).join(', ');

export type EventRow = readonly (string | null)[];

export interface JournalEntry {
  readonly seq: number;
  /** An event was added, or one was removed by the product itself. */
  readonly kind: 'event' | 'removed';
  readonly event_id: string;
  /** Of the event's row; see {@link rowDigest}. */
  readonly digest: string;
  /** ISO 8601, UTC: when the entry was made. */
  readonly at: string;
  readonly hash: string;
}

export const EMPTY_HEAD: JournalHead = { seq: 0, hash: GENESIS };

/** SHA-256 over the row's values in the order of EVENT_FIELDS, each with its length in bytes before it; NULL is no text. */
export function rowDigest(row: EventRow): string {
  const hash = createHash('sha256');
  for (const value of row) hash.update(value === null ? 'n;' : `${Buffer.byteLength(value)}:${value};`);
  return hash.digest('hex');
}

/** SHA-256 over the hash of the entry before and everything that this one says. */
export function entryHash(before: string, entry: Omit<JournalEntry, 'hash'>): string {
  const { seq, kind, event_id, digest, at } = entry;
  const hash = createHash('sha256').update(before);
  for (const text of [String(seq), kind, event_id, digest, at]) hash.update(`${Buffer.byteLength(text)}:${text};`);
  return hash.digest('hex');
}

/** Puts entries on, within the transaction of whoever changes the events. */
export class Chain {
  readonly #database: Database;
  readonly #insert: Statement;
  #head: JournalHead;

  private constructor(database: Database, head: JournalHead) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO journal (seq, kind, event_id, digest, at, hash) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#head = head;
  }

  /** The chain as it ends now. Only true for as long as the transaction lasts that it is used in. */
  static at(database: Database): Chain {
    return new Chain(database, headOf(database));
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** Whether it has this entry, just so; every chain has the empty one. */
  holds({ seq, hash }: JournalHead): boolean {
    return seq === 0 || this.#database.prepare('SELECT hash FROM journal WHERE seq = ?').pluck().get(seq) === hash;
  }

  add(kind: JournalEntry['kind'], row: EventRow): void {
    const entry = {
      seq: this.#head.seq + 1,
      kind,
      event_id: row[0] ?? '',
      digest: rowDigest(row),
      at: new Date().toISOString(),
    };
    const hash = entryHash(this.#head.hash, entry);
    this.#insert.run(entry.seq, entry.kind, entry.event_id, entry.digest, entry.at, hash);
    this.#head = { seq: entry.seq, hash };
  }

  /**
   * Enters every event that is there, in the order of their rows.
   * @throws AppError `source_invalid` naming a row that is no event as the embedded store keeps them
   */
  adopt(): void {
    const page = this.#database
      .prepare<[bigint], unknown[]>(
        `SELECT rowid, ${EVENT_COLUMNS} FROM event_audit_event WHERE rowid > ? ORDER BY rowid LIMIT ${ADOPTED_AT_A_TIME}`,
      )
      .raw()
      .safeIntegers();
    let after = -(2n ** 63n);
    for (let isMore = true; isMore;) {
      const rows = page.all(after);
      for (const [place, ...cells] of rows) {
        after = BigInt(String(place));
        const row = rowSchema.safeParse(cells).data;
        if (row?.[0] == null) {
          throw new AppError(
            'source_invalid',
            `Row ${String(place)} of the embedded store has no id, or a value that is no text. It was not made by this product; move the file away and a new one is made.`,
          );
        }
        this.add('event', row);
      }
      isMore = rows.length === ADOPTED_AT_A_TIME;
    }
  }
}

const ADOPTED_AT_A_TIME = 1_000;

const rowSchema = z.array(z.string().nullable());
export const rowsSchema = z.array(rowSchema);

/** The last entry, whatever it is worth. */
export function headOf(database: Database): JournalHead {
  const row = database.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get();
  return row === undefined ? EMPTY_HEAD : journalHeadSchema.parse(row);
}
