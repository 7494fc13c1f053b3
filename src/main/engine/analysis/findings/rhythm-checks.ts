/** Silences and bursts against the usual rhythm of the week, and daily routines that were missed. */
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import { formatInstant } from '../../../../shared/timestamp.ts';
import { zoneOffsetSeconds } from '../../time-zone.ts';
import { rowsOf } from '../event-rows.ts';
import { readable } from '../../snapshot/schema.ts';
import { counted, filterOf, grouped, keepSet, MAX_ITEMS, type Check, type CheckContext } from './finding.ts';
import { findRhythm, MIN_EXPECTED, MIN_WEEKS, type Bucket, type Burst, type Silence } from './rhythm.ts';

const MINUTE = 60_000_000;
const DAY = 86_400_000_000;
/** Longer trails are looked at by the hour. */
const FINE_SPAN = 400 * DAY;
/** Times out of this world say nothing about a rhythm. */
const SANE_FROM = Date.UTC(2010, 0, 1) * 1_000;

export const RHYTHM_CHECK: Check = {
  name: 'rhythm',
  run: async (context) => {
    const { connection, relation, status, timeZone, skip } = context;
    const until = Date.parse(status.finished_at ?? status.started_at) * 1_000 + 5 * MINUTE;
    const sane = `ts BETWEEN ${SANE_FROM} AND ${until}`;
    const [span] = await rowsOf(connection, `SELECT max(ts) - min(ts) FROM ${relation.table} WHERE ${sane}`);
    const unit = Number(span?.[0] ?? 0) <= FINE_SPAN ? 15 * MINUTE : 60 * MINUTE;
    const rows = await rowsOf(
      connection,
      `SELECT ts // ${unit}, count(*), min(ts), max(ts) FROM ${relation.table} WHERE ${sane} GROUP BY 1 ORDER BY 1`,
    );
    const buckets = rows.map(([bucket, count, first, last]): Bucket => ({
      start: Number(bucket) * unit,
      count: Number(count),
      first: Number(first),
      last: Number(last),
    }));
    const rhythm = findRhythm(buckets, (micros) => zoneOffsetSeconds(timeZone, micros / 1_000) * 1_000_000);
    if (rhythm === undefined) {
      const message = `A usual rhythm needs events in ${MIN_WEEKS} weeks at least.`;
      for (const code of ['silence', 'burst']) skip(code, 'too_short', message);
      return [];
    }
    return [
      ...(await silences(context, rhythm.silences, rhythm.weeks)),
      ...(await bursts(context, rhythm.bursts, rhythm.weeks)),
    ];
  },
};

function instant(micros: number): string {
  return formatInstant(BigInt(Math.round(micros)));
}

/** Stretches as SQL over the column `ts`. */
async function keepStretches(
  context: CheckContext,
  code: string,
  stretches: readonly { readonly from: number; readonly to: number }[],
  condition: string,
): Promise<Awaited<ReturnType<typeof keepSet>>> {
  const { connection, relation } = context;
  await connection.run('CREATE OR REPLACE TABLE views.finding_stretch (a BIGINT, b BIGINT)');
  try {
    for (let at = 0; at < stretches.length; at += 1_000) {
      const values = stretches.slice(at, at + 1_000).map(({ from, to }) => `(${from}, ${to})`);
      await connection.run(`INSERT INTO views.finding_stretch VALUES ${values.join(', ')}`);
    }
    return await keepSet(
      context,
      code,
      `SELECT DISTINCT n FROM ${relation.table} JOIN views.finding_stretch ON ${condition}`,
    );
  } finally {
    await connection.run('DROP TABLE IF EXISTS views.finding_stretch');
  }
}

async function silences(
  context: CheckContext,
  found: readonly Silence[],
  weeks: number,
): Promise<readonly TrailFinding[]> {
  const [longest] = found;
  if (longest === undefined) return [];
  // A silence has no events to show; those that it lies between are shown.
  const ends = found.flatMap(({ from, to }) => [from, to].map((at) => ({ from: at, to: at })));
  const { filter } = await keepStretches(context, 'silence', ends, 'ts = a');
  return [
    {
      code: 'silence',
      severity: 'warning',
      count: found.length,
      unit: 'stretches',
      message: `${counted(found.length, 'stretch is', 'stretches are')} without any event although ${MIN_EXPECTED} or more would have been usual for those hours of the week.`,
      values: {
        count: found.length,
        weeks,
        threshold: MIN_EXPECTED,
        from: instant(longest.from),
        to: instant(longest.to),
        expected: Math.round(longest.expected),
      },
      filter,
      items: found.slice(0, MAX_ITEMS).map(({ from, to, expected }) => ({
        values: { from: instant(from), to: instant(to), expected: Math.round(expected) },
        filter: filterOf({ time_from: instant(from), time_to: instant(to) }),
      })),
    },
  ];
}

function burstValues({ from, to, count, expected, threshold }: Burst): TrailFinding['values'] {
  return {
    from: instant(from),
    to: instant(to),
    count,
    expected: Math.round(expected),
    threshold: Math.ceil(threshold),
  };
}

async function bursts(context: CheckContext, found: readonly Burst[], weeks: number): Promise<readonly TrailFinding[]> {
  const [worst] = found;
  if (worst === undefined) return [];
  const { count: events, filter } = await keepStretches(context, 'burst', found, 'ts >= a AND ts < b');
  return [
    {
      code: 'burst',
      severity: 'info',
      count: found.length,
      unit: 'stretches',
      message: `${counted(found.length, 'stretch holds', 'stretches hold')} far more events than usual for those hours of the week, ${grouped(events)} in all.`,
      values: { ...burstValues(worst), count: found.length, events, weeks },
      filter,
      items: found.slice(0, MAX_ITEMS).map((burst) => ({
        values: burstValues(burst),
        filter: filterOf({ time_from: instant(burst.from), time_to: instant(burst.to - 1) }),
      })),
    },
  ];
}

/** So many days with it, and such a share of all days from the first to the last, make something a daily routine. */
const ROUTINE_DAYS = 30;
const ROUTINE_SHARE = 0.9;
const MISSED_DAYS = 2;

export const ROUTINE_CHECK: Check = {
  name: 'routines',
  run: async (context) => {
    const { connection, relation } = context;
    await connection.run('DROP TABLE IF EXISTS views.finding_routine');
    try {
      await connection.run(
        `CREATE TABLE views.finding_routine AS
         WITH day AS (
           SELECT actor, action, ts // ${DAY} AS day, min(ts) AS first, max(ts) AS last FROM ${relation.table}
           WHERE actor <> '' AND ts >= ${SANE_FROM} GROUP BY ALL),
         daily AS (
           SELECT actor, action FROM day GROUP BY ALL
           HAVING count(*) >= ${ROUTINE_DAYS} AND count(*) >= ${ROUTINE_SHARE} * (max(day) - min(day) + 1))
         SELECT actor, action, day - before - 1 AS missed, ended, first AS began FROM (
           SELECT day.*, lag(day.day) OVER w AS before, lag(last) OVER w AS ended
           FROM day JOIN daily USING (actor, action) WINDOW w AS (PARTITION BY actor, action ORDER BY day.day))
         WHERE day - before > ${MISSED_DAYS}`,
      );
      const rows = await rowsOf(
        connection,
        `SELECT ${readable('actor')}, ${readable('action')}, missed, ended, began, count(*) OVER () FROM views.finding_routine
         ORDER BY missed DESC, began, actor, action LIMIT ${MAX_ITEMS}`,
      );
      const [worst] = rows;
      if (worst === undefined) return [];
      const count = Number(worst[5]);
      const { filter } = await keepSet(
        context,
        'routine_missed',
        `SELECT e.n FROM ${relation.table} AS e SEMI JOIN (
           SELECT actor, action, unnest([ended, began]) AS at FROM views.finding_routine) AS r
         ON e.actor = r.actor AND e.action = r.action AND e.ts = r.at`,
      );
      const items = rows.map(([actor, action, missed, ended, began]) => ({
        values: {
          actor: String(actor),
          action: String(action),
          days: Number(missed),
          from: instant(Number(ended)),
          to: instant(Number(began)),
        },
        filter: filterOf({
          conditions: [
            { field: 'actor', values: [String(actor)] },
            { field: 'action', values: [String(action)] },
          ],
          time_from: instant(Number(ended)),
          time_to: instant(Number(began)),
        }),
      }));
      return [
        {
          code: 'routine_missed',
          severity: 'warning',
          count,
          unit: 'stretches',
          message: `${counted(count, 'time', 'times')} something that an account did on nearly every day stayed away for ${MISSED_DAYS} days or more.`,
          values: { ...items[0]?.values, count },
          filter,
          items,
        },
      ];
    } finally {
      await connection.run('DROP TABLE IF EXISTS views.finding_routine');
    }
  },
};
