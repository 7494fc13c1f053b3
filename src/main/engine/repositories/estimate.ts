/** What reading a store would take, from what it says of itself before it is read. */
import type { Estimate, Note, StoreDescription } from '../../../shared/contract.ts';
import { isEmptyFilter, type Filter } from '../../../shared/filter.ts';

/** Records and bytes a second that a capture takes in on two cores, on the careful side of what docs/benchmarks.md shows. */
const RECORDS_PER_SECOND = 80_000;
const BYTES_PER_SECOND = 40_000_000;

/** From so long or so much money on, a person should be asked first. */
const LARGE_SECONDS = 120;
const LARGE_USD = 1;

/** @param given everything but whether it is large, which follows from it */
export function estimateOf(given: Omit<Estimate, 'large'>): Estimate {
  return { ...given, large: (given.seconds ?? 0) >= LARGE_SECONDS || (given.cost_usd ?? 0) >= LARGE_USD };
}

/** Seconds for so many records of so many bytes; `null` when neither is known. */
export function secondsFor(records: number | null, bytes: number | null): number | null {
  if (records === null && bytes === null) return null;
  return Math.max((records ?? 0) / RECORDS_PER_SECOND, (bytes ?? 0) / BYTES_PER_SECOND);
}

export function estimateFrom({ records, bytes }: StoreDescription, narrow: Filter | undefined): Estimate {
  const seconds = secondsFor(records, bytes);
  return estimateOf({ records, bytes, seconds, cost_usd: null, notes: narrowNotes(narrow) });
}

/** Says that a filter was not taken into account. */
export function narrowNotes(narrow: Filter | undefined): Note[] {
  if (narrow === undefined || isEmptyFilter(narrow)) return [];
  return [
    {
      severity: 'info',
      code: 'estimate_is_of_all',
      message: 'This is for the whole store; what the filter lets be left out is not taken off.',
    },
  ];
}
