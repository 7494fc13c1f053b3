/** The loop all text formats share: rows come as finished lines, go out joined, and are digested one by one. */
import type { RowBatch } from '../snapshot/view.ts';
import type { ExportRequest } from './exporter.ts';

/** UTF-16 units after which lines are handed on. */
const JOIN_UNITS = 8 * 1024 * 1024;

export interface LineFormat {
  /** What stands before the first row. */
  readonly head: string;
  /** What stands between two rows. */
  readonly between: string;
  /** What stands after the last row. */
  readonly tail: string;
  /** What stands there when there is no row. */
  readonly emptyTail: string;
  /** SQL expressions that {@link LineFormat.lines} needs. */
  readonly expressions: readonly string[];
  /** The lines of a batch, without line ends. */
  readonly lines: (batch: RowBatch) => readonly string[];
}

/** Writes the rows of the request's view. */
export async function writeLines(request: ExportRequest, format: LineFormat): Promise<void> {
  const { view, spec, sink, digests, signal, onRows } = request;
  await sink.write(format.head);
  let first = true;
  for await (const batch of view.batches(spec, format.expressions, signal)) {
    if (batch.rowCount === 0) continue;
    const lines = format.lines(batch);
    await digests.add(lines);
    for (const text of joined(lines, format.between)) {
      await sink.write(first ? text : format.between + text);
      first = false;
    }
    onRows(digests.rows);
  }
  await sink.write(first ? format.emptyTail : format.tail);
}

/** The lines joined; in several texts when they are so long that one would be huge. */
function* joined(lines: readonly string[], between: string): Generator<string> {
  let from = 0;
  let units = 0;
  for (let at = 0; at < lines.length; at += 1) {
    units += lines[at]?.length ?? 0;
    if (units < JOIN_UNITS && at < lines.length - 1) continue;
    yield (from === 0 && at === lines.length - 1 ? lines : lines.slice(from, at + 1)).join(between);
    from = at + 1;
    units = 0;
  }
}

/** A column of texts. A reader that yields anything else breaks its contract. */
export function textColumn(batch: RowBatch, index: number): readonly string[] {
  const column = batch.columns[index];
  if (column === undefined || !isTexts(column)) throw new Error(`Column ${index} of the snapshot holds no texts`);
  return column;
}

/** A column of texts that may be NULL. */
export function nullableTextColumn(batch: RowBatch, index: number): readonly (string | null)[] {
  const column = batch.columns[index];
  if (column === undefined || !isNullableTexts(column))
    throw new Error(`Column ${index} of the snapshot holds no texts`);
  return column;
}

/** A column of whole numbers, whichever of the two kinds JavaScript got. */
export function integerColumn(batch: RowBatch, index: number): readonly (number | bigint)[] {
  const column = batch.columns[index];
  if (column === undefined || !isIntegers(column)) throw new Error(`Column ${index} of the snapshot holds no integers`);
  return column;
}

function isTexts(column: readonly unknown[]): column is readonly string[] {
  return column.every((value) => typeof value === 'string');
}

function isNullableTexts(column: readonly unknown[]): column is readonly (string | null)[] {
  return column.every((value) => value === null || typeof value === 'string');
}

function isIntegers(column: readonly unknown[]): column is readonly (number | bigint)[] {
  return column.every((value) => typeof value === 'number' || typeof value === 'bigint');
}
