/** The file of an index: runs of rows one after the other, and how they are searched. All of it is synchronous. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { areExact, placesOfGrams, type Grams } from './grams.ts';
import type { LetterCase } from './letter-case.ts';
import { MANY_SPELLINGS } from './json-units.ts';
import type { Needle } from './needle.ts';
import { RowBits } from './row-bits.ts';
import { packRun, type Column, type Gathered, type Run } from './run.ts';
import { bitsOf } from './signature.ts';
import { blocksThatMayHold, findTexts, holdsText, type ReadTexts, type TextBlocks } from './text-blocks.ts';

/** A row holds what was searched. */
const HOLDS = 1;
/** A row may hold it: the database has to look. */
const MAY_HOLD = 2;

/** What is looked for, in lower case. */
export interface NeedleBytes extends Omit<Needle, 'parts'> {
  readonly parts: readonly Uint8Array[];
}

export interface Search {
  readonly needles: readonly NeedleBytes[];
  /** Whether it could be (part of) a number. */
  readonly isNumber: boolean;
  /** The stretch of rows that are asked about. */
  readonly from: number;
  readonly to: number;
  /** 1 for each row of the stretch that is known to hold it; `undefined` when none is. */
  readonly marks: Uint8Array | undefined;
}

/** What a search has found, in ascending order. */
export interface Found {
  /** The rows that hold it, or, where those are most, the ones that do not. */
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly areMissing: boolean;
  /** Rows that may hold it, and are among those that do not: the database has to look. */
  readonly unsure: Uint32Array;
}

/** The rows that share a value at a path: all of them have it, or none. */
export interface Alike {
  /** One of the rows. */
  readonly row: number;
  readonly rows: Uint32Array;
}

export interface AtPath {
  readonly alike: readonly Alike[];
  /** Rows that each have to be looked at. */
  readonly others: Uint32Array;
}

const NO_ROWS = new Uint16Array();
/** Where so few rows of a run are left, their texts are looked at one by one. */
const FEW_ROWS = 16_384;
/** An index that grows larger is not worth the disk it takes: the rows have hardly anything in common. */
const MOST_BYTES = 2 ** 30;
/** More groups of rows than this are not worth their verification. */
const MAX_ALIKE = 2_000;

export class RunFile {
  readonly #file: number;
  readonly #letterCase: LetterCase;
  readonly #runs: Run[] = [];
  #length = 0;
  /** What is read goes here, so that searching leaves no garbage. */
  readonly #texts = new Scratch();
  readonly #starts = new Scratch();
  readonly #firsts = new Scratch();
  readonly #rows = new Scratch();

  constructor(path: string, letterCase: LetterCase) {
    this.#file = openSync(path, 'wx+', 0o600);
    this.#letterCase = letterCase;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** @throws Error when the disk is full, or the file would be larger than it is worth */
  append(rows: Gathered): void {
    const { run, parts } = packRun(rows, this.#letterCase, this.#length);
    for (const part of parts) {
      if (this.#length + part.length > MOST_BYTES) throw new Error('The search index would be too large.');
      for (let written = 0; written < part.length;) {
        written += writeSync(this.#file, part, written, part.length - written, this.#length + written);
      }
      this.#length += part.length;
    }
    this.#runs.push(run);
  }

  /** Finds the rows that hold, or may hold, what is searched. */
  search({ needles, isNumber, from, to, marks: known }: Search): Found {
    const marks = known ?? new Uint8Array(to - from);
    let [missing, areSure] = [0, true];
    const asked = needles.map(({ parts, ...how }) => ({
      parts: parts.map((text) => ({ text, bits: bitsOf(text) })),
      ...how,
    }));
    for (const run of this.#runs) {
      if (run.first >= to || run.first + run.rows <= from) continue;
      const { odd, first } = run;
      const left = new Unmarked(run, from, to, marks, known !== undefined);
      for (const row of odd.whole) left.markUnsure(first + row);
      if (isNumber) for (const row of odd.numbers) left.markUnsure(first + row);
      for (const { parts, ...how } of asked) {
        const [whole] = parts;
        // These take least, and may leave hardly a row to be looked for.
        if (whole !== undefined && parts.length === 1 && how.isPlain) {
          for (const column of run.columns) this.#markColumn(run, column, whole, left);
        }
        if (whole !== undefined && parts.length === 1) this.#mark(run, whole, how, left);
        else this.#markSpread(run, parts, left);
        if (left.count === 0) break;
      }
      missing += left.count;
      areSure &&= left.areSure;
    }
    const holding = to - from - missing;
    const areMissing = missing * 2 <= holding;
    return {
      rows: markedRows(marks, from, areMissing ? 0 : HOLDS, areMissing ? missing : holding),
      areMissing,
      unsure: areSure ? new Uint32Array() : unsureRows(marks, from),
    };
  }

  /**
   * The rows that may have a value at a path.
   * @param values hashes of the value's spellings
   * @returns `undefined` when they are too many to be verified
   */
  at(path: string, values: readonly number[], from: number, to: number): AtPath | undefined {
    const alike: Alike[] = [];
    const others: number[] = [];
    for (const run of this.#runs) {
      const { first } = run;
      if (first >= to || first + run.rows <= from) continue;
      for (const list of [run.odd.whole, run.odd.paths]) {
        for (const row of list) if (first + row >= from && first + row < to) others.push(first + row);
      }
      const uncertain = new Set(run.odd.paths);
      const number = run.paths.get(path);
      if (number === undefined) continue;
      const groups = new Uint16Array(this.#read(this.#starts, run.groupsAt, run.units * 2), 0, run.units);
      const hashes = new Uint32Array(this.#read(this.#texts, run.valuesAt, run.units * 4), 0, run.units);
      for (let unit = 0; unit < run.units; unit += 1) {
        if (groups[unit] !== number) continue;
        const hash = hashes[unit] ?? 0;
        if (hash !== MANY_SPELLINGS && !values.includes(hash)) continue;
        const rows = this.#rowsOf(run, unit, Math.max(from, first), to, uncertain);
        const [row] = rows;
        if (row !== undefined) alike.push({ row, rows });
        if (alike.length > MAX_ALIKE) return undefined;
      }
    }
    return { alike, others: Uint32Array.from(new Set(others)).toSorted() };
  }

  /** The rows of a unit within a stretch but for some, which are counted within the run. */
  #rowsOf(run: Run, unit: number, from: number, to: number, without: ReadonlySet<number>): Uint32Array {
    const [begin = 0, end = 0] = new Uint32Array(this.#read(this.#firsts, run.unitRowsAt + unit * 4, 8), 0, 2);
    const count = end - begin;
    const rows = new Uint16Array(this.#read(this.#rows, run.rowsAt + begin * 2, count * 2), 0, count);
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

  /** Marks the rows of all units that hold a text. */
  #mark(run: Run, wanted: Wanted, { isSure }: Omit<Needle, 'parts'>, left: Unmarked): void {
    const isLetter = isSure && wanted.text.length === 1;
    if (isLetter) left.markAll(this.#rowsWithGrams(run.letters, wanted.text)?.all() ?? NO_ROWS);
    const isWanted = (first: number): boolean => !isLetter || first >= run.firstFurther;
    for (const [block, last] of blocksThatMayHold(run.texts, wanted.bits, isWanted)) {
      if (left.count === 0) return;
      const first = run.texts.firsts[block] ?? 0;
      let rows: RowsOfTexts | undefined;
      findTexts(this.#readTexts(run.texts, block, last), wanted.text, (text) => {
        rows ??= this.#readRows(run, block, last);
        if (!isSure || first + text >= run.firstFurther) rows.each(text, (row) => left.markUnsure(run.first + row));
        else left.markAll(rows.of(text));
        return left.count > 0;
      });
    }
  }

  /** Marks the rows whose text of a column holds a text. */
  #markColumn(run: Run, column: Column, { text: wanted, bits }: Wanted, left: Unmarked): void {
    const among = column.grams === undefined ? undefined : this.#rowsWithGrams(column.grams, wanted);
    if (among !== undefined && (among.size === 0 || areExact(wanted))) {
      left.markAll(among.all());
      return;
    }
    const few = among !== undefined && among.size < FEW_ROWS ? among : undefined;
    const isWanted = few && ((first: number, last: number): boolean => few.hasAny(first, last));
    for (const [block, last] of blocksThatMayHold(column, bits, isWanted)) {
      if (left.count === 0) return;
      const [first, end] = [column.firsts[block] ?? 0, column.firsts[last] ?? 0];
      const texts = this.#readTexts(column, block, last);
      const look = (row: number): void => {
        if (left.isAsked(run.first + row) && holdsText(texts, row - first, wanted)) left.mark(run.first + row);
      };
      if (few !== undefined) few.each(first, end, look);
      else if (left.count < FEW_ROWS) for (let row = first; row < end; row += 1) look(row);
      else {
        findTexts(texts, wanted, (text) => {
          left.mark(run.first + first + text);
          return left.count > 0;
        });
      }
    }
  }

  /** The rows of a run that have all of a text's pairs of bytes; `undefined` for a text that has none. */
  #rowsWithGrams(grams: Grams, text: Uint8Array): RowBits | undefined {
    const places = placesOfGrams(grams, text);
    const rows = new Uint32Array(places === undefined ? 0 : grams.words);
    if (places?.length === 0) return undefined;
    places?.forEach((place, index) => {
      const length = grams.words * 4;
      const own = new Uint32Array(this.#read(this.#rows, grams.at + place * length, length), 0, grams.words);
      if (index === 0) rows.set(own);
      else for (let word = 0; word < rows.length; word += 1) rows[word] = (rows[word] ?? 0) & (own[word] ?? 0);
    });
    return new RowBits(rows);
  }

  /** Marks as uncertain the rows that have all parts of a text, in one text or another. */
  #markSpread(run: Run, parts: readonly Wanted[], left: Unmarked): void {
    const passed = new Uint8Array(run.rows);
    parts.forEach((part, index) => {
      const pass = (row: number): void => {
        if (passed[row] === index) passed[row] = index + 1;
      };
      for (const [block, last] of blocksThatMayHold(run.texts, part.bits)) {
        let rows: RowsOfTexts | undefined;
        findTexts(this.#readTexts(run.texts, block, last), part.text, (text) => {
          rows ??= this.#readRows(run, block, last);
          rows.each(text, pass);
          return true;
        });
      }
      for (const column of run.columns) {
        for (const [block, last] of blocksThatMayHold(column, part.bits)) {
          const first = column.firsts[block] ?? 0;
          findTexts(this.#readTexts(column, block, last), part.text, (text) => {
            pass(first + text);
            return true;
          });
        }
      }
    });
    passed.forEach((count, row) => {
      if (count === parts.length) left.markUnsure(run.first + row);
    });
  }

  #readTexts({ startsAt, textsAt, firsts, begins }: TextBlocks, block: number, last: number): ReadTexts {
    const [first, end] = [firsts[block] ?? 0, firsts[last] ?? 0];
    const [base, length] = [begins[block] ?? 0, (begins[last] ?? 0) - (begins[block] ?? 0)];
    const count = end - first + 1;
    return {
      bytes: Buffer.from(this.#read(this.#texts, textsAt + base, length), 0, length),
      starts: new Uint32Array(this.#read(this.#starts, startsAt + first * 4, count * 4), 0, count),
      base,
    };
  }

  #readRows(run: Run, block: number, last: number): RowsOfTexts {
    const [first, end] = [run.texts.firsts[block] ?? 0, run.texts.firsts[last] ?? 0];
    const texts = end - first + 1;
    const firsts = new Uint32Array(this.#read(this.#firsts, run.textRowsAt + first * 4, texts * 4), 0, texts);
    const begin = firsts[0] ?? 0;
    const count = (firsts.at(-1) ?? 0) - begin;
    const rows = new Uint16Array(this.#read(this.#rows, run.rowsAt + begin * 2, count * 2), 0, count);
    return new RowsOfTexts(firsts, rows);
  }

  #read(scratch: Scratch, at: number, length: number): ArrayBuffer {
    const bytes = scratch.of(length);
    for (let read = 0; read < length;) {
      const count = readSync(this.#file, bytes, read, length - read, at + read);
      if (count === 0) throw new Error('The file of the search index is shorter than it was.');
      read += count;
    }
    return bytes.buffer;
  }
}

/** So many rows, those that hold what is searched, or those that do not. */
function markedRows(marks: Uint8Array, from: number, mark: 0 | typeof HOLDS, count: number): Uint32Array<ArrayBuffer> {
  // One more than there are: a row that does not count is written, too, and the next one over it.
  const rows = new Uint32Array(count + 1);
  const other = HOLDS - mark;
  let at = 0;
  for (let place = 0; place < marks.length; place += 1) {
    rows[at] = from + place;
    at += ((marks[place] ?? 0) & HOLDS) ^ other;
  }
  return rows.subarray(0, count);
}

function unsureRows(marks: Uint8Array, from: number): Uint32Array {
  const rows: number[] = [];
  for (let place = 0; place < marks.length; place += 1) if (marks[place] === MAY_HOLD) rows.push(from + place);
  return Uint32Array.from(rows);
}

/** Memory that is used again and again. */
class Scratch {
  #bytes = new Uint8Array(64 * 1024);

  /** At least so many bytes, whose content is anything. */
  of(length: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(Math.ceil((length * 1.25) / 8) * 8);
    return this.#bytes;
  }
}

interface Wanted {
  readonly text: Uint8Array;
  readonly bits: Uint16Array;
}

/** The rows of a run that are asked about and not known to hold what is searched. */
class Unmarked {
  /** How many they are. */
  count: number;
  /** Whether no row is marked of which the database has to tell. */
  areSure = true;
  readonly #marks: Uint8Array;
  /** The row that the first mark is of. */
  readonly #base: number;
  readonly #first: number;
  readonly #from: number;
  readonly #to: number;

  constructor(run: Run, from: number, to: number, marks: Uint8Array, areAnyKnown: boolean) {
    this.#marks = marks;
    this.#base = from;
    this.#first = run.first;
    this.#from = Math.max(from, run.first);
    this.#to = Math.min(to, run.first + run.rows);
    this.count = this.#to - this.#from;
    if (!areAnyKnown) return;
    let marked = 0;
    for (let place = this.#from - from; place < this.#to - from; place += 1) marked += (marks[place] ?? 0) & HOLDS;
    this.count -= marked;
  }

  /** Whether it is not known yet that a row holds it. */
  isAsked(row: number): boolean {
    return row >= this.#from && row < this.#to && ((this.#marks[row - this.#base] ?? 0) & HOLDS) === 0;
  }

  mark(row: number): void {
    if (row < this.#from || row >= this.#to) return;
    const mark = this.#marks[row - this.#base] ?? 0;
    if ((mark & HOLDS) !== 0) return;
    this.#marks[row - this.#base] = mark | HOLDS;
    this.count -= 1;
  }

  /** Marks rows that are counted within the run. */
  markAll(rows: Uint16Array): void {
    const [marks, first, from, to, base] = [this.#marks, this.#first, this.#from, this.#to, this.#base];
    let count = 0;
    for (let place = 0; place < rows.length; place += 1) {
      const row = first + (rows[place] ?? 0);
      if (row < from || row >= to) continue;
      const mark = marks[row - base] ?? 0;
      count += 1 - (mark & HOLDS);
      marks[row - base] = mark | HOLDS;
    }
    this.count -= count;
  }

  markUnsure(row: number): void {
    if (row < this.#from || row >= this.#to) return;
    this.#marks[row - this.#base] = (this.#marks[row - this.#base] ?? 0) | MAY_HOLD;
    this.areSure = false;
  }
}

/** The rows of some texts. */
class RowsOfTexts {
  readonly #firsts: Uint32Array;
  readonly #rows: Uint16Array;

  constructor(firsts: Uint32Array, rows: Uint16Array) {
    this.#firsts = firsts;
    this.#rows = rows;
  }

  of(text: number): Uint16Array {
    const base = this.#firsts[0] ?? 0;
    return this.#rows.subarray((this.#firsts[text] ?? 0) - base, (this.#firsts[text + 1] ?? 0) - base);
  }

  each(text: number, take: (row: number) => void): void {
    for (const row of this.of(text)) take(row);
  }
}
