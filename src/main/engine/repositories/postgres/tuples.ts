/**
 * Takes apart what `COPY … TO STDOUT (FORMAT binary)` sends. It is the form without escapes, so values are copied as
 * the bytes they are: the record that reaches the snapshot is the event's compact JSON.
 */
import { isUtf8 } from 'node:buffer';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { AppError } from '../../../../shared/errors.ts';
import { damagedRow } from '../damaged-row.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';
import { writeTimestamp } from './timestamp.ts';

/** How the column of `timestamp` arrives: microseconds since 2000 with or without a zone, or a text. */
export type TimeKind = 'timestamptz' | 'timestamp' | 'text';

export interface TupleLayout {
  readonly time: TimeKind;
  /** Whether the server vouches that `result` and `payload` are JSON; otherwise they are checked when taken in. */
  readonly json: boolean;
}

const SIGNATURE = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
const COLUMNS = EVENT_FIELDS.length;
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
/** Fields that may not be missing: when they are NULL their key is left out, and the record is set aside. */
const REQUIRED = new Set([0, 1, 2, TIMESTAMP]);
const KEYS = EVENT_FIELDS.map((name, index) => Buffer.from(`${index === 0 ? '{' : ','}"${name}":`));
/** All keys with quotes around texts, and the longest timestamp. */
const FRAME_BYTES = KEYS.reduce((sum, key) => sum + key.length + 2, 64);
const ARENA_BYTES = 256 * 1024;
const HEX = Buffer.from('0123456789abcdef');
/** What JSON writes with one letter behind the backslash, by byte. */
const SHORT_ESCAPES = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
]);

export class TupleReader {
  readonly #layout: TupleLayout;
  readonly #starts = new Int32Array(COLUMNS);
  readonly #lengths = new Int32Array(COLUMNS);
  #rest: Buffer | undefined;
  #headerSeen = false;
  #ended = false;
  #rows = 0;
  #arena: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(layout: TupleLayout) {
    this.#layout = layout;
  }

  /** Rows read so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether the server's own end mark was seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The records of the next pieces of the stream. A row may be spread over pieces. */
  read(pieces: readonly Buffer[]): readonly RecordBatch[] {
    const values: Uint8Array[] = [];
    const rows: (string | null)[][] = [];
    const broken: BrokenBatch['records'][number][] = [];
    for (const piece of pieces) {
      const bytes = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
      this.#rest = undefined;
      let at = this.#headerSeen ? 0 : this.#header(bytes);
      while (at < bytes.length && !this.#ended) {
        const next = this.#tuple(bytes, at);
        if (next === -1) break;
        at = next;
        if (this.#ended) break;
        if (this.#layout.json) values.push(this.#record(bytes));
        else if (this.#isText(bytes)) rows.push(this.#texts(bytes));
        else broken.push(this.#broken(bytes));
      }
      if (at < bytes.length && !this.#ended) this.#rest = bytes.subarray(at);
    }
    const batches: RecordBatch[] = [];
    if (values.length > 0) batches.push({ kind: 'json', values, keys: [], place: (index) => idOf(values[index]) });
    if (rows.length > 0) batches.push({ kind: 'rows', rows, keys: rows.map(([id]) => id ?? '') });
    if (broken.length > 0) batches.push({ kind: 'broken', records: broken });
    return batches;
  }

  #header(bytes: Buffer): number {
    if (bytes.length < HEADER_BYTES) return 0;
    if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw unknownForm();
    const end = HEADER_BYTES + bytes.readInt32BE(SIGNATURE.length + 4);
    if (bytes.length < end) return 0;
    this.#headerSeen = true;
    return end;
  }

  /** Finds the fields of the row at an offset; returns the offset behind it, or -1 when it is not all there. */
  #tuple(bytes: Buffer, from: number): number {
    if (!this.#headerSeen || from + 2 > bytes.length) return -1;
    const count = bytes.readInt16BE(from);
    if (count === -1) {
      this.#ended = true;
      return from + 2;
    }
    if (count !== COLUMNS) throw unknownForm();
    let at = from + 2;
    for (let index = 0; index < COLUMNS; index += 1) {
      if (at + 4 > bytes.length) return -1;
      const length = bytes.readInt32BE(at);
      at += 4;
      this.#starts[index] = at;
      this.#lengths[index] = length;
      if (length > 0) at += length;
    }
    if (at > bytes.length) return -1;
    this.#rows += 1;
    return at;
  }

  /** The row as JSON. The memory it lies in is not used again. */
  #record(bytes: Buffer): Uint8Array {
    let room = FRAME_BYTES;
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = this.#lengths[index] ?? 0;
      // A byte of a text can take six in JSON; JSON texts are copied as they are.
      if (length > 0) room += index < TIMESTAMP ? length * 6 : index === TIMESTAMP ? length * 6 : length;
    }
    if (this.#at + room > this.#arena.length) {
      this.#arena = Buffer.allocUnsafeSlow(Math.max(ARENA_BYTES, room));
      this.#at = 0;
    }
    const target = this.#arena;
    const start = this.#at;
    let at = start;
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = this.#lengths[index] ?? -1;
      if (length === -1 && (index > TIMESTAMP || REQUIRED.has(index))) continue;
      at = copy(KEYS[index] ?? SIGNATURE, 0, KEYS[index]?.length ?? 0, target, at);
      const from = this.#starts[index] ?? 0;
      if (index > TIMESTAMP) {
        at = copy(bytes, from, from + length, target, at);
        continue;
      }
      target[at] = 0x22;
      at += 1;
      if (index === TIMESTAMP && this.#layout.time !== 'text') {
        at = writeTimestamp(bytes, from, this.#layout.time === 'timestamptz', target, at);
      } else if (length > 0) {
        at = copyText(bytes, from, from + length, target, at);
      }
      target[at] = 0x22;
      at += 1;
    }
    // Without an id, another key came first.
    target[start] = 0x7b;
    target[at] = 0x7d;
    this.#at = at + 1;
    return target.subarray(start, at + 1);
  }

  /** Whether all texts of the row are UTF-8. A database without an encoding (SQL_ASCII) keeps whatever it was given. */
  #isText(bytes: Buffer): boolean {
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = this.#lengths[index] ?? -1;
      if (length <= 0 || (index === TIMESTAMP && this.#layout.time !== 'text')) continue;
      const from = this.#starts[index] ?? 0;
      if (!isUtf8(bytes.subarray(from, from + length))) return false;
    }
    return true;
  }

  #broken(bytes: Buffer): BrokenBatch['records'][number] {
    const texts = this.#texts(bytes);
    const cells = texts.map((text, index) => {
      const from = this.#starts[index] ?? 0;
      const cell = bytes.subarray(from, from + Math.max(0, this.#lengths[index] ?? 0));
      return text === null || index === TIMESTAMP ? text : cell;
    });
    return {
      code: 'not_utf8',
      reason: 'It holds bytes that are not UTF-8.',
      bytes: damagedRow(cells),
      place: texts[0] ?? '',
    };
  }

  #texts(bytes: Buffer): (string | null)[] {
    const texts: (string | null)[] = [];
    for (let index = 0; index < COLUMNS; index += 1) {
      const length = this.#lengths[index] ?? -1;
      const from = this.#starts[index] ?? 0;
      if (length === -1) texts.push(null);
      else if (index === TIMESTAMP && this.#layout.time !== 'text') {
        const scratch = Buffer.alloc(64);
        const end = writeTimestamp(bytes, from, this.#layout.time === 'timestamptz', scratch, 0);
        texts.push(scratch.toString('latin1', 0, end));
      } else texts.push(bytes.toString('utf8', from, from + length));
    }
    return texts;
  }
}

/** The id of a record that was made here, to name one that is set aside. */
function idOf(record: Uint8Array | undefined): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(record ?? []).toString('utf8'));
    return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '';
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

/** Below this, a loop is faster than a call. */
const SHORT = 48;

function copy(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from > SHORT) {
    target.set(source.subarray(from, to), at);
    return at + to - from;
  }
  let end = at;
  for (let i = from; i < to; i += 1) {
    target[end] = source[i] ?? 0;
    end += 1;
  }
  return end;
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

function unknownForm(): AppError {
  return new AppError(
    'source_invalid',
    'The server sent rows in a form that is not PostgreSQL’s own. Check that no proxy stands between.',
  );
}
