/**
 * Moving and widening the time range of a view. Ranges of whole days stay whole days, whole months step by months;
 * all others are instants, to the microsecond.
 */
import { formatInstant, parseTimestamp } from '../../shared/timestamp.ts';

export interface TimeWindow {
  /** As a filter has it: a date, or an instant in UTC. Both ends are included. */
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function micros(text: string): bigint | undefined {
  return parseTimestamp(text)?.micros;
}

function dayOf(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a window is whole days of whichever zone it is read in. */
export function isDates({ from, to }: TimeWindow): boolean {
  return DATE.test(from) && DATE.test(to);
}

/** Whether a window means the same whoever reads it: whole days, or two instants that name their offset. */
export function isAbsolute(window: TimeWindow): boolean {
  if (isDates(window)) return true;
  const [from, to] = [parseTimestamp(window.from), parseTimestamp(window.to)];
  return from !== undefined && to !== undefined && !from.naive && !to.naive;
}

/** Months since year 0 when a window is whole months; `undefined` otherwise. */
function wholeMonths({ from, to }: TimeWindow): { readonly first: number; readonly count: number } | undefined {
  if (!from.endsWith('-01') || !dateOf(dayOf(to) + 1).endsWith('-01')) return undefined;
  return { first: monthOf(from), count: monthOf(to) - monthOf(from) + 1 };
}

function monthOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

function firstOf(month: number): string {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString().slice(0, 10);
}

/** The window of the same length before (-1) or after (1) another. */
export function stepWindow(window: TimeWindow, step: 1 | -1): TimeWindow {
  if (isDates(window)) {
    const months = wholeMonths(window);
    if (months !== undefined) {
      const first = months.first + step * months.count;
      return { from: firstOf(first), to: dateOf(dayOf(firstOf(first + months.count)) - 1) };
    }
    const [from, to] = [dayOf(window.from), dayOf(window.to)];
    const length = (to - from + 1) * step;
    return { from: dateOf(from + length), to: dateOf(to + length) };
  }
  const [from, to] = [micros(window.from), micros(window.to)];
  if (from === undefined || to === undefined) return window;
  const length = (to - from + 1n) * BigInt(step);
  return { from: formatInstant(from + length), to: formatInstant(to + length) };
}

/** The window of twice the length around another; `undefined` when that holds all there is. */
export function widerWindow(window: TimeWindow, whole: TimeWindow | undefined): TimeWindow | undefined {
  const wider = isDates(window) ? widerDates(window) : widerInstants(window);
  const [first, last] = [micros(whole?.from ?? ''), micros(whole?.to ?? '')];
  const [from, to] = [micros(wider.from), micros(isDates(wider) ? `${wider.to}T23:59:59.999999Z` : wider.to)];
  if (first === undefined || last === undefined || from === undefined || to === undefined) return wider;
  return from <= first && to >= last ? undefined : wider;
}

function widerDates(window: TimeWindow): TimeWindow {
  const [from, to] = [dayOf(window.from), dayOf(window.to)];
  const more = Math.ceil((to - from + 1) / 2);
  return { from: dateOf(from - more), to: dateOf(to + more) };
}

function widerInstants(window: TimeWindow): TimeWindow {
  const [from, to] = [micros(window.from), micros(window.to)];
  if (from === undefined || to === undefined) return window;
  const more = (to - from + 2n) / 2n;
  return { from: formatInstant(from - more), to: formatInstant(to + more) };
}

/** Whether a window has anything in common with another; what can't be read has. */
export function meets(a: TimeWindow, b: TimeWindow | undefined): boolean {
  const [from, to] = [micros(a.from), micros(DATE.test(a.to) ? `${a.to}T23:59:59.999999Z` : a.to)];
  const [first, last] = [micros(b?.from ?? ''), micros(b?.to ?? '')];
  if (from === undefined || to === undefined || first === undefined || last === undefined) return true;
  // A day of another zone begins up to 14 hours sooner or later.
  const slack = DATE.test(a.from) ? 50_400_000_000n : 0n;
  return from - slack <= last && to + slack >= first;
}
