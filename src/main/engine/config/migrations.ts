/** Brings an embedded SQLite database to the schema of this version: forward only, as a whole, after a copy was kept. */
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';

/** Brings a database from one version to the next. Never change one that was released. */
export type Migration = string | ((database: Database) => void);

export interface Schema {
  /** The migration at index `n` brings a database from version `n` to `n + 1`. The version is in `PRAGMA user_version`. */
  readonly migrations: readonly Migration[];
  /** Runs in the same transaction after the last one of them. */
  readonly after?: (database: Database) => void;
}

export interface Migrated {
  readonly from: number;
  readonly to: number;
  /** The copy of the database as it was before; `null` when there was nothing to change or to keep. */
  readonly backup: string | null;
}

export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** @throws AppError `unsupported` when the file was made by a newer version of the product */
export function checkVersion(database: Database, path: string, schema: Schema): number {
  const version = schemaVersion(database);
  if (version > schema.migrations.length) {
    throw new AppError(
      'unsupported',
      `${path} was made by a newer version of the product (schema ${version}, this one knows ${schema.migrations.length}). Install that version.`,
    );
  }
  return version;
}

/**
 * Does what is missing, in one transaction: all of it or nothing. A database that holds something is copied first, beside
 * itself, and the copy is kept. Safe when several processes do it at once: one does the work, the others find it done.
 * @throws AppError `unsupported` when the file was made by a newer version of the product
 */
export function migrate(database: Database, path: string, schema: Schema): Migrated {
  const from = checkVersion(database, path, schema);
  const to = schema.migrations.length;
  if (from === to) return { from, to, backup: null };
  const backup = from === 0 && isEmpty(database) ? null : keepCopy(database, path, from);
  let isMine = false;
  try {
    database
      .transaction(() => {
        // Another process may have come first; what it did is seen only under the lock.
        const version = checkVersion(database, path, schema);
        if (version === to) return;
        for (const migration of schema.migrations.slice(version)) {
          if (typeof migration === 'string') database.exec(migration);
          else migration(database);
        }
        schema.after?.(database);
        database.pragma(`user_version = ${to}`);
        isMine = true;
      })
      .immediate();
  } catch (error) {
    // Nothing was changed, so there is nothing that the copy would be needed for.
    if (backup !== null) rmSync(backup, { force: true });
    throw error;
  }
  if (isMine || backup === null) return { from, to, backup };
  rmSync(backup, { force: true });
  return { from: to, to, backup: null };
}

function isEmpty(database: Database): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

/** `state.v3-20240311T102030Z.backup.sqlite`, beside the database, readable by its owner only, and on disk. */
function keepCopy(database: Database, path: string, version: number): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const base = `${path.replace(/\.sqlite$/, '')}.v${version}-${time}`;
  let copy = `${base}.backup.sqlite`;
  for (let n = 2; existsSync(copy); n += 1) copy = `${base}-${n}.backup.sqlite`;
  database.prepare('VACUUM INTO ?').run(copy);
  chmodSync(copy, 0o600);
  const file = openSync(copy, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return copy;
}
