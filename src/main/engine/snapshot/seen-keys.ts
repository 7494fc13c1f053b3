/**
 * Remembers which stored records were delivered already. Exact, whatever the keys are: a quick hash finds candidates, and
 * a candidate counts only when its key is the same byte for byte.
 */
import { randomInt } from 'node:crypto';
import { KeyLog } from './key-log.ts';

/** Words of a slot: 64 bits of hash, and 1 + the order of arrival. */
const SLOT = 3;

export class SeenKeys {
  readonly #log: KeyLog;
  /** Where each key begins in the log, and its length, by order of arrival. */
  #starts = new Float64Array(1 << 14);
  #lengths = new Uint32Array(1 << 14);
  #size = 0;
  #capacity = 1 << 15;
  #slots = new Uint32Array(this.#capacity * SLOT);
  /** Differs from run to run, so that nobody can prepare keys that collide. */
  readonly #seed = randomInt(2 ** 32);

  /** @param path a file that does not exist yet; it is made when needed and removed by {@link close}. */
  constructor(path: string) {
    this.#log = new KeyLog(path);
  }

  /** Adds a key. False when it was there before. @throws the file system's error when the keys can't be written */
  add(key: Uint8Array): boolean {
    const { length } = key;
    const words = this.#log.put(key);
    let low = this.#seed ^ length;
    let high = ~low;
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? 0;
      low = Math.imul(low ^ word, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    low = Math.imul(low ^ (low >>> 16), 0x7feb352d);
    low = (low ^ (low >>> 15)) >>> 0;
    high >>>= 0;
    if (this.#size * 10 >= this.#capacity * 6) this.#grow();
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let at = (low & mask) * SLOT;
    for (;;) {
      const order = slots[at + 2] ?? 0;
      if (order === 0) break;
      if (slots[at] === low && slots[at + 1] === high && this.#isKey(order - 1, key)) return false;
      at = at + SLOT === slots.length ? 0 : at + SLOT;
    }
    slots[at] = low;
    slots[at + 1] = high;
    slots[at + 2] = this.#size + 1;
    this.#keep(length);
    return true;
  }

  /** Lets go of the file and removes it. Nothing can be added afterwards. */
  close(): void {
    this.#log.close();
  }

  #keep(length: number): void {
    const order = this.#size;
    if (order === this.#starts.length) {
      const [starts, lengths] = [new Float64Array(order * 2), new Uint32Array(order * 2)];
      starts.set(this.#starts);
      lengths.set(this.#lengths);
      this.#starts = starts;
      this.#lengths = lengths;
    }
    this.#starts[order] = this.#log.keep(length);
    this.#lengths[order] = length;
    this.#size = order + 1;
  }

  /** Whether the key that came as `order` (from 0) is this one. */
  #isKey(order: number, key: Uint8Array): boolean {
    return this.#lengths[order] === key.length && this.#log.holds(this.#starts[order] ?? 0, key);
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * SLOT);
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    for (let from = 0; from < old.length; from += SLOT) {
      const order = old[from + 2] ?? 0;
      if (order === 0) continue;
      const low = old[from] ?? 0;
      let at = (low & mask) * SLOT;
      while (slots[at + 2] !== 0) at = at + SLOT === slots.length ? 0 : at + SLOT;
      slots[at] = low;
      slots[at + 1] = old[from + 1] ?? 0;
      slots[at + 2] = order;
    }
  }
}
