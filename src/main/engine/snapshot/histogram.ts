/** Counts over time, in buckets that people read without arithmetic: seconds to years, days and longer by the clock of a zone. */
import type { Histogram } from '../../../shared/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import type { FacetField } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { daysSinceEpoch, formatInstant } from '../../../shared/timestamp.ts';
import { zonedToMicros, zoneOffsetSeconds } from '../time-zone.ts';
import { filterToSql } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import { readable } from './schema.ts';

const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** Steps below a day, by length. */
const FIXED: readonly (readonly [string, bigint])[] = [
  ['1 millisecond', 1_000n],
  ['10 milliseconds', 10_000n],
  ['100 milliseconds', 100_000n],
  ['1 second', SECOND],
  ['5 seconds', 5n * SECOND],
  ['15 seconds', 15n * SECOND],
  ['1 minute', MINUTE],
  ['5 minutes', 5n * MINUTE],
  ['15 minutes', 15n * MINUTE],
  ['1 hour', HOUR],
  ['3 hours', 3n * HOUR],
  ['6 hours', 6n * HOUR],
];

/** Steps of a calendar, with their usual length for choosing one. */
const CALENDAR = [
  ['1 day', DAY],
  ['1 week', 7n * DAY],
  ['1 month', 30n * DAY],
  ['3 months', 91n * DAY],
  ['1 year', 365n * DAY],
  ['10 years', 3_652n * DAY],
  ['100 years', 36_525n * DAY],
] as const;

type CalendarStep = (typeof CALENDAR)[number][0];

/** Zones differ from UTC by multiples of this, so that counts of such stretches add up to local days. */
const GRAIN = 15n * MINUTE;

export async function histogram(
  query: SnapshotQuery,
  filter: Filter,
  options: { readonly buckets: number; readonly by: FacetField },
  signal?: AbortSignal,
): Promise<Histogram & { revision: number }> {
  return query.snapshot.read(signal, async (connection, relation) => {
    const condition = filterToSql(filter, relation);
    const { revision } = relation;
    const run = async (source: string, where: string, values: readonly (string | bigint | number)[]) => {
      const bounds = await connection.runAndReadAll(`SELECT min(ts), max(ts) FROM ${source} WHERE ${where}`, [
        ...values,
      ]);
      const [min, max] = bounds.getRows()[0] ?? [];
      if (typeof min !== 'bigint' || typeof max !== 'bigint') {
        return { step: '', buckets: [], from: null, to: null, revision };
      }
      const wanted = (max - min) / BigInt(options.buckets);
      const fixed = FIXED.find(([, length]) => length > wanted);
      const zone = filter.time_zone;
      const shift = fixed === undefined ? 0n : BigInt(zoneOffsetSeconds(zone, Number(min / 1_000n))) * SECOND;
      const unit = fixed?.[1] ?? GRAIN;
      const rows = await connection.runAndReadAll(
        `SELECT (ts + ${shift}) // ${unit} - (CASE WHEN (ts + ${shift}) % ${unit} < 0 THEN 1 ELSE 0 END) AS bucket,
           ${readable(options.by)}, count(*) FROM ${source} WHERE ${where} GROUP BY 1, 2 ORDER BY 1`,
        [...values],
      );
      const fold =
        fixed === undefined
          ? calendarFold(CALENDAR.find(([, length]) => length > wanted)?.[0] ?? '100 years', zone)
          : (start: bigint) => ({ from: start - shift, to: start - shift + unit });
      const buckets = collect(rows.getRows(), unit, fold);
      const step = fixed?.[0] ?? CALENDAR.find(([, length]) => length > wanted)?.[0] ?? '100 years';
      return { step, buckets, from: formatInstant(min), to: formatInstant(max), revision };
    };
    if (!condition.costly) return run(relation.table, condition.sql, condition.values);
    return query.views.use(connection, relation, { filter, sort: DEFAULT_SORT }, (view) =>
      run(
        view.table === undefined
          ? relation.table
          : `(SELECT * FROM ${relation.table} SEMI JOIN ${view.table} ON ${relation.table}.${relation.locator} = ${view.table}.locator)`,
        'true',
        [],
      ),
    );
  });
}

interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

function collect(
  rows: readonly (readonly unknown[])[],
  unit: bigint,
  fold: (start: bigint) => Span,
): Histogram['buckets'] {
  const buckets = new Map<bigint, { span: Span; total: number; series: Map<string, number> }>();
  for (const [bucket, value, count] of rows) {
    const span = fold(BigInt(String(bucket)) * unit);
    let entry = buckets.get(span.from);
    if (entry === undefined) {
      entry = { span, total: 0, series: new Map() };
      buckets.set(span.from, entry);
    }
    const name = String(value);
    entry.total += Number(count);
    entry.series.set(name, (entry.series.get(name) ?? 0) + Number(count));
  }
  return [...buckets.values()].map(({ span, total, series }) => ({
    start: formatInstant(span.from),
    end: formatInstant(span.to),
    total,
    series: Object.fromEntries(series),
  }));
}

/** Finds the day, week, month or year of a zone's calendar that an instant lies in. */
function calendarFold(step: CalendarStep, zone: string): (start: bigint) => Span {
  let last: Span | undefined;
  return (start) => {
    if (last !== undefined && start >= last.from && start < last.to) return last;
    const offset = BigInt(zoneOffsetSeconds(zone, Number(start / 1_000n))) * SECOND;
    const local = new Date(Number((start + offset) / 1_000n));
    const [from, to] = localBounds(
      step,
      local.getUTCFullYear(),
      local.getUTCMonth(),
      local.getUTCDate(),
      local.getUTCDay(),
    );
    last = { from: zonedToMicros(from, zone), to: zonedToMicros(to, zone) };
    return last;
  };
}

function localBounds(step: CalendarStep, year: number, month: number, day: number, weekday: number): [bigint, bigint] {
  switch (step) {
    case '1 day':
      return [at(year, month, day), at(year, month, day + 1)];
    case '1 week': {
      const monday = day - ((weekday + 6) % 7);
      return [at(year, month, monday), at(year, month, monday + 7)];
    }
    case '1 month':
      return [at(year, month, 1), at(year, month + 1, 1)];
    case '3 months': {
      const quarter = Math.floor(month / 3) * 3;
      return [at(year, quarter, 1), at(year, quarter + 3, 1)];
    }
    case '1 year':
      return [at(year, 0, 1), at(year + 1, 0, 1)];
    case '10 years': {
      const decade = Math.floor(year / 10) * 10;
      return [at(decade, 0, 1), at(decade + 10, 0, 1)];
    }
    case '100 years': {
      const century = Math.floor(year / 100) * 100;
      return [at(century, 0, 1), at(century + 100, 0, 1)];
    }
    default:
      return assertNever(step);
  }
}

/** The start of a day, where months and days may run over the end of the year or month. */
function at(year: number, month: number, day: number): bigint {
  const months = year * 12 + month;
  return (
    (BigInt(daysSinceEpoch(Math.max(1, Math.floor(months / 12)), (((months % 12) + 12) % 12) + 1, 1)) +
      BigInt(day - 1)) *
    DAY
  );
}
