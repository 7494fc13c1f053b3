/** A buffer of rows in the one-line form that DuckDB's CSV reader takes in without quoting: no byte below 0x20 in any value. */

/** Between values. JSON forbids it inside strings, so no value that passed the scanner holds it. */
export const SEPARATOR = 0x1f;
/** Alone in a value's place: SQL NULL. */
export const NULL_MARK = 0x02;
const NEWLINE = 0x0a;

/** Values shorter than this are copied byte by byte, which is faster than a call. */
const SHORT = 40;

export class Segment {
  readonly #buffer: Buffer;
  #at = 0;
  #rowStart = 0;
  #rows = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#at;
  }

  /** Whether a row of at most so many bytes still fits. */
  fits(bytes: number): boolean {
    return this.#at + bytes <= this.#buffer.length;
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
  slice(source: Uint8Array, from: number, to: number): void {
    const target = this.#buffer;
    let at = this.#at;
    if (to - from < SHORT) {
      for (let i = from; i < to; i += 1) {
        target[at] = source[i] ?? 0;
        at += 1;
      }
      this.#at = at;
    } else {
      target.set(source.subarray(from, to), at);
      this.#at = at + to - from;
    }
    this.#separate();
  }

  /** Well-formed text without control characters. */
  text(value: string): void {
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
    this.#separate();
  }

  nil(): void {
    this.#buffer[this.#at] = NULL_MARK;
    this.#at += 1;
    this.#separate();
  }

  endRow(): void {
    this.#buffer[this.#at - 1] = NEWLINE;
    this.#rows += 1;
    this.#rowStart = this.#at;
  }

  /** Takes back what was written since the last whole row. */
  abandonRow(): void {
    this.#at = this.#rowStart;
  }

  /** The rows so far; valid until the next {@link reset}. */
  contents(): Uint8Array {
    return this.#buffer.subarray(0, this.#rowStart);
  }

  reset(): void {
    this.#at = 0;
    this.#rowStart = 0;
    this.#rows = 0;
  }

  #separate(): void {
    this.#buffer[this.#at] = SEPARATOR;
    this.#at += 1;
  }
}
