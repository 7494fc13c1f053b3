/** A column's texts while rows are gathered, in whatever order they come. */
import type { LetterCase, Lowered, LoweredInto } from './letter-case.ts';
import { MAX_ROWS } from './unit-table.ts';

export class ColumnTexts {
  #bytes = new Uint8Array(1 << 20);
  readonly #starts = new Uint32Array(MAX_ROWS);
  readonly #ends = new Uint32Array(MAX_ROWS);
  length = 0;

  set(row: number, source: Uint8Array, from: number, to: number): void {
    const end = this.length + to - from;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(source.subarray(from, to), this.length);
    this.#starts[row] = this.length;
    this.#ends[row] = end;
    this.length = end;
  }

  /** Writes a row's text in lower case. */
  lowered(row: number, letterCase: LetterCase, into: LoweredInto, at: number): Lowered {
    return letterCase.lowered(this.#bytes, this.#starts[row] ?? 0, this.#ends[row] ?? 0, into, at);
  }

  clear(): void {
    this.#starts.fill(0);
    this.#ends.fill(0);
    this.length = 0;
  }
}
