/** Keys one after the other, as bytes: the newest in memory, all others in a file that is written while work goes on. */
import { closeSync, openSync, readSync, unlinkSync, write, writeSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
const WORD_BYTES = 4;
/** Before each key stands its length. It begins where a unit begins, so that places are small numbers and words can be hashed. */
const LENGTH_BYTES = WORD_BYTES;
const UNIT_BYTES = 8;

class Chunk {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** Where in the log it begins, in bytes. */
  from = 0;
  length = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Uint32Array(this.bytes.buffer);
  }
}

export class KeyLog {
  readonly #path: string;
  #file: number | undefined;
  #chunk = new Chunk(CHUNK_BYTES);
  #spare = new Chunk(CHUNK_BYTES);
  /** What is on its way to the file. */
  #leaving: Chunk | undefined;
  #failure: unknown;
  #closed = false;
  /** A key that is too long for a chunk waits here. */
  #long: Chunk | undefined;

  /** What holds the key that was put last, with zeros behind it to the end of its last word. */
  words: Uint32Array = this.#chunk.words;
  /** The first word of that key, and the one behind its last. */
  first = 0;
  last = 0;

  /** @param path a file that does not exist yet; it is made when needed and removed by {@link close}. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Puts a key at the end of the log, where the next one takes its place unless it is kept; `words` says where it is.
   * @throws the file system's error when the log can't be written
   */
  put(source: Buffer, from: number, to: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    const length = to - from;
    const room = roomFor(length);
    this.#long = undefined;
    let chunk = this.#chunk;
    if (room > CHUNK_BYTES) {
      chunk = new Chunk(room);
      this.#long = chunk;
    } else if (chunk.length + room > CHUNK_BYTES) {
      this.#flush();
      chunk = this.#chunk;
    }
    const { bytes, words, length: at } = chunk;
    const key = at + LENGTH_BYTES;
    words[at / WORD_BYTES] = length;
    source.copy(bytes, key, from, to);
    for (let pad = key + length; pad < at + room; pad += 1) bytes[pad] = 0;
    this.words = words;
    this.first = key / WORD_BYTES;
    this.last = Math.ceil((key + length) / WORD_BYTES);
  }

  /** Keeps the key that was put last. Returns its place, a whole number below 2^32 for the first 32 GB of keys. */
  keep(): number {
    if (this.#long !== undefined) {
      this.#flush();
      const { from } = this.#chunk;
      const { bytes } = this.#long;
      writeFully(this.#opened(), bytes, from);
      this.#chunk.from = from + bytes.length;
      return from / UNIT_BYTES;
    }
    const chunk = this.#chunk;
    const from = chunk.from + chunk.length;
    chunk.length += roomFor(chunk.words[chunk.length / WORD_BYTES] ?? 0);
    return from / UNIT_BYTES;
  }

  /** Whether the key at a place is exactly this one. */
  holds(place: number, source: Buffer, from: number, to: number): boolean {
    const start = place * UNIT_BYTES;
    const length = to - from;
    for (const chunk of [this.#chunk, this.#leaving]) {
      if (chunk === undefined || start < chunk.from || start >= chunk.from + chunk.length) continue;
      const at = start - chunk.from;
      const key = at + LENGTH_BYTES;
      if (chunk.words[at / WORD_BYTES] !== length) return false;
      return chunk.bytes.compare(source, from, to, key, key + length) === 0;
    }
    if (this.#file === undefined) return false;
    const stored = new Chunk(roomFor(length));
    let done = 0;
    while (done < stored.bytes.length) {
      const got = readSync(this.#file, stored.bytes, done, stored.bytes.length - done, start + done);
      if (got === 0) break;
      done += got;
    }
    if (done < LENGTH_BYTES + length || stored.words[0] !== length) return false;
    return stored.bytes.compare(source, from, to, LENGTH_BYTES, LENGTH_BYTES + length) === 0;
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

/** What a key takes in the log. */
function roomFor(length: number): number {
  return Math.ceil((LENGTH_BYTES + length) / UNIT_BYTES) * UNIT_BYTES;
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}
