/** What a filter lets a capture leave out: a window of write times, and a pattern. */
import { AppError } from '../../../../shared/errors.ts';
import { isEmptyFilter, type Filter } from '../../../../shared/filter.ts';
import { resolveBound } from '../../time-zone.ts';
import { filterPattern } from './filter-pattern.ts';

/**
 * How long before its own timestamp an event is taken to be written at most. Clocks differ, and a text without offset
 * is read as UTC while it may have been another zone's, up to 14 hours ahead.
 */
const EARLY_HOURS = 24;
const HOUR = 3_600_000;

export interface Narrowing {
  /** Write times to read, milliseconds since 1970 UTC, inclusive; `undefined` is no bound. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** `''` for none. */
  readonly pattern: string;
  /** What was left out and why nothing is missed, in one sentence; `''` when everything is read. */
  readonly message: string;
}

export const READ_ALL: Narrowing = { from: undefined, to: undefined, pattern: '', message: '' };

/**
 * Events are written in batches, by each process for itself, and a batch waits for its next event. So there is no limit
 * to how long after its timestamp an event was written: the window ends only where `maxLagHours` says there is one.
 * @throws AppError `invalid_input` for a bound that can't be read, and for a start after the end.
 */
export function narrowing(filter: Filter | undefined, maxLagHours: number | undefined): Narrowing {
  if (filter === undefined || isEmptyFilter(filter)) return READ_ALL;
  const start = bound(filter, 'from');
  const end = bound(filter, 'to');
  if (start !== undefined && end !== undefined && start > end) {
    throw new AppError(
      'invalid_input',
      `The start ${filter.time_from.trim()} is after the end ${filter.time_to.trim()}. Swap them or widen the range.`,
      { details: { bound: 'from' } },
    );
  }
  const from = start === undefined ? undefined : Math.max(0, start - EARLY_HOURS * HOUR);
  const to = end === undefined || maxLagHours === undefined ? undefined : Math.max(0, end + 1 + maxLagHours * HOUR);
  // Where the window stays open to the present, the event's own date keeps what does not matter from being sent.
  const { text, fields } = filterPattern(
    filter,
    end === undefined || to !== undefined ? undefined : { from: start, to: end },
  );
  const parts: string[] = [];
  if (from !== undefined || to !== undefined) {
    const since =
      from === undefined ? 'from the beginning' : `from ${instant(from)} (${EARLY_HOURS} hours before the start)`;
    const until =
      to === undefined
        ? 'until now, because events are written in batches and may be written any time later'
        : `until ${instant(to)} (${maxLagHours} hours after the end, as max_lag says)`;
    parts.push(`entries written ${since} ${until}`);
  }
  if (text !== '') parts.push(`messages that match by ${fields.join(', ')}`);
  return {
    from,
    to,
    pattern: text,
    message:
      parts.length === 0
        ? ''
        : `CloudWatch was asked only for ${parts.join(', and only for ')}. Other messages, events or not, were left out and are not counted.`,
  };
}

/** In whole milliseconds since 1970 UTC, cut. */
function bound(filter: Filter, side: 'from' | 'to'): number | undefined {
  const text = side === 'from' ? filter.time_from : filter.time_to;
  if (text.trim() === '') return undefined;
  return Number(resolveBound(text, side, filter.time_zone) / 1_000n);
}

function instant(millis: number): string {
  return new Date(millis).toISOString();
}
