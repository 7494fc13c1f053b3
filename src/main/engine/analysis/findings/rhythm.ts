/**
 * The usual rhythm of a week, and where a trail departs from it. For each of the 168 hours of a week, by the clock of a
 * zone, the median of the counts of that hour over all weeks with any events is what is usual; one outage or one import
 * does not move a median. How much hours of one slot differ is told by their median absolute deviation.
 *
 * What moves about must raise no alarm: a nightly job that starts a little earlier leaves its hour empty and fills the one
 * before, and one that runs every other week is as usual as one that always does.
 */

/** Events of a stretch of time. */
export interface Bucket {
  /** Microseconds since 1970 UTC. */
  readonly start: number;
  readonly count: number;
  /** Its first and last event. */
  readonly first: number;
  readonly last: number;
}

export interface Silence {
  /** The events that it lies between. At least one whole hour by the clock lies between them. */
  readonly from: number;
  readonly to: number;
  /** Events that would be usual in its whole hours, without those that came in the hours beside them instead. */
  readonly expected: number;
}

export interface Burst {
  /** Whole hours; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly expected: number;
  /** What the busiest of its hours would have had to stay below. */
  readonly threshold: number;
}

export interface Rhythm {
  readonly weeks: number;
  readonly silences: readonly Silence[];
  readonly bursts: readonly Burst[];
}

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const WEEK_HOURS = 168;
/** 1970 began on a Thursday; weeks are counted from Monday. */
const MONDAY = 3 * 24;

/** Fewer weeks have no usual rhythm. */
export const MIN_WEEKS = 3;
/** A silence is told when at least so many events would have been usual in it. */
export const MIN_EXPECTED = 20;
/** An hour is a burst beyond so many deviations above what is usual, and from so many events on. */
export const DEVIATIONS = 8;
export const MIN_BURST = 30;
/** What comes about as large in such a share of the weeks, at that hour or the ones beside it, is no burst. */
const USUAL_SHARE = 0.2;
/** Makes a median absolute deviation comparable with a standard deviation. */
const NORMAL = 1.4826;

/**
 * @param buckets in order of time, of an hour or an even part of it, without the empty ones
 * @param offsetAt the zone's offset east of UTC in microseconds at an instant; asked once a day
 * @returns `undefined` when there are too few weeks
 */
export function findRhythm(buckets: readonly Bucket[], offsetAt: (micros: number) => number): Rhythm | undefined {
  const offsets = new Map<number, number>();
  const localHour = (micros: number): number => {
    const day = Math.floor(micros / DAY);
    const offset = offsets.get(day) ?? offsetAt(day * DAY);
    offsets.set(day, offset);
    return Math.floor((micros + offset) / HOUR);
  };
  const hours = new Map<number, { count: number; start: number; end: number }>();
  for (const { start, count } of buckets) {
    const hour = localHour(start);
    const entry = hours.get(hour);
    if (entry === undefined) {
      const from = Math.floor(start / HOUR) * HOUR;
      hours.set(hour, { count, start: from, end: from + HOUR });
    } else entry.count += count;
  }
  const usual = usualWeek(hours);
  if (usual === undefined) return undefined;
  return { weeks: usual.weeks, silences: silencesIn(buckets, hours, usual, localHour), bursts: burstsIn(hours, usual) };
}

interface UsualWeek {
  readonly weeks: number;
  /** By hour of the week. */
  readonly median: readonly number[];
  readonly spread: readonly number[];
  /** The counts of all its weeks. */
  readonly counts: readonly (readonly number[])[];
}

function slotOf(localHour: number): number {
  return (((localHour + MONDAY) % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;
}

function weekOf(localHour: number): number {
  return Math.floor((localHour + MONDAY) / WEEK_HOURS);
}

function usualWeek(hours: ReadonlyMap<number, { readonly count: number }>): UsualWeek | undefined {
  let [first, last] = [Infinity, -Infinity];
  const active = new Set<number>();
  for (const hour of hours.keys()) {
    first = Math.min(first, hour);
    last = Math.max(last, hour);
    active.add(weekOf(hour));
  }
  if (active.size < MIN_WEEKS) return undefined;
  const counts = Array.from({ length: WEEK_HOURS }, (): number[] => []);
  for (const week of active) {
    const start = week * WEEK_HOURS - MONDAY;
    for (let hour = Math.max(first, start); hour < start + WEEK_HOURS && hour <= last; hour += 1) {
      counts[slotOf(hour)]?.push(hours.get(hour)?.count ?? 0);
    }
  }
  const middle = counts.map(median);
  const spread = counts.map((each, slot) => {
    const usual = middle[slot] ?? 0;
    return Math.max(NORMAL * median(each.map((count) => Math.abs(count - usual))), Math.sqrt(usual), 1);
  });
  return { weeks: active.size, median: middle, spread, counts };
}

function median(numbers: readonly number[]): number {
  if (numbers.length === 0) return 0;
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

type Hours = ReadonlyMap<number, { readonly count: number; readonly start: number; readonly end: number }>;

function silencesIn(
  buckets: readonly Bucket[],
  hours: Hours,
  { median: usual }: UsualWeek,
  localHour: (micros: number) => number,
): readonly Silence[] {
  const week = usual.reduce((sum, count) => sum + count, 0);
  // What came in an hour beyond what is usual there may have been meant for the one beside it.
  const surplus = (hour: number): number => Math.max(0, (hours.get(hour)?.count ?? 0) - (usual[slotOf(hour)] ?? 0));
  const found: Silence[] = [];
  for (let index = 1; index < buckets.length; index += 1) {
    const from = buckets[index - 1]?.last ?? 0;
    const to = buckets[index]?.first ?? 0;
    if (to - from < HOUR) continue;
    const [before, after] = [localHour(from), localHour(to)];
    const length = after - before - 1;
    if (length < 1) continue;
    // Whole weeks at once: a silence of years is gone through as quickly as one of days.
    const weeks = Math.floor(length / WEEK_HOURS);
    let expected = weeks * week;
    for (let hour = before + 1 + weeks * WEEK_HOURS; hour < after; hour += 1) expected += usual[slotOf(hour)] ?? 0;
    expected -= surplus(before) + surplus(after);
    if (expected >= MIN_EXPECTED) found.push({ from, to, expected });
  }
  return found.toSorted((a, b) => b.expected - a.expected);
}

function burstsIn(hours: Hours, week: UsualWeek): readonly Burst[] {
  const { median: usual, spread } = week;
  const found: Burst[] = [];
  let last = -Infinity;
  for (const [hour, { count, start, end }] of [...hours].toSorted(([a], [b]) => a - b)) {
    const expected = usual[slotOf(hour)] ?? 0;
    const threshold = Math.max(MIN_BURST, expected + DEVIATIONS * (spread[slotOf(hour)] ?? 1));
    if (count < threshold || isRepeated(count, slotOf(hour), week)) continue;
    const before = found.at(-1);
    if (before !== undefined && last === hour - 1) {
      found[found.length - 1] = {
        from: before.from,
        to: end,
        count: before.count + count,
        expected: before.expected + expected,
        threshold: Math.max(before.threshold, threshold),
      };
    } else found.push({ from: start, to: end, count, expected, threshold });
    last = hour;
  }
  return found.toSorted((a, b) => b.count - b.expected - (a.count - a.expected));
}

/** Whether as much, or half of it, came in other weeks about that hour often enough to be usual. */
function isRepeated(count: number, slot: number, { counts, weeks }: UsualWeek): boolean {
  const similar = [slot - 1, slot, slot + 1].map(
    (each) => counts[(each + WEEK_HOURS) % WEEK_HOURS]?.filter((other) => other * 2 >= count).length ?? 0,
  );
  // The hour itself is among them.
  const others = similar.reduce((sum, each) => sum + each, 0) - 1;
  return others >= Math.max(1, USUAL_SHARE * (weeks - 1));
}
