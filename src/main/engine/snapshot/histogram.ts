/** Counts over time, stacked by a field. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Histogram } from '../../../shared/contract.ts';
import type { GroupField } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import type { CodedTable } from './coded-table.ts';
import { filterToSql } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import { countStretch, firstPlace, placesBefore, rowAt, sizeOf, type Codes, type Rows } from './rows.ts';
import { readable } from './schema.ts';
import type { Relation } from './snapshot.ts';
import { floorDivide, stepsFor, type Span } from './time-steps.ts';
import { rowsOfView } from './views.ts';

export interface HistogramOptions {
  /** About so many. */
  readonly buckets: number;
  readonly by: GroupField;
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
      const group = groupOf(selections.table, relation, options.by);
      if (group === undefined) return undefined;
      const rows = await selections.rows(connection, relation, filter);
      return fromCodes(selections.table, relation, rows, group, filter, options);
    },
    (connection, relation) => fromTable(query, connection, relation, filter, options),
  );
}

/** Rows by small numbers, and what the numbers stand for. */
interface Group {
  readonly codes: Codes;
  readonly names: readonly string[];
}

function groupOf(table: CodedTable, relation: Relation, by: GroupField): Group | undefined {
  if (by === 'source') return { codes: table.sources, names: relation.sources };
  const column = table.columns.get(by);
  return column?.values === undefined ? undefined : { codes: column.codes, names: column.values };
}

/** Rows in time order: each bucket is a stretch of them, whose end is looked up. */
async function fromCodes(
  { times, size }: CodedTable,
  { revision }: Relation,
  rows: Rows,
  { codes, names }: Group,
  { time_zone }: Filter,
  { buckets }: HistogramOptions,
): Promise<Answer> {
  const count = sizeOf(rows);
  const timeAt = (place: number): bigint => times[rowAt(rows, place) ?? 0] ?? 0n;
  if (count === 0) return nothing(revision);
  const [min, max] = [timeAt(0), timeAt(count - 1)];
  const { step, unit, shift, spanOf } = stepsFor(min, max, buckets, time_zone);
  const collected = new Buckets();
  const counts = new Uint32Array(names.length);
  for (let place = 0; place < count;) {
    const span = spanOf(floorDivide(timeAt(place) + shift, unit));
    // Whole units only: at an odd offset a bucket may end within one.
    const end = -floorDivide(-(span.to + shift), unit) * unit - shift;
    const last = placesBefore(
      rows,
      firstPlace(size, (row) => (times[row] ?? 0n) >= end),
    );
    for (const code of await countStretch(rows, codes, counts, { from: place, to: last })) {
      collected.add(span, names[code] ?? '', counts[code] ?? 0);
      counts[code] = 0;
    }
    place = last;
  }
  return { step, buckets: collected.all(), from: formatInstant(min), to: formatInstant(max), revision };
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
  { table, sources, revision }: Relation,
  { sql, values }: { readonly sql: string; readonly values: readonly (string | bigint | number)[] },
  { time_zone }: Filter,
  { by, buckets }: HistogramOptions,
): Promise<Answer> {
  const bounds = await connection.runAndReadAll(`SELECT min(ts), max(ts) FROM ${table} WHERE ${sql}`, [...values]);
  const [min, max] = bounds.getRows()[0] ?? [];
  if (typeof min !== 'bigint' || typeof max !== 'bigint') return nothing(revision);
  const { step, unit, shift, spanOf } = stepsFor(min, max, buckets, time_zone);
  const rows = await connection.runAndReadAll(
    `SELECT (ts + ${shift}) // ${unit} - (CASE WHEN (ts + ${shift}) % ${unit} < 0 THEN 1 ELSE 0 END) AS bucket,
       ${by === 'source' ? by : readable(by)}, count(*) FROM ${table} WHERE ${sql} GROUP BY 1, 2 ORDER BY 1`,
    [...values],
  );
  const collected = new Buckets();
  for (const [number, value, count] of rows.getRows()) {
    const name = by === 'source' ? (sources[Number(value)] ?? '') : String(value);
    collected.add(spanOf(BigInt(String(number))), name, Number(count));
  }
  return { step, buckets: collected.all(), from: formatInstant(min), to: formatInstant(max), revision };
}

function nothing(revision: number): Answer {
  return { step: '', buckets: [], from: null, to: null, revision };
}

class Buckets {
  readonly #found = new Map<bigint, { span: Span; total: number; series: Map<string, number> }>();

  add(span: Span, name: string, count: number): void {
    let bucket = this.#found.get(span.from);
    if (bucket === undefined) {
      bucket = { span, total: 0, series: new Map() };
      this.#found.set(span.from, bucket);
    }
    bucket.total += count;
    bucket.series.set(name, (bucket.series.get(name) ?? 0) + count);
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
