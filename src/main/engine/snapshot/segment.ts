/** A buffer of rows in the one-line form that DuckDB's CSV reader takes in without quoting: no byte below 0x20 in any value. */
import { timeOrder } from './time-sort.ts';

/** Between values. JSON forbids it inside strings, so no value that passed the scanner holds it. */
export const SEPARATOR = 0x1f;
/** Alone in a value's place: SQL NULL. */
export const NULL_MARK = 0x02;
export const NEWLINE = 0x0a;

/** Values shorter than this are copied byte by byte, which is faster than a call. */
const SHORT = 24;

/** Where the rows of a segment lie, in order of time. */
export interface SegmentRows {
  /** Microseconds since 1970 of each row, ascending; beyond 2^53 the nearest double. */
  readonly times: Float64Array;
  /** The offset behind each row. */
  readonly ends: Uint32Array;
}

export class Segment {
  #buffer: Buffer;
  /** Where the rows are copied in order of time. */
  #ordered: Buffer;
  #at = 0;
  #rowStart = 0;
  #rows = 0;
  #times = new Float64Array(1 << 13);
  #ends = new Uint32Array(1 << 13);

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#ordered = Buffer.allocUnsafeSlow(bytes);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether a row of at most so many bytes still fits. */
  fits(bytes: number): boolean {
    return this.#at + bytes <= this.#buffer.length;
  }

  /** Where rows are written, and the offset of the next byte, for who writes whole rows itself. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  get at(): number {
    return this.#at;
  }

  /** Says that a row was written up to an offset, the separator behind its last value included; it is ended next. */
  wrote(to: number): void {
    this.#at = to;
  }

  /** A whole number in decimal. */
  integer(value: number): void {
    let at = this.#at;
    let rest = value;
    if (rest < 0) {
      this.#buffer[at] = 0x2d;
      at += 1;
      rest = -rest;
    }
    let width = 1;
    for (let bound = 10; rest >= bound; bound *= 10) width += 1;
    const end = at + width;
    for (let place = end - 1; place >= at; place -= 1) {
      const tens = Math.floor(rest / 10);
      this.#buffer[place] = 0x30 + (rest - tens * 10);
      rest = tens;
    }
    this.#at = end;
    this.#separate();
  }

  /** Bytes of UTF-8 without control characters. */
  slice(source: Buffer, from: number, to: number): void {
    const target = this.#buffer;
    let at = this.#at;
    if (to - from < SHORT) {
      for (let i = from; i < to; i += 1) {
        target[at] = source[i] ?? 0;
        at += 1;
      }
      this.#at = at;
    } else {
      this.#at = at + source.copy(target, at, from, to);
    }
    this.#separate();
  }

  /** Well-formed text without control characters. */
  text(value: string): void {
    if (value !== '') this.#at += this.#buffer.write(value, this.#at, 'utf8');
    this.#separate();
  }

  nil(): void {
    this.#buffer[this.#at] = NULL_MARK;
    this.#at += 1;
    this.#separate();
  }

  /** @param time microseconds since 1970, as near as a double gets to it */
  endRow(time: number): void {
    this.#buffer[this.#at - 1] = NEWLINE;
    const row = this.#rows;
    if (row === this.#times.length) this.#grow();
    this.#times[row] = time;
    this.#ends[row] = this.#at;
    this.#rows = row + 1;
    this.#rowStart = this.#at;
  }

  /** The last row behind its number `n`, without its line feed; valid until the next call. */
  lastRow(): Uint8Array {
    const from = this.#rows < 2 ? 0 : (this.#ends[this.#rows - 2] ?? 0);
    return this.#buffer.subarray(this.#buffer.indexOf(SEPARATOR, from) + 1, this.#rowStart - 1);
  }

  /** Takes the last row back. */
  dropRow(): void {
    this.cut(this.#rows - 1);
  }

  /** Takes back all rows but the first. */
  cut(rows: number): void {
    this.#rows = rows;
    this.#at = rows === 0 ? 0 : (this.#ends[rows - 1] ?? 0);
    this.#rowStart = this.#at;
  }

  /** The rows so far in order of time, rows of one time as they came; the segment is empty then. Valid until the next call. */
  seal(): SegmentRows & { readonly contents: Uint8Array } {
    const rows = this.#rows;
    const bytes = this.#rowStart;
    const times = this.#times.slice(0, rows);
    const ends = this.#ends.slice(0, rows);
    const order = timeOrder(times, rows);
    const source = this.#buffer;
    const target = this.#ordered;
    this.#rows = 0;
    this.#at = 0;
    this.#rowStart = 0;
    if (order === undefined) {
      // What comes next is written where nobody reads.
      this.#buffer = target;
      this.#ordered = source;
      return { times, ends, contents: source.subarray(0, bytes) };
    }
    let at = 0;
    for (let to = 0; to < rows; to += 1) {
      const row = order[to] ?? 0;
      const from = row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
      const end = this.#ends[row] ?? 0;
      source.copy(target, at, from, end);
      at += end - from;
      times[to] = this.#times[row] ?? 0;
      ends[to] = at;
    }
    return { times, ends, contents: target.subarray(0, bytes) };
  }

  #separate(): void {
    this.#buffer[this.#at] = SEPARATOR;
    this.#at += 1;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const ends = new Uint32Array(times.length);
    times.set(this.#times);
    ends.set(this.#ends);
    this.#times = times;
    this.#ends = ends;
  }
}
