/** A `COPY … TO STDOUT` as a stream of bytes that waits for its reader. */
import type { Connection, Submittable } from 'pg';

/** Beyond this much unread data, the connection is not read any more until its reader has caught up. */
const AHEAD_BYTES = 4 * 1024 * 1024;
const GATHER_BYTES = 256 * 1024;

/** Give it to `client.query`, then iterate over {@link CopyQuery.pieces}. The names of its members are the driver's. */
export class CopyQuery implements Submittable {
  readonly #sql: string;
  #connection: Connection | undefined;
  #pieces: Buffer[] = [];
  /** Where messages are gathered; what lies before `#taken` was handed over. */
  #gather: Buffer = Buffer.alloc(0);
  #taken = 0;
  #at = 0;
  #bytes = 0;
  #paused = false;
  #done = false;
  #copied: number | undefined;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(sql: string) {
    this.#sql = sql;
  }

  /** Rows the server says it has sent; `undefined` until it has sent all. */
  get copied(): number | undefined {
    return this.#copied;
  }

  /** What has arrived since the last turn, until the server is done. @throws the driver's error, after all that arrived before it */
  async *pieces(): AsyncIterable<readonly Buffer[]> {
    for (;;) {
      this.#take();
      if (this.#pieces.length > 0) {
        const pieces = this.#pieces;
        this.#pieces = [];
        this.#bytes = 0;
        if (this.#paused) {
          this.#paused = false;
          this.#connection?.stream.resume();
        }
        yield pieces;
        continue;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#done) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // Copied, because the driver moves later messages to where this one lies.
    if (this.#at + chunk.length > this.#gather.length) {
      this.#take();
      this.#gather = Buffer.allocUnsafeSlow(Math.max(GATHER_BYTES, chunk.length));
      this.#at = 0;
      this.#taken = 0;
    }
    this.#gather.set(chunk, this.#at);
    this.#at += chunk.length;
    this.#bytes += chunk.length;
    if (this.#bytes > AHEAD_BYTES && !this.#paused) {
      this.#paused = true;
      this.#connection?.stream.pause();
    }
    this.#woken();
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const rows = /^COPY (\d+)$/.exec(text)?.[1];
    if (rows !== undefined) this.#copied = Number(rows);
  }

  handleReadyForQuery(): void {
    this.#done = true;
    this.#woken();
  }

  handleError(error: unknown): void {
    this.#error ??= error;
    this.#woken();
  }

  #take(): void {
    if (this.#at === this.#taken) return;
    this.#pieces.push(this.#gather.subarray(this.#taken, this.#at));
    this.#taken = this.#at;
  }

  #woken(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
