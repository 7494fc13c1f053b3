/** How often each code of a column occurs up to every so many rows, so that a stretch is counted at its two ends only. */
import { countCodes, type Codes, type Stretch } from './rows.ts';

/** Counts are noted at every so many rows, fewer in tables of many values. */
const STEP_ROWS = 1 << 14;
/** All notes of a column together take at most so many bytes. */
const NOTED_BYTES = 1024 * 1024;

export class RunningCounts {
  readonly #codes: Codes;
  readonly #distinct: number;
  readonly #step: number;
  /** The counts of the rows before each step, one step behind the other. */
  #notes: Promise<Uint32Array> | undefined;

  constructor(codes: Codes, distinct: number) {
    this.#codes = codes;
    this.#distinct = distinct;
    const most = Math.max(1, Math.floor(NOTED_BYTES / 4 / Math.max(1, distinct)));
    this.#step = Math.max(STEP_ROWS, Math.ceil(codes.length / most));
  }

  /** The counts of the rows of a stretch. The caller may change the list. */
  async of({ from, to }: Stretch): Promise<Uint32Array> {
    const first = Math.ceil(from / this.#step);
    const last = Math.floor(to / this.#step);
    if (first >= last) return countCodes({ from, to }, this.#codes, this.#distinct);
    this.#notes ??= this.#note();
    const notes = await this.#notes;
    const counts = await countCodes({ from, to: first * this.#step }, this.#codes, this.#distinct);
    const behind = await countCodes({ from: last * this.#step, to }, this.#codes, this.#distinct);
    const [start, end] = [first * this.#distinct, last * this.#distinct];
    for (let code = 0; code < this.#distinct; code += 1) {
      counts[code] = (counts[code] ?? 0) + (behind[code] ?? 0) + (notes[end + code] ?? 0) - (notes[start + code] ?? 0);
    }
    return counts;
  }

  async #note(): Promise<Uint32Array> {
    const steps = Math.floor(this.#codes.length / this.#step);
    const notes = new Uint32Array((steps + 1) * this.#distinct);
    for (let step = 0; step < steps; step += 1) {
      const stretch = { from: step * this.#step, to: (step + 1) * this.#step };
      const counts = await countCodes(stretch, this.#codes, this.#distinct);
      const at = step * this.#distinct;
      for (let code = 0; code < this.#distinct; code += 1) {
        notes[at + this.#distinct + code] = (notes[at + code] ?? 0) + (counts[code] ?? 0);
      }
    }
    return notes;
  }
}
