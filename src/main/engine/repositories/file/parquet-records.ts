/** The rows of Parquet files as events. DuckDB reads them; it is given this one file and nothing else. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { MARK } from '../../export/parquet/mark.ts';
import { quote, readable } from '../../snapshot/schema.ts';
import { columnNotes, matchColumns, REQUIRED } from '../columns.ts';
import { damagedRow } from '../damaged-row.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';

const ACTOR = EVENT_FIELDS.indexOf('actor');
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
const RESULT = EVENT_FIELDS.indexOf('result');
const FIELDS = EVENT_FIELDS.length;

export interface ParquetSource {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  readonly expect: (records: number) => void;
}

/** What a file that this program wrote has beside the fields: the same instant once more, and the whole record where it is more than they say. */
const INSTANT = 'instant';
const RECORD = 'record';

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
    const isOwn = await isMarked(connection, path);
    const expressions = await selectList(connection, file, name, isOwn, note);
    expect(await countOf(connection, file));
    const result = await connection.stream(`SELECT ${expressions.join(', ')} FROM ${file}`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const sorted = new Batches();
      for (const row of chunk.getRows()) {
        read += 1;
        const place = `${name}, row ${read}`;
        const record = row[FIELDS];
        if (typeof record === 'string' && record.startsWith('{')) {
          sorted.json(Buffer.from(record), place);
          continue;
        }
        const cells = row.slice(0, FIELDS).map((value, field) => cell(value, field));
        const odd = row.slice(FIELDS + 1);
        if (odd.every((value) => value === null)) sorted.row(cells, place);
        else {
          const bytes = damagedRow(cells.map((text, field) => blobOf(odd[field]) ?? text));
          sorted.broken({ code: 'not_utf8', reason: 'It holds bytes that are not UTF-8.', bytes, place });
        }
      }
      yield* sorted.all();
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

/** Records of a stretch of the file, in its order, those of a kind together as far as that goes. */
class Batches {
  readonly #all: RecordBatch[] = [];
  readonly #broken: BrokenBatch['records'][number][] = [];
  #rows: (string | null)[][] = [];
  #json: Uint8Array[] = [];
  #keys: string[] = [];

  row(cells: (string | null)[], key: string): void {
    if (this.#json.length > 0) this.#close();
    this.#rows.push(cells);
    this.#keys.push(key);
  }

  json(record: Uint8Array, key: string): void {
    if (this.#rows.length > 0) this.#close();
    this.#json.push(record);
    this.#keys.push(key);
  }

  broken(record: BrokenBatch['records'][number]): void {
    this.#broken.push(record);
  }

  all(): readonly RecordBatch[] {
    this.#close();
    return this.#broken.length === 0 ? this.#all : [...this.#all, { kind: 'broken', records: this.#broken }];
  }

  #close(): void {
    if (this.#rows.length > 0) this.#all.push({ kind: 'rows', rows: this.#rows, keys: this.#keys });
    if (this.#json.length > 0) {
      const places = this.#keys;
      this.#all.push({ kind: 'json', values: this.#json, keys: [], place: (index) => places[index] ?? '' });
    }
    this.#rows = [];
    this.#json = [];
    this.#keys = [];
  }
}

/** Whether this program wrote the file, so that its further columns are known. */
async function isMarked(connection: DuckDBConnection, path: string): Promise<boolean> {
  const found = await connection.runAndReadAll(
    `SELECT count(*) FROM parquet_kv_metadata(${quote(path)}) WHERE key = ${quote(MARK)}::BLOB`,
  );
  return Number(found.getRows()[0]?.[0] ?? 0) > 0;
}

async function countOf(connection: DuckDBConnection, file: string): Promise<number> {
  const answer = await connection.runAndReadAll(`SELECT count(*) FROM ${file}`);
  return Number(answer.getRows()[0]?.[0] ?? 0);
}

/** One SQL expression per event field, as text; one for the whole record; then one per field for bytes that are no text. */
async function selectList(
  connection: DuckDBConnection,
  file: string,
  name: string,
  isOwn: boolean,
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
  const known = new Set(isOwn ? [INSTANT, RECORD] : []);
  const foreign = names.filter((column) => !known.has(column));
  for (const each of columnNotes(name, foreign, matched)) note(each);
  const found = EVENT_FIELDS.map((field) => {
    const column = matched.get(field);
    return column === undefined
      ? undefined
      : { sql: `"${column.replaceAll('"', '""')}"`, type: types.get(column) ?? '' };
  });
  return [
    ...found.map((column) => (column === undefined ? 'NULL' : readable(asText(column.sql, column.type)))),
    isOwn && types.get(RECORD) === 'VARCHAR' ? readable(RECORD) : 'NULL',
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
