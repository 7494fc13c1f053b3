/** The thread that reads a SQLite file. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { AppError, toErrorReply } from '../../../../shared/errors.ts';
import { sqliteError } from './errors.ts';
import type { Layout } from './layout.ts';
import { checkIntegrity, CountBeside, countRows, findLayout, openHardened, readRows, sizeInBytes } from './reader.ts';
import { FEW_UNDER_WAY, MAX_UNDER_WAY, STOP, UNDER_WAY, type FromReader, type ReaderTask } from './reader-protocol.ts';
import { walEnd, type WalEnd } from './wal-check.ts';

/** Writing a frame takes far less. */
const WRITING_MS = 200;

const AGAIN = 'Fetch it again with the file, while nobody writes, or make a backup of the database and read that.';
const WAL_ENDS: Readonly<Record<Exclude<WalEnd, 'whole'>, string>> = {
  damaged: `is damaged: commits of this write-ahead log behind the damage can’t be read, so events are missing. ${AGAIN}`,
  unfinished: `ends within a write: the write-ahead log was cut off or copied while it was written, or the write was taken back. What was to follow may be missing. ${AGAIN}`,
  short: `is cut off: the -shm file beside it counts more commits than this write-ahead log has, so events are missing. ${AGAIN}`,
};

const task: ReaderTask = workerData;
const port = parentPort;

function send(message: FromReader): void {
  port?.postMessage(message);
}

/** Waits while the engine is behind. False when it wants no more. */
function mayGoOn(): boolean {
  const { control } = task;
  let underWay = Atomics.add(control, UNDER_WAY, 1) + 1;
  if (underWay >= MAX_UNDER_WAY) {
    while (underWay > FEW_UNDER_WAY && Atomics.load(control, STOP) === 0) {
      Atomics.wait(control, UNDER_WAY, underWay, 1_000);
      underWay = Atomics.load(control, UNDER_WAY);
    }
  }
  return Atomics.load(control, STOP) === 0;
}

function sayCount(records: number | undefined): void {
  if (records !== undefined) send({ type: 'count', records });
}

/** Looked at before the file is opened: what was copied is read into the database then. */
function missingCommits(): AppError | undefined {
  const wal = `${task.file}-wal`;
  let end = walEnd(wal, task.wal);
  if (end !== 'whole' && !task.writable) {
    // Read where it lies, it may have been looked at in the middle of a write; one that goes on is not read anyway.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WRITING_MS);
    end = walEnd(wal);
    if (end === 'unfinished') return undefined;
  }
  return end === 'whole' ? undefined : new AppError('source_invalid', `${task.shown}-wal ${WAL_ENDS[end]}`);
}

/** A table that is not there may be in what was lost. */
function layoutOf(database: Database, missing: AppError | undefined): Layout {
  try {
    return findLayout(database, task.shown, task.table);
  } catch (error) {
    throw missing ?? error;
  }
}

function run(): void {
  const missing = task.work === 'read' ? missingCommits() : undefined;
  const database = openHardened(task.file, task.writable);
  try {
    database.exec('BEGIN');
    const layout = layoutOf(database, missing);
    const { table, notes } = layout;
    if (task.work === 'describe') {
      const count = countRows(database, layout, () => Atomics.load(task.control, STOP) === 0);
      send({ type: 'description', table, notes, ...count, bytes: sizeInBytes(database) });
      return;
    }
    send({ type: 'layout', notes });
    const count = new CountBeside(database, layout);
    sayCount(count.known());
    for (const rows of readRows(database, layout)) {
      send({ type: 'rows', rows });
      if (!mayGoOn()) return;
      sayCount(count.known(rows.keys.length + rows.broken.length));
    }
    // Checked last, so that rows are on screen first.
    if (layout.computes) {
      send({
        type: 'note',
        note: {
          severity: 'warning',
          code: 'integrity_not_checked',
          message:
            'The file computes columns by expressions of its own, so SQLite’s integrity check was not run on it.',
        },
      });
    } else {
      const problems = checkIntegrity(database);
      if (problems.length > 0) {
        throw new AppError(
          'source_invalid',
          `${task.shown} is damaged: ${problems.join('; ').replaceAll(/\s+/g, ' ')}. What could be read is here, but rows may be missing.`,
        );
      }
    }
    if (missing !== undefined) throw missing;
    send({ type: 'end' });
  } finally {
    database.close();
  }
}

try {
  run();
} catch (error) {
  send({ type: 'error', error: toErrorReply(sqliteError(error, task.shown)) });
}
