/** The tables of a snapshot's DuckDB file, and how such a file is opened. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** Written into every snapshot; a reader refuses what it does not know. */
export const SNAPSHOT_FORMAT = 1;

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
  ['result', 'VARCHAR'],
  ['payload', 'VARCHAR'],
  ['raw', 'VARCHAR'],
] as const;

/**
 * `stage` takes events as they arrive. When all are here, `event` holds them in time order with `pos`, their rank, so
 * that a range of ranks is a range of rows on disk; `stage` is then gone.
 */
const TABLES = [
  `CREATE TABLE stage (${STAGE_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})`,
  'CREATE TABLE reject (seq BIGINT, code VARCHAR, reason VARCHAR, record_key BLOB, raw BLOB)',
  'CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)',
];

export const CREATE_EVENT = `
  CREATE TABLE event AS
  SELECT row_number() OVER () - 1 AS pos, * FROM (SELECT * FROM stage ORDER BY ts, id, n)`;

/** How many threads a query may use. */
function threads(): number {
  return Math.max(1, Math.min(4, availableParallelism()));
}

/**
 * Opens the DuckDB file of a snapshot, making it when it is not there. Nothing is ever loaded from the network: DuckDB's
 * extension autoloading is off, and files outside the snapshot's folder can't be reached by SQL.
 */
export async function openDatabase(folder: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(join(folder, 'snapshot.duckdb'), {
    memory_limit: '256MB',
    threads: String(threads()),
    temp_directory: join(folder, 'spill'),
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
}

export async function createTables(connection: DuckDBConnection): Promise<void> {
  for (const statement of TABLES) await connection.run(statement);
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

/** A text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
