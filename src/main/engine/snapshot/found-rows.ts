/** Rows that the database finds, by their numbers. */
import { DuckDBBitValue, type DuckDBConnection } from '@duckdb/node-api';
import type { SqlValue } from './filter-sql.ts';
import { rowAt, sizeOf, type Rows, type Stretch } from './rows.ts';
import type { Relation } from './snapshot.ts';

/** So many rows are looked at one by one; where there are more, the database goes through all. */
const MOST_PICKED = 20_000;

/** The rows of a stretch that meet a condition. */
export async function rowsThat(
  connection: DuckDBConnection,
  { table }: Relation,
  span: Stretch,
  sql: string,
  values: readonly SqlValue[],
): Promise<Rows> {
  if (span.from === span.to) return span;
  const result = await connection.runAndReadAll(
    `SELECT bitstring_agg(rowid, ${span.from}, ${span.to - 1}) FROM ${table}
     WHERE rowid >= ${span.from} AND rowid < ${span.to} AND (${sql})`,
    [...values],
  );
  const bits = result.getRows()[0]?.[0];
  return bits instanceof DuckDBBitValue ? rowsOfBits(bits, span) : new Uint32Array();
}

/** Those of some rows, in ascending order, that meet a condition. */
export async function rowsAmong(
  connection: DuckDBConnection,
  relation: Relation,
  rows: readonly number[],
  sql: string,
  values: readonly SqlValue[],
): Promise<readonly number[]> {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  if (rows.length > MOST_PICKED) {
    const among = new Set(rows);
    const found = await rowsThat(connection, relation, { from: first, to: last + 1 }, sql, values);
    return Array.from({ length: sizeOf(found) }, (_, place) => rowAt(found, place) ?? 0).filter((row) =>
      among.has(row),
    );
  }
  // With the range the database reads only where the rows lie, which it does not for a list alone.
  const result = await connection.runAndReadAll(
    `SELECT rowid FROM ${relation.table} WHERE rowid BETWEEN ${first} AND ${last} AND rowid IN (${rows.join(', ')}) AND (${sql})`,
    [...values],
  );
  return result.getRows().map(([row]) => Number(row));
}

/** The rows of a stretch whose bits are set. */
function rowsOfBits({ data }: DuckDBBitValue, span: Stretch): Rows {
  // The first byte says how many bits stand before the first row's; they are set, too.
  const before = data[0] ?? 0;
  const bytes = data.slice(1);
  bytes[0] = (bytes[0] ?? 0) & (0xff >> before);
  let count = 0;
  for (const byte of bytes) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  const rows = new Uint32Array(count);
  let found = 0;
  bytes.forEach((byte, at) => {
    for (let rest = byte; rest > 0;) {
      const bit = Math.clz32(rest) - 24;
      rows[found] = span.from - before + at * 8 + bit;
      found += 1;
      rest &= ~(0x80 >> bit);
    }
  });
  return rows;
}
