/** One column of one row group while its rows come: values as Parquet’s plain encoding has them, and which rows have none. */

/** The first size of a buffer, which doubles as it fills. */
const FIRST_BYTES = 64 * 1024;
/** UTF-16 units. */
const LONG_TEXT = 64 * 1024;

export type ColumnType = 'text' | 'instant';

/** A growing buffer that is used again for the next row group. */
class Bytes {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  length = 0;

  text(text: string): void {
    // No character takes more than three bytes for each of its units; a long text is measured, not to take thrice its size.
    this.#room(4 + (text.length < LONG_TEXT ? text.length * 3 : Buffer.byteLength(text)));
    const written = this.#buffer.write(text, this.length + 4, 'utf8');
    this.#buffer.writeUInt32LE(written, this.length);
    this.length += 4 + written;
  }

  int64(value: bigint): void {
    this.#room(8);
    this.#buffer.writeBigInt64LE(value, this.length);
    this.length += 8;
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.length] = value;
    this.length += 1;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  /** Forgets what it holds, and gives back what a few long values took. */
  clear(keep: number): void {
    this.length = 0;
    if (this.#buffer.length > keep) this.#buffer = Buffer.allocUnsafe(FIRST_BYTES);
  }

  #room(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#buffer.length) return;
    const wider = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(wider, 0, 0, this.length);
    this.#buffer = wider;
  }
}

/** What a page holds, before it is compressed. */
export interface PageContent {
  readonly bytes: Buffer;
  readonly rows: number;
  readonly nulls: number;
  /** Of instants, the smallest and the greatest. */
  readonly range: { readonly min: bigint; readonly max: bigint } | null;
}

export class ColumnChunk {
  readonly type: ColumnType;
  /** Whether a row may have no value. */
  readonly optional: boolean;
  readonly #values = new Bytes();
  readonly #levels = new Bytes();
  #run = 0;
  #runOf = 1;
  #rows = 0;
  #nulls = 0;
  #range: { min: bigint; max: bigint } | null = null;

  constructor(type: ColumnType, optional: boolean) {
    this.type = type;
    this.optional = optional;
  }

  /** Bytes of its values so far. */
  get size(): number {
    return this.#values.length;
  }

  add(cell: string | null): void {
    this.#rows += 1;
    if (this.optional) this.#level(cell === null ? 0 : 1);
    if (cell === null) {
      this.#nulls += 1;
      return;
    }
    if (this.type === 'text') {
      this.#values.text(cell);
      return;
    }
    const value = BigInt(cell);
    this.#values.int64(value);
    const range = this.#range;
    if (range === null) this.#range = { min: value, max: value };
    else if (value < range.min) range.min = value;
    else if (value > range.max) range.max = value;
  }

  /** The page of the rows that were added. Its bytes are a copy. */
  page(): PageContent {
    if (this.#run > 0) this.#endRun();
    const levels = this.#levels.bytes;
    const length = Buffer.alloc(this.optional ? 4 : 0);
    if (this.optional) length.writeUInt32LE(levels.length);
    const bytes = Buffer.concat([length, this.optional ? levels : Buffer.alloc(0), this.#values.bytes]);
    return { bytes, rows: this.#rows, nulls: this.#nulls, range: this.#range };
  }

  /** Begins anew. @param keep bytes of buffer that are kept for the next rows */
  clear(keep: number): void {
    this.#values.clear(keep);
    this.#levels.clear(keep);
    this.#rows = 0;
    this.#nulls = 0;
    this.#range = null;
  }

  #level(level: number): void {
    if (level !== this.#runOf && this.#run > 0) this.#endRun();
    this.#runOf = level;
    this.#run += 1;
  }

  /** Writes a run of levels: how many, twice, as a number of variable length; then which. */
  #endRun(): void {
    let rest = this.#run * 2;
    while (rest > 127) {
      this.#levels.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.#levels.byte(rest);
    this.#levels.byte(this.#runOf);
    this.#run = 0;
  }
}
