/**
 * Copies a SQLite file that somebody may be writing so that the copy is of one instant, and nothing beside the original
 * is touched: its write-ahead log and shared memory are never opened by SQLite where they lie.
 */
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { fileError } from './errors.ts';
import { fileState, indexBeside, isUnchanged, type FileState } from './file-state.ts';
import { closeBeside, holdDatabase, openBeside } from './held-files.ts';
import { isIndexOf, type WalCopy } from './wal-check.ts';

const CHUNK = 1 << 20;
/** How long a file may keep changing before it is given up. */
const PATIENCE_MS = 20_000;
/** Attempts without a lock before a short lock is taken. */
const UNLOCKED_ATTEMPTS = 4;
/** Clocks of file systems tick; what was written within a tick may keep its time of change. */
const TICK_NS = 50_000_000n;

export interface CopiedFile {
  readonly path: string;
  readonly state: FileState;
  readonly wal: WalCopy;
}

/** @throws AppError `source_*`, `disk_full`, `cancelled` */
export async function copyFile(path: string, folder: string, signal: AbortSignal): Promise<CopiedFile> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    const before = await fileState(path);
    await checkRoom(before, folder);
    const target = join(folder, `${attempt}-${basename(before.path)}`);
    const begun = BigInt(Date.now()) * 1_000_000n;
    const locked =
      attempt > UNLOCKED_ATTEMPTS && (!before.isWal || (before.index !== undefined && before.wal !== undefined));
    const wal = locked
      ? await copyLocked(before, target, signal)
      : (await copyAll(before, target, signal)) && walOfOneInstant(before, await fileState(path), begun);
    if (wal !== false) return { path: target, state: before, wal };
    if (Date.now() > deadline) {
      throw new AppError(
        'source_unreachable',
        `${path} is written faster than it can be copied. Try again when less is going on, or read a backup of it.`,
        { retryable: true },
      );
    }
    await sleep(Math.min(60 * attempt, 500), undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

/**
 * With a write-ahead log, the main file only changes by moving frames of the log into it. While the log is of the same
 * generation from before the main file was copied until after the log was, every page that can have changed meanwhile is
 * also in the copied log, whose frames win. Without one, nothing at all may have changed. False when it is of no one instant.
 */
function walOfOneInstant(before: FileState, after: FileState, begun: bigint): WalCopy | false {
  if (before.inode !== after.inode) return false;
  const { index, wal } = before;
  const isStill = isUnchanged(before, after);
  if (wal !== undefined) {
    if (wal.head !== after.wal?.head || before.journal !== undefined) return false;
    // Between two looks, a writer began another round: what its index says of this one is not known.
    const mayTell = index !== undefined && index.length > 0;
    const isTorn = !isStill && mayTell && !isIndexOf(index, Buffer.from(wal.head, 'latin1'));
    return isTorn ? false : { index, isStill };
  }
  const modified = [before.modified, before.journal?.modified ?? 0n];
  const isQuiet = modified.every((time) => time < begun - TICK_NS || time > begun + TICK_NS);
  return isStill && isQuiet ? { index, isStill } : false;
}

/**
 * Copies under SQLite's own reader's lock. Without a log it keeps writers waiting for as long as the copy takes and leaves
 * no trace. With one, writers go on and only moving the log into the file waits; the lock is a mark in the memory that
 * the writer shares anyway, so this is done only where the writer is there and leaves no quiet moment for the other way.
 * False when the lock could not be had.
 */
async function copyLocked(state: FileState, target: string, signal: AbortSignal): Promise<WalCopy | false> {
  // Opened first and closed last: closing a descriptor of the file would give the lock up.
  const source = await openAgain(state.path, state.path);
  const log = state.isWal ? await openAgain(`${state.path}-wal`, state.path) : undefined;
  let database: Database.Database | undefined;
  const release = holdDatabase(state.path);
  try {
    if (source === undefined || (state.isWal && log === undefined)) return false;
    database = new Database(state.path, { readonly: true, fileMustExist: true, timeout: 0 });
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    const before = await look(source);
    // A reader of a log that was moved into the file does not keep a writer from another round: then this tells nothing of it.
    const index = await indexBeside(state.path);
    await drain(source, target, state.path, signal);
    if (log === undefined) return (await look(source)) === before && { index, isStill: true };
    await drain(log, `${target}-wal`, `${state.path}-wal`, signal);
    return { index, isStill: false };
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  } finally {
    database?.close();
    release();
    if (source !== undefined) await closeBeside(source, state.path, state.path);
    if (log !== undefined) await closeBeside(log, `${state.path}-wal`, state.path);
  }
}

/** What would differ had somebody written, looked at without closing anything. */
async function look(source: FileHandle): Promise<string> {
  const { size, mtimeNs } = await source.stat({ bigint: true });
  const header = Buffer.alloc(100);
  await source.read(header, 0, header.length, 0);
  return `${size} ${mtimeNs} ${header.toString('latin1')}`;
}

/** Copies the file and what lies beside it. False when one of them went meanwhile. */
async function copyAll(state: FileState, target: string, signal: AbortSignal): Promise<boolean> {
  const endings = [
    '',
    ...(state.wal === undefined ? [] : ['-wal']),
    ...(state.journal === undefined ? [] : ['-journal']),
  ];
  for (const ending of endings) {
    const path = `${state.path}${ending}`;
    const source = await openAgain(path, state.path);
    if (source === undefined) return false;
    try {
      await drain(source, `${target}${ending}`, state.path, signal);
    } finally {
      await closeBeside(source, path, state.path);
    }
  }
  return true;
}

/** A file that was there a moment ago. */
async function openAgain(path: string, database: string): Promise<FileHandle | undefined> {
  try {
    return await openBeside(path, database);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}

async function drain(source: FileHandle, to: string, from: string, signal: AbortSignal): Promise<void> {
  const target = await open(to, 'w', 0o600);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; ;) {
      throwIfAborted(signal);
      const { bytesRead } = await source.read(buffer, 0, CHUNK, at).catch((error: unknown) => {
        throw fileError(error, from);
      });
      if (bytesRead === 0) return;
      await target.write(buffer, 0, bytesRead, at).catch((error: unknown) => {
        throw roomError(error, dirname(to));
      });
      at += bytesRead;
    }
  } finally {
    await target.close();
  }
}

async function checkRoom(state: FileState, folder: string): Promise<void> {
  const needed = state.size + (state.wal?.size ?? 0) + (state.journal?.size ?? 0);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed) throw noRoom(folder, needed);
}

function roomError(error: unknown, folder: string): unknown {
  const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
  return full ? noRoom(folder, undefined, error) : error;
}

function noRoom(folder: string, needed: number | undefined, cause?: unknown): AppError {
  const amount = needed === undefined ? '' : ` of ${needed} bytes`;
  return new AppError(
    'disk_full',
    `There is no room for a private copy${amount} in ${folder}. Free some, or set EVENT_AUDIT_DATA_DIR to another disk.`,
    { cause },
  );
}
