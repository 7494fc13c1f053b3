/**
 * JSON that DuckDB's reader refuses, because a string in it holds half of a surrogate pair: such events are few, and are
 * looked into here, so that a filter on a JSON path never misses one silently.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_FLAGS } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import { parsePath } from '../../../shared/json-path.ts';
import type { PathMatches } from './filter-sql.ts';
import type { Relation } from './snapshot.ts';

/** For each JSON path of a filter, the events of that kind whose value there is the one asked for. */
export async function matchRefused(
  connection: DuckDBConnection,
  relation: Relation,
  filter: Filter,
): Promise<PathMatches[]> {
  if (filter.where.length === 0) return [];
  const { table, locator } = relation;
  // Few rows or none: their texts are read when it is known which they are.
  const found = await connection.runAndReadAll(
    `SELECT ${locator} FROM ${table} WHERE (flags & ${EVENT_FLAGS.loneSurrogate}) <> 0`,
  );
  if (found.currentRowCount === 0) return filter.where.map(() => []);
  const locators = found.getRows().map(([at]) => String(at));
  const rows = await connection.runAndReadAll(
    `SELECT n, result, payload FROM ${table} WHERE ${locator} IN (${locators.join(', ')})`,
  );
  const events = rows.getRows().map(([n, result, payload]) => ({
    n: Number(n),
    result: typeof result === 'string' ? parsed(result) : undefined,
    payload: typeof payload === 'string' ? parsed(payload) : undefined,
  }));
  return filter.where.map(({ path, value }) => {
    const { root, steps } = parsePath(path);
    if (steps.length === 0) return [];
    return events.filter((event) => scalarText(valueAt(event[root], steps)) === value).map(({ n }) => n);
  });
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

function valueAt(from: unknown, steps: readonly string[]): unknown {
  let value = from;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.toWellFormed();
  return value === undefined ? undefined : JSON.stringify(value);
}
