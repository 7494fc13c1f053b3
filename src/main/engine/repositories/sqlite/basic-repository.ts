/** The embedded store: a SQLite file of ours in the app's data folder, append-only and chained by hashes. */
import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import DatabaseClass, { type Database } from 'better-sqlite3';
import type { Note, StoreDescription } from '../../../../shared/contract.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { checkVersion } from '../../config/migrations.ts';
import { checkBare } from '../parameters.ts';
import type { ReadOptions, RecordBatch, RemoveOptions, StoredRecord } from '../repository.ts';
import type { EventRow } from './journal-chain.ts';
import { journalPath } from './journal-path.ts';
import { JOURNAL_SCHEMA } from './journal-schema.ts';
import { Journal } from './journal.ts';
import { SqliteRepository } from './sqlite-repository.ts';

const REMOVED_AT_A_TIME = 1_000;

const NOT_MADE: Note = {
  severity: 'info',
  code: 'not_made_yet',
  message: 'Nothing was written to the embedded store yet.',
};

export class BasicRepository extends SqliteRepository {
  #journal: Journal | undefined;

  protected override path(): string {
    checkBare(this.context.url);
    return journalPath(this.context.dataDir);
  }

  protected override kind(): string {
    return 'basic';
  }

  protected override isForeign(): boolean {
    return false;
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const found = await this.#ifMade(() => super.describe(signal));
    if (found !== undefined) return found;
    return {
      kind: 'basic',
      url: this.context.url.text,
      product: 'Embedded store',
      records: 0,
      estimated: false,
      bytes: 0,
      notes: [NOT_MADE],
    };
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    const first = super.readRecords(options)[Symbol.asyncIterator]();
    const begun = await this.#ifMade(() => first.next());
    if (begun === undefined) {
      options.note(NOT_MADE);
      return;
    }
    try {
      for (let next = begun; next.done !== true; next = await first.next()) yield next.value;
    } finally {
      await first.return?.();
    }
  }

  /** `undefined` when there is no store yet, or only the file that a program left when it was ended while it made it. */
  async #ifMade<T>(work: () => Promise<T>): Promise<T | undefined> {
    const path = this.path();
    if (!existsSync(path) || (statSync(path).size === 0 && !existsSync(`${path}-wal`))) return undefined;
    requireKnownSchema(path);
    try {
      return await work();
    } catch (error) {
      const details: unknown = error instanceof AppError ? error.details : undefined;
      const tables =
        typeof details === 'object' && details !== null && 'tables' in details ? details.tables : undefined;
      if (Array.isArray(tables) && tables.length === 0) return undefined;
      throw error;
    }
  }

  override async writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void> {
    await this.writeEvents([event], signal);
  }

  /** All or none. */
  override writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
    return this.#change(signal, (journal) => {
      journal.append(events);
      return [];
    });
  }

  /** In batches, each wholly or not at all: between them others get their turn, and an abort is heard. */
  override async removeRecords(
    records: Iterable<StoredRecord>,
    { signal, removed: told }: RemoveOptions,
  ): Promise<number> {
    let total = 0;
    for (const rows of batches(records)) {
      const removed = await this.#change(signal, (journal) => journal.remove(rows));
      told?.(removed);
      total += removed;
      await nextTurn();
    }
    return total;
  }

  override async close(): Promise<void> {
    this.#journal?.close();
    this.#journal = undefined;
    await super.close();
  }

  #change<T>(signal: AbortSignal, work: (journal: Journal) => T): Promise<T> {
    return new Promise((resolve) => {
      this.requireWritable();
      throwIfAborted(signal);
      this.#journal ??= Journal.open(this.path());
      resolve(work(this.#journal));
    });
  }
}

function* batches(records: Iterable<StoredRecord>): Generator<readonly EventRow[]> {
  let batch: EventRow[] = [];
  for (const record of records) {
    if (record.kind !== 'row') continue;
    batch.push(record.row);
    if (batch.length < REMOVED_AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * What a newer version wrote may mean something else than it seems to.
 * @throws AppError `unsupported`
 */
function requireKnownSchema(path: string): void {
  let database: Database;
  try {
    database = new DatabaseClass(path, { readonly: true, fileMustExist: true });
  } catch {
    // A file that can’t be opened so: reading it finds a way, or says why there is none.
    return;
  }
  try {
    checkVersion(database, path, JOURNAL_SCHEMA);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Damaged, or none of ours: reading says so in its own words.
  } finally {
    database.close();
  }
}
