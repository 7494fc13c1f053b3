/** Remembers which stored records were delivered already, in 16 bytes each, whatever the length of their keys. */
import { hash } from 'node:crypto';

/**
 * A set of SHA-256 digests cut to 128 bits. Two different keys are taken for one with a probability below 1e-24 at five
 * million records, and nobody can make such a pair on purpose.
 */
export class SeenKeys {
  #capacity = 1 << 14;
  #slots = new Uint32Array(this.#capacity * 4);
  #size = 0;

  /** Adds a key. False when it was there before. */
  add(key: Uint8Array): boolean {
    if (this.#size * 10 >= this.#capacity * 7) this.#grow();
    const digest = hash('sha256', key, 'buffer');
    // A digest of four zero words would look like an empty slot, so its first bit is always set.
    const a = (digest.readUInt32LE(0) | 1) >>> 0;
    return this.#insert(a, digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12));
  }

  #insert(a: number, b: number, c: number, d: number): boolean {
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let slot = b & mask;
    for (;;) {
      const at = slot * 4;
      if (slots[at] === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + 3] = d;
        this.#size += 1;
        return true;
      }
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return false;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * 4);
    this.#size = 0;
    for (let at = 0; at < old.length; at += 4) {
      const a = old[at] ?? 0;
      if (a !== 0) this.#insert(a, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0);
    }
  }
}
