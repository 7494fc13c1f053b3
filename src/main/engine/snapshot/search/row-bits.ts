/** Rows of a run by number, a bit each. */
export class RowBits {
  readonly #words: Uint32Array;
  /** How many they are. */
  readonly size: number;

  /** @param words 32 rows each, the first of them in the lowest bit */
  constructor(words: Uint32Array) {
    this.#words = words;
    let size = 0;
    for (const word of words) size += bitCount(word);
    this.size = size;
  }

  /** Whether there are any from one row to another, which is not of them. */
  hasAny(from: number, to: number): boolean {
    return this.#next(from) < to;
  }

  /** Takes those from one row to another, which is not of them, in their order. */
  each(from: number, to: number, take: (row: number) => void): void {
    for (let row = this.#next(from); row < to; row = this.#next(row + 1)) take(row);
  }

  /** All of them in their order. */
  all(): Uint16Array {
    const rows = new Uint16Array(this.size);
    let found = 0;
    for (let word = 0; word < this.#words.length; word += 1) {
      for (let rest = this.#words[word] ?? 0; rest !== 0; rest &= rest - 1) {
        rows[found] = word * 32 + 31 - Math.clz32(rest & -rest);
        found += 1;
      }
    }
    return rows;
  }

  /** The first of them from a row on. */
  #next(from: number): number {
    let word = from >> 5;
    let rest = ((this.#words[word] ?? 0) >>> (from & 31)) << (from & 31);
    while (rest === 0) {
      word += 1;
      if (word >= this.#words.length) return Infinity;
      rest = this.#words[word] ?? 0;
    }
    return word * 32 + 31 - Math.clz32(rest & -rest);
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
