/** Reads rows of a snapshot's table as events, for questions that are not a page of a view. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { FILTER_FIELDS, type EventRow } from '../../../shared/event.ts';
import { isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import { filterToSql, type SqlValue } from '../snapshot/filter-sql.ts';
import { matchRefused } from '../snapshot/refused-json.ts';
import { readable } from '../snapshot/schema.ts';
import type { Relation } from '../snapshot/snapshot.ts';

/** What {@link eventRow} takes, in order. */
export const ROW_COLUMNS: string = [
  'n',
  ...[...FILTER_FIELDS, 'timestamp'].map(readable),
  'ts',
  'flags',
  'source',
].join(', ');
export const ROW_WIDTH = FILTER_FIELDS.length + 5;

/** The order of time, as SQL. */
export function timeOrder({ ordered, locator }: Relation): string {
  return ordered ? locator : 'ts, id, n';
}

export type Row = readonly DuckDBValue[];

export function eventRow(row: Row): EventRow {
  const [n, id, category, action, actor, object, objectId, targetType, targetId, timestamp, ts, flags, source] = row;
  return {
    n: Number(n),
    id: String(id),
    category: String(category),
    action: String(action),
    actor: String(actor),
    action_object: String(object),
    action_object_id: String(objectId),
    target_type: String(targetType),
    target_id: String(targetId),
    timestamp: String(timestamp),
    instant: formatInstant(BigInt(String(ts))),
    flags: Number(flags),
    source: Number(source),
  };
}

/** Runs SQL and returns its rows. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<readonly Row[]> {
  return (await connection.runAndReadAll(sql, [...values])).getRows();
}

/** The first value of the first row as a number; 0 when there is none. */
export async function numberOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<number> {
  const [row] = await rowsOf(connection, sql, values);
  return Number(row?.[0] ?? 0);
}

/** A filter as a condition over a relation's columns, events whose JSON the database refuses included. */
export async function conditionOf(
  connection: DuckDBConnection,
  relation: Relation,
  filter: Filter,
): Promise<{ readonly sql: string; readonly values: readonly SqlValue[] }> {
  if (isEmptyFilter(filter)) return { sql: 'true', values: [] };
  return filterToSql(filter, { ...relation, paths: await matchRefused(connection, relation, filter) });
}

/** A text or `null`. */
export function textOrNull(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
