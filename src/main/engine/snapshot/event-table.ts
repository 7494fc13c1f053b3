/** Makes the table of events in time order, from what was staged. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../shared/errors.ts';
import { merge, Timeline, TooMuchAtOnce, type MergedRows, type Part, type Staged } from './merge.ts';
import { MergedFile } from './merged-file.ts';
import {
  allowMoreMemory,
  createEventTable,
  isOutOfMemory,
  runWithinMemory,
  segmentRows,
  stagedRows,
  threads,
  MEMORY_LIMIT,
} from './schema.ts';

/** As many rows as DuckDB compresses and writes at once: a table that grows by them is written once. */
const ROWS_PER_FILE = 122_880;
/** More rows that are in no segment are for the database to sort. */
const MOST_SLOW = 10_000;
const LANES = 2;
/** One is read while the other is written. */
const FILES_PER_LANE = 2;
/** What is written is not read again soon, so little of it is kept. It is not the usual limit: that one may be lowered meanwhile. */
const FILL_MEMORY = '130MB';

export interface EventTableOptions {
  /** For a connection more; the caller closes none of them. */
  readonly connect: () => Promise<DuckDBConnection>;
  readonly writer: DuckDBConnection;
  readonly folder: string;
  /** The table's name; there is no such table yet. */
  readonly table: string;
}

/**
 * Fills a new table with all staged rows by time, id and number. Files in that order are made one by one; each holds what
 * DuckDB writes as a piece, so nothing is sorted or written twice.
 */
export async function makeEventTable(staged: Staged, options: EventTableOptions): Promise<void> {
  const { writer, table } = options;
  if (staged.slow.length <= MOST_SLOW) {
    for (let isMore = staged.isHeavy; ;) {
      try {
        await createEventTable(writer, table);
        await fill({ ...staged, isHeavy: isMore }, options);
        return;
      } catch (error) {
        const mayTryAgain = isOutOfMemory(error) && !isMore;
        if (!(error instanceof TooMuchAtOnce) && !mayTryAgain) throw error;
        await writer.run(`DROP TABLE ${table}`);
        if (!mayTryAgain) break;
        isMore = true;
        await allowMoreMemory(writer);
      }
    }
  }
  await sortIntoTable(stagedRows(staged.segments.map(({ path }) => path)), options);
}

/** Fills a new table with the rows of a query, which the database sorts. */
export async function sortIntoTable(
  query: string,
  { writer, table }: Pick<EventTableOptions, 'writer' | 'table'>,
): Promise<void> {
  await createEventTable(writer, table);
  await runWithinMemory(writer, `INSERT INTO ${table} SELECT * FROM (${query}) ORDER BY ts, id, n`);
}

/**
 * Fills a table in lanes, each a transaction of its own over a stretch of time: within one, DuckDB compresses and writes
 * rows as soon as more follow, while what a commit still has to write holds all others up.
 */
async function fill(staged: Staged, options: EventTableOptions): Promise<void> {
  const { connect, writer, table } = options;
  const timeline = new Timeline(staged);
  const total = timeline.times.length;
  // Rows without a line have to be sorted in, which takes the memory of several lanes.
  const lanes = staged.slow.length > 0 || total < 2 * ROWS_PER_FILE ? 1 : LANES;
  const parts = timeline.parts(Math.ceil(total / lanes));
  // Rows of a statement stay in order only as long as one thread works on it; the lanes are the parallel ones.
  await writer.run('SET threads = 1');
  const before = await memoryLimit(writer);
  // One that was lowered for the while of a question, or of an export, is not what is to be left behind.
  const usual = / (?:GiB|TiB)$/.test(before) ? before : MEMORY_LIMIT;
  if (!staged.isHeavy) await writer.run(`SET memory_limit = '${FILL_MEMORY}'`);
  const lowered = await memoryLimit(writer);
  try {
    let lane = Promise.resolve();
    const running = parts.map(async (part, index) => {
      const previous = lane;
      const ended = Promise.withResolvers<void>();
      lane = ended.promise;
      // Who waits for this lane hears of its failure by it; nobody may be there to wait.
      lane.catch(() => undefined);
      try {
        const connection = await connect();
        try {
          await fillLane(connection, timeline, part, { ...options, lane: index, before: previous });
        } finally {
          connection.closeSync();
        }
        ended.resolve();
      } catch (error) {
        ended.reject(error);
        throw error;
      }
    });
    await Promise.allSettled(running);
    await Promise.all(running);
    const found = await writer.runAndReadAll(`SELECT count(*) FROM ${table}`);
    if (Number(found.getRows()[0]?.[0]) !== total) {
      throw new AppError('internal', `Unexpected problem: ${total} rows were to be put in order, not all came.`);
    }
  } finally {
    await writer.run(`SET threads = ${threads()}`);
    // Unless more was needed in between.
    if ((await memoryLimit(writer)) === lowered) await writer.run(`SET memory_limit = '${usual}'`);
  }
}

interface LaneOptions extends Pick<EventTableOptions, 'folder' | 'table'> {
  readonly lane: number;
  /** Settles when the lane before this one has committed its rows, or can't. */
  readonly before: Promise<void>;
}

/** Adds a stretch of rows behind those of the lane before. While one file is read, the next one is written. */
async function fillLane(
  connection: DuckDBConnection,
  timeline: Timeline,
  part: Part,
  { folder, table, lane, before }: LaneOptions,
): Promise<void> {
  const files: MergedFile[] = [];
  let taken = 0;
  const takeFile = (): MergedFile => {
    const at = taken % FILES_PER_LANE;
    taken += 1;
    const file = files[at] ?? new MergedFile(join(folder, `merged-${lane}-${at}.rows`));
    files[at] = file;
    return file;
  };
  let inserting = Promise.resolve();
  try {
    await connection.run('BEGIN');
    for (const rows of merge(timeline, part, ROWS_PER_FILE, takeFile)) {
      await inserting;
      inserting = insert(connection, table, rows);
      inserting.catch(() => undefined);
      // The other lane has its turn.
      await nextTurn();
    }
    await inserting;
    await before;
    await connection.run('COMMIT');
  } catch (error) {
    await inserting.catch(() => undefined);
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    for (const file of files) {
      file.close();
      await unlink(file.path);
    }
  }
}

async function insert(connection: DuckDBConnection, table: string, { file, slow }: MergedRows): Promise<void> {
  const lines = segmentRows([file.path]);
  const rows =
    slow.length === 0
      ? lines
      : `SELECT * FROM (${lines} UNION ALL SELECT * FROM slow WHERE n IN (${slow.join(', ')})) ORDER BY ts, id, n`;
  await connection.run(`INSERT INTO ${table} ${rows}`);
}

async function memoryLimit(connection: DuckDBConnection): Promise<string> {
  const found = await connection.runAndReadAll("SELECT current_setting('memory_limit')");
  return String(found.getRows()[0]?.[0]);
}
