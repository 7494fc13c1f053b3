/** Rows of a table in time order by their numbers, a stretch or a list of them: kept, counted and put in order without the table. */

/** The rows from one number to another, which is not of them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** All rows of a stretch but some, which are ascending and within it. */
export interface Most {
  readonly stretch: Stretch;
  readonly missing: Uint32Array;
}

/** Rows by number. Unless something else is said, a list is ascending. */
export type Rows = Stretch | Most | Uint32Array;

/** A small number for each row. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Rows that a row must be one of: those whose code is marked. */
export interface Allowed {
  readonly codes: Codes;
  /** 1 for each code that passes. */
  readonly marks: Uint8Array;
}

/** Rows that are gone through before others get their turn: a few milliseconds of work. */
const SLICE = 1 << 20;

export function codesFor(rows: number, distinct: number): Codes {
  if (distinct <= 2 ** 8) return new Uint8Array(rows);
  return distinct <= 2 ** 16 ? new Uint16Array(rows) : new Uint32Array(rows);
}

export function sizeOf(rows: Rows): number {
  if (rows instanceof Uint32Array) return rows.length;
  return 'missing' in rows ? sizeOf(rows.stretch) - rows.missing.length : rows.to - rows.from;
}

/** The row at a place; `undefined` beyond the end. */
export function rowAt(rows: Rows, place: number): number | undefined {
  if (rows instanceof Uint32Array) return rows[place];
  if (place >= sizeOf(rows)) return undefined;
  if (!('missing' in rows)) return rows.from + place;
  const { stretch, missing } = rows;
  const before = firstPlace(missing.length, (at) => (missing[at] ?? 0) - stretch.from - at > place);
  return stretch.from + place + before;
}

/** Where a row stands, whatever the list's order; `-1` when it is none of them. */
export function placeOf(rows: Rows, row: number): number {
  if (rows instanceof Uint32Array) return rows.indexOf(row);
  const place = placesBefore(rows, row);
  return rowAt(rows, place) === row ? place : -1;
}

/** How many of the rows stand before a row's number. */
export function placesBefore(rows: Rows, row: number): number {
  if (rows instanceof Uint32Array) return firstPlace(rows.length, (place) => (rows[place] ?? 0) >= row);
  if ('missing' in rows) return placesBefore(rows.stretch, row) - placesBefore(rows.missing, row);
  return Math.min(Math.max(row, rows.from), rows.to) - rows.from;
}

/** The first place, of so many, at which something holds that holds from there on. */
export function firstPlace(size: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How far this process is into a slice of rows. */
let sinceTurn = 0;

/** Works through so many places in slices, and lets others have their turn in between. */
async function inSlices(size: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < size;) {
    const to = Math.min(from + SLICE, size);
    sinceTurn += to - from;
    work(from, to);
    from = to;
    if (sinceTurn < SLICE) continue;
    sinceTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The rows as loops take them: a list, or the first of a stretch. What kind they are is asked before, not at each row. */
function reading(rows: Rows): { readonly list: Uint32Array | undefined; readonly first: number } {
  const plain = withoutMissing(rows);
  return plain instanceof Uint32Array ? { list: plain, first: 0 } : { list: undefined, first: plain.from };
}

/** A stretch, or all rows one by one. */
function withoutMissing(rows: Rows): Stretch | Uint32Array {
  return 'missing' in rows ? listOf(rows) : rows;
}

/** The rows one by one. */
export function listOf(rows: Most | Uint32Array): Uint32Array {
  if (!('missing' in rows)) return rows;
  const { stretch, missing } = rows;
  const list = new Uint32Array(sizeOf(rows));
  let [next, found] = [stretch.from, 0];
  for (let at = 0; at <= missing.length; at += 1) {
    for (const end = missing[at] ?? stretch.to; next < end; next += 1) {
      list[found] = next;
      found += 1;
    }
    next += 1;
  }
  return list;
}

/** The rows that every one of the conditions lets pass. */
export async function keep(rows: Rows, conditions: readonly Allowed[]): Promise<Rows> {
  let left = rows;
  for (const condition of conditions) left = await keepOne(left, condition);
  return left;
}

async function keepOne(rows: Rows, { codes, marks }: Allowed): Promise<Uint32Array> {
  const size = sizeOf(rows);
  const { list, first } = reading(rows);
  // Counted first: a list of all places to begin with would be garbage at once.
  let count = 0;
  await inSlices(size, (from, to) => {
    let passing = 0;
    for (let place = from; place < to; place += 1) {
      passing += marks[codes[list === undefined ? first + place : (list[place] ?? 0)] ?? 0] ?? 0;
    }
    count += passing;
  });
  const kept = new Uint32Array(count);
  let found = 0;
  await inSlices(size, (from, to) => {
    let at = found;
    for (let place = from; place < to; place += 1) {
      const row = list === undefined ? first + place : (list[place] ?? 0);
      // A row that does not pass is written, too, and the next one over it: that is faster than asking first.
      kept[at] = row;
      at += marks[codes[row] ?? 0] ?? 0;
    }
    found = at;
  });
  return kept;
}

/** The rows that are in both. */
export function shared(rows: Rows, others: Rows): Rows {
  const [one, other] = [withoutMissing(rows), withoutMissing(others)];
  if (!(one instanceof Uint32Array)) return other instanceof Uint32Array ? inStretch(other, one) : overlap(one, other);
  if (!(other instanceof Uint32Array)) return inStretch(one, other);
  const both = new Uint32Array(Math.min(one.length, other.length));
  let found = 0;
  for (let at = 0, otherAt = 0; at < one.length && otherAt < other.length;) {
    const [a, b] = [one[at] ?? 0, other[otherAt] ?? 0];
    if (a === b) {
      both[found] = a;
      found += 1;
    }
    if (a <= b) at += 1;
    if (b <= a) otherAt += 1;
  }
  return both.slice(0, found);
}

function inStretch(rows: Uint32Array, { from, to }: Stretch): Uint32Array {
  return rows.subarray(placesBefore(rows, from), placesBefore(rows, to));
}

function overlap(one: Stretch, other: Stretch): Stretch {
  const from = Math.max(one.from, other.from);
  return { from, to: Math.max(from, Math.min(one.to, other.to)) };
}

/** The rows and others, none of which is among them. */
export function withOthers(rows: Rows, others: Uint32Array): Rows {
  if (others.length === 0) return rows;
  if ('missing' in rows) {
    const now = new Set(others);
    return { ...rows, missing: rows.missing.filter((row) => !now.has(row)) };
  }
  // A stretch lacks none of the rows that were asked about.
  if (!(rows instanceof Uint32Array)) return rows;
  const all = new Uint32Array(rows.length + others.length);
  all.set(rows);
  all.set(others, rows.length);
  return all.toSorted();
}

/** The rows, which lie within a stretch, and those others of the stretch that one of the conditions lets pass. */
export async function withMarked(rows: Rows, stretch: Stretch, conditions: readonly Allowed[]): Promise<Rows> {
  if (conditions.length === 0 || sizeOf(rows) === stretch.to - stretch.from) return rows;
  const marked = new Uint8Array(stretch.to);
  for (let place = 0; place < sizeOf(rows); place += 1) marked[rowAt(rows, place) ?? 0] = 1;
  await markAllowed(marked, stretch, conditions);
  return markedRows(marked, stretch);
}

/** Marks with 1 the rows of a stretch that one of the conditions lets pass. */
export async function markAllowed(marked: Uint8Array, stretch: Stretch, conditions: readonly Allowed[]): Promise<void> {
  for (const { codes, marks } of conditions) {
    await inSlices(stretch.to - stretch.from, (from, to) => {
      for (let row = stretch.from + from; row < stretch.from + to; row += 1) {
        marked[row] = (marked[row] ?? 0) | (marks[codes[row] ?? 0] ?? 0);
      }
    });
  }
}

/** The rows of a stretch that are marked with 1. */
export async function markedRows(marked: Uint8Array, stretch: Stretch): Promise<Rows> {
  const size = stretch.to - stretch.from;
  let count = 0;
  await inSlices(size, (from, to) => {
    let passing = 0;
    for (let row = stretch.from + from; row < stretch.from + to; row += 1) passing += marked[row] ?? 0;
    count += passing;
  });
  // One more than there are: a row that is not marked is written, too, and the next one over it.
  const rows = new Uint32Array(count + 1);
  let found = 0;
  await inSlices(size, (from, to) => {
    let at = found;
    for (let row = stretch.from + from; row < stretch.from + to; row += 1) {
      rows[at] = row;
      at += marked[row] ?? 0;
    }
    found = at;
  });
  return rows.subarray(0, count);
}

/** Whether lists hold so few of a stretch's rows that putting them in order costs less than going through the stretch. */
export function isFew(lists: readonly Uint32Array[], { from, to }: Stretch): boolean {
  return lists.reduce((sum, { length }) => sum + length, 0) * 64 < to - from;
}

/** Rows of several lists, each of them once. */
export function sortedRows(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  const sorted = all.toSorted();
  return sorted.filter((row, place) => row !== sorted[place - 1]);
}

/** Rows of several lists, which have none in common and lie within a stretch. */
export function unionOf(lists: readonly Uint32Array[], stretch: Stretch): Uint32Array {
  const [only = new Uint32Array(), ...others] = lists.filter(({ length }) => length > 0);
  if (others.length === 0) return only;
  if (isFew(lists, stretch)) return sortedRows(lists);
  const marks = new Uint8Array(stretch.to - stretch.from);
  let count = 0;
  for (const list of lists) {
    count += list.length;
    for (let place = 0; place < list.length; place += 1) marks[(list[place] ?? 0) - stretch.from] = 1;
  }
  // One more than there are: a row that is not marked is written, too, and the next one over it.
  const rows = new Uint32Array(count + 1);
  let found = 0;
  for (let place = 0; place < marks.length; place += 1) {
    rows[found] = stretch.from + place;
    found += marks[place] ?? 0;
  }
  return rows.subarray(0, found);
}

/** The rows of a stretch that are not among some of it. */
export function othersOf(rows: Uint32Array, stretch: Stretch): Rows {
  const others = { stretch, missing: rows };
  return rows.length * 2 <= stretch.to - stretch.from ? others : listOf(others);
}

/** A shorter list is counted as fast as it is. */
const LONG_LIST = 1 << 14;
const knownMost = new WeakMap<Uint32Array, Most>();

/** Rows told by the few of a stretch that they lack; `undefined` for those that lack many. */
export function mostOf(rows: Rows): Most | undefined {
  if (!(rows instanceof Uint32Array)) return 'missing' in rows ? rows : undefined;
  if (rows.length < LONG_LIST) return undefined;
  const stretch = { from: rows[0] ?? 0, to: (rows.at(-1) ?? 0) + 1 };
  const count = stretch.to - stretch.from - rows.length;
  if (count * 4 > rows.length * 3) return undefined;
  const before = knownMost.get(rows);
  if (before !== undefined) return before;
  const missing = new Uint32Array(count);
  let [next, found] = [stretch.from, 0];
  for (let place = 0; found < count; place += 1) {
    for (const row = rows[place] ?? stretch.to; next < row; next += 1) {
      missing[found] = next;
      found += 1;
    }
    next += 1;
  }
  const most = { stretch, missing };
  knownMost.set(rows, most);
  return most;
}

/** Takes the counts of some rows from those of more. */
export function subtract(counts: Uint32Array, others: Uint32Array): Uint32Array {
  for (let code = 0; code < counts.length; code += 1) counts[code] = (counts[code] ?? 0) - (others[code] ?? 0);
  return counts;
}

/** How many of the rows at the places of a stretch have each code. */
export async function countPlaces(rows: Rows, codes: Codes, distinct: number, places: Stretch): Promise<Uint32Array> {
  const { from, to } = places;
  const most = from < to ? mostOf(rows) : undefined;
  if (most === undefined) {
    const { list, first } = reading(rows);
    return countCodes(list?.subarray(from, to) ?? { from: first + from, to: first + to }, codes, distinct);
  }
  const stretch = { from: rowAt(rows, from) ?? 0, to: (rowAt(rows, to - 1) ?? 0) + 1 };
  const counts = await countCodes(stretch, codes, distinct);
  return subtract(counts, await countCodes(inStretch(most.missing, stretch), codes, distinct));
}

/** How many of the rows have each code. */
export async function countCodes(rows: Rows, codes: Codes, distinct: number): Promise<Uint32Array> {
  const counts = new Uint32Array(distinct);
  const { list, first } = reading(rows);
  await inSlices(sizeOf(rows), (from, to) => {
    if (list === undefined) countAll(codes.subarray(first + from, first + to), counts);
    else countListed(list.subarray(from, to), codes, counts);
  });
  return counts;
}

// A loop over arrays of several kinds asks at each place which kind it is, which takes twice the time: so there is one for each.

function countListed(list: Uint32Array, codes: Codes, counts: Uint32Array): void {
  if (codes instanceof Uint8Array) {
    for (let place = 0; place < list.length; place += 1) {
      const code = codes[list[place] ?? 0] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  } else if (codes instanceof Uint16Array) {
    for (let place = 0; place < list.length; place += 1) {
      const code = codes[list[place] ?? 0] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  } else {
    for (let place = 0; place < list.length; place += 1) {
      const code = codes[list[place] ?? 0] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
}

function countAll(codes: Codes, counts: Uint32Array): void {
  if (codes instanceof Uint8Array) {
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  } else if (codes instanceof Uint16Array) {
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  } else {
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
}

/** Adds the rows at the places of a stretch to counts that are zero. Returns the codes that occur. */
export async function countStretch(
  rows: Rows,
  codes: Codes,
  counts: Uint32Array,
  { from, to }: Stretch,
): Promise<readonly number[]> {
  const occurring: number[] = [];
  const { list, first } = reading(rows);
  await inSlices(to - from, (start, end) => {
    for (let place = from + start; place < from + end; place += 1) {
      const code = codes[list === undefined ? first + place : (list[place] ?? 0)] ?? 0;
      const count = counts[code] ?? 0;
      if (count === 0) occurring.push(code);
      counts[code] = count + 1;
    }
  });
  return occurring;
}

/** The rows in order of their codes, and of their numbers where codes are the same. */
export async function inOrderOf(rows: Rows, codes: Codes, distinct: number): Promise<Uint32Array> {
  const places = await countCodes(rows, codes, distinct);
  let sum = 0;
  for (let code = 0; code < distinct; code += 1) {
    const count = places[code] ?? 0;
    places[code] = sum;
    sum += count;
  }
  const ordered = new Uint32Array(sum);
  const { list, first } = reading(rows);
  await inSlices(sum, (from, to) => {
    for (let place = from; place < to; place += 1) {
      const row = list === undefined ? first + place : (list[place] ?? 0);
      const code = codes[row] ?? 0;
      const at = places[code] ?? 0;
      ordered[at] = row;
      places[code] = at + 1;
    }
  });
  return ordered;
}

/** Counts from here on are told apart only where so many codes have them. */
const MOST_TOLD = 2 ** 16;

/** The codes that occur most, the most frequent first; of those with one count, the smallest. */
export function mostFrequent(counts: Uint32Array, limit: number): readonly number[] {
  let most = 0;
  let occurring = 0;
  for (const count of counts) {
    if (count > most) most = count;
    if (count > 0) occurring += 1;
  }
  // The least count that is still wanted: below it lie all but `limit` of the codes, or more where counts are the same.
  let least = 1;
  if (occurring > limit) {
    const having = new Uint32Array(Math.min(most, MOST_TOLD) + 1);
    for (const count of counts) {
      const told = count < MOST_TOLD ? count : MOST_TOLD;
      having[told] = (having[told] ?? 0) + 1;
    }
    let above = 0;
    for (least = having.length - 1; least > 1 && above + (having[least] ?? 0) < limit; least -= 1) {
      above += having[least] ?? 0;
    }
  }
  const more: number[] = [];
  const same: number[] = [];
  for (let code = 0; code < counts.length; code += 1) {
    const count = counts[code] ?? 0;
    if (count > least || count >= MOST_TOLD) more.push(code);
    else if (count === least && same.length < limit) same.push(code);
  }
  const byCount = more.toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  return [...byCount, ...same].slice(0, limit);
}
