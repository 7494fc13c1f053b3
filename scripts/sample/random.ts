/** A seeded random source that gives the same numbers on every machine: integer arithmetic only. */

export interface Random {
  /** A whole number of 32 bits, 0 to 4294967295. */
  readonly bits: () => number;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number;
  /** A whole number between two bounds, both included. */
  readonly int: (min: number, max: number) => number;
  /** True with the given probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /** One element. @throws RangeError when the list is empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** One of several values, each as likely as its weight says. */
  readonly weighted: <T>(choices: readonly (readonly [T, number])[]) => T;
  /** Up to `count` different elements, in random order. */
  readonly sample: <T>(list: readonly T[], count: number) => readonly T[];
  /** A text of the shape of a UUIDv4. */
  readonly uuid: () => string;
  /** An independent source; the same name always gives the same one. */
  readonly fork: (name: string) => Random;
}

const HEX = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));

/** Spreads a seed over 32-bit words, so that neighbouring seeds share nothing (the finaliser of splitmix32). */
function scramble(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}

function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) | 0;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Makes a random source from a whole number (sfc32). */
export function createRandom(seed: number): Random {
  const word = scramble(seed);
  let a = word() | 0;
  let b = word() | 0;
  let c = word() | 0;
  let counter = 1;

  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) bits();

  const next = (): number => bits() / 4_294_967_296;
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(list: readonly T[]): T => {
    const value = list[int(0, list.length - 1)];
    if (value === undefined) throw new RangeError('Nothing to pick from.');
    return value;
  };
  const weighted = <T>(choices: readonly (readonly [T, number])[]): T => {
    let rest = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return pick(choices)[0];
  };
  const sample = <T>(list: readonly T[], count: number): readonly T[] => {
    const left = [...list];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(int(0, left.length - 1), 1));
    return taken;
  };
  const uuid = (): string => {
    const [w1, w2, w3, w4] = [bits(), bits(), bits(), bits()];
    const version = (w2 & 0x0fff) | 0x4000;
    const variant = ((w3 >>> 16) & 0x3fff) | 0x8000;
    return `${HEX[w1 >>> 16]}${HEX[w1 & 0xffff]}-${HEX[w2 >>> 16]}-${HEX[version]}-${HEX[variant]}-${HEX[w3 & 0xffff]}${HEX[w4 >>> 16]}${HEX[w4 & 0xffff]}`;
  };
  const fork = (name: string): Random => createRandom(hash(name, seed));
  return { bits, next, int, chance: (probability) => next() < probability, pick, weighted, sample, uuid, fork };
}
