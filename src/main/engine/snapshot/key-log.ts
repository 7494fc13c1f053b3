/** Keys one after the other, as bytes: the newest in memory, all others in a file that is written while work goes on. */
import { closeSync, openSync, readSync, unlinkSync, write, writeSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
/** Each key begins where a word begins, so that words can be hashed instead of bytes. */
const WORD_BYTES = 4;

class Chunk {
  readonly bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly words = new Uint32Array(this.bytes.buffer);
  /** Where in the log it begins. */
  from = 0;
  length = 0;
}

export class KeyLog {
  readonly #path: string;
  #file: number | undefined;
  #chunk = new Chunk();
  #spare = new Chunk();
  /** What is on its way to the file. */
  #leaving: Chunk | undefined;
  #failure: unknown;
  #closed = false;
  /** A key that is too long for a chunk waits here. */
  #long: Buffer | undefined;

  /** @param path a file that does not exist yet; it is made when needed and removed by {@link close}. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Puts a key at the end of the log, where the next one takes its place unless it is kept. Returns it as words, the last
   * of them filled up with zeros; valid until the next call. @throws the file system's error when the log can't be written
   */
  put(key: Uint8Array): Uint32Array {
    if (this.#failure !== undefined) throw this.#failure;
    const { length } = key;
    const room = aligned(length);
    this.#long = undefined;
    if (room > CHUNK_BYTES) {
      this.#long = Buffer.alloc(room);
      this.#long.set(key);
      return new Uint32Array(this.#long.buffer, this.#long.byteOffset, room / WORD_BYTES);
    }
    if (this.#chunk.length + room > CHUNK_BYTES) this.#flush();
    const { bytes, words, length: at } = this.#chunk;
    bytes.set(key, at);
    for (let pad = at + length; pad < at + room; pad += 1) bytes[pad] = 0;
    return words.subarray(at / WORD_BYTES, (at + room) / WORD_BYTES);
  }

  /** Keeps the key that was put last, whose length is given. Returns where in the log it begins. */
  keep(length: number): number {
    const room = aligned(length);
    if (this.#long !== undefined) {
      this.#flush();
      const { from } = this.#chunk;
      writeFully(this.#opened(), this.#long, from);
      this.#chunk.from = from + room;
      return from;
    }
    const from = this.#chunk.from + this.#chunk.length;
    this.#chunk.length += room;
    return from;
  }

  /** Whether the log holds exactly this key at a place. */
  holds(from: number, key: Uint8Array): boolean {
    for (const chunk of [this.#chunk, this.#leaving]) {
      if (chunk === undefined || from < chunk.from || from >= chunk.from + chunk.length) continue;
      const at = from - chunk.from;
      return chunk.bytes.subarray(at, at + key.length).equals(key);
    }
    const stored = Buffer.alloc(key.length);
    let done = 0;
    while (this.#file !== undefined && done < stored.length) {
      const got = readSync(this.#file, stored, done, stored.length - done, from + done);
      if (got === 0) break;
      done += got;
    }
    return stored.equals(key);
  }

  /** Lets go of the file and removes it. Nothing can be added afterwards. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#file === undefined) return;
    unlinkSync(this.#path);
    if (this.#leaving === undefined) closeSync(this.#file);
  }

  #opened(): number {
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    return this.#file;
  }

  /** Sends the chunk to the file. */
  #flush(): void {
    const chunk = this.#chunk;
    if (chunk.length === 0) return;
    const file = this.#opened();
    const bytes = chunk.bytes.subarray(0, chunk.length);
    const next = chunk.from + chunk.length;
    if (this.#leaving === undefined) {
      this.#leaving = chunk;
      this.#chunk = this.#spare;
      this.#spare = chunk;
      this.#send(file, bytes, chunk.from);
    } else {
      // The disk is behind: it is waited for.
      writeFully(file, bytes, chunk.from);
    }
    this.#chunk.from = next;
    this.#chunk.length = 0;
  }

  #send(file: number, bytes: Uint8Array, position: number): void {
    write(file, bytes, 0, bytes.length, position, (error, done) => {
      if (error === null && done < bytes.length) {
        this.#send(file, bytes.subarray(done), position + done);
        return;
      }
      if (error !== null) this.#failure ??= error;
      this.#leaving = undefined;
      if (this.#closed) closeSync(file);
    });
  }
}

function aligned(length: number): number {
  return Math.ceil(length / WORD_BYTES) * WORD_BYTES;
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}
