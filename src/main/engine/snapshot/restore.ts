/** Opens a saved snapshot: copies its rows into a new private one, trusting nothing else in the file. */
import { createHash } from 'node:crypto';
import { mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Note, SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, isAbort, throwIfAborted } from '../../../shared/errors.ts';
import { readFacts, SAVED_EVENT_COLUMNS, SAVED_REJECT_COLUMNS, type Refusal, type SavedFacts } from './saved-file.ts';
import { readSavedManifest } from './saved-manifest.ts';
import { isSealed, pieces, unseal } from './sealed-file.ts';
import {
  createEventTable,
  createTables,
  openDatabase,
  quote,
  runWithinMemory,
  SNAPSHOT_FORMAT,
  storageProblem,
} from './schema.ts';
import { Snapshot } from './snapshot.ts';

/** The name under which the copy of a saved file is attached. */
const SAVED = 'saved';

export interface RestoreOptions {
  readonly passphrase: string | undefined;
  readonly signal: AbortSignal;
}

function refusalOf(path: string): Refusal {
  return (why) =>
    new AppError('source_invalid', `${path} ${why}. Only files written by saving a snapshot can be opened.`);
}

/**
 * Makes a private copy of a saved file, decrypted when it is encrypted. The file itself is only read, and neither locked
 * nor changed.
 * @returns what the manifest beside it says of its bytes
 */
async function takeCopy(path: string, to: string, { passphrase, signal }: RestoreOptions): Promise<readonly Note[]> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
    if (!(await file.stat()).isFile()) {
      await file.close();
      throw new AppError('source_invalid', `${path} is not a regular file. Name a saved snapshot.`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code === 'ENOENT'
      ? new AppError('source_unreachable', `There is no file ${path}. Check the path.`, { cause: error })
      : new AppError('source_refused', `${path} can’t be read (${code}). Check its permissions.`, { cause: error });
  }
  try {
    const sealed = await isSealed(file);
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const plain = async function* (): AsyncGenerator<Buffer> {
      for await (const { bytes } of pieces(file, size, { signal })) {
        hash.update(bytes);
        yield bytes;
      }
    };
    const contents = sealed ? unseal(file, path, passphrase, { signal }) : plain();
    await writeFile(to, contents, { mode: 0o600, flag: 'wx' });
    // An encrypted file proves its own bytes.
    return sealed ? [] : await manifestNotes(path, hash.digest('hex'));
  } finally {
    await file.close();
  }
}

async function manifestNotes(path: string, sha256: string): Promise<readonly Note[]> {
  const read = await readSavedManifest(path);
  if (read === undefined || (read.intact && read.manifest.file.sha256 === sha256)) return [];
  return [
    {
      severity: 'warning',
      code: 'saved_file_changed',
      message: `${path} is not, byte for byte, what its manifest says was saved. Run event-audit verify on it.`,
    },
  ];
}

/** Runs work on the attached copy of a saved file; what its damage makes DuckDB say is said in our words. */
async function attached<T>(
  connection: DuckDBConnection,
  copy: string,
  refuse: Refusal,
  work: (facts: SavedFacts) => Promise<T>,
): Promise<T> {
  try {
    await connection.run(`ATTACH ${quote(copy)} AS ${SAVED} (READ_ONLY, TYPE duckdb)`);
    const result = await work(await readFacts(connection, SAVED, refuse));
    await connection.run(`DETACH ${SAVED}`);
    return result;
  } catch (error) {
    if (error instanceof AppError || isAbort(error)) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (/not a valid DuckDB database/i.test(text)) throw refuse('is no saved snapshot');
    if (/newer|version number|storage version/i.test(text)) {
      throw refuse('was written by a newer version of the product');
    }
    if (/ENOSPC|no space left|not enough space/i.test(text)) throw error;
    throw new AppError('source_invalid', refuse('is damaged').message, { cause: error });
  }
}

/**
 * Opens a saved snapshot as a new one in a folder of its own: status, sources, notes, rejected records and completeness
 * are what they were.
 * @throws AppError `source_unreachable` (no such file), `source_refused` (passphrase), `source_invalid` (damaged, foreign,
 * newer), `cancelled`; the folder is gone then
 */
export async function restoreSnapshot(
  path: string,
  folder: string,
  id: string,
  options: RestoreOptions,
): Promise<{ readonly snapshot: Snapshot; readonly facts: SavedFacts }> {
  const copy = join(folder, 'opened.duckdb');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const notes = await takeCopy(path, copy, options);
    const instance = await openDatabase(folder);
    let facts: SavedFacts;
    try {
      const connection = await instance.connect();
      const interrupt = (): void => connection.interrupt();
      options.signal.addEventListener('abort', interrupt, { once: true });
      try {
        await createTables(connection);
        facts = await attached(connection, copy, refusalOf(path), (found) =>
          takeRows(connection, found, refusalOf(path)),
        );
        await keepFacts(connection, statusOf(facts, id, path, notes));
      } catch (error) {
        throwIfAborted(options.signal);
        throw error;
      } finally {
        options.signal.removeEventListener('abort', interrupt);
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
    await rm(copy, { force: true });
    return { snapshot: await Snapshot.reopen(folder), facts };
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    throw storageProblem(error, folder);
  }
}

/** What a saved file says of itself, without taking its rows. */
export async function describeSaved(path: string, folder: string, options: RestoreOptions): Promise<SavedFacts> {
  const copy = join(folder, 'opened.duckdb');
  await takeCopy(path, copy, options);
  const instance = await openDatabase(folder);
  try {
    const connection = await instance.connect();
    return await attached(connection, copy, refusalOf(path), (facts) => Promise.resolve(facts));
  } finally {
    instance.closeSync();
  }
}

/** Takes the rows over in our own order, and checks that they are what the file says they are. */
async function takeRows(connection: DuckDBConnection, facts: SavedFacts, refuse: Refusal): Promise<SavedFacts> {
  await createEventTable(connection, 'event');
  const columns = SAVED_EVENT_COLUMNS.join(', ');
  await runWithinMemory(
    connection,
    `INSERT INTO event (${columns}) SELECT ${columns} FROM ${SAVED}.main.event ORDER BY ts, id, n`,
  );
  await connection.run(
    `INSERT INTO reject (${SAVED_REJECT_COLUMNS.join(', ')}) SELECT ${SAVED_REJECT_COLUMNS.join(', ')} FROM ${SAVED}.main.reject`,
  );
  const required = SAVED_EVENT_COLUMNS.filter((name) => !['result', 'payload', 'raw'].includes(name));
  const [row = []] = (
    await connection.runAndReadAll(
      `SELECT count(*), count(DISTINCT n), count(*) FILTER (${required.map((name) => `${name} IS NULL`).join(' OR ')}),
         coalesce(min(source), 0), coalesce(max(source), 0), (SELECT count(*) FROM reject) FROM event`,
    )
  ).getRows();
  const [events, places, holes, firstSource, lastSource, rejects] = row.map(Number);
  const { captured, rejected, sources } = facts.status;
  const isWhole = events === captured && places === captured && rejects === rejected && holes === 0;
  if (!isWhole || firstSource === undefined || firstSource < 0 || (lastSource ?? 0) >= sources.length) {
    throw refuse('is damaged: its rows are not those it says it has');
  }
  return facts;
}

function statusOf(facts: SavedFacts, id: string, path: string, notes: readonly Note[]): SnapshotStatus {
  const opened: Note = {
    severity: 'info',
    code: 'opened_from_file',
    message: `Opened from ${path}, saved at ${facts.savedAt}; captured at ${facts.status.started_at}.`,
  };
  const earlier = facts.status.notes.filter(({ code }) => code !== opened.code);
  return { ...facts.status, snapshot_id: id, notes: [...earlier, opened, ...notes] };
}

async function keepFacts(connection: DuckDBConnection, status: SnapshotStatus): Promise<void> {
  await connection.run(
    `INSERT OR REPLACE INTO meta VALUES ('format', ${quote(String(SNAPSHOT_FORMAT))}), ('status', ${quote(JSON.stringify(status))})`,
  );
}
