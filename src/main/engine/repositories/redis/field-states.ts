/** What is known of each field of a hash that is watched: 28 bytes a field, whatever its name and value are long. */
import { hash } from 'node:crypto';

const FIRST_CAPACITY = 1 << 12;
const MOST_FILLED = 0.6;

export type Sighting = 'new' | 'changed' | 'same';

/**
 * Fields and values are known by digests: 128 bits of SHA-256 for a field, 64 for its value. A new field is never taken
 * for a known one.
 */
export class FieldStates {
  #capacity = FIRST_CAPACITY;
  /** Two words a field; all zero is a free place. */
  #fields = new BigUint64Array(FIRST_CAPACITY * 2);
  #values = new BigUint64Array(FIRST_CAPACITY);
  /** The round in which each was seen last. */
  #rounds = new Uint32Array(FIRST_CAPACITY);
  #count = 0;
  #round = 0;

  get size(): number {
    return this.#count;
  }

  /** A look at all fields begins. */
  beginRound(): void {
    this.#round += 1;
  }

  /** Notes that a field was seen; without its value, what is known of that stays. */
  see(field: Uint8Array, value: Uint8Array | undefined): Sighting {
    const name = Buffer.from(hash('sha256', field), 'hex');
    const [high, low] = [name.readBigUInt64LE(0) | 1n, name.readBigUInt64LE(8)];
    const digest = value === undefined ? undefined : Buffer.from(hash('sha256', value), 'hex').readBigUInt64LE(0);
    const at = this.#find(high, low);
    if (this.#fields[at * 2] === 0n) {
      this.#put(at, high, low, digest ?? 0n, this.#round);
      this.#count += 1;
      if (this.#count > this.#capacity * MOST_FILLED) this.#rebuild(this.#capacity * 2, 0);
      return 'new';
    }
    this.#rounds[at] = this.#round;
    if (digest === undefined || this.#values[at] === digest) return 'same';
    this.#values[at] = digest;
    return 'changed';
  }

  /** Whether a field is known; it counts as seen then. */
  knows(field: Uint8Array): boolean {
    const name = Buffer.from(hash('sha256', field), 'hex');
    const at = this.#find(name.readBigUInt64LE(0) | 1n, name.readBigUInt64LE(8));
    if (this.#fields[at * 2] === 0n) return false;
    this.#rounds[at] = this.#round;
    return true;
  }

  /** A look at all fields has ended. Forgets those that were not seen, and returns how many they were. */
  endRound(): number {
    let gone = 0;
    for (let at = 0; at < this.#capacity; at += 1) {
      if (this.#fields[at * 2] !== 0n && (this.#rounds[at] ?? 0) < this.#round) gone += 1;
    }
    if (gone > 0) this.#rebuild(this.#capacity, this.#round);
    return gone;
  }

  /** The place of a field, or the free one where it belongs. */
  #find(high: bigint, low: bigint): number {
    const mask = this.#capacity - 1;
    let at = Number(low & BigInt(mask));
    while (this.#fields[at * 2] !== 0n && (this.#fields[at * 2] !== high || this.#fields[at * 2 + 1] !== low)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  #put(at: number, high: bigint, low: bigint, value: bigint, round: number): void {
    this.#fields[at * 2] = high;
    this.#fields[at * 2 + 1] = low;
    this.#values[at] = value;
    this.#rounds[at] = round;
  }

  /** Takes over what was seen in a round or later. */
  #rebuild(capacity: number, since: number): void {
    const [fields, values, rounds, before] = [this.#fields, this.#values, this.#rounds, this.#capacity];
    this.#capacity = capacity;
    this.#fields = new BigUint64Array(capacity * 2);
    this.#values = new BigUint64Array(capacity);
    this.#rounds = new Uint32Array(capacity);
    this.#count = 0;
    for (let from = 0; from < before; from += 1) {
      const [high, low, round] = [fields[from * 2] ?? 0n, fields[from * 2 + 1] ?? 0n, rounds[from] ?? 0];
      if (high === 0n || round < since) continue;
      this.#put(this.#find(high, low), high, low, values[from] ?? 0n, round);
      this.#count += 1;
    }
  }
}
