/** The loop all text formats share: rows come as lines, go out joined, and are digested one by one. */
import type { ExportRequest } from './exporter.ts';

/** UTF-16 units after which lines are handed on. */
const JOIN_UNITS = 8 * 1024 * 1024;

/**
 * Starts a line that is not the row itself but something JSON-encoded to make it from: a row can hold what a line can't.
 * No row that comes as it is starts with this character, U+0001.
 */
export const SQL_PACKED = 'chr(1)';
const PACKED = 1;

/** What stands around the rows of a file. */
export interface Frame {
  /** What stands before the first row. */
  readonly head: string;
  /** What stands between two rows. */
  readonly between: string;
  /** What stands after the last row. */
  readonly tail: string;
  /** What stands there when there is no row. */
  readonly emptyTail: string;
}

/** Writes rows, a batch at a time. */
export async function writeLines(
  { sink, digests, onRows }: ExportRequest,
  frame: Frame,
  batches: AsyncIterable<readonly string[]>,
): Promise<void> {
  await sink.write(frame.head);
  let first = true;
  for await (const rows of batches) {
    await digests.add(rows);
    for (const text of joined(rows, frame.between)) {
      await sink.write(first ? text : frame.between + text);
      first = false;
    }
    onRows(digests.rows);
  }
  await sink.write(first ? frame.emptyTail : frame.tail);
}

/**
 * The rows of the request's view, as the database builds them.
 * @param expression SQL: the row, or {@link SQL_PACKED} and what `unpack` makes the row from
 */
export async function* builtLines(
  { view, spec, signal }: ExportRequest,
  expression: string,
  unpack: (packed: string) => string,
): AsyncIterable<readonly string[]> {
  for await (const batch of view.lines(spec, expression, signal)) yield unpacked(batch, unpack);
}

function unpacked(lines: readonly string[], unpack: (packed: string) => string): readonly string[] {
  let rows: string[] | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.charCodeAt(0) !== PACKED) continue;
    rows ??= [...lines];
    rows[at] = unpack(line.slice(1));
  }
  return rows ?? lines;
}

/** The rows joined; in several texts when they are so long that one would be huge. */
function* joined(rows: readonly string[], between: string): Generator<string> {
  let from = 0;
  let units = 0;
  for (let at = 0; at < rows.length; at += 1) {
    units += rows[at]?.length ?? 0;
    if (units < JOIN_UNITS && at < rows.length - 1) continue;
    yield (from === 0 && at === rows.length - 1 ? rows : rows.slice(from, at + 1)).join(between);
    from = at + 1;
    units = 0;
  }
}
