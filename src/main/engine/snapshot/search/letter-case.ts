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

  constructor(pairs: CasePairs) {
    let last = 0;
    for (let at = 0; at < pairs.length; at += 2) last = Math.max(last, pairs[at] ?? 0);
    this.#lower = Int32Array.from({ length: last + 1 }, (_, point) => point);
    for (let at = 0; at < pairs.length; at += 2) this.#lower[pairs[at] ?? 0] = pairs[at + 1] ?? 0;
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

  /**
   * Writes a stretch of UTF-8 in lower case.
   * @returns where the copy ends
   */
  copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
    const lower = this.#lower;
    let out = at;
    for (let place = from; place < to;) {
      const byte = source[place] ?? 0;
      if (byte < 0x80) {
        target[out] = byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
        out += 1;
        place += 1;
        continue;
      }
      const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
      let point = byte & (0xff >> (length + 1));
      for (let next = 1; next < length; next += 1) point = (point << 6) | ((source[place + next] ?? 0) & 0x3f);
      place += length;
      out = writePoint(lower[point] ?? point, target, out);
    }
    return out;
  }
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
