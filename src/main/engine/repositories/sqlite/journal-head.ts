/** Reads where the embedded store's journal ends at this moment, for those who write it down elsewhere. */
import { existsSync } from 'node:fs';
import DatabaseClass, { type Database } from 'better-sqlite3';
import type { JournalHead } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EMPTY_HEAD, headOf } from './journal-chain.ts';
import { journalPath } from './journal-path.ts';

/** How long a program that keeps the file locked is waited for. */
const BUSY_MS = 2_000;

/**
 * `null` when there is no journal, or nothing in it.
 * @throws AppError `source_invalid` when the file can't be read
 */
export function journalHead(dataDir: string): JournalHead | null {
  const path = journalPath(dataDir);
  if (!existsSync(path)) return null;
  try {
    const database = openToLook(path);
    try {
      return headIn(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : '';
    throw new AppError('source_invalid', `The head of the journal in ${path} can’t be read (${why}).`, { cause });
  }
}

/** Opens the embedded store to be read only. @throws an error of SQLite's when it is no database, or can't be read */
export function openToLook(path: string): Database {
  const database = new DatabaseClass(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  database.pragma('trusted_schema = OFF');
  return database;
}

/** `null` when there is no journal, or nothing in it. */
export function headIn(database: Database): JournalHead | null {
  const head = hasTable(database, 'journal') ? headOf(database) : EMPTY_HEAD;
  return head.seq === 0 ? null : head;
}

export function hasTable(database: Database, name: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;
}
