/** The loop all text formats share: rows go out joined and are digested one by one. */
import { rowEnds, type RowBlock, type Separator } from '../snapshot/view.ts';
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
  readonly between: Separator;
  /** What stands after the last row. */
  readonly tail: string;
  /** What stands there when there is no row. */
  readonly emptyTail: string;
}

/** Rows that stand together: each by itself, and what they make, in one piece or more. */
interface Batch {
  readonly rows: readonly (string | Uint8Array)[];
  readonly pieces: Iterable<string | Uint8Array>;
}

/**
 * Writes the rows of the request's view as the database builds them.
 * @param expression SQL: the row, or {@link SQL_PACKED} and what `unpack` makes the row from
 */
export async function writeBuilt(
  request: ExportRequest,
  frame: Frame,
  expression: string,
  unpack: (packed: string) => string,
): Promise<void> {
  const { view, spec, signal } = request;
  const batches = async function* batches(): AsyncGenerator<Batch> {
    for await (const block of view.blocks(spec, expression, { separator: frame.between }, signal)) {
      yield unpacked(block, frame.between, unpack);
    }
  };
  await writeBatches(request, frame, batches());
}

/** Writes rows that were made here, a batch at a time. */
export async function writeLines(
  request: ExportRequest,
  frame: Frame,
  lines: AsyncIterable<readonly string[]>,
): Promise<void> {
  const batches = async function* batches(): AsyncGenerator<Batch> {
    for await (const rows of lines) yield { rows, pieces: joined(rows, frame.between) };
  };
  await writeBatches(request, frame, batches());
}

async function writeBatches(
  { sink, digests, onRows }: ExportRequest,
  frame: Frame,
  batches: AsyncIterable<Batch>,
): Promise<void> {
  await sink.write(frame.head);
  for await (const { rows, pieces } of batches) {
    if (digests.rows > 0 && rows.length > 0) await sink.write(frame.between);
    await digests.add(rows);
    for (const piece of pieces) await sink.write(piece);
    onRows(digests.rows);
  }
  await sink.write(digests.rows === 0 ? frame.emptyTail : frame.tail);
}

/** The rows of a block. Those that came packed are made here; what stands between them goes out as it came. */
function unpacked(block: RowBlock, between: Separator, unpack: (packed: string) => string): Batch {
  const { bytes } = block;
  const rows: Uint8Array[] = [];
  const pieces: Uint8Array[] = [];
  let from = 0;
  let given = 0;
  for (const end of rowEnds(block, between)) {
    let row = bytes.subarray(from, end);
    if (row[0] === PACKED) {
      row = Buffer.from(unpack(row.toString('utf8', 1)));
      pieces.push(bytes.subarray(given, from), row);
      given = end;
    }
    rows.push(row);
    from = end + between.length;
  }
  pieces.push(bytes.subarray(given));
  return { rows, pieces: pieces.length === 1 ? pieces : [Buffer.concat(pieces)] };
}

/** The rows joined; in several texts when they are so long that one would be huge. */
function* joined(rows: readonly string[], between: string): Generator<string> {
  let from = 0;
  let units = 0;
  for (let at = 0; at < rows.length; at += 1) {
    units += rows[at]?.length ?? 0;
    if (units < JOIN_UNITS && at < rows.length - 1) continue;
    const text = rows.slice(from, at + 1).join(between);
    yield from === 0 ? text : between + text;
    from = at + 1;
    units = 0;
  }
}
