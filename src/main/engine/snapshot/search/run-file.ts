/** The runs of an index, which lie in its file one after the other, and how they are searched. All of it is synchronous. */
import { areExact, placesOfGrams, type Grams } from './grams.ts';
import { IndexFile, Scratch } from './index-file.ts';
import type { LetterCase } from './letter-case.ts';
import type { Needle } from './needle.ts';
import { PathSearch, type AtPath, type PathQuestion } from './path-search.ts';
import { RowBits } from './row-bits.ts';
import { textsOfRows, type RowTexts } from './row-texts.ts';
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

const NO_ROWS = new Uint16Array();
/** Where so few rows of a run are left, their texts are looked at one by one. */
const FEW_ROWS = 16_384;

export class RunFile {
  readonly #file: IndexFile;
  readonly #letterCase: LetterCase;
  readonly #paths: PathSearch;
  readonly #runs: Run[] = [];
  readonly #firsts = new Scratch();
  readonly #rows = new Scratch();

  constructor(path: string, letterCase: LetterCase) {
    this.#file = new IndexFile(path);
    this.#letterCase = letterCase;
    this.#paths = new PathSearch(this.#file, letterCase);
  }

  close(): void {
    this.#file.close();
  }

  /** @throws Error as {@link IndexFile.append} does */
  append(rows: Gathered): void {
    const { run, parts } = packRun(rows, this.#letterCase, this.#file.length);
    for (const part of parts) this.#file.append(part);
    this.#runs.push(run);
  }

  /** The rows that have, or may have, a value at a path; `undefined` when only the database can tell. */
  at(question: PathQuestion): AtPath | undefined {
    return this.#paths.find(this.#runs, question);
  }

  /** @see textsOfRows */
  texts(rows: Uint32Array): ReadonlyMap<number, RowTexts> {
    return textsOfRows(this.#file, this.#runs, rows, this.#letterCase);
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
      const own = this.#file.numbers(this.#rows, grams.at + place * grams.words * 4, grams.words);
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

  #readTexts(blocks: TextBlocks, block: number, last: number): ReadTexts {
    return this.#file.texts(blocks, blocks.firsts[block] ?? 0, blocks.firsts[last] ?? 0);
  }

  #readRows(run: Run, block: number, last: number): RowsOfTexts {
    const [first, end] = [run.texts.firsts[block] ?? 0, run.texts.firsts[last] ?? 0];
    const firsts = this.#file.numbers(this.#firsts, run.textRowsAt + first * 4, end - first + 1);
    const begin = firsts[0] ?? 0;
    const count = (firsts.at(-1) ?? 0) - begin;
    const rows = new Uint16Array(this.#file.read(this.#rows, run.rowsAt + begin * 2, count * 2), 0, count);
    return new RowsOfTexts(firsts, rows);
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
