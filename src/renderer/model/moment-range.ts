/** Time ranges that hang on one event's instant, exact to the microsecond: just before it, around it, its day. */
import { formatInstant, parseTimestamp } from '../../shared/timestamp.ts';
import { zonedTime } from './time-format.ts';

export type MomentRange = 'before' | 'around' | 'day' | 'from' | 'to';

/** The order in which a menu offers them. */
export const MOMENT_RANGES: readonly MomentRange[] = ['before', 'around', 'day', 'from', 'to'];

const TEN_MINUTES = 600_000_000n;

export interface TimeBounds {
  readonly time_from: string;
  readonly time_to: string;
}

/**
 * Bounds of the time filter, both inclusive: ten minutes up to the instant (`before`), ten minutes either side (`around`),
 * its day on the clock of `zone` (`day`), from it on (`from`), up to it (`to`). `undefined` when `instant`, ISO 8601, is none.
 */
export function momentRange(range: MomentRange, instant: string, zone: string): TimeBounds | undefined {
  const micros = parseTimestamp(instant)?.micros;
  if (micros === undefined) return undefined;
  const at = formatInstant(micros);
  if (range === 'from') return { time_from: at, time_to: '' };
  if (range === 'to') return { time_from: '', time_to: at };
  if (range === 'day') {
    const { date } = zonedTime(at, zone);
    return { time_from: date, time_to: date };
  }
  return {
    time_from: formatInstant(micros - TEN_MINUTES),
    time_to: range === 'before' ? at : formatInstant(micros + TEN_MINUTES),
  };
}
