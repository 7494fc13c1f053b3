/** One event as one line of JSON, exactly as its store has it where that was kept. */
import type { EventDetail } from '../../shared/event.ts';
import { FLAT_FIELDS } from '../../shared/event.ts';
import { oneLine } from '../engine/export/json-text.ts';

export function eventText(event: EventDetail): string {
  const { raw } = event;
  // A spreadsheet's row is kept too, but is no JSON.
  if (raw?.trimStart().startsWith('{') === true) return oneLine(raw);
  const texts = FLAT_FIELDS.map((field) => `"${field}":${JSON.stringify(event[field])}`);
  for (const field of ['result', 'payload'] as const) {
    const text = event[field];
    if (text !== null) texts.push(`"${field}":${oneLine(text)}`);
  }
  return `{${texts.join(',')}}`;
}
