/** The events before and after one, in time order, of all or of those under a filter. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Neighbours } from '../../../shared/analysis-schemas.ts';
import { AppError } from '../../../shared/errors.ts';
import type { EventRow } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import type { SqlValue } from '../snapshot/filter-sql.ts';
import type { Relation, Snapshot } from '../snapshot/snapshot.ts';
import { conditionOf, eventRow, numberOf, ROW_COLUMNS, ROW_WIDTH, rowsOf, timeOrder } from './event-rows.ts';

export interface NeighbourOptions {
  readonly n: number;
  /** How many events before and after at most. */
  readonly before: number;
  readonly after: number;
  readonly filter: Filter;
}

/** Rows that are looked at first; when too few of them pass, many times as many are. */
const FIRST_STRETCH = 4_096;
const GROWTH = 16;

/** @throws AppError `not_found` for a position that is not in the snapshot, `cancelled` */
export async function neighbours(
  snapshot: Snapshot,
  { n, before, after, filter }: NeighbourOptions,
  signal?: AbortSignal,
): Promise<Neighbours> {
  return snapshot.read(signal, async (connection, relation) => {
    const anchor = await findAnchor(connection, relation, n);
    const condition = await conditionOf(connection, relation, filter);
    const side = relation.ordered ? nearby : farAndWide;
    const passes =
      (await numberOf(
        connection,
        `SELECT count(*) FROM ${relation.table} WHERE n = ${n} AND (${condition.sql})`,
        condition.values,
      )) > 0;
    const earlier = await side(connection, relation, anchor, condition, 'before', before + 1);
    const later = await side(connection, relation, anchor, condition, 'after', after + 1);
    const shown = earlier.slice(0, before).toReversed();
    return {
      revision: relation.revision,
      rows: [...shown, anchor.row, ...later.slice(0, after)],
      position: shown.length,
      passes,
      more_before: earlier.length > before,
      more_after: later.length > after,
    };
  });
}

interface Anchor {
  readonly row: EventRow;
  readonly locator: bigint;
  readonly ts: bigint;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

type Direction = 'before' | 'after';

/** The event at a position. @throws AppError `not_found` */
export async function findAnchor(connection: DuckDBConnection, relation: Relation, n: number): Promise<Anchor> {
  const [row] = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS}, ${relation.locator} FROM ${relation.table} WHERE n = ${Math.trunc(n)}`,
  );
  if (row === undefined) {
    throw new AppError('not_found', `There is no event at position ${n} in this snapshot. Load the view again.`);
  }
  return { row: eventRow(row), locator: BigInt(String(row[ROW_WIDTH])), ts: BigInt(String(row[10])) };
}

/** In a table that lies in time order: stretch by stretch away from the anchor, the nearest first. */
async function nearby(
  connection: DuckDBConnection,
  { table, locator }: Relation,
  anchor: Anchor,
  condition: Condition,
  direction: Direction,
  wanted: number,
): Promise<readonly EventRow[]> {
  const [end] = await rowsOf(connection, `SELECT min(${locator}), max(${locator}) FROM ${table}`);
  const [first, last] = [BigInt(String(end?.[0] ?? 0)), BigInt(String(end?.[1] ?? 0))];
  const found: EventRow[] = [];
  let size = BigInt(FIRST_STRETCH);
  let edge = anchor.locator;
  while (found.length < wanted && (direction === 'before' ? edge > first : edge < last)) {
    const [from, to] = direction === 'before' ? [edge - size, edge - 1n] : [edge + 1n, edge + size];
    const rows = await rowsOf(
      connection,
      `SELECT ${ROW_COLUMNS} FROM ${table} WHERE ${locator} BETWEEN ${from} AND ${to} AND (${condition.sql})
       ORDER BY ${locator} ${direction === 'before' ? 'DESC' : 'ASC'} LIMIT ${wanted - found.length}`,
      condition.values,
    );
    found.push(...rows.map(eventRow));
    edge = direction === 'before' ? from : to;
    size *= BigInt(GROWTH);
  }
  return found;
}

/** In a table without an order, as while a source is read. */
async function farAndWide(
  connection: DuckDBConnection,
  relation: Relation,
  { row, ts }: Anchor,
  condition: Condition,
  direction: Direction,
  wanted: number,
): Promise<readonly EventRow[]> {
  const sign = direction === 'before' ? '<' : '>';
  const id = `$${condition.values.length + 1}`;
  const order = timeOrder(relation)
    .split(', ')
    .map((column) => `${column} ${direction === 'before' ? 'DESC' : 'ASC'}`);
  const rows = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS} FROM ${relation.table}
     WHERE (ts ${sign} ${ts} OR (ts = ${ts} AND (id ${sign} ${id} OR (id = ${id} AND n ${sign} ${row.n})))) AND (${condition.sql})
     ORDER BY ${order.join(', ')} LIMIT ${wanted}`,
    [...condition.values, row.id],
  );
  return rows.map(eventRow);
}
