/** Texts one after the other in lower case, in blocks of which it is known what they can't hold. */
import type { Lowered, LoweredInto } from './letter-case.ts';
import { addToSignature, mayHold, SIGNATURE_BYTES } from './signature.ts';

/** Ends each text. No text of JSON holds it, and texts of columns that do are not taken in. */
const TEXT_END = 0;
const BLOCK_BYTES = 32 * 1024;
/** Blocks that are not needed are read when so few lie between those that are. */
const GAP = 4;
/** So many blocks are read at once at most, so that little memory is needed. */
const MOST_BLOCKS = 64;

export interface TextBlocks {
  /** Where the beginnings of all texts lie in the file, and where the last one ends; and the texts themselves. */
  readonly startsAt: number;
  readonly textsAt: number;
  /** Where it lies which of their bytes were others before they were in lower case. */
  readonly changedAt: number;
  /** The texts whose lower case does not tell what they were; ascending. */
  readonly ambiguous: Uint32Array;
  /** The first text of each block, and how many texts there are. */
  readonly firsts: Uint32Array;
  /** Where each block begins among the texts, and where the last one ends. */
  readonly begins: Uint32Array;
  readonly signatures: Uint8Array;
}

/** What is packed, of so many texts. */
export interface PackOptions {
  readonly count: number;
  /** At most so many bytes come. */
  readonly bytes: number;
  /** Writes a text in lower case. */
  readonly lowered: (text: number, into: LoweredInto, at: number) => Lowered;
  /** A text that must begin a block. */
  readonly cut?: number;
}

/** Texts and where each begins, which are to lie in the file one after the other. */
export interface PackedTexts {
  readonly blocks: TextBlocks;
  readonly starts: Uint32Array;
  readonly texts: Uint8Array;
  readonly changed: Uint8Array;
}

/** @param at where the beginnings will lie in the file; the texts follow */
export function packTexts({ count, bytes, lowered, cut }: PackOptions, at: number): PackedTexts {
  const texts = new Uint8Array(bytes + count);
  const into = { bytes: texts, changed: new Uint8Array(Math.ceil(texts.length / 8)) };
  const ambiguous: number[] = [];
  const starts = new Uint32Array(count + 1);
  const firsts: number[] = [];
  let [length, begin] = [0, 0];
  for (let text = 0; text < count; text += 1) {
    if (text === 0 || text === cut || length - begin > BLOCK_BYTES) {
      firsts.push(text);
      begin = length;
    }
    starts[text] = length;
    const { end, canBeRestored } = lowered(text, into, length);
    if (!canBeRestored) ambiguous.push(text);
    length = end;
    texts[length] = TEXT_END;
    length += 1;
  }
  starts[count] = length;
  const blocks = firsts.length;
  firsts.push(count);
  const begins = Uint32Array.from(firsts, (text) => starts[text] ?? 0);
  const signatures = new Uint8Array(blocks * SIGNATURE_BYTES);
  for (let block = 0; block < blocks; block += 1) {
    const signature = signatures.subarray(block * SIGNATURE_BYTES, (block + 1) * SIGNATURE_BYTES);
    addToSignature(signature, texts, begins[block] ?? 0, begins[block + 1] ?? 0);
  }
  return {
    blocks: {
      startsAt: at,
      textsAt: at + starts.byteLength,
      changedAt: at + starts.byteLength + length,
      ambiguous: Uint32Array.from(ambiguous),
      firsts: Uint32Array.from(firsts),
      begins,
      signatures,
    },
    starts,
    texts: texts.subarray(0, length),
    changed: into.changed.subarray(0, Math.ceil(length / 8)),
  };
}

/**
 * Stretches of blocks that may hold a text: from a block to one that is not of it.
 * @param isWanted whether anything is wanted of the texts from one to another, which is not of them
 */
export function* blocksThatMayHold(
  { firsts, signatures }: TextBlocks,
  bits: Uint16Array,
  isWanted?: (first: number, last: number) => boolean,
): Generator<readonly [number, number]> {
  let [first, last] = [-1, -1];
  for (let block = 0; block < firsts.length - 1; block += 1) {
    if (!mayHold(signatures, block, bits)) continue;
    if (isWanted?.(firsts[block] ?? 0, firsts[block + 1] ?? 0) === false) continue;
    if (first >= 0 && (block - last > GAP || block - first >= MOST_BLOCKS)) {
      yield [first, last];
      first = -1;
    }
    if (first < 0) first = block;
    last = block + 1;
  }
  if (first >= 0) yield [first, last];
}

/** The texts of some blocks, as they were read. */
export interface ReadTexts {
  readonly bytes: Buffer;
  /** Where each text begins, from `base` on, and where the last one ends. */
  readonly starts: Uint32Array;
  readonly base: number;
}

/** Finds the texts that hold another one, in their order, until it is told to stop. */
export function findTexts(
  { bytes, starts, base }: ReadTexts,
  wanted: Uint8Array,
  found: (text: number) => boolean,
): void {
  const count = starts.length - 1;
  let text = 0;
  for (let place = bytes.indexOf(wanted); place >= 0;) {
    text = textAt(starts, text, place + base);
    if (!found(text)) return;
    // The next ones often hold it at the same place: what comes again in many is a key, say.
    const within = place + base - (starts[text] ?? 0);
    text += 1;
    while (text < count && isAt(bytes, (starts[text] ?? 0) - base + within, wanted, (starts[text + 1] ?? 0) - base)) {
      if (!found(text)) return;
      text += 1;
    }
    if (text >= count) return;
    place = bytes.indexOf(wanted, (starts[text] ?? 0) - base);
  }
}

/** Whether a text holds another one. */
export function holdsText({ bytes, starts, base }: ReadTexts, text: number, wanted: Uint8Array): boolean {
  const end = (starts[text + 1] ?? 0) - base;
  const first = wanted[0];
  for (let place = (starts[text] ?? 0) - base; place + wanted.length < end; place += 1) {
    if (bytes[place] === first && isAt(bytes, place, wanted, end)) return true;
  }
  return false;
}

/** The text that holds a place, from a text on. */
function textAt(starts: Uint32Array, from: number, place: number): number {
  let low = from;
  let step = 1;
  while (low + step < starts.length - 1 && (starts[low + step] ?? 0) <= place) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, starts.length - 1);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether a text stands at a place, before an end. */
function isAt(bytes: Uint8Array, place: number, wanted: Uint8Array, end: number): boolean {
  if (place + wanted.length >= end) return false;
  for (let at = 0; at < wanted.length; at += 1) if (bytes[place + at] !== wanted[at]) return false;
  return true;
}
