/** Records of JSON as they lie in a store's reply: one buffer, and where in it each record is. */
import type { JsonBatch } from './repository.ts';

/** Numbers a record: where its key begins and ends, and where its value begins and ends. */
export const PLACES = 4;

/**
 * A batch without an object for each record, which is what taking in hundreds of thousands a second costs most.
 * `bytes` and `places` are good until the next batch is asked for; `keys` and `values` are copies, made when asked for.
 */
export class PackedBatch implements JsonBatch {
  readonly kind = 'json';
  readonly bytes: Buffer;
  readonly places: Uint32Array;
  readonly count: number;
  #keys: readonly Uint8Array[] | undefined;
  #values: readonly Uint8Array[] | undefined;

  /** @param places of each record {@link PLACES} numbers, of at least `count` records */
  constructor(bytes: Buffer, places: Uint32Array, count: number) {
    this.bytes = bytes;
    this.places = places;
    this.count = count;
  }

  get keys(): readonly Uint8Array[] {
    this.#keys ??= this.#copies(0);
    return this.#keys;
  }

  get values(): readonly Uint8Array[] {
    this.#values ??= this.#copies(2);
    return this.#values;
  }

  #copies(from: number): readonly Uint8Array[] {
    return Array.from({ length: this.count }, (_none, index) => {
      const at = index * PLACES + from;
      return Uint8Array.prototype.slice.call(this.bytes, this.places[at], this.places[at + 1]);
    });
  }
}
