/**
 * A `COPY … TO STDOUT` as a stream of bytes that waits for its reader. The driver makes an object of each row, so while rows
 * come they are taken from the connection before it hears of them; everything else that the server says, it hears.
 */
import type { Connection, Submittable } from 'pg';
import { AppError } from '../../../../shared/errors.ts';
import { LENT } from './lending-socket.ts';

/** What each message begins with: its kind, and how many bytes follow its kind. */
export const HEADER_BYTES = 5;
/** Beyond this much unread data, the connection is not read any more until its reader has caught up. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** Room for what the connection reads at once, behind a row of which it had read only a part. */
const GATHER_BYTES = 512 * 1024;
/** Nothing else that a server says is as long. */
const MOST_BYTES = 16 * 1024 * 1024;
const ROW = 0x64;
const READY = 0x5a;
const NOTHING: Buffer = Buffer.alloc(0);

type Listener = (chunk: Buffer) => void;

/** Give it to `client.query`, then iterate over {@link CopyQuery.pieces}. The names of its members are the driver's. */
export class CopyQuery implements Submittable {
  readonly #sql: string;
  #connection: Connection | undefined;
  /** Those who hear what is no row. */
  #driver: readonly Listener[] = [];
  readonly #ear: Listener = (chunk) => this.#hear(chunk);
  /** Bytes of the message under way that are still to come, whether it is a row, and its header when that is not all there. */
  #left = 0;
  #isRow = false;
  #header = NOTHING;
  /** Where rows are gathered: whole messages up to `#whole`, then the beginning of one up to `#at`. */
  #gather = NOTHING;
  #whole = 0;
  #at = 0;
  readonly #ready: Buffer[] = [];
  readonly #spare: Buffer[] = [];
  #waiting = 0;
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

  /**
   * What arrives, until the server is done: whole CopyData messages, with their headers. A piece is valid until the next one
   * is asked for. @throws the driver's error, after all that arrived before it
   */
  async *pieces(): AsyncIterable<Buffer> {
    for (;;) {
      if (this.#ready.length === 0 && this.#whole > 0) this.#turn(0);
      const piece = this.#ready.shift();
      if (piece !== undefined) {
        this.#waiting -= piece.length;
        if (this.#paused && this.#waiting < AHEAD_BYTES) {
          this.#paused = false;
          this.#connection?.stream.resume();
        }
        yield piece;
        const { buffer } = piece;
        if (buffer.byteLength === GATHER_BYTES) this.#spare.push(Buffer.from(buffer));
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
    const { stream } = connection;
    this.#connection = connection;
    this.#driver = stream.listeners('data').filter(isListener);
    stream.removeAllListeners('data');
    stream.on('data', this.#ear);
    stream.on(LENT, this.#ear);
    connection.query(this.#sql);
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

  #hear(chunk: Buffer): void {
    const bytes = this.#header.length === 0 ? chunk : Buffer.concat([this.#header, chunk]);
    this.#header = NOTHING;
    /** Where rows begin that are not gathered yet, and where the last whole one of them ends. */
    let from = 0;
    let whole = 0;
    let at = Math.min(this.#left, bytes.length);
    this.#left -= at;
    if (at > 0 && !this.#isRow) {
      this.#tell(bytes.subarray(0, at));
      from = at;
    }
    if (this.#left === 0) whole = at;
    while (at < bytes.length) {
      if (at + HEADER_BYTES > bytes.length) {
        this.#header = Buffer.from(bytes.subarray(at));
        break;
      }
      const kind = bytes[at];
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      const next = Math.min(end, bytes.length);
      if (end < at + HEADER_BYTES || (kind !== ROW && end - at > MOST_BYTES)) {
        this.#connection?.stream.destroy(unknownForm());
        return;
      }
      this.#left = end - next;
      this.#isRow = kind === ROW;
      if (kind === ROW) {
        if (end === next) whole = end;
      } else {
        this.#keep(bytes, from, at, whole);
        if (kind === READY) {
          this.#giveBack();
          this.#tell(bytes.subarray(at));
          return;
        }
        this.#tell(bytes.subarray(at, next));
        from = next;
        whole = next;
      }
      at = next;
    }
    this.#keep(bytes, from, at, whole);
  }

  #tell(bytes: Buffer): void {
    // The driver keeps what it can't make sense of yet, so it gets memory of its own.
    const own = Buffer.from(bytes);
    for (const listener of this.#driver) listener.call(this.#connection?.stream, own);
  }

  /** Everything is the driver's again. */
  #giveBack(): void {
    const stream = this.#connection?.stream;
    stream?.removeListener('data', this.#ear);
    stream?.removeListener(LENT, this.#ear);
    for (const listener of this.#driver) stream?.on('data', listener);
  }

  #keep(bytes: Buffer, from: number, to: number, whole: number): void {
    if (from === to) return;
    if (this.#at + to - from > this.#gather.length) this.#turn(to - from);
    this.#gather.set(bytes.subarray(from, to), this.#at);
    if (whole > from) this.#whole = this.#at + whole - from;
    this.#at += to - from;
    this.#waiting += to - from;
    if (this.#ready.length === 0 && this.#whole === 0) return;
    if (this.#waiting > AHEAD_BYTES && !this.#paused) {
      this.#paused = true;
      this.#connection?.stream.pause();
    }
    this.#woken();
  }

  /** Makes what is whole ready to be read, and goes on in other memory that has room for so many bytes more. */
  #turn(bytes: number): void {
    const rest = this.#gather.subarray(this.#whole, this.#at);
    if (this.#whole > 0) this.#ready.push(this.#gather.subarray(0, this.#whole));
    const size = rest.length + bytes;
    this.#gather =
      size > GATHER_BYTES
        ? Buffer.allocUnsafeSlow(size * 2)
        : (this.#spare.pop() ?? Buffer.allocUnsafeSlow(GATHER_BYTES));
    this.#gather.set(rest);
    this.#whole = 0;
    this.#at = rest.length;
  }

  #woken(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** Listeners of `data` are given bytes; that much is sure of any. */
function isListener(listener: unknown): listener is Listener {
  return typeof listener === 'function';
}

/** Says that what came can't be rows of PostgreSQL's own. */
export function unknownForm(): AppError {
  return new AppError(
    'source_invalid',
    'The server sent rows in a form that is not PostgreSQL’s own. Check that no proxy stands between.',
  );
}
