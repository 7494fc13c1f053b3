/** Counts over time, stacked by a field. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Histogram } from '../../../shared/contract.ts';
import type { GroupField } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import type { CodedTable } from './coded-table.ts';
import { textsOf } from './facets.ts';
import { filterToSql, timeBounds } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import {
  countCodes,
  countPlaces,
  countStretch,
  firstPlace,
  mostFrequent,
  placesBefore,
  rowAt,
  sizeOf,
  type Codes,
  type Rows,
} from './rows.ts';
import { readable } from './schema.ts';
import type { Selections } from './selections.ts';
import type { Relation } from './snapshot.ts';
import { floorDivide, stepsFor, type Span } from './time-steps.ts';
import { rowsOfView } from './views.ts';

/** So many counts are gone through at every bucket; of more, those that are not zero are noted. */
const FEW_CODES = 1_024;

export interface HistogramOptions {
  /** About so many. */
  readonly buckets: number;
  readonly by: GroupField;
  /** Only the values that occur most under the filter, so many, are told apart; all unless said. */
  readonly top?: number | undefined;
}

type Answer = Histogram & { readonly revision: number };

export async function histogram(
  query: SnapshotQuery,
  filter: Filter,
  options: HistogramOptions,
  signal?: AbortSignal,
): Promise<Answer> {
  return query.answer(
    signal,
    async (connection, relation, selections) => {
      const rows = await selections.rows(connection, relation, filter);
      const group = await groupOf(connection, relation, selections, rows, options);
      if (group === undefined) return undefined;
      return fromCodes(selections.table, relation, rows, group, filter, options);
    },
    (connection, relation) => fromTable(query, connection, relation, filter, options),
  );
}

/** Rows by small numbers, and what those numbers stand for that are told apart. */
interface Group {
  readonly codes: Codes;
  readonly distinct: number;
  readonly nameOf: (code: number) => string | undefined;
}

/** `undefined` where the numbers stand for too many values to tell them all apart from memory. */
async function groupOf(
  connection: DuckDBConnection,
  relation: Relation,
  selections: Selections,
  rows: Rows,
  { by, top }: HistogramOptions,
): Promise<Group | undefined> {
  const { table } = selections;
  const { sources } = relation;
  if (by === 'source') {
    return named(
      table.sources,
      sources.length,
      sources,
      top && (await countCodes(rows, table.sources, sources.length)),
      top,
    );
  }
  const column = table.columns.get(by);
  if (column === undefined || (column.values === undefined && top === undefined)) return undefined;
  const { codes, distinct, values, rowOf } = column;
  if (top === undefined) return named(codes, distinct, values ?? [], undefined, top);
  const counts = await selections.counts(rows, column);
  const most = mostFrequent(counts, top).map((code) => ({ code, count: counts[code] ?? 0 }));
  return named(codes, distinct, values ?? (await textsOf(connection, relation, by, most, rowOf)), counts, top);
}

function named(
  codes: Codes,
  distinct: number,
  names: readonly string[],
  counts: Uint32Array | undefined | 0,
  top = 0,
): Group {
  if (counts === undefined || counts === 0) return { codes, distinct, nameOf: (code) => names[code] ?? '' };
  const most = new Set(mostFrequent(counts, top));
  return { codes, distinct, nameOf: (code) => (most.has(code) ? (names[code] ?? '') : undefined) };
}

/** From the first to the last instant that was asked for: the filter's bounds, else those of what passes it. */
function axisOf(filter: Filter, min: bigint | undefined, max: bigint | undefined): Span | undefined {
  const { from = min, to = max } = timeBounds(filter);
  return from === undefined || to === undefined || from > to ? undefined : { from, to };
}

function answerOf(
  filter: Filter,
  { revision }: Relation,
  found: Omit<Answer, 'revision' | 'range' | 'from' | 'to'>,
  min?: bigint,
  max?: bigint,
): Answer {
  const axis = axisOf(filter, min, max);
  return {
    ...found,
    from: min === undefined ? null : formatInstant(min),
    to: max === undefined ? null : formatInstant(max),
    range: axis === undefined ? null : { from: formatInstant(axis.from), to: formatInstant(axis.to) },
    revision,
  };
}

/** Rows in time order: each bucket is a stretch of them, whose end is looked up. */
async function fromCodes(
  { times, size }: CodedTable,
  relation: Relation,
  rows: Rows,
  { codes, distinct, nameOf }: Group,
  filter: Filter,
  { buckets }: HistogramOptions,
): Promise<Answer> {
  const count = sizeOf(rows);
  const timeAt = (place: number): bigint => times[rowAt(rows, place) ?? 0] ?? 0n;
  if (count === 0) return answerOf(filter, relation, { step: '', buckets: [] });
  const [min, max] = [timeAt(0), timeAt(count - 1)];
  const axis = axisOf(filter, min, max) ?? { from: min, to: max };
  const { step, unit, shift, spanOf } = stepsFor(axis.from, axis.to, buckets, filter.time_zone);
  const collected = new Buckets();
  const counts = new Uint32Array(distinct);
  for (let place = 0; place < count;) {
    const span = spanOf(floorDivide(timeAt(place) + shift, unit));
    // Whole units only: at an odd offset a bucket may end within one.
    const end = -floorDivide(-(span.to + shift), unit) * unit - shift;
    const last = placesBefore(
      rows,
      firstPlace(size, (row) => (times[row] ?? 0n) >= end),
    );
    if (distinct <= FEW_CODES) {
      const found = await countPlaces(rows, codes, distinct, { from: place, to: last });
      for (let code = 0; code < distinct; code += 1) {
        const hits = found[code] ?? 0;
        if (hits > 0) collected.add(span, nameOf(code), hits);
      }
    } else {
      for (const code of await countStretch(rows, codes, counts, { from: place, to: last })) {
        collected.add(span, nameOf(code), counts[code] ?? 0);
        counts[code] = 0;
      }
    }
    place = last;
  }
  return answerOf(filter, relation, { step, buckets: collected.all() }, min, max);
}

async function fromTable(
  query: SnapshotQuery,
  connection: DuckDBConnection,
  relation: Relation,
  filter: Filter,
  options: HistogramOptions,
): Promise<Answer> {
  const condition = filterToSql(filter, relation);
  if (!condition.costly) return countTable(connection, relation, condition, filter, options);
  return query.views.use(connection, relation, { filter, sort: DEFAULT_SORT }, (view) =>
    countTable(connection, { ...relation, table: rowsOfView(view) }, { sql: 'true', values: [] }, filter, options),
  );
}

async function countTable(
  connection: DuckDBConnection,
  relation: Relation,
  { sql, values }: { readonly sql: string; readonly values: readonly (string | bigint | number)[] },
  filter: Filter,
  { by, buckets, top }: HistogramOptions,
): Promise<Answer> {
  const { table, sources } = relation;
  const bounds = await connection.runAndReadAll(`SELECT min(ts), max(ts) FROM ${table} WHERE ${sql}`, [...values]);
  const [min, max] = bounds.getRows()[0] ?? [];
  if (typeof min !== 'bigint' || typeof max !== 'bigint') return answerOf(filter, relation, { step: '', buckets: [] });
  const axis = axisOf(filter, min, max) ?? { from: min, to: max };
  const { step, unit, shift, spanOf } = stepsFor(axis.from, axis.to, buckets, filter.time_zone);
  const most = `(SELECT ${by} FROM ${table} WHERE ${sql} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${top ?? 0})`;
  const told = top === undefined ? 'true' : `${by} IN ${most}`;
  const rows = await connection.runAndReadAll(
    `SELECT (ts + ${shift}) // ${unit} - (CASE WHEN (ts + ${shift}) % ${unit} < 0 THEN 1 ELSE 0 END) AS bucket,
       CASE WHEN ${told} THEN ${by === 'source' ? by : readable(by)} END AS name, count(*)
     FROM ${table} WHERE ${sql} GROUP BY 1, 2 ORDER BY 1`,
    [...values],
  );
  const collected = new Buckets();
  for (const [number, value, count] of rows.getRows()) {
    const name = value === null ? undefined : by === 'source' ? (sources[Number(value)] ?? '') : String(value);
    collected.add(spanOf(BigInt(String(number))), name, Number(count));
  }
  return answerOf(filter, relation, { step, buckets: collected.all() }, min, max);
}

class Buckets {
  readonly #found = new Map<bigint, { span: Span; total: number; series: Map<string, number> }>();

  /** @param name `undefined` for what is only counted */
  add(span: Span, name: string | undefined, count: number): void {
    let bucket = this.#found.get(span.from);
    if (bucket === undefined) {
      bucket = { span, total: 0, series: new Map() };
      this.#found.set(span.from, bucket);
    }
    bucket.total += count;
    if (name !== undefined) bucket.series.set(name, (bucket.series.get(name) ?? 0) + count);
  }

  all(): Histogram['buckets'] {
    return [...this.#found.values()].map(({ span, total, series }) => ({
      start: formatInstant(span.from),
      end: formatInstant(span.to),
      total,
      series: Object.fromEntries(series),
    }));
  }
}
