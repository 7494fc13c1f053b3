/** Collects events and writes them as ckanext-event-audit does: compact JSON, eleven fields in order, one a line. */
import { formatInstant, YEAR_END, YEAR_START, type TimeStyle } from './clock.ts';
import type { Random } from './random.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What a writer says about an event; everything left out is empty. */
export interface Entry {
  readonly category: string;
  readonly action: string;
  readonly actor?: string;
  readonly action_object?: string;
  readonly action_object_id?: string;
  readonly target_type?: string;
  readonly target_id?: string;
  readonly result?: JsonObject;
  readonly payload?: JsonObject;
  readonly style?: TimeStyle;
  /** `result` and `payload` were too large for the store, which then leaves both out. */
  readonly dropped?: boolean;
}

export interface Journal {
  /** Notes an event at an instant; instants outside the sampled year are left out. */
  readonly add: (at: number, entry: Entry) => void;
  readonly count: () => number;
  /** All events in time order, one a line, each line ended by a line feed. */
  readonly text: () => string;
}

/** What the writer makes of a value: `null` becomes `"None"`, keys that start with `_` vanish. */
function written(value: Json): Json {
  if (value === null) return 'None';
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => written(item));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith('_'))
      .map(([key, item]) => [key, written(item)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Starts an empty journal; `random` gives the events their ids. */
export function createJournal(random: Random): Journal {
  const lines: { readonly at: number; readonly text: string }[] = [];
  return {
    add: (at, entry) => {
      if (at < YEAR_START || at >= YEAR_END) return;
      const { result = {}, payload = {} } = entry;
      // `old` is kept as it is: there, null says that the attribute was not loaded.
      const { old, ...rest } = result;
      const event = {
        id: random.uuid(),
        category: entry.category,
        action: entry.action,
        actor: entry.actor ?? '',
        action_object: entry.action_object ?? '',
        action_object_id: entry.action_object_id ?? '',
        target_type: entry.target_type ?? '',
        target_id: entry.target_id ?? '',
        timestamp: formatInstant(at, entry.style),
        ...(entry.dropped === true
          ? {}
          : {
              result: {
                ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, written(value)])),
                ...(old === undefined ? {} : { old }),
              },
              payload: written(payload),
            }),
      };
      lines.push({ at, text: JSON.stringify(event) });
    },
    count: () => lines.length,
    text: () =>
      lines
        .toSorted((left, right) => left.at - right.at)
        .map(({ text }) => `${text}\n`)
        .join(''),
  };
}
