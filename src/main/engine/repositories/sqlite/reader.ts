/** Reads the audit table of a SQLite file, synchronously: run by a worker thread, because a single step can take long. */
import Database from 'better-sqlite3';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { bytesExpression, cellExpression, findLayout, sizeExpression, typeExpression, type Layout } from './layout.ts';
import { RowCheck, type BrokenRow, type Cell } from './row-check.ts';
import { identifier } from './schema.ts';

export const CELLS = EVENT_FIELDS.length;
const BATCH_ROWS = 500;
const BATCH_CHARS = 4_000_000;
/** Larger files are counted by their row numbers instead. */
const COUNT_BYTES = 2 ** 31;
/** Larger files are counted in steps of so many rows. */
const STEPPED_BYTES = 2 ** 28;
const STEP_ROWS = 100_000;
/** While rows are read, a step is made behind so many. */
const ROWS_A_STEP = 20_000;

export interface Rows {
  /** {@link CELLS} values a row, one row after the other. */
  readonly cells: readonly (string | null)[];
  /** Where each row is, for naming it. */
  readonly keys: readonly string[];
  /** Rows that hold something else than text, or too much of it, with all their bytes; see row-bytes.ts. */
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

/**
 * How many rows the table has; an estimate where counting would mean reading much of a large file.
 * @param mayGoOn is asked between the steps of a count that takes long; when it says no, the count is what it came to
 */
export function countRows(
  database: Database.Database,
  { table, hasRowIds }: Layout,
  mayGoOn: () => boolean = () => true,
): { readonly records: number; readonly estimated: boolean } {
  const name = identifier(table);
  const bytes = sizeInBytes(database);
  if (!hasRowIds || bytes < STEPPED_BYTES) {
    return { records: Number(database.prepare(`SELECT count(*) FROM ${name}`).pluck().get()), estimated: false };
  }
  if (bytes <= COUNT_BYTES) {
    const records = countInSteps(database, name, mayGoOn);
    return { records, estimated: false };
  }
  const [first, last] = ['min', 'max'].map((end) =>
    Number(database.prepare(`SELECT ${end}(_rowid_) FROM ${name}`).pluck().get() ?? 0),
  );
  // Row numbers can have gaps of any width; no row takes less than this.
  return { records: Math.min((last ?? 0) - (first ?? 0) + 1, Math.floor(bytes / 40)), estimated: true };
}

/** A statement can't be interrupted, so that a long count is made of many. */
function countInSteps(database: Database.Database, name: string, mayGoOn: () => boolean): number {
  const count = new SteppedCount(database, name);
  while (!count.isWhole && mayGoOn()) count.step();
  return count.records;
}

/** A count of a table that has row numbers, so many rows at a step. */
class SteppedCount {
  readonly #step: Database.Statement<[bigint], [bigint | null, bigint]>;
  #after = -(2n ** 63n);
  isWhole = false;
  records: number;

  /** @param name as an SQL identifier */
  constructor(database: Database.Database, name: string) {
    this.#step = database
      .prepare<[bigint], [bigint | null, bigint]>(
        `SELECT max(n), count(n) FROM (SELECT _rowid_ AS n FROM ${name} WHERE _rowid_ > ? ORDER BY _rowid_ LIMIT ${STEP_ROWS})`,
      )
      .raw()
      .safeIntegers();
    // No step asks for the smallest row number there can be.
    this.records = Number(database.prepare(`SELECT count(*) FROM ${name} WHERE _rowid_ = ?`).pluck().get(this.#after));
  }

  step(): void {
    const [last, count] = this.#step.get(this.#after) ?? [null, 0n];
    this.records += Number(count);
    this.isWhole = last === null || count < BigInt(STEP_ROWS);
    this.#after = last ?? this.#after;
  }
}

/**
 * Says how many rows a table has while they are read: at once where that is quick, else some steps at a time between
 * rows, so that the first of them need not wait.
 */
export class CountBeside {
  readonly #count: SteppedCount | undefined;
  #whole: number | undefined;
  #sinceStep = 0;

  constructor(database: Database.Database, layout: Layout) {
    if (layout.hasRowIds && sizeInBytes(database) >= STEPPED_BYTES) {
      this.#count = new SteppedCount(database, identifier(layout.table));
    } else this.#whole = countRows(database, layout).records;
  }

  /** @param read how many rows were read since the last call @returns the number, once, when it is known */
  known(read = 0): number | undefined {
    this.#sinceStep += read;
    if (this.#count?.isWhole === false && this.#sinceStep >= ROWS_A_STEP) {
      this.#sinceStep = 0;
      this.#count.step();
      if (this.#count.isWhole) this.#whole = this.#count.records;
    }
    const whole = this.#whole;
    this.#whole = undefined;
    return whole;
  }
}

/** All rows, in batches, within one read transaction: everything read is of one instant, whoever writes meanwhile. */
export function* readRows(database: Database.Database, layout: Layout): Generator<Rows> {
  const { table, hasRowIds, columns } = layout;
  const from = `FROM ${identifier(table)}`;
  const rowId = hasRowIds ? '_rowid_' : 'NULL';
  // A row that can't be asked for again by its number brings its bytes along.
  const brought = hasRowIds
    ? []
    : [bytesExpression, typeExpression, sizeExpression].flatMap((each) => columns.map(each));
  const statement = database
    .prepare<[], Cell[]>(`SELECT ${[rowId, ...columns.map(cellExpression), ...brought].join(', ')} ${from}`)
    .raw()
    .safeIntegers();
  const check = new RowCheck(database, layout);
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
        const problem = check.broken(row);
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
