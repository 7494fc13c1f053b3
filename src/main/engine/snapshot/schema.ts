/** The tables of a snapshot's DuckDB file, and how such a file is opened. */
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** Written into every snapshot; a reader refuses what it does not know. */
export const SNAPSHOT_FORMAT = 3;

/** The file in a snapshot's folder that holds its database. */
export const DATABASE_FILE = 'snapshot.duckdb';

/** Longer rows go into the table `slow`: the bulk reader's buffers are sized for lines. */
export const MAX_LINE_BYTES = 512 * 1024;

/** The columns of an event, in the order in which staged segments hold them. */
export const STAGE_COLUMNS = [
  ['n', 'BIGINT'],
  ['id', 'VARCHAR'],
  ['category', 'VARCHAR'],
  ['action', 'VARCHAR'],
  ['actor', 'VARCHAR'],
  ['action_object', 'VARCHAR'],
  ['action_object_id', 'VARCHAR'],
  ['target_type', 'VARCHAR'],
  ['target_id', 'VARCHAR'],
  ['timestamp', 'VARCHAR'],
  ['ts', 'BIGINT'],
  ['flags', 'INTEGER'],
  ['source', 'SMALLINT'],
  ['result', 'VARCHAR'],
  ['payload', 'VARCHAR'],
  ['raw', 'VARCHAR'],
] as const;

const SLOW_TABLE = `CREATE TABLE IF NOT EXISTS slow (${STAGE_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})`;

/**
 * While a source is read, its events lie in segments beside the database, and views `stage_N` read them where they are;
 * `slow` holds the few that no segment can. When all are here, `event` takes them in time order, so that a range of row
 * ids is a stretch of time, and the others are gone.
 */
const TABLES = [
  SLOW_TABLE,
  'CREATE VIEW stage_0 AS SELECT * FROM slow WHERE false',
  'CREATE TABLE reject (seq BIGINT, code VARCHAR, reason VARCHAR, record_key BLOB, raw BLOB, source SMALLINT)',
  'CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)',
  // When the store itself says that events were written, milliseconds since 1970 UTC; only some stores do.
  'CREATE TABLE written (n BIGINT, ms BIGINT)',
  // Rows that a comparison or a finding named.
  'CREATE TABLE row_set (name VARCHAR, n BIGINT)',
];

/**
 * Names that were given from outside, in memory. `id`, `name`, `title`, `kind`, `origin` (`file` or `ckan`), `place` (file or URL),
 * `seq` (later ones are newer). There from the beginning: of several who ask at once, nobody has to make it.
 */
export const LOADED_NAMES = 'views.loaded_name';
const LOADED_COLUMNS =
  'id VARCHAR, name VARCHAR, title VARCHAR, kind VARCHAR, origin VARCHAR, place VARCHAR, seq BIGINT';

const COLUMNS_SQL = STAGE_COLUMNS.map(([name, type]) => `'${name}': '${type}'`).join(', ');

/** A query over segments as the bulk reader takes them in: one line a row, values apart by 0x1F. */
export function segmentRows(segments: readonly string[]): string {
  return `SELECT * FROM read_csv([${segments.map(quote).join(', ')}], columns = {${COLUMNS_SQL}}, auto_detect = false,
      header = false, delim = '\x1f', quote = '', escape = '', comment = '', new_line = '\\n', nullstr = '\x02',
      strict_mode = true, max_line_size = ${MAX_LINE_BYTES * 2}, buffer_size = ${MAX_LINE_BYTES * 16})`;
}

/**
 * A query over all staged events.
 * @param below leaves out what was captured at this position or behind it; the table `slow` may hold more than is to be seen.
 */
export function stagedRows(segments: readonly string[], below?: number): string {
  const slow = `SELECT * FROM slow${below === undefined ? '' : ` WHERE n < ${below}`}`;
  return segments.length === 0 ? slow : `${segmentRows(segments)} UNION ALL ${slow}`;
}

/** Enough for what is done with a million events, and little enough for an auditor's laptop. */
export const MEMORY_LIMIT = '128MB';
/** Texts longer than this, in bulk, need more memory: DuckDB takes 2,048 rows at a time through its operators. */
export const HEAVY_BYTES = 32 * 1024;
/** So many bytes of heavy texts still fit into the usual memory. */
export const HEAVY_LOAD_BYTES = 8 * 1024 * 1024;

/** For what can't be done within the usual limit, for the rest of the snapshot's life. */
export async function allowMoreMemory(connection: DuckDBConnection): Promise<void> {
  const half = Math.floor(totalmem() / 2 / 2 ** 20);
  await connection.run(`SET memory_limit = '${Math.max(2_048, half)}MiB'`);
}

/** Whether a statement failed for want of memory. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Out of Memory');
}

/** Runs a statement again with more memory when the usual limit is too tight for it. */
export async function runWithinMemory(connection: DuckDBConnection, sql: string): Promise<void> {
  try {
    await connection.run(sql);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    await allowMoreMemory(connection);
    await connection.run(sql);
  }
}

/** How many threads a query may use. */
export function threads(): number {
  return Math.max(1, Math.min(4, availableParallelism()));
}

/**
 * Opens the DuckDB file of a snapshot, making it when it is not there. Nothing is ever loaded from the network: extensions
 * are neither installed nor loaded, and SQL reaches no file outside the snapshot's folder.
 */
export async function openDatabase(folder: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(join(folder, DATABASE_FILE), {
    memory_limit: MEMORY_LIMIT,
    threads: String(threads()),
    temp_directory: join(folder, 'spill'),
    preserve_insertion_order: 'true',
    // Knows the compression that suits long texts. Nothing but this program has to read the file.
    storage_compatibility_version: 'latest',
    // What was needed for a while is given back at once; the allocator would keep a hundred megabytes.
    allocator_bulk_deallocation_flush_threshold: '8MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  // Ordered positions of views are kept in memory, spilling to the snapshot's folder; they never outlive the engine.
  await connection.run("ATTACH ':memory:' AS views");
  await connection.run(`CREATE TABLE ${LOADED_NAMES} (${LOADED_COLUMNS})`);
  await connection.run(`SET allowed_directories = [${quote(folder)}]`);
  await connection.run('SET enable_external_access = false');
  connection.closeSync();
  return instance;
}

export async function createTables(connection: DuckDBConnection): Promise<void> {
  for (const statement of TABLES) await connection.run(statement);
}

/** The table that staged rows wait in when no segment can hold them. */
export async function createSlowTable(connection: DuckDBConnection): Promise<void> {
  await connection.run(SLOW_TABLE);
}

/**
 * How columns are compressed where the database's own choice costs more than it saves: JSON is shortest and soonest
 * written with zstd, and ids that are random can't be shortened.
 */
const COMPRESSION: Readonly<Record<string, string>> = {
  id: 'uncompressed',
  result: 'zstd',
  payload: 'zstd',
  raw: 'zstd',
};

/** Makes an empty table for events in time order. */
export async function createEventTable(connection: DuckDBConnection, table: string): Promise<void> {
  const columns = STAGE_COLUMNS.map(([name, type]) => {
    const compression = COMPRESSION[name];
    return `${name} ${type}${compression === undefined ? '' : ` USING COMPRESSION ${compression}`}`;
  });
  await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
}

/** A full disk below a capture, said in those words; any other error as it is. */
export function storageProblem(error: unknown, folder: string): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (!/ENOSPC|no space left|not enough space|disk full/i.test(text)) return error;
  return new AppError(
    'disk_full',
    `The disk that holds ${folder} is full. Free some space, or set EVENT_AUDIT_DATA_DIR to a folder on another disk.`,
    { cause: error },
  );
}

/**
 * Reads a text column whole: the driver drops one byte order mark from the start of each text, so those that begin with
 * one are given another.
 */
export function readable(column: string): string {
  return `CASE WHEN starts_with(${column}, chr(65279)) THEN chr(65279) || ${column} ELSE ${column} END`;
}

/** A text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
