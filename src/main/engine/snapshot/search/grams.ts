/**
 * Which rows of a run have each pair of bytes, and each single byte, somewhere in their texts of a column: ids have few
 * different ones, so that a searched text's pairs leave hardly a row to be looked at.
 */

export interface Grams {
  /** Single bytes are 65,536 and more; ascending. */
  readonly keys: Uint32Array;
  /** Where in the file the rows of the first key lie, a bit each, those of the next one behind them. */
  readonly at: number;
  /** 32 rows each. */
  readonly words: number;
}

const SINGLE = 1 << 16;
const KEYS = SINGLE + 256;
/** They may take so many times the bytes of the texts. */
const MOST_SHARE = 2;

/** As they are made, before they are in the file. */
export interface MadeGrams extends Pick<Grams, 'keys' | 'words'> {
  readonly bits: Uint32Array;
}

/**
 * @param starts where each row's text begins, and where the last one ends; a byte that belongs to none ends each text
 * @returns `undefined` where there are too many different ones to be worth their bytes
 */
export function gramsOf(texts: Uint8Array, starts: Uint32Array): MadeGrams | undefined {
  const rows = starts.length - 1;
  const words = Math.ceil(rows / 32);
  const places = new Uint32Array(KEYS);
  for (let row = 0; row < rows; row += 1) {
    const [start, end] = [starts[row] ?? 0, (starts[row + 1] ?? 0) - 1];
    for (let at = start; at < end; at += 1) {
      places[SINGLE + (texts[at] ?? 0)] = 1;
      if (at > start) places[pairKey(texts, at)] = 1;
    }
  }
  const keys = Uint32Array.from(occurring(places));
  if (keys.length * words * 4 > texts.length * MOST_SHARE) return undefined;
  keys.forEach((key, place) => {
    places[key] = place * words;
  });
  const bits = new Uint32Array(keys.length * words);
  for (let row = 0; row < rows; row += 1) {
    const [start, end] = [starts[row] ?? 0, (starts[row + 1] ?? 0) - 1];
    const [word, bit] = [row >> 5, 1 << (row & 31)];
    for (let at = start; at < end; at += 1) {
      const single = (places[SINGLE + (texts[at] ?? 0)] ?? 0) + word;
      bits[single] = (bits[single] ?? 0) | bit;
      if (at === start) continue;
      const pair = (places[pairKey(texts, at)] ?? 0) + word;
      bits[pair] = (bits[pair] ?? 0) | bit;
    }
  }
  return { keys, words, bits };
}

/**
 * The single bytes of what rows have in texts that many of them share.
 * @param starts where each text begins, and where the last one ends; a byte that belongs to none ends each text
 * @param rowsOf the rows of a text
 */
export function lettersOf(
  texts: Uint8Array,
  starts: Uint32Array,
  rows: number,
  rowsOf: (text: number) => Uint16Array,
): MadeGrams {
  const words = Math.ceil(rows / 32);
  /** For each row, a bit for each byte. */
  const has = new Uint32Array(rows * 8);
  const own = new Uint32Array(8);
  const all = new Uint32Array(8);
  for (let text = 0; text < starts.length - 1; text += 1) {
    own.fill(0);
    for (let at = starts[text] ?? 0, end = (starts[text + 1] ?? 0) - 1; at < end; at += 1) {
      const byte = texts[at] ?? 0;
      own[byte >> 5] = (own[byte >> 5] ?? 0) | (1 << (byte & 31));
    }
    const having = rowsOf(text);
    for (let part = 0; part < 8; part += 1) {
      const bits = own[part] ?? 0;
      if (bits === 0) continue;
      all[part] = (all[part] ?? 0) | bits;
      for (let place = 0; place < having.length; place += 1) {
        const at = (having[place] ?? 0) * 8 + part;
        has[at] = (has[at] ?? 0) | bits;
      }
    }
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => ((all[byte >> 5] ?? 0) & (1 << (byte & 31))) !== 0,
  );
  const bits = new Uint32Array(bytes.length * words);
  bytes.forEach((byte, place) => {
    const [part, shift, base] = [byte >> 5, byte & 31, place * words];
    for (let row = 0; row < rows; row += 1) {
      const at = base + (row >> 5);
      bits[at] = (bits[at] ?? 0) | ((((has[row * 8 + part] ?? 0) >>> shift) & 1) << (row & 31));
    }
  });
  return { keys: Uint32Array.from(bytes, (byte) => SINGLE + byte), words, bits };
}

function* occurring(marks: Uint32Array): Generator<number> {
  for (let key = 0; key < marks.length; key += 1) if (marks[key] === 1) yield key;
}

/** The pair of a byte and the one before it. */
function pairKey(bytes: Uint8Array, at: number): number {
  return ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
}

/**
 * The places, among the keys, of those that a text has.
 * @returns `undefined` when there is one that no row has
 */
export function placesOfGrams({ keys }: Grams, text: Uint8Array): readonly number[] | undefined {
  const wanted = new Set<number>();
  if (text.length === 1) wanted.add(SINGLE + (text[0] ?? 0));
  for (let at = 1; at < text.length; at += 1) wanted.add(pairKey(text, at));
  const places: number[] = [];
  for (const key of wanted) {
    const place = placeOfKey(keys, key);
    if (place === undefined) return undefined;
    places.push(place);
  }
  return places;
}

/** Whether the rows that have all of a text's keys are those that hold it. */
export function areExact(text: Uint8Array): boolean {
  return text.length <= 2;
}

function placeOfKey(keys: Uint32Array, key: number): number | undefined {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return keys[low] === key ? low : undefined;
}
