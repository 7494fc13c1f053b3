/** What an index holds of single rows, as the table has it: the texts of its columns, and what is kept beside them. */
import type { IndexFile } from './index-file.ts';
import type { LetterCase } from './letter-case.ts';
import type { Run } from './run.ts';

/** Rows that are not needed are read when so few lie between those that are. */
const GAP = 16;
/** So many rows are read at once at most. */
const MOST_ROWS = 256;

/** The texts of a row: those of the columns, then what is kept. */
export type RowTexts = readonly string[];

/**
 * @param rows ascending
 * @returns by row; without those of which the index does not know all texts
 */
export function textsOfRows(
  file: IndexFile,
  runs: readonly Run[],
  rows: Uint32Array,
  letterCase: LetterCase,
): ReadonlyMap<number, RowTexts> {
  const found = new Map<number, RowTexts>();
  for (const run of runs) {
    const own = rows.filter((row) => row >= run.first && row < run.first + run.rows).map((row) => row - run.first);
    for (const [from, to] of stretchesOf(own)) {
      const columns = [...run.columns, run.kept].map((column) =>
        file.originals(column, from, to, letterCase).map((text) => text?.toString('utf8')),
      );
      for (const row of own) {
        if (row < from || row >= to || run.odd.whole.includes(row)) continue;
        const texts = columns.flatMap((column) => column[row - from] ?? []);
        if (texts.length === columns.length) found.set(run.first + row, texts);
      }
    }
  }
  return found;
}

/** Stretches that hold all of some ascending numbers, and few others. */
function* stretchesOf(numbers: Uint32Array): Generator<readonly [from: number, to: number]> {
  let [from, to] = [-1, -1];
  for (const number of numbers) {
    if (from >= 0 && (number - to > GAP || number - from >= MOST_ROWS)) {
      yield [from, to];
      from = -1;
    }
    if (from < 0) from = number;
    to = number + 1;
  }
  if (from >= 0) yield [from, to];
}
