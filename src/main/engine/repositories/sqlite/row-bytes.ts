/**
 * A row that is set aside, with the bytes of every one of its cells: one JSON object, in the order of the event's fields.
 * A text that is whole in its encoding stands as a text, a number as a number, NULL as null. Anything else stands as
 * `{"type":"text"|"blob","base64":"…"}`; what is too large to be kept has `"size"`, its bytes in all, and only its beginning.
 */
import { EVENT_FIELDS } from '../../../../shared/event.ts';

/** So many bytes of a row are kept whole. */
const KEPT_ROW_BYTES = 64 * 1024 * 1024;
/** So much of a cell is kept to show what it is, when it is too large for that. */
export const KEPT_START_BYTES = 1 << 20;
/** A text that is longer is kept as base64: written with its escapes, it could be longer than a string may be. */
const TEXT_BYTES = 16 * 1024 * 1024;

export type CellType = 'text' | 'blob' | 'integer' | 'real' | 'null';

/** What a cell holds, and how to get at its bytes. */
export interface StoredCell {
  readonly type: CellType;
  /** How many bytes it takes; of a number, its text. */
  readonly size: number;
  /** The first bytes of it. */
  readonly bytes: (length: number) => Buffer;
}

/** @param decode the text of bytes in the file's own encoding, `undefined` when they are no text in it */
export function rowBytes(cells: readonly StoredCell[], decode: (bytes: Buffer) => string | undefined): Buffer {
  let room = KEPT_ROW_BYTES;
  const members = cells.map(({ type, size, bytes }, index) => {
    const kept = size <= room ? size : Math.min(room, KEPT_START_BYTES);
    room -= kept;
    return `${JSON.stringify(EVENT_FIELDS[index])}:${cellText(type, size, bytes(kept), decode)}`;
  });
  return Buffer.from(`{${members.join(',')}}`);
}

function cellText(type: CellType, size: number, bytes: Buffer, decode: (bytes: Buffer) => string | undefined): string {
  switch (type) {
    case 'null':
      return 'null';
    case 'integer':
    case 'real': {
      const text = bytes.toString('latin1');
      // Infinity is a real of SQLite's, but no number of JSON's.
      return /^-?\d/.test(text) ? text : JSON.stringify(text);
    }
    default: {
      const cut = bytes.length < size ? { size } : {};
      const text = type === 'text' && bytes.length === size && size <= TEXT_BYTES ? decode(bytes) : undefined;
      return JSON.stringify(text ?? { type, base64: bytes.toString('base64'), ...cut });
    }
  }
}
