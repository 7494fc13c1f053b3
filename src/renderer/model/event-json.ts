/** An event as JSON text again: its own JSON texts untouched, the fields in their usual order. */
import { EVENT_FIELDS, type EventDetail } from '../../shared/event.ts';

/** The record as the store delivered it where that was kept, else rebuilt from the columns, which is the same. */
export function eventJson(event: EventDetail): string {
  if (event.raw !== null) return event.raw;
  const members = EVENT_FIELDS.flatMap((field) => {
    if (field !== 'result' && field !== 'payload') return [`${JSON.stringify(field)}:${JSON.stringify(event[field])}`];
    const text = event[field];
    return text === null ? [] : [`${JSON.stringify(field)}:${text}`];
  });
  return `{${members.join(',')}}`;
}
