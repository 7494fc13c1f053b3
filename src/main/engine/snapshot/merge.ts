/**
 * Merges staged segments, each in order of time, into files that are in order as a whole: by time, id and number. Only the
 * times of all rows are kept in memory; their bytes are read a window at a time.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { MergedFile } from './merged-file.ts';
import { SEPARATOR, type SegmentRows } from './segment.ts';
import { sortNumbers, timeOrder } from './time-sort.ts';

/** A segment in its file, and where its rows lie. */
export interface StagedSegment extends SegmentRows {
  readonly path: string;
}

/** What places a row of the table `slow` among the others. */
export interface SlowKey {
  readonly n: number;
  readonly micros: bigint;
  readonly id: Buffer;
}

/** Everything that waits to be put in order. */
export interface Staged {
  readonly segments: readonly StagedSegment[];
  readonly slow: readonly SlowKey[];
  /** Whether records came that take more than the usual memory. */
  readonly isHeavy: boolean;
}

/** Rows that follow one another. Those of `slow` have no line in the file: they belong somewhere between its lines. */
export interface MergedRows {
  readonly file: MergedFile;
  readonly rows: number;
  readonly slow: readonly number[];
}

/** So many rows are ordered at a time, fewer where they are long. */
const WINDOW_ROWS = 1 << 15;
const WINDOW_BYTES = 16 * 1024 * 1024;
/** Rows of one instant can't be parted; so many of them are for the database to sort. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Too much happened at one instant to be ordered in memory. */
export class TooMuchAtOnce extends Error {
  override name = 'TooMuchAtOnce';
}

/** Where all rows lie, and their times in order. */
export class Timeline {
  readonly segments: readonly StagedSegment[];
  /** In order of time. */
  readonly slow: readonly SlowKey[];
  readonly slowTimes: Float64Array;
  /** The times of all rows, ascending. */
  readonly times: Float64Array;

  constructor({ segments, slow }: Staged) {
    this.segments = segments;
    this.slow = slow.toSorted((a, b) => Number(a.micros) - Number(b.micros));
    this.slowTimes = Float64Array.from(this.slow, ({ micros }) => Number(micros));
    const all = [...segments.map(({ times }) => times), this.slowTimes];
    this.times = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const times of all) {
      this.times.set(times, at);
      at += times.length;
    }
    sortNumbers(this.times);
  }

  /** The rows in stretches of about so many, which can be put in order apart: no instant lies in two of them. */
  parts(rows: number): readonly Part[] {
    const parts: Part[] = [];
    for (let from = 0; from < this.times.length;) {
      const last = this.times[Math.min(from + rows, this.times.length) - 1] ?? 0;
      const to = behind(this.times, from, last);
      parts.push({ from, to });
      from = to;
    }
    return parts;
  }
}

/** A stretch of all rows, by their positions in order. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * A stretch of rows in order, so many at a time; the last time what is left.
 * @param takeFile gives a file that nobody reads any more
 * @throws TooMuchAtOnce, and the file system's errors
 */
export function* merge(
  timeline: Timeline,
  part: Part,
  rowsPerFile: number,
  takeFile: () => MergedFile,
): Generator<MergedRows> {
  const windows = new Windows(timeline, part);
  let file = takeFile();
  let rows = 0;
  let slow: number[] = [];
  while (windows.next()) {
    for (let at = 0; at < windows.rows; at += 1) {
      const place = windows.place(at);
      const own = windows.slowAt(place);
      if (own === undefined) file.append(windows.bytes, windows.start(place), windows.end(place));
      else slow.push(own);
      rows += 1;
      if (rows < rowsPerFile) continue;
      file.end();
      yield { file, rows, slow };
      file = takeFile();
      rows = 0;
      slow = [];
    }
  }
  file.end();
  if (rows > 0) yield { file, rows, slow };
}

/** Goes through all rows in stretches of time, of which one is in memory. */
class Windows {
  readonly #segments: readonly StagedSegment[];
  readonly #slow: readonly SlowKey[];
  readonly #slowTimes: Float64Array;
  readonly #times: Float64Array;
  readonly #to: number;
  /** The next row of each segment, and of the slow ones. */
  readonly #next: Uint32Array;
  readonly #stops: Uint32Array;
  #done: number;
  #order: Uint32Array | undefined;
  #starts = new Uint32Array(WINDOW_ROWS);
  #ends = new Uint32Array(WINDOW_ROWS);
  #windowTimes = new Float64Array(WINDOW_ROWS);
  #lines = 0;
  #slowFrom = 0;
  rows = 0;
  bytes = Buffer.allocUnsafeSlow(WINDOW_BYTES);

  constructor({ segments, slow, slowTimes, times }: Timeline, { from, to }: Part) {
    this.#segments = segments;
    this.#slow = slow;
    this.#slowTimes = slowTimes;
    this.#times = times;
    this.#done = from;
    this.#to = to;
    const all = [...segments.map((segment) => segment.times), slowTimes];
    const before = from === 0 ? Number.NEGATIVE_INFINITY : (times[from - 1] ?? 0);
    this.#next = Uint32Array.from(all, (each) => behind(each, 0, before));
    this.#stops = new Uint32Array(all.length);
  }

  /** Goes on to the next stretch. False when there is none. */
  next(): boolean {
    const left = this.#to - this.#done;
    if (left === 0) return false;
    let rows = Math.min(WINDOW_ROWS, left);
    let bytes = this.#upTo(rows);
    const first = this.#times[this.#done];
    while (bytes > WINDOW_BYTES && rows > 1 && this.#times[this.#done + rows - 1] !== first) {
      rows = Math.ceil(rows / 2);
      bytes = this.#upTo(rows);
    }
    if (bytes > MOST_BYTES) throw new TooMuchAtOnce();
    this.#read(bytes);
    this.#order = timeOrder(this.#windowTimes, this.rows, (a, b) => this.#compare(a, b));
    this.#done += this.rows;
    return true;
  }

  /** The place of the row that is at a position of the stretch. */
  place(at: number): number {
    return this.#order === undefined ? at : (this.#order[at] ?? 0);
  }

  /** Where the line of a row lies in `bytes`, line feed included. */
  start(place: number): number {
    return this.#starts[place] ?? 0;
  }

  end(place: number): number {
    return this.#ends[place] ?? 0;
  }

  /** The number of a row that has no line. */
  slowAt(place: number): number | undefined {
    return this.#slowKey(place)?.n;
  }

  #slowKey(place: number): SlowKey | undefined {
    return place < this.#lines ? undefined : this.#slow[this.#slowFrom + place - this.#lines];
  }

  /** Finds the end of a stretch of at least so many rows, more when the last are of one instant. Returns its bytes. */
  #upTo(rows: number): number {
    const last = this.#times[this.#done + rows - 1] ?? 0;
    let bytes = 0;
    for (const [index, { times, ends }] of this.#segments.entries()) {
      const from = this.#next[index] ?? 0;
      const stop = behind(times, from, last);
      this.#stops[index] = stop;
      if (stop > from) bytes += (ends[stop - 1] ?? 0) - startOf(ends, from);
    }
    this.#stops[this.#segments.length] = behind(this.#slowTimes, this.#next.at(-1) ?? 0, last);
    return bytes;
  }

  #read(bytes: number): void {
    if (bytes > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(bytes);
    this.rows = 0;
    let at = 0;
    for (const [index, { path, times, ends }] of this.#segments.entries()) {
      const from = this.#next[index] ?? 0;
      const stop = this.#stops[index] ?? 0;
      if (stop === from) continue;
      const start = startOf(ends, from);
      const length = (ends[stop - 1] ?? 0) - start;
      readFully(path, this.bytes, at, length, start);
      for (let row = from; row < stop; row += 1) {
        this.#add(times[row] ?? 0, at + startOf(ends, row) - start, at + (ends[row] ?? 0) - start);
      }
      at += length;
      this.#next[index] = stop;
    }
    this.#lines = this.rows;
    const last = this.#segments.length;
    this.#slowFrom = this.#next[last] ?? 0;
    const stop = this.#stops[last] ?? 0;
    for (let row = this.#slowFrom; row < stop; row += 1) this.#add(this.#slowTimes[row] ?? 0, 0, 0);
    this.#next[last] = stop;
  }

  #add(time: number, start: number, end: number): void {
    const place = this.rows;
    if (place === this.#starts.length) this.#grow();
    this.#windowTimes[place] = time;
    this.#starts[place] = start;
    this.#ends[place] = end;
    this.rows = place + 1;
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    const [times, starts, ends] = [new Float64Array(size), new Uint32Array(size), new Uint32Array(size)];
    times.set(this.#windowTimes);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#windowTimes = times;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** Rows whose times are the same double: by exact time, by the bytes of their ids, then as they were captured. */
  #compare(a: number, b: number): number {
    const [one, other] = [this.#key(a), this.#key(b)];
    if (one.micros !== other.micros) return one.micros < other.micros ? -1 : 1;
    return Buffer.compare(one.id, other.id) || one.n - other.n;
  }

  #key(place: number): SlowKey {
    return this.#slowKey(place) ?? keyOfLine(this.bytes, this.start(place));
  }
}

/** What places the row of a line: its columns 1, 2 and 11. */
function keyOfLine(bytes: Buffer, start: number): SlowKey {
  const idAt = bytes.indexOf(SEPARATOR, start) + 1;
  const idEnd = bytes.indexOf(SEPARATOR, idAt);
  let at = idEnd;
  for (let column = 2; column < 10; column += 1) at = bytes.indexOf(SEPARATOR, at + 1);
  return {
    n: Number(bytes.toString('latin1', start, idAt - 1)),
    id: bytes.subarray(idAt, idEnd),
    micros: BigInt(bytes.toString('latin1', at + 1, bytes.indexOf(SEPARATOR, at + 1))),
  };
}

function startOf(ends: Uint32Array, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] ?? 0);
}

/** The first row from `from` on that is later than a time. */
function behind(times: Float64Array, from: number, time: number): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readFully(path: string, target: Buffer, at: number, length: number, position: number): void {
  const file = openSync(path, 'r');
  try {
    let done = 0;
    while (done < length) {
      const got = readSync(file, target, at + done, length - done, position + done);
      if (got === 0) throw new Error(`${path} is shorter than what was written to it`);
      done += got;
    }
  } finally {
    closeSync(file);
  }
}
