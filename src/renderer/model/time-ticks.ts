/** Where a time axis has its marks: round instants of the clock in a zone, no more of them than fit. */
import { zonedTime } from './time-format.ts';

export interface Tick {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FIXED = [
  10,
  100,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200];
const MONTH = 30.44 * DAY;

/** Marks between two instants (milliseconds since 1970 UTC), at most `most` of them. */
export function timeTicks(from: number, to: number, most: number, zone: string): Tick[] {
  if (!(to > from) || most < 1) return [];
  const wanted = (to - from) / most;
  const fixed = FIXED.find((step) => step >= wanted);
  return fixed === undefined ? monthTicks(from, to, wanted, zone) : fixedTicks(from, to, fixed, zone);
}

/** The zone's clock at an instant, as milliseconds of a clock that has no zone. */
function clock(at: number, zone: string): number {
  const { date, time } = zonedTime(new Date(at).toISOString(), zone);
  return Date.parse(`${date}T${time}Z`);
}

/** The instant at which the zone's clock shows that time; between two clocks in the hour a clock is set, the earlier rule. */
function instant(wall: number, zone: string): number {
  const guess = wall - (clock(wall, zone) - wall);
  return guess - (clock(guess, zone) - wall);
}

function fixedTicks(from: number, to: number, step: number, zone: string): Tick[] {
  const ticks: Tick[] = [];
  // Weeks begin on Monday; day zero of the count, 1 January 1970, was a Thursday.
  const phase = step % (7 * DAY) === 0 ? 4 * DAY : 0;
  let wall = Math.ceil((clock(from, zone) - phase) / step) * step + phase;
  for (; ticks.length < 100; wall += step) {
    const at = instant(wall, zone);
    if (at > to) break;
    if (at >= from) ticks.push({ at, label: label(wall, step, ticks.length === 0) });
  }
  return ticks;
}

function monthTicks(from: number, to: number, wanted: number, zone: string): Tick[] {
  const step = MONTHS.find((months) => months * MONTH >= wanted) ?? 1_200;
  const start = new Date(clock(from, zone));
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step;
  const ticks: Tick[] = [];
  for (let month = first; ticks.length < 100; month += step) {
    const wall = Date.UTC(2000, 0, 1);
    const date = new Date(wall);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    const at = instant(date.getTime(), zone);
    if (Number.isNaN(at) || at > to) break;
    const text = date.toISOString();
    if (at >= from) ticks.push({ at, label: step % 12 === 0 ? text.slice(0, -20) : text.slice(0, -17) });
  }
  return ticks;
}

function label(wall: number, step: number, first: boolean): string {
  const text = new Date(wall).toISOString();
  const date = text.slice(0, -14);
  const time = text.slice(-13, -1);
  if (step >= DAY) return first ? date : date.slice(-5);
  const midnight = wall % DAY === 0;
  if (step >= MINUTE) return midnight || first ? `${date.slice(-5)} ${time.slice(0, 5)}` : time.slice(0, 5);
  return step >= SECOND ? time.slice(0, 8) : time;
}
