/** Makes the table of events in time order, from what was staged. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../shared/errors.ts';
import { merge, TooMuchAtOnce, type MergedRows, type Staged } from './merge.ts';
import { MergedFile } from './merged-file.ts';
import {
  allowMoreMemory,
  createEventTable,
  isOutOfMemory,
  runWithinMemory,
  segmentRows,
  stagedRows,
  threads,
} from './schema.ts';

/** As many rows as DuckDB compresses and writes at once: a table that grows by them is written once. */
const ROWS_PER_FILE = 122_880;
/** More rows that are in no segment are for the database to sort. */
const MOST_SLOW = 10_000;
const AT_ONCE = 2;
/** What is written is not read again soon, so little of it is kept. */
const FILL_MEMORY = '96MB';

export interface EventTableOptions {
  /** For a connection more; the caller closes none of them. */
  readonly connect: () => Promise<DuckDBConnection>;
  readonly writer: DuckDBConnection;
  readonly folder: string;
  /** The table's name; there is no such table yet. */
  readonly table: string;
}

/**
 * Fills a new table with all staged rows by time, id and number. Files in that order are made one by one and read by
 * connections that take turns; each holds what DuckDB writes as a piece, so nothing is sorted or written twice.
 */
export async function makeEventTable(staged: Staged, options: EventTableOptions): Promise<void> {
  const { writer, table } = options;
  if (staged.slow.length <= MOST_SLOW) {
    try {
      await createEventTable(writer, table);
      await fill(staged, options);
      return;
    } catch (error) {
      if (!(error instanceof TooMuchAtOnce)) throw error;
      await writer.run(`DROP TABLE ${table}`);
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

async function fill(staged: Staged, { connect, writer, folder, table }: EventTableOptions): Promise<void> {
  const files: MergedFile[] = [];
  const free: MergedFile[] = [];
  const idle: DuckDBConnection[] = [];
  const running = new Set<Promise<void>>();
  const takeFile = async (): Promise<MergedFile> => {
    for (;;) {
      const file = free.pop();
      if (file !== undefined) return file;
      if (files.length <= AT_ONCE) {
        const made = new MergedFile(join(folder, `merged-${files.length}.rows`));
        files.push(made);
        return made;
      }
      await Promise.race(running);
    }
  };
  // Rows of a statement stay in order only as long as one thread works on it; the connections are the parallel ones.
  await writer.run('SET threads = 1');
  const usual = await memoryLimit(writer);
  if (!staged.isHeavy) await writer.run(`SET memory_limit = '${FILL_MEMORY}'`);
  const lowered = await memoryLimit(writer);
  try {
    let before = Promise.resolve();
    let total = 0;
    for await (const rows of merge(staged, ROWS_PER_FILE, takeFile)) {
      total += rows.rows;
      // Rows without a line have to be sorted in, which takes the memory of several.
      const most = rows.slow.length > 0 ? 0 : AT_ONCE - 1;
      while (running.size > most) await Promise.race(running);
      const connection = idle.pop() ?? (await connect());
      const previous = before;
      const done = insert(connection, table, rows, previous);
      const freed = async (): Promise<void> => {
        await done;
        running.delete(freeing);
        idle.push(connection);
        free.push(rows.file);
      };
      const freeing = freed();
      freeing.catch(() => undefined);
      running.add(freeing);
      before = done;
      if (rows.slow.length > 0) await freeing;
    }
    await Promise.all(running);
    const found = await writer.runAndReadAll(`SELECT count(*) FROM ${table}`);
    if (Number(found.getRows()[0]?.[0]) !== total) {
      throw new AppError('internal', `Unexpected problem: ${total} rows were to be put in order, not all came.`);
    }
  } finally {
    await Promise.allSettled(running);
    await writer.run(`SET threads = ${threads()}`);
    // Unless more was needed in between.
    if ((await memoryLimit(writer)) === lowered) await writer.run(`SET memory_limit = '${usual}'`);
    for (const connection of idle) connection.closeSync();
    for (const file of files) {
      file.close();
      await unlink(file.path);
    }
  }
}

async function memoryLimit(connection: DuckDBConnection): Promise<string> {
  const found = await connection.runAndReadAll("SELECT current_setting('memory_limit')");
  return String(found.getRows()[0]?.[0]);
}

/** Adds rows behind those that were committed before them. */
async function insert(
  connection: DuckDBConnection,
  table: string,
  { file, slow }: MergedRows,
  before: Promise<void>,
): Promise<void> {
  const lines = segmentRows([file.path]);
  const rows =
    slow.length === 0
      ? lines
      : `SELECT * FROM (${lines} UNION ALL SELECT * FROM slow WHERE n IN (${slow.join(', ')})) ORDER BY ts, id, n`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.run('BEGIN');
      await connection.run(`INSERT INTO ${table} ${rows}`);
      await before;
      await connection.run('COMMIT');
      return;
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      if (attempt > 1 || !isOutOfMemory(error)) throw error;
      await allowMoreMemory(connection);
    }
  }
}
