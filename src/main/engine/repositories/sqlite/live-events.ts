/** Which events a journal says are in the store, with what digest, by which entry. Compact: a store can hold millions. */

const DIGEST_BYTES = 32;

export class LiveEvents {
  readonly #places = new Map<string, number>();
  #digests = Buffer.alloc(DIGEST_BYTES * 1_024);
  #seqs = new Float64Array(1_024);
  #size = 0;

  put(id: string, digest: string, seq: number): void {
    const place = this.#places.get(id) ?? this.#size;
    if (place === this.#size) this.#grow();
    this.#places.set(id, place);
    // A text that is no digest becomes one that nothing has.
    const bytes = Buffer.from(digest, 'hex');
    if (bytes.length === DIGEST_BYTES) bytes.copy(this.#digests, place * DIGEST_BYTES);
    else this.#digests.fill(0, place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES);
    this.#seqs[place] = seq;
  }

  /** The entry that put the event in; `undefined` when it is not there. */
  seqOf(id: string): number | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#seqs[place];
  }

  isSame(id: string, digest: string): boolean {
    const place = this.#places.get(id);
    if (place === undefined) return false;
    return this.#digests.toString('hex', place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES) === digest;
  }

  take(id: string): void {
    this.#places.delete(id);
  }

  /** What was not taken, with the entry of each. */
  *left(): Generator<readonly [id: string, seq: number]> {
    for (const [id, place] of this.#places) yield [id, this.#seqs[place] ?? 0];
  }

  #grow(): void {
    this.#size += 1;
    if (this.#size <= this.#seqs.length) return;
    const [digests, seqs] = [Buffer.alloc(this.#digests.length * 2), new Float64Array(this.#seqs.length * 2)];
    this.#digests.copy(digests);
    seqs.set(this.#seqs);
    this.#digests = digests;
    this.#seqs = seqs;
  }
}
