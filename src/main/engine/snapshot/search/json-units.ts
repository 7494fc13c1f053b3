/**
 * Cuts JSON behind each comma between values. What lies between two cuts, a unit, has at most one value that is no
 * object or array, and comes again in many rows: `"state":"active",`. A text without such a comma lies within a unit.
 */
import { NO_PATH, type PathTable } from './path-table.ts';

/** Stands for values that may be written in several ways, and is no hash of another. */
export const MANY_SPELLINGS = 0;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const SPACE = 0x20;
const COLON = 0x3a;
const MAX_DEPTH = 64;
/** Places of a list that have paths of their own. */
const MAX_PLACES = 64;
/** Whole numbers of so many digits are written in one way only. */
const MAX_DIGITS = 15;

/** Takes a unit: its stretch of the text, the path of its value, and the value's hash. */
export type TakeUnit = (from: number, to: number, path: number, hash: number) => void;

const PLACES = Array.from({ length: MAX_PLACES }, (_, place) => Buffer.from(String(place)));

/** A hash of bytes as they are; never `MANY_SPELLINGS`. */
export function hashOf(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let hash = 0x811c_9dc5 | 0;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x21f0_aaad);
  hash ^= hash >>> 15;
  return hash >>> 0 || 1;
}

/** Whether whoever gives paths to the values of a text can rely on them. */
export type PathsAre = 'known' | 'uncertain';

export class JsonUnits {
  readonly #paths: PathTable;
  /** For each open object or list: its path, and the next place in it, or −1 for an object. */
  readonly #open = new Int32Array(MAX_DEPTH * 2);

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  /**
   * Cuts a valid JSON text.
   * @param root the path of the whole; with `NO_PATH` no paths are looked for
   * @returns whether all paths of the text are as its units say
   */
  cut(bytes: Uint8Array, from: number, to: number, root: number, row: number, take: TakeUnit): PathsAre {
    const open = this.#open;
    const paths = this.#paths;
    let certain = true;
    let depth = 0;
    // The path of the value that comes next, and whether a key comes first.
    let next = root;
    let isKeyNext = false;
    let start = from;
    let path = NO_PATH;
    let hash = MANY_SPELLINGS;
    let at = from;
    while (at < to) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        const begin = at;
        let isPlain = true;
        let hasEscape = false;
        at += 1;
        for (;;) {
          const inner = bytes[at] ?? QUOTE;
          if (inner === QUOTE) break;
          if (inner === BACKSLASH) {
            hasEscape = true;
            const escaped = bytes[at + 1];
            // `\u` and `\/` have another spelling.
            if (escaped === 0x75 || escaped === 0x2f) isPlain = false;
            // JSON with half of a surrogate pair is read in another way than the rest.
            if (escaped === 0x75 && isOfSurrogate(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0)) certain = false;
            at += 1;
          }
          at += 1;
        }
        at += 1;
        if (isKeyNext) {
          isKeyNext = false;
          const parent = open[(depth - 1) * 2] ?? NO_PATH;
          next = hasEscape ? NO_PATH : paths.step(parent, bytes, begin + 1, at - 1);
          if (next === NO_PATH) certain = certain && parent === NO_PATH && root === NO_PATH;
          else if (!paths.isFirstIn(row, next)) certain = false;
        } else if (next !== NO_PATH) {
          path = next;
          hash = isPlain ? hashOf(bytes, begin, at) : MANY_SPELLINGS;
        }
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        at += 1;
        if (depth < MAX_DEPTH) {
          open[depth * 2] = next;
          open[depth * 2 + 1] = byte === OPEN_OBJECT ? -1 : 0;
        } else {
          certain = false;
        }
        depth += 1;
        isKeyNext = byte === OPEN_OBJECT && depth <= MAX_DEPTH;
        if (byte === OPEN_LIST || depth > MAX_DEPTH) {
          const isKnown = next !== NO_PATH;
          next = this.#place(depth);
          if (isKnown && next === NO_PATH) certain = false;
        }
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        at += 1;
        depth -= 1;
        isKeyNext = false;
      } else if (byte === COMMA) {
        at += 1;
        take(start, at, path, hash);
        start = at;
        path = NO_PATH;
        hash = MANY_SPELLINGS;
        if (depth > 0 && depth <= MAX_DEPTH) {
          const place = open[depth * 2 - 1] ?? -1;
          isKeyNext = place < 0;
          if (place >= 0) {
            open[depth * 2 - 1] = place + 1;
            next = this.#place(depth);
            if (next === NO_PATH && open[(depth - 1) * 2] !== NO_PATH) certain = false;
          }
        }
      } else if (byte === COLON || byte <= SPACE) {
        at += 1;
      } else {
        const begin = at;
        while (at < to && isOfWord(bytes[at] ?? 0)) at += 1;
        // Whatever this is, it is gone through.
        if (at === begin) at += 1;
        if (next !== NO_PATH) {
          path = next;
          hash = isOneSpelling(bytes, begin, at) ? hashOf(bytes, begin, at) : MANY_SPELLINGS;
        }
      }
    }
    if (start < to) take(start, to, path, hash);
    return certain ? 'known' : 'uncertain';
  }

  /** The path of the value that comes next in the innermost list. */
  #place(depth: number): number {
    if (depth > MAX_DEPTH) return NO_PATH;
    const place = PLACES[this.#open[depth * 2 - 1] ?? 0];
    return place === undefined ? NO_PATH : this.#paths.step(this.#open[(depth - 1) * 2] ?? 0, place, 0, place.length);
  }
}

/** Whether an escape that begins with these digits stands for half of a surrogate pair: `d8` to `df`. */
function isOfSurrogate(first: number, second: number): boolean {
  return (first | 0x20) === 0x64 && second >= 0x38;
}

function isOfWord(byte: number): boolean {
  return byte > SPACE && byte !== COMMA && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT && byte !== COLON;
}

/** Whether a number or word could not be written otherwise: `true`, `null`, whole numbers that are not too long. */
function isOneSpelling(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] ?? 0;
  if (first >= 0x61) return true;
  const digits = first === 0x2d ? from + 1 : from;
  if (to - digits > MAX_DIGITS || (digits > from && bytes[digits] === 0x30)) return false;
  for (let at = digits; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
