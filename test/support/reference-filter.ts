/** What filters and orders mean, in plain JavaScript: the model that the snapshot's SQL is checked against. */
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import type { FilterInput, Sort } from '../../src/shared/filter.ts';
import { parsePath } from '../../src/shared/json-path.ts';
import { parseTimestamp } from '../../src/shared/timestamp.ts';
import type { WrittenEvent } from './events.ts';

/** An event with its position in the capture. */
export interface Numbered {
  readonly n: number;
  readonly event: WrittenEvent;
  /** The stored texts of `result` and `payload`, where they are not the compact ones. A search sees both. */
  readonly stored?: readonly string[];
}

/** Bounds must carry an offset. Texts are compared in a case that both sides can agree on: ASCII and Latin letters. */
export function passes({ event, stored = [] }: Numbered, filter: FilterInput): boolean {
  for (const { field, values, negate = false } of filter.conditions ?? []) {
    if (values.includes(event[field]) === negate) return false;
  }
  const at = micros(event.timestamp);
  if (filter.time_from && at < micros(filter.time_from)) return false;
  if (filter.time_to && at > micros(filter.time_to)) return false;
  if (filter.search && !holds(event, stored, filter.search)) return false;
  return (filter.where ?? []).every(
    ({ path, value, negate = false }) => textAt(event, path).includes(value) !== negate,
  );
}

/** The order of a view: the field, then timestamp, id and position; descending is the exact reverse. */
export function ordered<T extends Numbered>(events: readonly T[], { field, direction }: Sort): T[] {
  const sorted = events.toSorted(
    (a, b) =>
      (field === 'timestamp' ? 0 : byCodePoints(a.event[field], b.event[field])) ||
      Number(micros(a.event.timestamp) - micros(b.event.timestamp)) ||
      byCodePoints(a.event.id, b.event.id) ||
      a.n - b.n,
  );
  return direction === 'asc' ? sorted : sorted.toReversed();
}

export function micros(timestamp: string): bigint {
  const parsed = parseTimestamp(timestamp);
  if (parsed === undefined) throw new Error(`${timestamp} is no timestamp.`);
  return parsed.micros;
}

/** Compares by code points, which UTF-16 order is not. */
export function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function holds(event: WrittenEvent, stored: readonly string[], search: string): boolean {
  const needle = search.toLowerCase();
  const inJson = JSON.stringify(search).slice(1, -1).toLowerCase();
  return (
    FLAT_FIELDS.some((field) => event[field].toLowerCase().includes(needle)) ||
    [...stored, JSON.stringify(event.result), JSON.stringify(event.payload)].some((each) => {
      const text = each.toLowerCase();
      return text.includes(needle) || text.includes(inJson);
    })
  );
}

/** The texts that a value at a path equals: none, or one. */
function textAt(event: WrittenEvent, path: string): readonly string[] {
  const { root, steps } = parsePath(path);
  let value: unknown = event[root];
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return [];
    const found = Object.entries(value).find(([key]) => key === step);
    if (found === undefined) return [];
    value = found[1];
  }
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
