/** Finds rows with cells that are no text, or too large, among those that the driver hands over. */
import { isUtf8 } from 'node:buffer';
import type Database from 'better-sqlite3';
import { MAX_CELL_BYTES, sizeExpression, startExpression, typeExpression, type Layout } from './layout.ts';
import { rowBytes, type CellType, type StoredCell } from './row-bytes.ts';
import { identifier } from './schema.ts';

export type Cell = string | bigint | number | Buffer | null;

/** A row that is set aside, with all its bytes; see row-bytes.ts. */
export interface BrokenRow {
  readonly code: 'not_utf8' | 'not_utf16' | 'too_large';
  readonly bytes: Uint8Array;
  readonly key: string;
}

type Values = (Buffer | string | bigint | null)[];

export class RowCheck {
  readonly #isUtf8: boolean;
  readonly #decode: (bytes: Buffer) => string | undefined;
  readonly #columns: Layout['columns'];
  /** Types, then sizes, of a row's cells. */
  readonly #facts: Database.Statement<[bigint], Values> | undefined;
  readonly #starts: readonly Database.Statement<[number, bigint], Values>[];

  constructor(database: Database.Database, { table, hasRowIds, columns }: Layout) {
    const encoding = String(database.pragma('encoding', { simple: true }));
    this.#isUtf8 = encoding === 'UTF-8';
    this.#decode = this.#isUtf8 ? utf8Text : strictText(encoding);
    this.#columns = columns;
    const from = `FROM ${identifier(table)} WHERE _rowid_ =`;
    const facts = [typeExpression, sizeExpression].flatMap((each) => columns.map(each));
    this.#facts = hasRowIds
      ? database
          .prepare<[bigint], Values>(`SELECT ${facts.join(', ')} ${from} ?`)
          .raw()
          .safeIntegers()
      : undefined;
    this.#starts = hasRowIds
      ? columns.map((column) =>
          database.prepare<[number, bigint], Values>(`SELECT ${startExpression(column)} ${from} ?`).raw(),
        )
      : [];
  }

  /**
   * The row as it is set aside, when it must be. SQLite does not check that TEXT is what its encoding allows. The driver
   * replaces what is no UTF-8: a replacement character is therefore looked at again as bytes, to tell one that was written
   * from one that hides damage. In UTF-16, SQLite makes other characters of what is none, so that every row is looked at.
   * @param row the row's number or NULL, then its cells; of a row without number also their bytes, types and sizes
   */
  broken(row: readonly Cell[]): Omit<BrokenRow, 'key'> | undefined {
    let tooLarge = false;
    let notText = false;
    let suspicious = !this.#isUtf8;
    for (let index = 1; index <= this.#columns.length; index += 1) {
      const cell = row[index] ?? null;
      if (typeof cell === 'string') suspicious ||= cell.includes('\ufffd');
      else if (Buffer.isBuffer(cell)) {
        if (cell.length > MAX_CELL_BYTES) tooLarge = true;
        else notText ||= !isUtf8(cell);
      }
    }
    if (!tooLarge && !notText && !suspicious) return undefined;
    const stored = this.#stored(row);
    const damaged = ({ type, size, bytes }: StoredCell): boolean =>
      type === 'text' && size <= MAX_CELL_BYTES && this.#decode(bytes(size)) === undefined;
    if (!tooLarge && !notText && !stored.some(damaged)) return undefined;
    const code = tooLarge ? 'too_large' : this.#isUtf8 || notText ? 'not_utf8' : 'not_utf16';
    return { code, bytes: rowBytes(stored, this.#decode) };
  }

  #stored(row: readonly Cell[]): readonly StoredCell[] {
    const count = this.#columns.length;
    const rowId = row[0];
    if (typeof rowId === 'bigint') {
      const facts = this.#facts?.get(rowId) ?? [];
      return this.#columns.map((_, index) => ({
        type: typeOf(facts[index]),
        size: Number(facts[count + index] ?? 0),
        bytes: (length) => asBytes(this.#starts[index]?.get(length, rowId)?.[0]),
      }));
    }
    return this.#columns.map((_, index) => ({
      type: typeOf(row[1 + 2 * count + index]),
      size: Number(row[1 + 3 * count + index] ?? 0),
      bytes: (length) => asBytes(row[1 + count + index]).subarray(0, length),
    }));
  }
}

function asBytes(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function typeOf(value: unknown): CellType {
  return value === 'text' || value === 'blob' || value === 'integer' || value === 'real' ? value : 'null';
}

function utf8Text(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The text of bytes in UTF-16; `undefined` when they are none. */
function strictText(encoding: string): (bytes: Buffer) => string | undefined {
  const strict = new TextDecoder(encoding.toLowerCase(), { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return strict.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
}
