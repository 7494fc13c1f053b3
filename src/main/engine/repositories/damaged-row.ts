/**
 * A row of a table that is set aside because a cell is no text: one JSON object in the order of the event's fields. A text
 * stands as a text; bytes that are none stand as `{"type":"text"|"blob","base64":"…"}`.
 */
import { isUtf8 } from 'node:buffer';
import { EVENT_FIELDS } from '../../../shared/event.ts';

/** @param cells texts, or bytes that may be a text */
export function damagedRow(cells: readonly (string | Uint8Array | null)[]): Buffer {
  const members = cells.map((cell, index): [string, unknown] => {
    const name = EVENT_FIELDS[index] ?? '';
    if (!(cell instanceof Uint8Array)) return [name, cell];
    const bytes = Buffer.from(cell);
    return [name, isUtf8(bytes) ? bytes.toString('utf8') : { type: 'text', base64: bytes.toString('base64') }];
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(members)));
}
