/**
 * Remembers which stored records were delivered already. Exact, whatever the keys are: a quick hash finds candidates, and
 * a candidate counts only when its key is the same byte for byte.
 */
import { randomInt } from 'node:crypto';
import { KeyLog } from './key-log.ts';

/** Words of a slot: 32 bits of hash, and 1 + the key's place in the log. */
const SLOT = 2;
const FIRST_CAPACITY = 1 << 15;
const MOST_FILLED = 0.6;

export class SeenKeys {
  readonly #log: KeyLog;
  #size = 0;
  #capacity = FIRST_CAPACITY;
  #slots = new Uint32Array(FIRST_CAPACITY * SLOT);
  /** Differs from run to run, so that nobody can prepare keys that collide. */
  readonly #seed = randomInt(2 ** 32);

  /** @param path a file that does not exist yet; it is made when needed and removed by {@link close}. */
  constructor(path: string) {
    this.#log = new KeyLog(path);
  }

  /**
   * Adds the key that lies in a buffer between two offsets. False when it was there before.
   * @throws the file system's error when the keys can't be written
   */
  add(source: Buffer, from: number, to: number): boolean {
    const log = this.#log;
    log.put(source, from, to);
    const { words, last } = log;
    let low = this.#seed ^ (to - from);
    let high = ~low;
    for (let at = log.first; at < last; at += 1) {
      const word = words[at] ?? 0;
      low = Math.imul(low ^ word, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    const hash = settled(low, high);
    if (this.#size >= this.#capacity * MOST_FILLED) this.#grow();
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let at = (hash & mask) * SLOT;
    for (;;) {
      const place = slots[at + 1] ?? 0;
      if (place === 0) break;
      if (slots[at] === hash && log.holds(place - 1, source, from, to)) return false;
      at = at + SLOT === slots.length ? 0 : at + SLOT;
    }
    slots[at] = hash;
    slots[at + 1] = log.keep() + 1;
    this.#size += 1;
    return true;
  }

  /** Lets go of the file and removes it. Nothing can be added afterwards. */
  close(): void {
    this.#log.close();
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * SLOT);
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    for (let from = 0; from < old.length; from += SLOT) {
      const place = old[from + 1] ?? 0;
      if (place === 0) continue;
      const hash = old[from] ?? 0;
      let at = (hash & mask) * SLOT;
      while (slots[at + 1] !== 0) at = at + SLOT === slots.length ? 0 : at + SLOT;
      slots[at] = hash;
      slots[at + 1] = place;
    }
  }
}

/** Both halves of a hash mixed into one word whose low bits depend on all of them. */
function settled(low: number, high: number): number {
  let hash = low ^ Math.imul(high ^ (high >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
