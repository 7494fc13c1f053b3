/** The rows of a column value by value, so that those of one value need not be looked for among all. */
import { countCodes, inOrderOf, isFew, sortedRows, type Allowed, type Codes } from './rows.ts';

/** So many columns are kept, 4 bytes a row each: those that were asked about last. */
const KEPT_COLUMNS = 2;
/** A filter of more values is quicker to test row by row than to put together. */
const MOST_VALUES = 16;
/** In columns of more values each place in order is far from the last one. */
const MOST_DISTINCT = 2 ** 16;

interface Grouped {
  /** All rows in order of their codes. */
  readonly rows: Uint32Array;
  /** Where the rows of each code begin; the next one's begin where they end. */
  readonly starts: Uint32Array;
}

export class ValueRows {
  readonly #columns = new Map<Codes, Promise<Grouped>>();

  /** The rows that a condition lets pass, each once and ascending; `undefined` where going through all of them is quicker. */
  async of({ codes, marks }: Allowed): Promise<Uint32Array | undefined> {
    if (marks.length > MOST_DISTINCT) return undefined;
    const allowed: number[] = [];
    for (let code = marks.indexOf(1); code !== -1; code = marks.indexOf(1, code + 1)) {
      if (allowed.push(code) > MOST_VALUES) return undefined;
    }
    if (allowed.length === 0) return new Uint32Array(0);
    const { rows, starts } = await this.#grouped(codes, marks.length);
    const lists = allowed.map((code) => rows.subarray(starts[code], starts[code + 1]));
    if (lists.length === 1) return lists[0];
    return isFew(lists, { from: 0, to: codes.length }) ? sortedRows(lists) : undefined;
  }

  #grouped(codes: Codes, distinct: number): Promise<Grouped> {
    const known = this.#columns.get(codes) ?? group(codes, distinct);
    // Behind the others in the order of leaving.
    this.#columns.delete(codes);
    this.#columns.set(codes, known);
    for (const column of this.#columns.keys()) {
      if (this.#columns.size <= KEPT_COLUMNS) break;
      this.#columns.delete(column);
    }
    return known;
  }
}

async function group(codes: Codes, distinct: number): Promise<Grouped> {
  const all = { from: 0, to: codes.length };
  const counts = await countCodes(all, codes, distinct);
  const starts = new Uint32Array(distinct + 1);
  for (let code = 0; code < distinct; code += 1) starts[code + 1] = (starts[code] ?? 0) + (counts[code] ?? 0);
  return { rows: await inOrderOf(all, codes, distinct), starts };
}
