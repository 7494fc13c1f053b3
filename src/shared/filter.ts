/** What a view shows: conditions on fields, a time range, a search, JSON paths; and in which order. */
import { z } from 'zod';
import { filterFieldSchema, FILTER_FIELDS, type FilterField } from './event.ts';

/** Asks for the empty value where an empty text means "no filter": on the command line and in forms. */
export const EMPTY_TOKEN = '@empty';

/** One field, any of the values, or none of them. Values are compared exactly: case, spaces and all; `''` is the empty value. */
export const fieldConditionSchema = z.object({
  field: filterFieldSchema,
  values: z.array(z.string()).min(1),
  negate: z.boolean().default(false),
});
export type FieldCondition = Readonly<z.infer<typeof fieldConditionSchema>>;

/** A value inside `result` or `payload`: `result.new.title`, compared with the text of the scalar found there. */
export const pathConditionSchema = z.object({
  path: z.string().min(1),
  value: z.string(),
  negate: z.boolean().default(false),
});
export type PathCondition = Readonly<z.infer<typeof pathConditionSchema>>;

export const filterSchema = z.object({
  /** All conditions must hold. */
  conditions: z.array(fieldConditionSchema).default([]),
  /** Inclusive; ISO 8601 instant, naive time (read in `time_zone`) or date (start of that day in `time_zone`); `''` is no bound. */
  time_from: z.string().default(''),
  /** Inclusive to the microsecond; a date alone means the end of that day in `time_zone`; `''` is no bound. */
  time_to: z.string().default(''),
  /** IANA name of the zone in which dates without an offset are read. */
  time_zone: z.string().default('UTC'),
  /** Case-insensitive substring over every field, `result` and `payload` included; `''` is no search. */
  search: z.string().default(''),
  where: z.array(pathConditionSchema).default([]),
  /** Any of these sources, by URL; none named is no filter. */
  sources: z.array(z.string()).default([]),
  /** Only rows of this set, which a comparison made in the snapshot; `''` is no filter. */
  set: z.string().default(''),
});
export type Filter = Readonly<z.infer<typeof filterSchema>>;
/** A filter as a caller may write it: everything optional. */
export type FilterInput = z.input<typeof filterSchema>;

export const EMPTY_FILTER: Filter = Object.freeze(filterSchema.parse({}));

export const sortFieldSchema = z.enum([...FILTER_FIELDS, 'timestamp']);

/** Ascending `timestamp` means timestamp, then id. Other columns are tied by that order. Descending is its exact reverse. */
export const sortSchema = z.object({
  field: sortFieldSchema.default('timestamp'),
  direction: z.enum(['asc', 'desc']).default('asc'),
});
export type Sort = Readonly<z.infer<typeof sortSchema>>;

export const DEFAULT_SORT: Sort = Object.freeze({ field: 'timestamp', direction: 'asc' });

/** Whether the filter lets every event pass. */
export function isEmptyFilter(filter: Filter): boolean {
  return (
    filter.conditions.length === 0 &&
    filter.where.length === 0 &&
    filter.time_from === '' &&
    filter.time_to === '' &&
    filter.search === '' &&
    filter.sources.length === 0 &&
    filter.set === ''
  );
}

/**
 * The condition that typed-in texts mean: trimmed, empty ones dropped, `@empty` standing for the empty value.
 * Returns `undefined` when nothing is asked for.
 */
export function conditionFromText(
  field: FilterField,
  texts: readonly string[],
  negate = false,
): FieldCondition | undefined {
  const values = texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => (text === EMPTY_TOKEN ? '' : text));
  return values.length === 0 ? undefined : { field, values: [...new Set(values)], negate };
}
