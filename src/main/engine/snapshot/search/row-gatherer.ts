/** Takes rows in as the database hands them over, cuts them into units, and makes runs of them. */
import { ColumnTexts } from './column-texts.ts';
import { JsonUnits } from './json-units.ts';
import { NO_PATH, PathTable, PAYLOAD_PATH, RESULT_PATH } from './path-table.ts';
import { ROW_END, ROW_IS_ODD, ROW_NUMBERS, TEXT_END, TEXTS_BEFORE_COLUMNS } from './row-lines.ts';
import type { OddRows } from './run.ts';
import type { RunFile } from './run-file.ts';
import { FURTHER_GROUP, MAX_ROWS, UnitTable } from './unit-table.ts';

/** A run ends before its different units grow larger than this. */
const MAX_BYTES = 16 * 1024 * 1024;

export class RowGatherer {
  readonly #file: RunFile;
  readonly #units = new UnitTable();
  #paths = new PathTable();
  #json = new JsonUnits(this.#paths);
  readonly #columns: readonly ColumnTexts[];
  readonly #kept = new ColumnTexts();
  #first: number;
  #rows = 0;
  #odd: Record<keyof OddRows, number[]> = { whole: [], numbers: [], paths: [] };

  /** @param first the number of the first row that will come */
  constructor(file: RunFile, columns: number, first: number) {
    this.#file = file;
    this.#first = first;
    this.#columns = Array.from({ length: columns }, () => new ColumnTexts());
  }

  /** Takes in the next so many rows of the table, whose lines may come in any order. */
  add(bytes: Uint8Array, rows: number): void {
    if (this.#rows + rows > MAX_ROWS || this.#units.length > MAX_BYTES) this.finish();
    let found = 0;
    for (let at = 0; at < bytes.length;) {
      at = this.#addLine(bytes, at, rows);
      found += 1;
    }
    if (found !== rows) throw new Error(`Of ${rows} rows, ${found} came for the search index.`);
    this.#rows += rows;
  }

  /** Ends the run of the rows that were taken in last. */
  finish(): void {
    if (this.#rows === 0) return;
    const { whole, numbers, paths } = this.#odd;
    this.#file.append({
      units: this.#units,
      columns: this.#columns,
      kept: this.#kept,
      first: this.#first,
      rows: this.#rows,
      paths: this.#paths.all(),
      odd: {
        whole: Uint16Array.from(whole).toSorted(),
        numbers: Uint16Array.from(numbers).toSorted(),
        paths: Uint16Array.from(paths).toSorted(),
      },
    });
    this.#first += this.#rows;
    this.#rows = 0;
    this.#units.clear();
    for (const column of [...this.#columns, this.#kept]) column.clear();
    this.#paths = new PathTable();
    this.#json = new JsonUnits(this.#paths);
    this.#odd = { whole: [], numbers: [], paths: [] };
  }

  /** Returns where the next line begins. */
  #addLine(bytes: Uint8Array, begin: number, rows: number): number {
    let number = 0;
    let at = begin;
    for (; bytes[at] !== TEXT_END; at += 1) number = number * 10 + (bytes[at] ?? 0) - 0x30;
    if (!(number >= 0 && number < rows)) throw new Error('A row of the search index has no number.');
    const row = this.#rows + number;
    at += 1;
    const kind = bytes[at] ?? 0;
    at += 1;
    if (kind === ROW_IS_ODD) this.#odd.whole.push(row);
    if (kind === ROW_NUMBERS) this.#odd.numbers.push(row);
    const nextLine = bytes.indexOf(ROW_END, at);
    const lineEnd = nextLine < 0 ? bytes.length : nextLine;
    let isCertain = true;
    for (let text = 0; bytes[at] === TEXT_END; text += 1) {
      const start = at + 1;
      at = bytes.indexOf(TEXT_END, start);
      if (at < 0 || at > lineEnd) at = lineEnd;
      if (at > start && !this.#addText(bytes, start, at, text, row)) isCertain = false;
    }
    if (!isCertain) this.#odd.paths.push(row);
    return at + 1;
  }

  /** Takes in one text of a row, by its place in the line. False when it has a path that is not known. */
  #addText(bytes: Uint8Array, from: number, to: number, text: number, row: number): boolean {
    if (text >= TEXTS_BEFORE_COLUMNS) {
      (this.#columns[text - TEXTS_BEFORE_COLUMNS] ?? this.#kept).set(row, bytes, from, to);
      return true;
    }
    if (text === TEXTS_BEFORE_COLUMNS - 1) {
      this.#units.add(bytes, from, to, FURTHER_GROUP, 0, row);
      return true;
    }
    const root = [RESULT_PATH, PAYLOAD_PATH][text] ?? NO_PATH;
    const paths = this.#json.cut(bytes, from, to, root, row, (start, end, path, value) => {
      this.#units.add(bytes, start, end, path, value, row);
    });
    return paths === 'known';
  }
}
