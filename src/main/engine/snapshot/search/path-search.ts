/** Which rows of an index have a value at a JSON path. */
import { unionOf } from '../rows.ts';
import { Scratch, type IndexFile } from './index-file.ts';
import { hashOf, MANY_SPELLINGS } from './json-units.ts';
import type { LetterCase } from './letter-case.ts';
import type { Run } from './run.ts';

export interface PathQuestion {
  /** As `pathKey` writes it. */
  readonly path: string;
  /** How JSON spells the value: a row that has one of these there has the value. */
  readonly spellings: readonly string[];
  /** The stretch of rows that are asked about. */
  readonly from: number;
  readonly to: number;
}

/** The rows that share a value at a path: all of them have it, or none. */
export interface Alike {
  /** One of the rows. */
  readonly row: number;
  readonly rows: Uint32Array;
}

export interface AtPath {
  /** Rows that have it, in ascending order. */
  readonly rows: Uint32Array;
  /** Rows whose value may be another spelling of it. */
  readonly alike: readonly Alike[];
  /** Rows that each have to be looked at; none of them is among the others. */
  readonly others: Uint32Array;
}

/** More groups of rows than this are not worth their verification. */
const MAX_ALIKE = 2_000;

export class PathSearch {
  readonly #file: IndexFile;
  readonly #letterCase: LetterCase;
  readonly #values = new Scratch();
  readonly #places = new Scratch();
  readonly #rows = new Scratch();

  constructor(file: IndexFile, letterCase: LetterCase) {
    this.#file = file;
    this.#letterCase = letterCase;
  }

  /** `undefined` when the rows that may have another spelling of it are too many to be verified. */
  find(runs: readonly Run[], { path, spellings, from, to }: PathQuestion): AtPath | undefined {
    const wanted = spellings.map((spelling) => Buffer.from(spelling));
    const hashes = new Set(wanted.map((spelling) => hashOf(spelling)));
    const having: Uint32Array[] = [];
    const alike: Alike[] = [];
    const others: number[] = [];
    for (const run of runs) {
      const { first, odd, values } = run;
      if (first >= to || first + run.rows <= from) continue;
      for (const list of [odd.whole, odd.paths]) {
        for (const row of list) if (first + row >= from && first + row < to) others.push(first + row);
      }
      const uncertain = new Set(odd.paths);
      const number = run.paths.get(path);
      if (number === undefined) continue;
      const [begin, end] = [values.begins[number] ?? 0, values.begins[number + 1] ?? 0];
      const found = this.#file.numbers(this.#values, values.valuesAt + begin * 4, end - begin);
      for (let at = 0; at < found.length; at += 1) {
        const value = found[at] ?? 0;
        if (value !== MANY_SPELLINGS && !hashes.has(value)) continue;
        if (value !== MANY_SPELLINGS && !this.#has(run, begin + at, wanted)) continue;
        const rows = this.#rowsOf(run, begin + at, Math.max(from, first), to, uncertain);
        const [row] = rows;
        if (row === undefined) continue;
        if (value !== MANY_SPELLINGS) having.push(rows);
        else if (alike.push({ row, rows }) > MAX_ALIKE) return undefined;
      }
    }
    return { rows: unionOf(having, { from, to }), alike, others: Uint32Array.from(new Set(others)).toSorted() };
  }

  /** Whether a unit's value is spelt in one of some ways. */
  #has({ values, texts }: Run, place: number, wanted: readonly Buffer[]): boolean {
    const [text = 0] = this.#file.numbers(this.#places, values.textsAt + place * 4, 1);
    const [unit] = this.#file.originals(texts, text, text + 1, this.#letterCase);
    return unit !== undefined && wanted.some((spelling) => hasValue(unit, spelling));
  }

  /** The rows of a unit within a stretch but for some, which are counted within the run. */
  #rowsOf(run: Run, place: number, from: number, to: number, without: ReadonlySet<number>): Uint32Array {
    const [unit = 0] = this.#file.numbers(this.#places, run.values.unitsAt + place * 4, 1);
    const [begin = 0, end = 0] = this.#file.numbers(this.#places, run.unitRowsAt + unit * 4, 2);
    const count = end - begin;
    const rows = new Uint16Array(this.#file.read(this.#rows, run.rowsAt + begin * 2, count * 2), 0, count);
    const found = new Uint32Array(count);
    let size = 0;
    for (let at = 0; at < count; at += 1) {
      const own = rows[at] ?? 0;
      const row = run.first + own;
      if (row < from || row >= to || (without.size > 0 && without.has(own))) continue;
      found[size] = row;
      size += 1;
    }
    return found.slice(0, size);
  }
}

const CLOSES = new Set(Buffer.from('}], \t\r\n'));
const BEGINS = new Set(Buffer.from(':[, \t\r\n'));

/**
 * Whether the only value of a unit that is no object or list is spelt so. It stands before what closes objects and lists,
 * and behind a colon, a bracket or a space: so a longer value that ends like it is told apart.
 */
export function hasValue(unit: Uint8Array, spelling: Uint8Array): boolean {
  let end = unit.length;
  while (end > 0 && CLOSES.has(unit[end - 1] ?? 0)) end -= 1;
  const start = end - spelling.length;
  if (start < 0 || (start > 0 && !BEGINS.has(unit[start - 1] ?? 0))) return false;
  for (let at = 0; at < spelling.length; at += 1) if (unit[start + at] !== spelling[at]) return false;
  return true;
}
