/** The rows of Parquet files as events. DuckDB reads them; it is given this one file and nothing else. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { quote, readable } from '../../snapshot/schema.ts';
import { columnNotes, matchColumns, REQUIRED } from '../columns.ts';
import { damagedRow } from '../damaged-row.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';

const ACTOR = EVENT_FIELDS.indexOf('actor');
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
const RESULT = EVENT_FIELDS.indexOf('result');

export interface ParquetSource {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  readonly expect: (records: number) => void;
}

const columnsSchema = z.array(z.tuple([z.string(), z.string()]));

/** @throws AppError `source_invalid` when its columns are no events’, and where it is damaged */
export async function* parquetRecords(source: ParquetSource): AsyncIterable<RecordBatch> {
  const { path, name, signal, note, expect } = source;
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '2' });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  let read = 0;
  try {
    await connection.run(`SET allowed_paths = [${quote(path)}]`);
    await connection.run('SET enable_external_access = false');
    const file = `read_parquet(${quote(path)})`;
    const expressions = await selectList(connection, file, name, note);
    expect(await countOf(connection, file));
    const result = await connection.stream(`SELECT ${expressions.join(', ')} FROM ${file}`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const rows: (string | null)[][] = [];
      const keys: string[] = [];
      const broken: BrokenBatch['records'][number][] = [];
      for (const row of chunk.getRows()) {
        read += 1;
        const place = `${name}, row ${read}`;
        const cells = row.slice(0, EVENT_FIELDS.length).map((value, field) => cell(value, field));
        const odd = row.slice(EVENT_FIELDS.length);
        if (odd.every((value) => value === null)) {
          rows.push(cells);
          keys.push(place);
          continue;
        }
        const bytes = damagedRow(cells.map((text, field) => blobOf(odd[field]) ?? text));
        broken.push({ code: 'not_utf8', reason: 'It holds bytes that are not UTF-8.', bytes, place });
      }
      if (rows.length > 0) yield { kind: 'rows', rows, keys };
      if (broken.length > 0) yield { kind: 'broken', records: broken };
      throwIfAborted(signal);
    }
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof AppError) throw error;
    const text = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
    throw new AppError(
      'source_invalid',
      `${name} can’t be read as Parquet${read === 0 ? '' : ` to its end, after ${read} rows`} (${text}).`,
      { cause: error },
    );
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

async function countOf(connection: DuckDBConnection, file: string): Promise<number> {
  const answer = await connection.runAndReadAll(`SELECT count(*) FROM ${file}`);
  return Number(answer.getRows()[0]?.[0] ?? 0);
}

/** One SQL expression per event field, as text; then one per field for bytes that are no text. */
async function selectList(
  connection: DuckDBConnection,
  file: string,
  name: string,
  note: (note: Note) => void,
): Promise<readonly string[]> {
  const described = await connection.runAndReadAll(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`,
  );
  const columns = columnsSchema.parse(described.getRows());
  const types = new Map(columns);
  const names = columns.map(([column]) => column);
  const matched = matchColumns(names);
  const missing = REQUIRED.filter((field) => !matched.has(field));
  if (missing.length > 0) {
    throw new AppError(
      'source_invalid',
      `${name} is no table of events: it lacks ${missing.join(', ')}. It has ${names.slice(0, 12).join(', ')}.`,
    );
  }
  for (const each of columnNotes(name, names, matched)) note(each);
  const found = EVENT_FIELDS.map((field) => {
    const column = matched.get(field);
    return column === undefined
      ? undefined
      : { sql: `"${column.replaceAll('"', '""')}"`, type: types.get(column) ?? '' };
  });
  return [
    ...found.map((column) => (column === undefined ? 'NULL' : readable(asText(column.sql, column.type)))),
    ...found.map((column) =>
      column?.type === 'BLOB' ? `CASE WHEN TRY(decode(${column.sql})) IS NULL THEN ${column.sql} END` : 'NULL',
    ),
  ];
}

function blobOf(value: unknown): Buffer | undefined {
  return typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array
    ? Buffer.from(value.bytes)
    : undefined;
}

function asText(column: string, type: string): string {
  if (type === 'VARCHAR') return column;
  if (type === 'TIMESTAMP WITH TIME ZONE') {
    // By its microseconds, because the time zone of this computer must not matter.
    const moment = `make_timestamp(epoch_us(${column}))`;
    return `CASE WHEN isfinite(${column}) THEN replace(${moment}::VARCHAR, ' ', 'T') || '+00:00' ELSE ${column}::VARCHAR END`;
  }
  if (type.startsWith('TIMESTAMP')) return `replace(${column}::VARCHAR, ' ', 'T')`;
  if (type === 'BLOB') return `TRY(decode(${column}))`;
  if (/^(?:STRUCT|MAP|UNION)|\[\d*\]$/.test(type)) return `to_json(${column})::VARCHAR`;
  return `${column}::VARCHAR`;
}

/** NULL is the empty text where an event may leave a field empty. */
function cell(value: unknown, field: number): string | null {
  if (typeof value === 'string') return value === '' && field >= RESULT ? null : value;
  return field >= ACTOR && field < TIMESTAMP ? '' : null;
}
