/** Lower case as the database makes it, on bytes of UTF-8 and on texts: an index must take the same letters for the same. */
import type { DuckDBConnection } from '@duckdb/node-api';

/** Characters and what each is in lower case, one after the other. */
export type CasePairs = Int32Array;

let asked: Promise<CasePairs> | undefined;

/** Asks the database once in a process: it knows another Unicode than JavaScript, and lowers each character by itself. */
export function casePairs(connection: DuckDBConnection): Promise<CasePairs> {
  asked ??= askPairs(connection).catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function askPairs(connection: DuckDBConnection): Promise<CasePairs> {
  const found = await connection.runAndReadAll(
    `SELECT point, unicode(lower(chr(point::INTEGER))), length(lower(chr(point::INTEGER)))
     FROM range(1, 1114112) points(point)
     WHERE point NOT BETWEEN 55296 AND 57343 AND lower(chr(point::INTEGER)) <> chr(point::INTEGER)`,
  );
  return Int32Array.from(
    found.getRows().flatMap(([point, lower, length]) => {
      if (Number(length) !== 1) throw new Error(`The database lowers character ${String(point)} to several.`);
      return [Number(point), Number(lower)];
    }),
  );
}

export class LetterCase {
  /** What each character is in lower case, as far as characters have one. */
  readonly #lower: Int32Array;
  /** The first of the characters that are each one's capitals; 0 for none. */
  readonly #capital: Int32Array;

  constructor(pairs: CasePairs) {
    let last = 0;
    for (let at = 0; at < pairs.length; at += 2) last = Math.max(last, pairs[at] ?? 0);
    this.#lower = Int32Array.from({ length: last + 1 }, (_, point) => point);
    this.#capital = new Int32Array(last + 1);
    for (let at = 0; at < pairs.length; at += 2) {
      const [point, lower] = [pairs[at] ?? 0, pairs[at + 1] ?? 0];
      this.#lower[point] = lower;
      if (lower <= last && this.#capital[lower] === 0) this.#capital[lower] = point;
    }
  }

  text(text: string): string {
    let lowered = '';
    for (const character of text.toWellFormed()) {
      const point = character.codePointAt(0) ?? 0;
      const lower = this.#lower[point] ?? point;
      lowered += lower === point ? character : String.fromCodePoint(lower);
    }
    return lowered;
  }

  bytes(text: string): Buffer {
    return Buffer.from(this.text(text), 'utf8');
  }

  /** How many bytes so many may become. */
  longest(bytes: number): number {
    return Math.ceil(bytes * 1.5);
  }

  /** Writes a stretch of UTF-8 in lower case. */
  lowered(source: Uint8Array, from: number, to: number, { bytes, changed }: LoweredInto, at: number): Lowered {
    const lower = this.#lower;
    let out = at;
    let canBeRestored = true;
    for (let place = from; place < to;) {
      const byte = source[place] ?? 0;
      if (byte < 0x80) {
        const isCapital = byte >= 0x41 && byte <= 0x5a;
        bytes[out] = isCapital ? byte + 32 : byte;
        if (isCapital) setBit(changed, out);
        out += 1;
        place += 1;
        continue;
      }
      const length = lengthOf(byte);
      const point = pointAt(source, place, length);
      place += length;
      const lowerPoint = lower[point] ?? point;
      if (lowerPoint !== point) {
        setBit(changed, out);
        canBeRestored &&= this.#capital[lowerPoint] === point;
      }
      out = writePoint(lowerPoint, bytes, out);
    }
    return { end: out, canBeRestored };
  }

  /**
   * A stretch of UTF-8 as it was before {@link LetterCase.lowered}.
   * @param first the place of the first byte among the bits
   */
  restored(bytes: Uint8Array, from: number, to: number, changed: Uint8Array, first: number): Buffer {
    const restored = Buffer.alloc(this.longest(to - from));
    let out = 0;
    for (let place = from; place < to;) {
      const byte = bytes[place] ?? 0;
      const wasChanged = hasBit(changed, first + place - from);
      if (byte < 0x80 && !wasChanged) {
        restored[out] = byte;
        out += 1;
        place += 1;
        continue;
      }
      const length = lengthOf(byte);
      const point = pointAt(bytes, place, length);
      out = writePoint(wasChanged ? (this.#capital[point] ?? point) : point, restored, out);
      place += length;
    }
    return restored.subarray(0, out);
  }
}

/** Where lower case goes. */
export interface LoweredInto {
  readonly bytes: Uint8Array;
  /** A bit for each byte: 1 where a character begins that was another one. */
  readonly changed: Uint8Array;
}

export interface Lowered {
  /** Where it ends. */
  readonly end: number;
  /** False when a character was one of several that are the same in lower case. */
  readonly canBeRestored: boolean;
}

function setBit(bits: Uint8Array, place: number): void {
  bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7));
}

function hasBit(bits: Uint8Array, place: number): boolean {
  return ((bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
}

/** How many bytes a character has that begins with one. */
function lengthOf(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function pointAt(bytes: Uint8Array, place: number, length: number): number {
  if (length === 1) return bytes[place] ?? 0;
  let point = (bytes[place] ?? 0) & (0xff >> (length + 1));
  for (let next = 1; next < length; next += 1) point = (point << 6) | ((bytes[place + next] ?? 0) & 0x3f);
  return point;
}

function writePoint(point: number, target: Uint8Array, at: number): number {
  if (point < 0x80) {
    target[at] = point;
    return at + 1;
  }
  const length = point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  let rest = point;
  for (let place = at + length - 1; place > at; place -= 1) {
    target[place] = 0x80 | (rest & 0x3f);
    rest >>= 6;
  }
  target[at] = ((0xf00 >> length) & 0xff) | rest;
  return at + length;
}
