/** Reads the audit table of a SQLite file, synchronously: run by a worker thread, because a single step can take long. */
import { isUtf8 } from 'node:buffer';
import Database from 'better-sqlite3';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { bytesExpression, cellExpression, findLayout, MAX_CELL_BYTES, type Layout } from './layout.ts';
import { identifier } from './schema.ts';

export const CELLS = EVENT_FIELDS.length;
const BATCH_ROWS = 500;
const BATCH_CHARS = 4_000_000;
/** So much of a value that is too large is kept to show what it is. */
const KEPT_BYTES = 1 << 20;
/** Larger files are counted by their row numbers instead. */
const COUNT_BYTES = 2 ** 31;

type Cell = string | bigint | number | Buffer | null;

export interface BrokenRow {
  readonly code: 'not_utf8' | 'too_large';
  readonly bytes: Uint8Array;
  readonly key: string;
}

export interface Rows {
  /** {@link CELLS} values a row, one row after the other. */
  readonly cells: readonly (string | null)[];
  /** Where each row is, for naming it. */
  readonly keys: readonly string[];
  /** Rows that hold something else than text, or too much of it, with the bytes that show it. */
  readonly broken: readonly BrokenRow[];
}

/** @param writable for a private copy, whose unfinished write must be rolled back or whose log must be read in */
export function openHardened(path: string, writable: boolean): Database.Database {
  const database = new Database(path, { readonly: !writable, fileMustExist: true, timeout: 5_000 });
  // The driver has defensive mode on already; nothing of the file's own code is trusted, and nothing is written by SQL.
  database.pragma('trusted_schema = OFF');
  database.pragma('query_only = ON');
  database.pragma('ignore_check_constraints = ON');
  database.pragma('cell_size_check = ON');
  return database;
}

export { findLayout };

export function sizeInBytes(database: Database.Database): number {
  return (
    Number(database.pragma('page_count', { simple: true })) * Number(database.pragma('page_size', { simple: true }))
  );
}

/** How many rows the table has; an estimate where counting would mean reading much of a large file. */
export function countRows(
  database: Database.Database,
  { table, hasRowIds }: Layout,
): { readonly records: number; readonly estimated: boolean } {
  const name = identifier(table);
  const bytes = sizeInBytes(database);
  if (bytes <= COUNT_BYTES || !hasRowIds) {
    return { records: Number(database.prepare(`SELECT count(*) FROM ${name}`).pluck().get()), estimated: false };
  }
  const [first, last] = ['min', 'max'].map((end) =>
    Number(database.prepare(`SELECT ${end}(_rowid_) FROM ${name}`).pluck().get() ?? 0),
  );
  // Row numbers can have gaps of any width; no row takes less than this.
  return { records: Math.min((last ?? 0) - (first ?? 0) + 1, Math.floor(bytes / 40)), estimated: true };
}

/** All rows, in batches, within one read transaction: everything read is of one instant, whoever writes meanwhile. */
export function* readRows(database: Database.Database, layout: Layout): Generator<Rows> {
  const { table, hasRowIds, columns } = layout;
  const from = `FROM ${identifier(table)}`;
  const utf8 = database.pragma('encoding', { simple: true }) === 'UTF-8';
  const rowId = hasRowIds ? '_rowid_' : 'NULL';
  // A row that can't be asked for again by its number brings its bytes along.
  const brought = hasRowIds || !utf8 ? [] : columns.map(bytesExpression);
  const statement = database
    .prepare<[], Cell[]>(`SELECT ${[rowId, ...columns.map(cellExpression), ...brought].join(', ')} ${from}`)
    .raw()
    .safeIntegers();
  const asBytes =
    hasRowIds && utf8
      ? database
          .prepare<[bigint], (Buffer | null)[]>(
            `SELECT ${columns.map((column) => (column === undefined ? 'NULL' : `CAST(${identifier(column)} AS BLOB)`)).join(', ')} ${from} WHERE _rowid_ = ?`,
          )
          .raw()
      : undefined;
  const cursor = statement.iterate();
  try {
    for (let ended = false; !ended;) {
      const cells: (string | null)[] = [];
      const keys: string[] = [];
      const broken: BrokenRow[] = [];
      let chars = 0;
      while (keys.length + broken.length < BATCH_ROWS && chars < BATCH_CHARS) {
        const next = cursor.next();
        if (next.done === true) {
          ended = true;
          break;
        }
        const row = next.value;
        const key = typeof row[0] === 'bigint' ? `row ${row[0]}` : String(row[1]);
        const problem = brokenCell(row, asBytes);
        if (problem !== undefined) {
          broken.push({ ...problem, key });
          chars += problem.bytes.length;
          continue;
        }
        for (let index = 1; index <= CELLS; index += 1) {
          const text = cellText(row[index] ?? null);
          cells.push(text);
          chars += text?.length ?? 0;
        }
        keys.push(key);
      }
      yield { cells, keys, broken };
    }
  } finally {
    cursor.return?.();
  }
}

/** What SQLite's own check finds wrong with the file, up to a few findings; empty when it is sound. */
export function checkIntegrity(database: Database.Database): readonly string[] {
  const found = database.prepare<[], string>('PRAGMA quick_check(5)').pluck().all();
  return found.filter((each) => each !== 'ok');
}

function cellText(cell: Cell): string | null {
  if (typeof cell === 'string' || cell === null) return cell;
  return Buffer.isBuffer(cell) ? cell.toString('utf8') : String(cell);
}

/**
 * A cell that is no text or too large, or one that the row brought along as bytes. SQLite does not check that TEXT is
 * UTF-8, and the driver replaces what is not: a replacement character is therefore looked at again as bytes, to tell one
 * that was written from one that hides damage.
 */
function brokenCell(
  row: readonly Cell[],
  asBytes: Database.Statement<[bigint], (Buffer | null)[]> | undefined,
): Omit<BrokenRow, 'key'> | undefined {
  let replaced = false;
  for (let index = 1; index < row.length; index += 1) {
    const cell = row[index] ?? null;
    if (typeof cell === 'string') replaced ||= cell.includes('\ufffd');
    else if (Buffer.isBuffer(cell)) {
      if (cell.length > MAX_CELL_BYTES) return { code: 'too_large', bytes: cell.subarray(0, KEPT_BYTES) };
      if (!isUtf8(cell)) return { code: 'not_utf8', bytes: cell };
    }
  }
  const rowId = row[0];
  if (!replaced || typeof rowId !== 'bigint') return undefined;
  const bytes = asBytes?.get(rowId)?.find((each) => each !== null && !isUtf8(each));
  return bytes === undefined || bytes === null ? undefined : { code: 'not_utf8', bytes };
}
