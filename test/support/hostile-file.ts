/** A file of events in which every field, key and value is hostile, one text an event, and some lines are no events. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTILE_TEXTS, TRAP } from './hostile-texts.ts';

/** A name that a file system takes, with everything that a name can do. */
export const HOSTILE_NAME = `<img src=x onerror=${TRAP}('file')> {{name}} $t(app.name) \u202eabc\u2067 Z${'\u0300'.repeat(40)}`;

const HOUR_MS = 3_600_000;
const START = Date.UTC(2024, 0, 1);

/** The same text in every place that an event has, twice: as a call, then as a change of an object. */
function eventsOf(text: string, index: number): readonly object[] {
  const fields = { action_object: text, action_object_id: text, target_type: text, target_id: text };
  const title = { [text]: text, title: text, list: [text, { [text]: null }] };
  return [
    {
      id: `call-${String(index)}-${text}`,
      category: text,
      action: text,
      actor: text,
      ...fields,
      timestamp: at(2 * index),
      result: {},
      payload: title,
    },
    {
      id: `change-${String(index)}-${text}`,
      category: 'model',
      action: 'changed',
      actor: '',
      ...fields,
      timestamp: at(2 * index + 1),
      result: { new: { ...title, state: text }, old: { title: `before ${text}`, state: null } },
      payload: {},
    },
  ];
}

/** How many of each kind the file holds. */
export const HOSTILE_EVENT_COUNT = 2 * Object.keys(HOSTILE_TEXTS).length;
export const HOSTILE_REJECT_COUNT = Object.keys(HOSTILE_TEXTS).length;

/** Writes the file into a folder of its own below `folder`; returns its path. */
export function hostileFile(folder: string): string {
  const path = join(folder, `${HOSTILE_NAME}.jsonl`);
  const texts = Object.values(HOSTILE_TEXTS);
  const events = texts.flatMap(eventsOf).map((event) => JSON.stringify(event));
  // A line break would make two lines of it, and an empty line is no record.
  const rejects = texts.map((text) => `no event: ${text.replaceAll(/[\r\n]/g, ' ')}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${[...events, ...rejects].join('\n')}\n`);
  return path;
}

function at(hour: number): string {
  return new Date(START + hour * HOUR_MS).toISOString();
}
