/**
 * Remembers which stored records were delivered already. Exact, whatever the keys are: a quick hash finds candidates, and
 * a candidate counts only when its key is the same byte for byte. The keys themselves wait in a file.
 */
import { randomInt } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
const WORDS = 3;

export class SeenKeys {
  readonly #path: string;
  #file: number | undefined;
  /** The end of the log, which is not in the file yet. */
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #chunkAt = 0;
  #written = 0;
  /** Where each key ends in the log, by order of arrival. */
  #ends = new Float64Array(1 << 14);
  #size = 0;
  #capacity = 1 << 15;
  /** Three words a slot: 64 bits of hash, and 1 + the order of arrival. */
  #slots = new Uint32Array(this.#capacity * WORDS);
  /** Differs from run to run, so that nobody can prepare keys that collide. */
  readonly #seed = randomInt(2 ** 32);

  /** @param path a file that does not exist yet; it is made when needed and removed by {@link close}. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a key. False when it was there before. @throws the file system's error when the log can't be written */
  add(key: Uint8Array): boolean {
    let low = this.#seed | 0;
    let high = ~low;
    for (let i = 0; i < key.length; i += 1) {
      const byte = key[i] ?? 0;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x5bd1e995) ^ (high >>> 15);
    }
    low = Math.imul(low ^ (low >>> 15), 0x85ebca6b);
    low = (low ^ (low >>> 13)) >>> 0;
    high >>>= 0;
    if (this.#size * 10 >= this.#capacity * 6) this.#grow();
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let at = (low & mask) * WORDS;
    for (;;) {
      const order = slots[at + 2] ?? 0;
      if (order === 0) break;
      if (slots[at] === low && slots[at + 1] === high && this.#isKey(order - 1, key)) return false;
      at = at + WORDS === slots.length ? 0 : at + WORDS;
    }
    slots[at] = low;
    slots[at + 1] = high;
    slots[at + 2] = this.#size + 1;
    this.#append(key);
    return true;
  }

  /** Lets go of the file and removes it. Nothing can be added afterwards. */
  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    unlinkSync(this.#path);
  }

  #append(key: Uint8Array): void {
    if (this.#chunkAt + key.length > CHUNK_BYTES) this.#flush();
    if (key.length > CHUNK_BYTES) {
      this.#write(key);
    } else {
      this.#chunk.set(key, this.#chunkAt);
      this.#chunkAt += key.length;
    }
    if (this.#size === this.#ends.length) {
      const ends = new Float64Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#size] = this.#written + this.#chunkAt;
    this.#size += 1;
  }

  #flush(): void {
    this.#write(this.#chunk.subarray(0, this.#chunkAt));
    this.#chunkAt = 0;
  }

  #write(bytes: Uint8Array): void {
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    let done = 0;
    while (done < bytes.length) done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written + done);
    this.#written += bytes.length;
  }

  /** Whether the key that came as `order` (from 0) is this one. */
  #isKey(order: number, key: Uint8Array): boolean {
    const from = order === 0 ? 0 : (this.#ends[order - 1] ?? 0);
    const length = (this.#ends[order] ?? 0) - from;
    if (length !== key.length) return false;
    if (from >= this.#written) {
      return this.#chunk.subarray(from - this.#written, from - this.#written + length).equals(key);
    }
    const stored = Buffer.alloc(length);
    let done = 0;
    while (this.#file !== undefined && done < length) {
      const got = readSync(this.#file, stored, done, length - done, from + done);
      if (got === 0) break;
      done += got;
    }
    return stored.equals(key);
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    for (let from = 0; from < old.length; from += WORDS) {
      const order = old[from + 2] ?? 0;
      if (order === 0) continue;
      const low = old[from] ?? 0;
      let at = (low & mask) * WORDS;
      while (slots[at + 2] !== 0) at = at + WORDS === slots.length ? 0 : at + WORDS;
      slots[at] = low;
      slots[at + 1] = old[from + 1] ?? 0;
      slots[at + 2] = order;
    }
  }
}
