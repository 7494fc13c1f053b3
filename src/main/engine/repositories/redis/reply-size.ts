/** Chooses HSCAN's COUNT so that replies are large enough to work in bulk and small enough not to hold the server up. */
const TARGET_BYTES = 1 << 19;
const FEWEST = 10;
const MOST = 10_000;

export class ReplySize {
  #count = 500;

  get count(): number {
    return this.#count;
  }

  /** A reply did not come through: a smaller one may, over a connection that never lasts long. */
  failed(): void {
    this.#count = Math.max(FEWEST, Math.round(this.#count / 4));
  }

  /** Learns from a reply's size. An empty reply says nothing about the size of records. */
  saw(bytes: number): void {
    if (bytes === 0) return;
    const ideal = (this.#count * TARGET_BYTES) / bytes;
    // One giant record must not make a crawl of the rest, but it must not be followed by a hundred more either.
    this.#count = Math.max(FEWEST, Math.min(MOST, Math.round((this.#count + ideal) / 2)));
  }
}
