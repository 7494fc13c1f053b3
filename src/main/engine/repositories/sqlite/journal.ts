/**
 * The embedded store as its writers see it: events are added, each with an entry in the journal, in one transaction that
 * is on disk when it returns. Several processes may write at a time.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import DatabaseClass, { type Database } from 'better-sqlite3';
import { journalHeadSchema, type JournalHead } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { migrate, type Migrated } from '../../config/migrations.ts';
import { checkEvent, eventRow, refusal } from '../event-json.ts';
import { Chain, EMPTY_HEAD, EVENT_COLUMNS, rowsSchema, type EventRow } from './journal-chain.ts';
import { holdDatabase } from './held-files.ts';
import { JOURNAL_SCHEMA } from './journal-schema.ts';

/** Others write for milliseconds. Nothing else is done here meanwhile, so patience is short; whoever asked asks again. */
const BUSY_MS = 5_000;

export class Journal {
  readonly path: string;
  readonly #database: Database;
  readonly #release: () => void;
  /** What bringing the file to this version's schema took. */
  readonly migrated: Migrated;

  private constructor(path: string, database: Database, migrated: Migrated) {
    this.path = path;
    this.#database = database;
    this.#release = holdDatabase(path);
    this.migrated = migrated;
  }

  /**
   * Opens the file, making it when it is not there and bringing it to this version's schema.
   * @throws AppError `unsupported` for a file of a newer version, `source_invalid` for one that is damaged or no database,
   * `target_unwritable` when it can't be written to
   */
  static open(path: string): Journal {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const isNew = !existsSync(path);
      const database = new DatabaseClass(path, { timeout: BUSY_MS });
      try {
        if (isNew) chmodSync(path, 0o600);
        database.pragma('journal_mode = WAL');
        // What was acknowledged must survive a loss of power.
        database.pragma('synchronous = FULL');
        return new Journal(path, database, migrate(database, path, JOURNAL_SCHEMA));
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      throw journalError(error, path);
    }
  }

  /**
   * Adds events, all or none. One that is there already, the same in every field, is not added again.
   * @returns how many were added
   * @throws AppError `invalid_input` naming the event that can't be kept as it is, or whose id another event has
   */
  append(events: readonly AuditEvent[]): number {
    for (const event of events) checkEvent(event);
    const rows = events.map((event) => ({ event, row: eventRow(event, 'the embedded store') }));
    const insert = this.#database.prepare(
      `INSERT INTO event_audit_event (${EVENT_COLUMNS}) VALUES (${EVENT_FIELDS.map(() => '?').join(', ')})`,
    );
    const find = this.#database.prepare(`SELECT ${EVENT_COLUMNS} FROM event_audit_event WHERE id = ?`).raw();
    return this.#change((chain) => {
      let added = 0;
      for (const { event, row } of rows) {
        const [there] = rowsSchema.parse(find.all(row[0]));
        if (there !== undefined) {
          if (there.every((value, index) => (value ?? '') === row[index])) continue;
          throw refusal(event, 'the embedded store holds another event with this id. Give it an id of its own');
        }
        insert.run(row);
        chain.add('event', row);
        added += 1;
      }
      return added;
    });
  }

  /**
   * Removes rows that are still exactly as given, all of them or none. Each that is removed is entered in the journal, so
   * that the chain holds and tells which they were.
   * @returns how many
   */
  remove(rows: readonly EventRow[]): number {
    const same = EVENT_FIELDS.map((field) => `"${field}" IS ?`).join(' AND ');
    const remove = this.#database.prepare(`DELETE FROM event_audit_event WHERE ${same}`);
    return this.#change((chain) => {
      this.#database.exec('INSERT INTO journal_removal (one) VALUES (1)');
      let removed = 0;
      for (const row of rows) {
        if (remove.run([...row]).changes === 0) continue;
        chain.add('removed', row);
        removed += 1;
      }
      this.#database.exec('DELETE FROM journal_removal');
      return removed;
    });
  }

  close(): void {
    this.#database.close();
    this.#release();
  }

  #change<T>(work: (chain: Chain) => T): T {
    try {
      const before = knownHead(this.path);
      const { done, head } = this.#database
        .transaction(() => {
          const chain = Chain.at(this.#database);
          const mayMove = chain.holds(before);
          const result = work(chain);
          return { done: result, head: mayMove ? chain.head : undefined };
        })
        .immediate();
      // A journal that has lost what was known must not make it forgotten by going on.
      if (head !== undefined && head.seq > before.seq) rememberHead(this.path, head);
      return done;
    } catch (error) {
      throw journalError(error, this.path);
    }
  }
}

/**
 * The head of the journal that was known last, kept beside it: a journal that does not hold this entry was cut off or
 * replaced. {@link EMPTY_HEAD} when there was none.
 */
export function knownHead(path: string): JournalHead {
  try {
    return journalHeadSchema.parse(JSON.parse(readFileSync(headPath(path), 'utf8')));
  } catch {
    return EMPTY_HEAD;
  }
}

/** Of several processes, the one with the older head is to write it first. */
function rememberHead(path: string, head: JournalHead): void {
  if (knownHead(path).seq >= head.seq) return;
  const target = headPath(path);
  const temporary = `${target}.${process.pid}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(head)}\n`, { mode: 0o600 });
    renameSync(temporary, target);
  } catch {
    // The entry itself is safe; only a later comparison knows less.
  }
}

function headPath(path: string): string {
  return `${path.replace(/\.sqlite$/, '')}.head.json`;
}

function journalError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : String(error);
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) {
    return new AppError(
      'source_invalid',
      `The embedded store ${path} is damaged (${text}). Move it away, with ${basename(headPath(path))}, and a new one is made; event-audit verify --journal says what is wrong with it.`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') {
    return new AppError('disk_full', `The disk that holds ${path} is full. Free some space.`, { cause: error });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new AppError('source_unreachable', `Another program keeps ${path} busy. Try again.`, {
      cause: error,
      retryable: true,
    });
  }
  if (/^SQLITE_(?:READONLY|CANTOPEN|IOERR|PERM)/.test(code) || /^E[A-Z]+$/.test(code)) {
    return new AppError(
      'target_unwritable',
      `The embedded store ${path} can’t be written to (${text}). Check the folder, or set EVENT_AUDIT_DATA_DIR to another one.`,
      { cause: error },
    );
  }
  return error;
}
