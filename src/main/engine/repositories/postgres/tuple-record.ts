/** Makes of a row that lies in cells what those want who don't take cells in: the event's compact JSON, or its texts. */
import { isUtf8 } from 'node:buffer';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { damagedRow } from '../damaged-row.ts';
import type { BrokenBatch } from '../repository.ts';
import { writeTimestamp } from './timestamp.ts';
import type { TimeKind } from './tuples.ts';

/** Where the values of rows lie, as in a batch of cells. */
export interface Cells {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

const COLUMNS = EVENT_FIELDS.length;
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
/** Fields that may not be missing: when they are NULL their key is left out, and the record is set aside. */
const REQUIRED = new Set([0, 1, 2, TIMESTAMP]);
const KEYS = EVENT_FIELDS.map((name, index) => Buffer.from(`${index === 0 ? '{' : ','}"${name}":`));
/** All keys with quotes around texts, and the longest timestamp. */
const FRAME_BYTES = KEYS.reduce((sum, key) => sum + key.length + 2, 64);
const HEX = Buffer.from('0123456789abcdef');
/** What JSON writes with one letter behind the backslash, by byte. */
const SHORT_ESCAPES = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
]);

export class RecordMaker {
  readonly #time: TimeKind;

  /** @param time how the timestamps of the rows lie in their cells */
  constructor(time: TimeKind) {
    this.#time = time;
  }

  /** The row as JSON, in memory of its own. */
  record({ bytes, starts, lengths }: Cells, row: number): Uint8Array {
    const base = row * COLUMNS;
    let room = FRAME_BYTES;
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = lengths[base + index] ?? 0;
      // A byte of a text can take six in JSON; JSON texts are copied as they are.
      if (length > 0) room += index > TIMESTAMP ? length : length * 6;
    }
    const target = Buffer.allocUnsafe(room);
    let at = 0;
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = lengths[base + index] ?? -1;
      if (length === -1 && (index > TIMESTAMP || REQUIRED.has(index))) continue;
      const key = KEYS[index] ?? HEX;
      key.copy(target, at);
      at += key.length;
      const from = starts[base + index] ?? 0;
      if (index > TIMESTAMP) {
        at += bytes.copy(target, at, from, from + length);
        continue;
      }
      target[at] = 0x22;
      at += 1;
      if (index === TIMESTAMP && this.#time !== 'text') {
        at = writeTimestamp(bytes, from, this.#time === 'timestamptz', target, at);
      } else if (length > 0) {
        at = copyText(bytes, from, from + length, target, at);
      }
      target[at] = 0x22;
      at += 1;
    }
    // Without an id, another key came first.
    target[0] = 0x7b;
    target[at] = 0x7d;
    // What is kept for long should not keep six times the room.
    return Uint8Array.prototype.slice.call(target, 0, at + 1);
  }

  /** Whether all texts of the row are UTF-8. A database without an encoding (SQL_ASCII) keeps whatever it was given. */
  isText(cells: Cells, row: number): boolean {
    for (let index = 0; index < COLUMNS; index += 1) {
      if (index === TIMESTAMP && this.#time !== 'text') continue;
      if (!isUtf8(cellOf(cells, row, index))) return false;
    }
    return true;
  }

  /** A row of which not all is text. */
  broken(cells: Cells, row: number): BrokenBatch['records'][number] {
    const texts = this.texts(cells, row);
    return {
      code: 'not_utf8',
      reason: 'It holds bytes that are not UTF-8.',
      bytes: damagedRow(
        texts.map((text, index) => (text === null || index === TIMESTAMP ? text : cellOf(cells, row, index))),
      ),
      place: texts[0] ?? '',
    };
  }

  texts(cells: Cells, row: number): readonly (string | null)[] {
    return EVENT_FIELDS.map((_, index) => {
      if (cells.lengths[row * COLUMNS + index] === -1) return null;
      if (index !== TIMESTAMP || this.#time === 'text') return cellOf(cells, row, index).toString('utf8');
      const text = Buffer.alloc(64);
      const from = cells.starts[row * COLUMNS + index] ?? 0;
      return text.toString('latin1', 0, writeTimestamp(cells.bytes, from, this.#time === 'timestamptz', text, 0));
    });
  }
}

function cellOf({ bytes, starts, lengths }: Cells, row: number, index: number): Buffer {
  const from = starts[row * COLUMNS + index] ?? 0;
  return bytes.subarray(from, from + Math.max(0, lengths[row * COLUMNS + index] ?? 0));
}

/** Copies a text with the escapes that JSON asks for, as JSON.stringify would write them. */
function copyText(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  let end = at;
  for (let i = from; i < to; i += 1) {
    const byte = source[i] ?? 0;
    if (byte >= 0x20 && byte !== 0x22 && byte !== 0x5c) {
      target[end] = byte;
      end += 1;
      continue;
    }
    target[end] = 0x5c;
    const letter = byte === 0x22 || byte === 0x5c ? byte : SHORT_ESCAPES.get(byte);
    if (letter !== undefined) {
      target[end + 1] = letter;
      end += 2;
      continue;
    }
    target[end + 1] = 0x75;
    target[end + 2] = 0x30;
    target[end + 3] = 0x30;
    target[end + 4] = HEX[byte >> 4] ?? 0;
    target[end + 5] = HEX[byte & 15] ?? 0;
    end += 6;
  }
  return end;
}
