/** What a saved snapshot is: one DuckDB file with three tables, described in docs/snapshots.md. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { snapshotStatusSchema, type SnapshotStatus } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { filterSchema, type Filter } from '../../../shared/filter.ts';
import { quote } from './schema.ts';

/** Grows when a reader of an earlier version could no longer make sense of the file. */
const SAVED_FORMAT = 1;
const SAVED_KIND = 'event-audit-snapshot';

export const SAVED_EVENT_COLUMNS = [
  'n',
  'id',
  'category',
  'action',
  'actor',
  'action_object',
  'action_object_id',
  'target_type',
  'target_id',
  'timestamp',
  'ts',
  'flags',
  'source',
  'result',
  'payload',
  'raw',
] as const;
export const SAVED_REJECT_COLUMNS = ['seq', 'code', 'reason', 'record_key', 'raw', 'source'] as const;

const TYPES: Readonly<Record<string, string>> = {
  n: 'BIGINT',
  ts: 'BIGINT',
  seq: 'BIGINT',
  flags: 'INTEGER',
  source: 'SMALLINT',
  record_key: 'BLOB',
};

function columnsSql(columns: readonly string[], types: Readonly<Record<string, string>> = TYPES): string {
  return columns.map((name) => `${name} ${types[name] ?? 'VARCHAR'}`).join(', ');
}

/** The tables by name, as their columns are declared. */
const TABLES: Readonly<Record<string, string>> = {
  event: columnsSql(SAVED_EVENT_COLUMNS),
  reject: columnsSql(SAVED_REJECT_COLUMNS, { ...TYPES, raw: 'BLOB' }),
  meta: 'name VARCHAR, value VARCHAR',
};

/** What a saved file says of the capture in it. */
export interface SavedFacts {
  readonly status: SnapshotStatus;
  /** The filter by which the capture was narrowed, if it was. */
  readonly narrow: Filter | undefined;
  /** ISO 8601, UTC. */
  readonly savedAt: string;
}

/** Makes the empty tables of a saved file in an attached database. */
export async function makeSavedTables(connection: DuckDBConnection, database: string): Promise<void> {
  for (const [name, columns] of Object.entries(TABLES)) {
    await connection.run(`CREATE TABLE ${database}.${name} (${columns})`);
  }
}

export async function writeFacts(
  connection: DuckDBConnection,
  database: string,
  { status, narrow, savedAt }: SavedFacts,
): Promise<void> {
  const entries = {
    kind: SAVED_KIND,
    format: String(SAVED_FORMAT),
    saved_at: savedAt,
    status: JSON.stringify(status),
    ...(narrow === undefined ? {} : { narrow: JSON.stringify(narrow) }),
  };
  const rows = Object.entries(entries).map(([name, value]) => `(${quote(name)}, ${quote(value)})`);
  await connection.run(`INSERT INTO ${database}.meta VALUES ${rows.join(', ')}`);
}

/** Says of a file that it is not what it is taken for. */
export type Refusal = (why: string) => AppError;

/**
 * Checks that an attached database is a saved snapshot, and reads what it says of itself. Whatever else its maker put in:
 * the three names must be plain tables, declared to the letter as ours are, so that reading them runs nothing but
 * reading. Views, generated columns and defaults are found out by that.
 */
export async function readFacts(connection: DuckDBConnection, database: string, refuse: Refusal): Promise<SavedFacts> {
  const found = await declared(connection, database);
  if (!found.has('meta')) throw refuse('is a DuckDB database, but no saved snapshot');
  await connection.run('CREATE SCHEMA views.expected');
  const expected = new Map<string, string>();
  for (const [name, columns] of Object.entries(TABLES)) {
    await connection.run(`CREATE TABLE views.expected.${name} (${columns})`);
  }
  for (const [name, sql] of await declared(connection, 'views', 'expected')) {
    expected.set(name, sql.replace('TABLE expected.', 'TABLE '));
  }
  await connection.run('DROP SCHEMA views.expected CASCADE');
  const checkTable = (name: string): void => {
    if (found.get(name) !== expected.get(name)) {
      throw refuse(`is no saved snapshot of a known form: its table “${name}” is missing or another one`);
    }
  };
  checkTable('meta');
  const rows = await connection.runAndReadAll(`SELECT name, value FROM ${database}.main.meta LIMIT 100`);
  const meta = new Map(rows.getRows().map(([name, value]) => [String(name), String(value)]));
  if (meta.get('kind') !== SAVED_KIND) throw refuse('is a DuckDB database, but no saved snapshot');
  const format = Number(meta.get('format'));
  if (format > SAVED_FORMAT) {
    throw refuse(`was saved by a newer version of the product (form ${format}, this one knows ${SAVED_FORMAT})`);
  }
  for (const name of Object.keys(TABLES)) checkTable(name);
  const status = snapshotStatusSchema.safeParse(parsed(meta.get('status'))).data;
  const narrow = filterSchema.optional().safeParse(parsed(meta.get('narrow')));
  const savedAt = z.iso.datetime().safeParse(meta.get('saved_at')).data;
  const isEnded = status?.finished_at !== null && (status?.state === 'complete' || status?.state === 'partial');
  if (format !== SAVED_FORMAT || status === undefined || !isEnded || !narrow.success || savedAt === undefined) {
    throw refuse('is damaged: what it says of its capture can’t be read');
  }
  return { status, narrow: narrow.data, savedAt };
}

/** The tables of a schema, with the statement that would make each. A view has none. */
async function declared(
  connection: DuckDBConnection,
  database: string,
  schema = 'main',
): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.runAndReadAll(
    `SELECT table_name, sql FROM duckdb_tables() WHERE database_name = ${quote(database)} AND schema_name = ${quote(schema)}`,
  );
  return new Map(rows.getRows().map(([name, sql]) => [String(name), String(sql)]));
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
