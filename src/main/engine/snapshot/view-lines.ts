/** The rows of a stretch of a view as lines, made by the database and taken over as one text. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../shared/errors.ts';
import { rowAt } from './rows.ts';
import { placesOf, type TableView } from './views.ts';

/** Reads an SQL expression, which yields neither NULL nor a line feed, of each row in view order. */
export async function readLines(
  connection: DuckDBConnection,
  view: TableView,
  expression: string,
  offset: number,
  limit: number,
): Promise<readonly string[]> {
  const { rows, order } = await stretch(connection, view, offset, limit);
  try {
    // The driver drops one byte order mark from the start of a text, so the text is given one.
    const sql = `SELECT chr(65279) || string_agg(${expression}, chr(10) ORDER BY ${order}) FROM ${rows}`;
    const result = await connection.runAndReadAll(sql);
    const lines = String(result.getRows()[0]?.[0]).split('\n');
    checkRows(limit, lines.length);
    return lines;
  } catch (error) {
    if (limit === 1 || !(error instanceof Error && /out of memory/i.test(error.message))) throw error;
    // These rows are far longer than most: half of them at a time may fit.
    const half = Math.floor(limit / 2);
    const first = await readLines(connection, view, expression, offset, half);
    return [...first, ...(await readLines(connection, view, expression, offset + half, limit - half))];
  }
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

function checkRows(wanted: number, found: number): void {
  if (wanted === found) return;
  throw new AppError('internal', `Unexpected problem: ${wanted} rows were to be read, ${found} came.`);
}
