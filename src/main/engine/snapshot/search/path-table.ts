/** The JSON paths that occur in some rows, as small numbers. */
import { FURTHER_GROUP } from './unit-table.ts';

/** A path that is not known by number. */
export const NO_PATH = 0;
export const RESULT_PATH = 1;
export const PAYLOAD_PATH = 2;
const MAX_PATHS = FURTHER_GROUP;

const SLOTS = MAX_PATHS * 4;
const decoder = new TextDecoder();

/** The text by which a path is looked up. */
export function pathKey(root: 'result' | 'payload', steps: readonly string[]): string {
  return JSON.stringify([root, ...steps]);
}

export class PathTable {
  readonly #slots = new Uint16Array(SLOTS);
  readonly #parents = new Uint16Array(MAX_PATHS);
  readonly #hashes = new Int32Array(MAX_PATHS);
  readonly #keys: Uint8Array[] = [];
  /** The row in which a path was met last, counted from 1. */
  readonly #lastRow = new Uint32Array(MAX_PATHS);
  #count = PAYLOAD_PATH + 1;

  /** The path from another one over a key, whose bytes are those of a text; `NO_PATH` when there are too many. */
  step(parent: number, bytes: Uint8Array, from: number, to: number): number {
    if (parent === NO_PATH) return NO_PATH;
    let hash = Math.imul(parent, 0x9e37_79b1);
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
    hash ^= hash >>> 15;
    let slot = (hash >>> 0) % SLOTS;
    for (;;) {
      const path = this.#slots[slot] ?? 0;
      if (path === NO_PATH) break;
      if (this.#hashes[path] === hash && this.#parents[path] === parent && this.#isKey(path, bytes, from, to))
        return path;
      slot = slot + 1 === SLOTS ? 0 : slot + 1;
    }
    if (this.#count === MAX_PATHS) return NO_PATH;
    const path = this.#count;
    this.#count += 1;
    this.#slots[slot] = path;
    this.#hashes[path] = hash;
    this.#parents[path] = parent;
    this.#keys[path] = Uint8Array.from(bytes.subarray(from, to));
    return path;
  }

  /** Notes that a row has a path. False when it had it before, as with a key given twice. */
  isFirstIn(row: number, path: number): boolean {
    const isFirst = this.#lastRow[path] !== row + 1;
    this.#lastRow[path] = row + 1;
    return isFirst;
  }

  /** All paths by {@link pathKey}. */
  all(): Map<string, number> {
    const steps: (readonly string[])[] = [[], ['result'], ['payload']];
    const found = new Map<string, number>();
    for (let path = PAYLOAD_PATH + 1; path < this.#count; path += 1) {
      const whole = [...(steps[this.#parents[path] ?? 0] ?? []), decoder.decode(this.#keys[path])];
      steps.push(whole);
      found.set(JSON.stringify(whole), path);
    }
    return found;
  }

  #isKey(path: number, bytes: Uint8Array, from: number, to: number): boolean {
    const key = this.#keys[path];
    if (key?.length !== to - from) return false;
    for (let at = 0; at < key.length; at += 1) if (key[at] !== bytes[from + at]) return false;
    return true;
  }
}
