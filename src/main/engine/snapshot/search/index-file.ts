/** The file of an index, as it is written and read: bytes at places. All of it is synchronous. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { LetterCase } from './letter-case.ts';
import type { ReadTexts, TextBlocks } from './text-blocks.ts';

/** An index that grows larger is not worth the disk it takes: the rows have hardly anything in common. */
const MOST_BYTES = 2 ** 30;

export class IndexFile {
  readonly #file: number;
  /** What is read goes here, so that searching leaves no garbage. */
  readonly #texts = new Scratch();
  readonly #starts = new Scratch();
  readonly #changed = new Scratch();
  /** How many bytes it has. */
  length = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx+', 0o600);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** @throws Error when the disk is full, or the file would be larger than it is worth */
  append(part: Uint8Array): void {
    if (this.length + part.length > MOST_BYTES) throw new Error('The search index would be too large.');
    for (let written = 0; written < part.length;) {
      written += writeSync(this.#file, part, written, part.length - written, this.length + written);
    }
    this.length += part.length;
  }

  /** Reads bytes into memory that is overwritten when more is read into it. */
  read(scratch: Scratch, at: number, length: number): ArrayBuffer {
    const bytes = scratch.of(length);
    for (let read = 0; read < length;) {
      const count = readSync(this.#file, bytes, read, length - read, at + read);
      if (count === 0) throw new Error('The file of the search index is shorter than it was.');
      read += count;
    }
    return bytes.buffer;
  }

  /** Numbers one after the other. */
  numbers(scratch: Scratch, at: number, count: number): Uint32Array {
    return new Uint32Array(this.read(scratch, at, count * 4), 0, count);
  }

  /** Texts from one to another, which is not of them, in lower case. */
  texts({ startsAt, textsAt }: TextBlocks, first: number, end: number): ReadTexts {
    const starts = this.numbers(this.#starts, startsAt + first * 4, end - first + 1);
    const base = starts[0] ?? 0;
    const length = (starts[end - first] ?? 0) - base;
    return { bytes: Buffer.from(this.read(this.#texts, textsAt + base, length), 0, length), starts, base };
  }

  /**
   * Texts from one to another, which is not of them, as they were before they were in lower case.
   * @returns `undefined` for those of which that is not known
   */
  originals(blocks: TextBlocks, first: number, end: number, letterCase: LetterCase): readonly (Buffer | undefined)[] {
    const { bytes, starts, base } = this.texts(blocks, first, end);
    const firstByte = base >> 3;
    const changed = this.#changedFrom(blocks, firstByte, (starts.at(-1) ?? 0) - firstByte * 8);
    return Array.from({ length: end - first }, (_, at) => {
      if (blocks.ambiguous.length > 0 && blocks.ambiguous.includes(first + at)) return undefined;
      const [from, to] = [starts[at] ?? 0, (starts[at + 1] ?? 0) - 1];
      return letterCase.restored(bytes, from - base, to - base, changed, from - firstByte * 8);
    });
  }

  #changedFrom({ changedAt }: TextBlocks, byte: number, bits: number): Uint8Array {
    const length = Math.ceil(bits / 8);
    return new Uint8Array(this.read(this.#changed, changedAt + byte, length), 0, length);
  }
}

/** Memory that is used again and again. */
export class Scratch {
  #bytes = new Uint8Array(64 * 1024);

  /** At least so many bytes, whose content is anything. */
  of(length: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(Math.ceil((length * 1.25) / 8) * 8);
    return this.#bytes;
  }
}
