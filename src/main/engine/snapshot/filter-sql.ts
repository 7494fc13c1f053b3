/** A filter as SQL over the columns of a snapshot, with its values bound, never spliced in. */
import { AppError } from '../../../shared/errors.ts';
import type { Filter, PathCondition } from '../../../shared/filter.ts';
import { parsePath } from '../../../shared/json-path.ts';
import { resolveBound } from '../time-zone.ts';
import { searchSql } from './search-sql.ts';

export type SqlValue = string | bigint | number;

export interface SqlCondition {
  /** A boolean expression; `true` when everything passes. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Whether it must look into long texts, so that its answer is better kept than computed again. */
  readonly costly: boolean;
}

/** The events (`n`) among those DuckDB can't look into whose value at a path is the one asked for. */
export type PathMatches = readonly number[];

/** Makes `$1`, `$2`, … for bound values. */
class Binder {
  readonly values: SqlValue[] = [];
  bind(value: SqlValue): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What a filter is asked of. */
export interface FilterScope {
  /** For each JSON path, what was found out about the events that DuckDB's JSON reader refuses. */
  readonly paths?: readonly PathMatches[] | undefined;
  /** The URLs of the snapshot's sources, in the order that the column `source` counts by. */
  readonly sources?: readonly string[] | undefined;
  /** The row sets that comparisons made in the snapshot. */
  readonly sets?: readonly string[] | undefined;
}

/**
 * A condition that all of the filter holds.
 * @throws AppError `invalid_input` for a bound or path that can't be read, and for a start after the end; `not_found` for
 * a source or row set that the snapshot does not have.
 */
export function filterToSql(filter: Filter, { paths = [], sources, sets }: FilterScope = {}): SqlCondition {
  const binder = new Binder();
  const parts: string[] = [];
  for (const { field, values, negate } of filter.conditions) {
    parts.push(`${field} ${negate ? 'NOT IN' : 'IN'} (${values.map((value) => binder.bind(value)).join(', ')})`);
  }
  const { from, to } = timeBounds(filter);
  if (from !== undefined) parts.push(`ts >= ${binder.bind(from)}`);
  if (to !== undefined) parts.push(`ts <= ${binder.bind(to)}`);
  if (filter.sources.length > 0 && sources !== undefined) {
    parts.push(
      `source IN (${sourceIndexes(filter, sources)
        .map((index) => binder.bind(index))
        .join(', ')})`,
    );
  }
  if (filter.set !== '' && sets !== undefined) {
    if (!sets.includes(filter.set)) {
      throw new AppError(
        'not_found',
        `This snapshot has no set of rows named “${filter.set}”. Compare it, or look for its findings, again.`,
      );
    }
    parts.push(`n IN (SELECT n FROM row_set WHERE name = ${binder.bind(filter.set)})`);
  }
  let costly = false;
  if (filter.search !== '') {
    costly = true;
    parts.push(searchSql(filter.search, (text) => binder.bind(text)));
  }
  for (const [index, condition] of filter.where.entries()) {
    costly = true;
    parts.push(pathSql(condition, binder, paths[index]));
  }
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), values: binder.values, costly };
}

/**
 * The instants of a filter's range, both inclusive, in microseconds since 1970 UTC.
 * @throws AppError `invalid_input` for a bound that can't be read, and for a start after the end
 */
export function timeBounds(filter: Filter): { readonly from: bigint | undefined; readonly to: bigint | undefined } {
  const from = filter.time_from.trim() === '' ? undefined : resolveBound(filter.time_from, 'from', filter.time_zone);
  const to = filter.time_to.trim() === '' ? undefined : resolveBound(filter.time_to, 'to', filter.time_zone);
  if (from !== undefined && to !== undefined && from > to) {
    throw new AppError(
      'invalid_input',
      `The start ${filter.time_from.trim()} is after the end ${filter.time_to.trim()}. Swap them or widen the range.`,
      { details: { bound: 'from' } },
    );
  }
  return { from, to };
}

/**
 * The sources that a filter names, by their place among the snapshot's.
 * @throws AppError `not_found` for one that the snapshot does not have
 */
export function sourceIndexes(filter: Filter, sources: readonly string[]): readonly number[] {
  return filter.sources.map((url) => {
    const index = sources.indexOf(url);
    if (index >= 0) return index;
    throw new AppError('not_found', `“${url}” is none of this snapshot’s sources: ${sources.join(', ')}.`);
  });
}

/**
 * The text of the scalar at a path, where numbers of one value are equal however they are spelt; objects and arrays by
 * their JSON. A path that leads nowhere equals nothing.
 */
function pathSql(condition: PathCondition, binder: Binder, refused: PathMatches | undefined): string {
  const { root, pointer } = parsePath(condition.path);
  const found = `CASE WHEN json_valid(${root}) THEN json_extract(${root}, ${binder.bind(pointer)})::VARCHAR END`;
  const value = binder.bind(condition.value);
  const asText = `to_json(${value}::VARCHAR)::VARCHAR`;
  // JSON may stand between spaces, but a value that was asked for with spaces is another text.
  const isBare = condition.value.trim() === condition.value;
  const asJson = `CASE WHEN ${isBare} AND json_valid(${value}) AND json_type(${value}) <> 'VARCHAR' THEN json(${value})::VARCHAR END`;
  const here = `coalesce(${found} IN (${asText}, ${asJson}), false)`;
  const equal =
    refused === undefined || refused.length === 0 ? here : `(${here} OR n IN (${refused.map(Number).join(', ')}))`;
  return condition.negate ? `NOT ${equal}` : equal;
}
