/** What a reader of a snapshot's rows needs to know of it: the exporters' side of a snapshot. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Filter, Sort } from '../../../shared/filter.ts';

/** Which rows, in which order. */
export interface ViewSpec {
  readonly filter: Filter;
  readonly sort: Sort;
  /** Rows to leave out at the start. */
  readonly offset?: number;
  /** At most so many rows. */
  readonly limit?: number;
  /** Only these positions (`n`), which must also pass the filter. */
  readonly only?: readonly number[];
}

/** What stands between two rows. It ends with a line feed, which no row holds. */
export type Separator = '\n' | '\r\n' | ',\n';

/** How rows are cut into blocks. */
export interface Blocks {
  readonly separator: Separator;
  /** About how many bytes of the table to a block; the reader's own choice when left out. */
  readonly size?: number;
}

/** Blocks of rows that become texts, whose memory is given back later than that of bytes. */
const TEXT_BLOCKS: Blocks = { separator: '\n', size: 512 * 1024 };

/** Some rows as UTF-8, one behind the other. */
export interface RowBlock {
  /** The rows with the separator between each two, but not behind the last. */
  readonly bytes: Buffer;
  /** How many there are. */
  readonly rows: number;
}

/**
 * Rows in view order, in batches of bounded size, so that millions pass through little memory.
 *
 * The table's columns: `n` BIGINT, the nine text fields of {@link FLAT_FIELDS} VARCHAR NOT NULL (`timestamp` as it was
 * written), `ts` BIGINT (microseconds since 1970 UTC), `flags` INTEGER (EVENT_FLAGS), `result` and `payload` VARCHAR
 * (original JSON text, NULL when the record had no such key), `raw` VARCHAR (the whole record as delivered, NULL when it
 * is exactly what the columns rebuild to: compact JSON of the eleven fields in order).
 */
export interface ViewReader {
  readonly status: () => SnapshotStatus;
  readonly count: (view: ViewSpec, signal?: AbortSignal) => Promise<number>;
  /** Whether any event of the snapshot, in the view or not, carries one of EVENT_FLAGS. */
  readonly hasFlag: (flag: number, signal?: AbortSignal) => Promise<boolean>;
  /**
   * What an SQL expression, which yields neither NULL nor a line feed, says of each row, in order. Many rows cross from
   * the database as one value, and as the bytes that a file will hold.
   * @throws AppError `cancelled` when the signal fires, between or within blocks.
   */
  readonly blocks: (
    view: ViewSpec,
    expression: string,
    blocks: Blocks,
    signal?: AbortSignal,
  ) => AsyncIterable<RowBlock>;
}

/** What {@link ViewReader.blocks} gives, as one text a row. */
export async function* viewLines(
  view: Pick<ViewReader, 'blocks'>,
  spec: ViewSpec,
  expression: string,
  signal?: AbortSignal,
): AsyncIterable<readonly string[]> {
  for await (const { bytes, rows } of view.blocks(spec, expression, TEXT_BLOCKS, signal)) {
    const lines = bytes.toString('utf8').split('\n');
    checkRows(rows, lines.length);
    yield lines;
  }
}

const LINE_FEED = 0x0a;

/**
 * Where in its bytes each row of a block ends.
 * @throws AppError `internal` when the block does not have as many rows as it says
 */
export function rowEnds({ bytes, rows }: RowBlock, separator: Separator): Uint32Array {
  const ends = new Uint32Array(rows);
  const before = separator.length - 1;
  let found = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
    ends[found] = at - before;
    found += 1;
  }
  ends[found] = bytes.length;
  checkRows(rows, found + 1);
  return ends;
}

function checkRows(wanted: number, found: number): void {
  if (wanted === found) return;
  throw new AppError('internal', `Unexpected problem: ${wanted} rows were to be read, ${found} came.`);
}
