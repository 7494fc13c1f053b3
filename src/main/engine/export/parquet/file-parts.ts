/** The parts of a Parquet file that say what is in it: page headers and the footer. */
import type { ColumnType, PageContent } from './column-chunk.ts';
import { binary, bool, i32, i64, list, struct, thriftBytes, type ThriftValue } from './thrift.ts';

export const MAGIC = Buffer.from('PAR1');

// The numbers of the format: https://github.com/apache/parquet-format, parquet.thrift.
const TYPE = { text: 6, instant: 2 } as const;
const CONVERTED = { text: 0, instant: 10 } as const;
const REQUIRED = 0;
const OPTIONAL = 1;
const PLAIN = 0;
const RLE = 3;
const ZSTD = 6;
const DATA_PAGE = 0;
const VERSION = 1;

export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
}

/** A column of a row group that is written. */
export interface WrittenChunk {
  /** Where it begins in the file. */
  readonly offset: number;
  /** Bytes with the page’s header, compressed and not. */
  readonly compressed: number;
  readonly uncompressed: number;
  readonly page: Omit<PageContent, 'bytes'>;
}

export interface WrittenGroup {
  readonly rows: number;
  readonly chunks: readonly WrittenChunk[];
}

export function pageHeader(page: PageContent, compressed: number): Buffer {
  return thriftBytes(
    struct(
      [1, i32(DATA_PAGE)],
      [2, i32(page.bytes.length)],
      [3, i32(compressed)],
      [5, struct([1, i32(page.rows)], [2, i32(PLAIN)], [3, i32(RLE)], [4, i32(RLE)])],
    ),
  );
}

/** The footer with its length and the sign that ends the file. */
export function footer(
  columns: readonly ParquetColumn[],
  groups: readonly WrittenGroup[],
  createdBy: string,
  facts: Readonly<Record<string, string>>,
): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const metadata = thriftBytes(
    struct(
      [1, i32(VERSION)],
      [2, list('struct', [rootElement(columns.length), ...columns.map(element)])],
      [3, i64(rows)],
      [
        4,
        list(
          'struct',
          groups.map((group) => rowGroup(group, columns)),
        ),
      ],
      [
        5,
        list(
          'struct',
          Object.entries(facts).map(([key, value]) => struct([1, binary(key)], [2, binary(value)])),
        ),
      ],
      [6, binary(createdBy)],
      [
        7,
        list(
          'struct',
          columns.map(() => struct([1, struct()])),
        ),
      ],
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.length);
  return Buffer.concat([metadata, length, MAGIC]);
}

function rootElement(children: number): ThriftValue {
  return struct([4, binary('schema')], [5, i32(children)]);
}

function element({ name, type, optional }: ParquetColumn): ThriftValue {
  // Texts are UTF-8; instants count microseconds in UTC.
  const logical =
    type === 'text' ? struct([1, struct()]) : struct([8, struct([1, bool(true)], [2, struct([2, struct()])])]);
  return struct(
    [1, i32(TYPE[type])],
    [3, i32(optional ? OPTIONAL : REQUIRED)],
    [4, binary(name)],
    [6, i32(CONVERTED[type])],
    [10, logical],
  );
}

function rowGroup({ rows, chunks }: WrittenGroup, columns: readonly ParquetColumn[]): ThriftValue {
  const sum = (size: (chunk: WrittenChunk) => number): number => chunks.reduce((all, chunk) => all + size(chunk), 0);
  return struct(
    [
      1,
      list(
        'struct',
        chunks.map((chunk, at) => columnChunk(chunk, columns[at])),
      ),
    ],
    [2, i64(sum(({ uncompressed }) => uncompressed))],
    [3, i64(rows)],
    [5, i64(chunks[0]?.offset ?? 0)],
    [6, i64(sum(({ compressed }) => compressed))],
  );
}

function columnChunk(chunk: WrittenChunk, column: ParquetColumn | undefined): ThriftValue {
  if (column === undefined) throw new Error('A row group has more columns than its file');
  const { offset, compressed, uncompressed, page } = chunk;
  const metadata = struct(
    [1, i32(TYPE[column.type])],
    [2, list('i32', [i32(PLAIN), i32(RLE)])],
    [3, list('binary', [binary(column.name)])],
    [4, i32(ZSTD)],
    [5, i64(page.rows)],
    [6, i64(uncompressed)],
    [7, i64(compressed)],
    [9, i64(offset)],
    [12, statistics(page)],
  );
  return struct([2, i64(offset)], [3, metadata]);
}

/** How many rows have no value; of instants, their range, by which readers leave row groups out. */
function statistics({ nulls, range }: Omit<PageContent, 'bytes'>): ThriftValue {
  if (range === null) return struct([3, i64(nulls)]);
  return struct([3, i64(nulls)], [5, binary(int64(range.max))], [6, binary(int64(range.min))]);
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}
