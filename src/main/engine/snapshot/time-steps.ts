/** Steps of time that people read without arithmetic: milliseconds to centuries, days and longer by the clock of a zone. */
import { assertNever } from '../../../shared/errors.ts';
import { daysSinceEpoch } from '../../../shared/timestamp.ts';
import { zonedToMicros, zoneOffsetSeconds } from '../time-zone.ts';

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

/** Hours of a clock that is set between the ends of a range: a day's begin at midnight before and after. */
const CLOCK = ['3 hours', '6 hours'] as const;

type CalendarStep = (typeof CALENDAR)[number][0] | (typeof CLOCK)[number];

/** Zones differ from UTC by multiples of this, so that counts of such stretches add up to local days. */
const GRAIN = 15n * MINUTE;

/** From an instant to another, which is not within. In microseconds since 1970 UTC. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** How instants are put together. */
export interface Steps {
  /** What a bucket covers, for people: `1 hour`. */
  readonly step: string;
  /** Instants are counted in units of so many microseconds, so shifted; one unit lies in one bucket. */
  readonly unit: bigint;
  readonly shift: bigint;
  /** The bucket of the unit with a number, which is `(instant + shift) / unit`, rounded down. */
  readonly spanOf: (number: bigint) => Span;
}

/** The shortest steps that put the instants from `min` to `max` into about so many buckets. */
export function stepsFor(min: bigint, max: bigint, buckets: number, zone: string): Steps {
  const wanted = (max - min) / BigInt(buckets);
  const fixed = FIXED.find(([, length]) => length > wanted);
  if (fixed !== undefined) {
    const [step, unit] = fixed;
    const byClock = CLOCK.find((one) => one === step);
    const offset = (instant: bigint): number => zoneOffsetSeconds(zone, Number(instant / 1_000n));
    if (byClock !== undefined && offset(min) !== offset(max)) return calendarSteps(byClock, zone);
    const shift = BigInt(zoneOffsetSeconds(zone, Number(min / 1_000n))) * SECOND;
    return {
      step,
      unit,
      shift,
      spanOf: (number) => ({ from: number * unit - shift, to: (number + 1n) * unit - shift }),
    };
  }
  return calendarSteps(CALENDAR.find(([, length]) => length > wanted)?.[0] ?? '100 years', zone);
}

function calendarSteps(step: CalendarStep, zone: string): Steps {
  const fold = calendarFold(step, zone);
  return { step, unit: GRAIN, shift: 0n, spanOf: (number) => fold(number * GRAIN) };
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** Finds the day, week, month or year of a zone's calendar that an instant lies in. */
function calendarFold(step: CalendarStep, zone: string): (start: bigint) => Span {
  let last: Span | undefined;
  return (start) => {
    if (last !== undefined && start >= last.from && start < last.to) return last;
    const offset = BigInt(zoneOffsetSeconds(zone, Number(start / 1_000n))) * SECOND;
    const local = new Date(Number((start + offset) / 1_000n));
    const [from, to] = localBounds(step, local);
    last = { from: zonedToMicros(from, zone), to: zonedToMicros(to, zone) };
    return last;
  };
}

/** `local` is a clock without a zone. */
function localBounds(step: CalendarStep, local: Date): [bigint, bigint] {
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const weekday = local.getUTCDay();
  switch (step) {
    case '3 hours':
    case '6 hours': {
      const length = step === '3 hours' ? 3n * HOUR : 6n * HOUR;
      const midnight = at(year, month, day);
      const from = midnight + ((BigInt(local.getUTCHours()) * HOUR) / length) * length;
      return [from, from + length];
    }
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
