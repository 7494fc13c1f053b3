/** What lies on the disk where a SQLite file is, found out without SQLite: opening it could already change its folder. */
import { realpath, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import { fileError } from './errors.ts';
import { closeBeside, openBeside } from './held-files.ts';
import { INDEX_BYTES } from './wal-check.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER = 100;
const WAL_HEADER = 32;
const LOOKS = 6;
const LOOK_MS = 50;
const RESTING_MS = 10_000;

interface Stamp {
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** The first bytes: for a write-ahead log, what tells one generation of it from the next. */
  readonly head: string;
}

export interface FileState extends Stamp {
  /** With symbolic links resolved, as SQLite does before it looks for the files beside it. */
  readonly path: string;
  readonly inode: bigint;
  /** Whether its header says that writes go to a write-ahead log. */
  readonly isWal: boolean;
  /** SQLite's own count of changes, from the header. */
  readonly changes: number;
  /** The write-ahead log beside it, when there is something in it. */
  readonly wal: Stamp | undefined;
  /** Whether there is a write-ahead log with nothing in it. */
  readonly hasEmptyWal: boolean;
  /** A rollback journal that a writer is using, or left behind when it crashed. */
  readonly journal: Stamp | undefined;
  /** The first bytes of the memory that those who have it open in WAL mode share; `undefined` where there is none. */
  readonly index: Uint8Array | undefined;
}

/** @throws AppError `source_*` when there is no such file, it may not be read, or it is no whole SQLite file */
export async function fileState(path: string): Promise<FileState> {
  if (path === '') {
    throw new AppError('invalid_input', 'No file is named. Write sqlite: and the path, such as sqlite:/data/audit.db.');
  }
  try {
    for (let look = 1; ; look += 1) {
      const { state, problem } = await inspect(path);
      if (problem === undefined) return state;
      // A file that is being written can look cut off between two of its writer's steps.
      const resting = Date.now() - Number(state.modified / 1_000_000n) > RESTING_MS;
      if (resting || look === LOOKS) throw problem;
      await sleep(LOOK_MS);
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

async function inspect(path: string): Promise<{ readonly state: FileState; readonly problem: AppError | undefined }> {
  const real = await realpath(path);
  const info = await stat(real, { bigint: true });
  if (info.isDirectory()) throw new AppError('source_invalid', `${path} is a folder, not a SQLite file.`);
  if (!info.isFile()) {
    throw new AppError('source_invalid', `${path} is a device or pipe. Copy what it holds into a file first.`);
  }
  if (info.size === 0n) throw new AppError('source_invalid', `${path} is empty: there is no SQLite database in it.`);
  const header = await head(real, HEADER, real);
  if (header.toString('latin1', 0, 16) !== MAGIC) {
    throw new AppError('source_invalid', `${path} is not a SQLite file: it does not begin as one does.`);
  }
  // The index first: a log that is looked at later can only have more in it.
  const index = await indexBeside(real);
  const [wal, journal] = await Promise.all([beside(real, '-wal', WAL_HEADER), beside(real, '-journal', 8)]);
  const state: FileState = {
    path: real,
    size: Number(info.size),
    modified: info.mtimeNs,
    head: header.toString('latin1'),
    inode: info.ino,
    isWal: header[18] === 2 || header[19] === 2,
    changes: header.length < HEADER ? 0 : header.readUInt32BE(24),
    wal: wal?.size === 0 ? undefined : wal,
    hasEmptyWal: wal?.size === 0,
    // A journal whose header is zeroed is one that was finished with and kept for reuse.
    journal: journal !== undefined && /[^\0]/.test(journal.head) ? journal : undefined,
    index,
  };
  return { state, problem: cutOff(state, header, path) };
}

/** Tells a file that was not fetched to its end. One that is being written may be short for a moment. */
function cutOff(state: FileState, header: Buffer, path: string): AppError | undefined {
  if (state.wal !== undefined || state.journal !== undefined) return undefined;
  const whole = header.length === HEADER;
  const pageSize = !whole || header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const expected = whole ? pageSize * header.readUInt32BE(28) : HEADER;
  // The page count is only valid when both counters agree (SQLite file format, section 1.3.7).
  const valid = !whole || header.readUInt32BE(24) === header.readUInt32BE(92);
  if (!valid || state.size >= expected) return undefined;
  return new AppError(
    'source_invalid',
    `${path} is cut off: it has ${state.size} of ${expected} bytes. Fetch it again from where it came.`,
  );
}

/** @param database which the file is, or lies beside */
async function head(path: string, bytes: number, database: string): Promise<Buffer> {
  const file = await openBeside(path, database);
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await closeBeside(file, path, database);
  }
}

async function beside(database: string, ending: string, bytes: number): Promise<Stamp | undefined> {
  const path = `${database}${ending}`;
  try {
    const info = await stat(path, { bigint: true });
    return {
      size: Number(info.size),
      modified: info.mtimeNs,
      head: (await head(path, bytes, database)).toString('latin1'),
    };
  } catch (error) {
    // It may go between two looks; one that can't be read is as bad as a main file that can't.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw fileError(error, path);
  }
}

/**
 * What is shared beside a database. It is not needed to read: where it can't be looked at, it tells nothing but that it is
 * there.
 */
export async function indexBeside(path: string): Promise<Uint8Array | undefined> {
  const isThere = await stat(`${path}-shm`).then(
    () => true,
    () => false,
  );
  return isThere ? head(`${path}-shm`, INDEX_BYTES, path).catch(() => new Uint8Array()) : undefined;
}

/** Whether no byte of the file can have changed from one look to the other. */
export function isUnchanged(before: FileState, after: FileState): boolean {
  return (
    before.inode === after.inode &&
    before.head === after.head &&
    sameStamp(before, after) &&
    sameStamp(before.wal, after.wal) &&
    sameStamp(before.journal, after.journal)
  );
}

function sameStamp(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return a?.size === b?.size && a?.modified === b?.modified && a?.head === b?.head;
}
