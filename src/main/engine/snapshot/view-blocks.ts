/** The rows of a stretch of a view as bytes, made by the database and taken over as one value. */
import { DuckDBBlobVector, type DuckDBConnection } from '@duckdb/node-api';
import { rowAt } from './rows.ts';
import type { RowBlock, Separator } from './view.ts';
import { placesOf, type TableView } from './views.ts';

/** Reads an SQL expression, which yields neither NULL nor a line feed, of each row in view order. */
export async function readBlocks(
  connection: DuckDBConnection,
  view: TableView,
  expression: string,
  separator: Separator,
  offset: number,
  limit: number,
): Promise<readonly RowBlock[]> {
  const { rows, order } = await stretch(connection, view, offset, limit);
  try {
    const between = Array.from(separator, (character) => `chr(${character.charCodeAt(0)})`).join(' || ');
    const sql = `SELECT encode(string_agg(${expression}, ${between} ORDER BY ${order})) FROM ${rows}`;
    const bytes = await readBlob(connection, sql);
    return [{ bytes, rows: limit }];
  } catch (error) {
    if (limit === 1 || !(error instanceof Error && /out of memory/i.test(error.message))) throw error;
    // These rows are far longer than most: half of them at a time may fit.
    const half = Math.floor(limit / 2);
    const first = await readBlocks(connection, view, expression, separator, offset, half);
    return [...first, ...(await readBlocks(connection, view, expression, separator, offset + half, limit - half))];
  }
}

async function readBlob(connection: DuckDBConnection, sql: string): Promise<Buffer> {
  const chunk = await (await connection.run(sql)).fetchChunk();
  const vector = chunk?.getColumnVector(0);
  const bytes = vector instanceof DuckDBBlobVector ? vector.getItemBytes(0) : null;
  // No row at all: that there are too few is found where they are counted.
  return bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The SQL for a stretch of a view: where its rows come from, and by what they are put in order. */
async function stretch(
  connection: DuckDBConnection,
  view: TableView,
  offset: number,
  limit: number,
): Promise<{ readonly rows: string; readonly order: string }> {
  const { table, locator } = view.relation;
  const { place } = view;
  const { from, to } = placesOf(view, offset, limit);
  const direction = view.reversed ? 'DESC' : 'ASC';
  if ('rows' in place) {
    const first = rowAt(place.rows, from) ?? 0;
    return {
      rows: `${table} WHERE ${locator} >= ${first} AND ${locator} < ${first + to - from}`,
      order: `${locator} ${direction}`,
    };
  }
  const entries = `(SELECT rowid AS place, locator AS located FROM ${place.table} WHERE rowid >= ${from} AND rowid < ${to})`;
  const range = await connection.runAndReadAll(`SELECT min(located), max(located) FROM ${entries}`);
  const [low, high] = range.getRows()[0] ?? [];
  // The range lets the scan skip most of the table when the view is in the table's order.
  return {
    rows: `${table} JOIN ${entries} ON ${table}.${locator} = located
           WHERE ${table}.${locator} BETWEEN ${String(low)} AND ${String(high)}`,
    order: `place ${direction}`,
  };
}
