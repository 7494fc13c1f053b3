/** A queue between several producers and one consumer that makes producers wait when it is full. */

export class Channel<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Waits for room. @returns false when nobody takes items any more */
  async push(item: T): Promise<boolean> {
    while (this.#items.length >= this.#capacity && !this.#ended) await this.#changed();
    if (this.#ended) return false;
    this.#items.push(item);
    this.#notify();
    return true;
  }

  /** No more items will come; with an error, the consumer gets it after the items that came before. */
  end(failure?: { readonly error: unknown }): void {
    this.#failure ??= failure;
    this.#ended = true;
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        const item = this.#items.shift();
        if (item !== undefined) {
          this.#notify();
          yield item;
        } else if (this.#failure !== undefined) {
          throw this.#failure.error;
        } else if (this.#ended) {
          return;
        } else {
          await this.#changed();
        }
      }
    } finally {
      this.end();
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}
