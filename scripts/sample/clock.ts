/** The calendar of the fictional city: instants as whole microseconds since 1970 UTC, and when people work. */
import type { Random } from './random.ts';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The sampled year, first instant inclusive and last exclusive. */
export const YEAR_START = Date.UTC(2024, 0, 1) * 1_000;
export const YEAR_END = Date.UTC(2025, 0, 1) * 1_000;

// Central European summer time of 2024. Written down rather than asked for, so that no time zone database can change it.
const SUMMER_START = Date.UTC(2024, 2, 31, 1) * 1_000;
const SUMMER_END = Date.UTC(2024, 9, 27, 1) * 1_000;

/** Public holidays and the days between Christmas and New Year, as month-day. */
const QUIET_DAYS = new Set([
  '01-01',
  '03-29',
  '04-01',
  '05-01',
  '05-09',
  '05-20',
  '10-03',
  '12-23',
  '12-24',
  '12-25',
  '12-26',
  '12-27',
  '12-30',
  '12-31',
]);

/** How likely work starts in an hour of the day, local time. Lunch is a dip. */
const HOURS: readonly (readonly [number, number])[] = [
  [7, 2],
  [8, 7],
  [9, 11],
  [10, 12],
  [11, 9],
  [12, 3],
  [13, 7],
  [14, 10],
  [15, 9],
  [16, 6],
  [17, 3],
  [18, 1],
];

/** The instant of a local wall-clock time in the city. */
export function local(month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const wall = Date.UTC(2024, month - 1, day, hour, minute, second) * 1_000;
  const summer = wall - 2 * HOUR;
  return summer >= SUMMER_START && summer < SUMMER_END ? summer : wall - HOUR;
}

/** Month, day and weekday (0 is Sunday) of a local day, counted from 1 January as day 0. */
export function dayOf(index: number): { readonly month: number; readonly day: number; readonly weekday: number } {
  const date = new Date((YEAR_START + index * DAY) / 1_000);
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() };
}

/** How busy a local day is: 1 is an ordinary working day. */
export function busyness(index: number): number {
  const { month, day, weekday } = dayOf(index);
  const name = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  if (QUIET_DAYS.has(name)) return 0.04;
  if (weekday === 0 || weekday === 6) return 0.05;
  const summer = (month === 7 && day > 14) || (month === 8 && day < 26) ? 0.65 : 1;
  return weekday === 5 ? summer * 0.75 : summer;
}

/** A moment of a local day at which someone would sit down to work; late for night owls, now and then. */
export function workingMoment(index: number, random: Random, nightOwl = false): number {
  const { month, day } = dayOf(index);
  const hour = nightOwl && random.chance(0.45) ? random.int(20, 23) : random.weighted(HOURS);
  return local(month, day, hour, random.int(0, 59), random.int(0, 59)) + random.int(0, SECOND - 1);
}

/** A working moment some hours or days after another one. */
export function laterWorkingMoment(at: number, random: Random): number {
  let index = Math.floor((at - YEAR_START) / DAY) + random.weighted([[0, 4] as const, [1, 5], [2, 3], [4, 1]]);
  for (;;) {
    const moment = workingMoment(index, random);
    if (busyness(index) > 0.5 && moment > at + 10 * MINUTE) return moment;
    index += 1;
  }
}

/** How a writer spells an instant. */
export type TimeStyle = 'utc' | 'naive' | 'summer' | 'zulu';

const SUFFIX: Readonly<Record<TimeStyle, string>> = { utc: '+00:00', naive: '', summer: '+02:00', zulu: 'Z' };

/** ISO 8601 with microseconds, the fraction left out when it is zero, as Python's `isoformat` writes it. */
export function formatInstant(at: number, style: TimeStyle = 'utc'): string {
  const shown = style === 'summer' ? at + 2 * HOUR : at;
  const fraction = shown % SECOND;
  const seconds = new Date((shown - fraction) / 1_000).toISOString().slice(0, 19);
  return `${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}${SUFFIX[style]}`;
}
