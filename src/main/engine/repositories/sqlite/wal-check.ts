/**
 * Finds out what SQLite leaves out of a write-ahead log. It reads the log up to the first frame that does not check, without
 * a word, as it has to after a crash, and what no commit follows is no part of the database.
 * The formats: https://www.sqlite.org/fileformat2.html#walformat and https://www.sqlite.org/walformat.html#walidxfmt
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f_0682;
const LARGEST_PAGE = 65_536;
const INDEX_COPY_BYTES = 48;
/** What is looked at of the log's index: its header, which is there twice, and how many frames were moved into the file. */
export const INDEX_BYTES = 2 * INDEX_COPY_BYTES + 4;
const INDEX_VERSION = 3_007_000;

/**
 * - `whole`: every commit that the log tells of is read.
 * - `damaged`: commits behind a place that does not check are not.
 * - `unfinished`: frames without a commit stand behind the last one. A write was under way or taken back, or the log was cut.
 * - `short`: the log's index, which its writers share, counts more frames than can be read.
 */
export type WalEnd = 'whole' | 'damaged' | 'unfinished' | 'short';

/** How a log was found that was copied. */
export interface WalCopy {
  /** The first bytes of the `-shm` file beside it, from before it was copied; `undefined` where there was none. */
  readonly index: Uint8Array | undefined;
  /**
   * Whether nobody wrote to it meanwhile. Otherwise it may end within a write, and hold frames of two rounds where a writer
   * began another: only an index of the same round tells what is missing.
   */
  readonly isStill: boolean;
}

/** How a log ends; `whole` where there is none. */
export function walEnd(wal: string, { index, isStill }: WalCopy = { index: undefined, isStill: true }): WalEnd {
  let file: number;
  try {
    file = openSync(wal, 'r');
  } catch {
    // Whether the file can be read without its log is found elsewhere.
    return endOfNone(index);
  }
  try {
    return endOf(file, index, isStill);
  } finally {
    closeSync(file);
  }
}

/** A log that is not there, or empty: what it held is in the file, unless its index knows better. */
function endOfNone(index: Uint8Array | undefined): WalEnd {
  return isBeyond(countOf(index), 0) ? 'short' : 'whole';
}

function endOf(file: number, index: Uint8Array | undefined, isStill: boolean): WalEnd {
  const header = Buffer.alloc(HEADER_BYTES);
  const got = readSync(file, header, 0, HEADER_BYTES, 0);
  if (got === 0) return endOfNone(index);
  if (got < HEADER_BYTES) return 'unfinished';
  const magic = header.readUInt32BE(0);
  const isBigEndian = (magic & 1) === 1;
  const pageBytes = header.readUInt32BE(8) === 1 ? LARGEST_PAGE : header.readUInt32BE(8);
  const sums = { first: 0, second: 0 };
  add(sums, header, 0, 24, isBigEndian);
  const isHeader = ((magic ^ MAGIC) & ~1) === 0 && pageBytes >= 512 && pageBytes <= LARGEST_PAGE;
  // Nothing at all is read behind such a header, and its salts tell nothing.
  if (!isHeader || !isSum(sums, header, 24)) return 'damaged';
  const { committed, end } = scan(file, header, pageBytes, isBigEndian, sums);
  if (end === 'damaged' && isStill) return end;
  const counted = countOf(index);
  if (counted !== undefined && isAbout(counted, header)) return isBeyond(counted, committed) ? 'short' : 'whole';
  return isStill ? end : 'whole';
}

/**
 * Whether an index tells of the log with this header: not, when it is being written, or one of them is of another round.
 * @param header the log's first bytes
 */
export function isIndexOf(index: Uint8Array, header: Uint8Array): boolean {
  const counted = countOf(index);
  return counted !== undefined && isAbout(counted, Buffer.from(header));
}

/** One that counts no frame tells that whatever is in the log was moved into the file. */
function isAbout({ frames, salts }: IndexCount, header: Buffer): boolean {
  return frames === 0 || salts.compare(header, 16, 24) === 0;
}

interface Sums {
  first: number;
  second: number;
}

function scan(
  file: number,
  header: Buffer,
  pageBytes: number,
  isBigEndian: boolean,
  sums: Sums,
): { readonly committed: number; readonly end: WalEnd } {
  const size = FRAME_HEADER_BYTES + pageBytes;
  const frame = Buffer.alloc(size);
  let committed = 0;
  let isOpen = false;
  let isBroken = false;
  for (let number = 1; ; number += 1) {
    const got = readSync(file, frame, 0, size, HEADER_BYTES + (number - 1) * size);
    const salts = saltsIn(frame, header);
    if (got < size) {
      // A log only grows by whole frames; what is left of its last round has other salts.
      const isCut = got >= FRAME_HEADER_BYTES ? salts !== 'none' : got > 0 && !isBroken;
      return { committed, end: isOpen || isCut ? 'unfinished' : 'whole' };
    }
    if (isBroken) {
      if (salts !== 'none') isOpen = true;
      if (salts === 'both' && isCommit(frame)) return { committed, end: 'damaged' };
      continue;
    }
    if (salts === 'both') {
      add(sums, frame, 0, 8, isBigEndian);
      add(sums, frame, FRAME_HEADER_BYTES, size, isBigEndian);
    }
    isBroken = salts !== 'both' || !isSum(sums, frame, 16);
    if (isBroken) isOpen ||= salts !== 'none';
    else {
      isOpen = !isCommit(frame);
      if (!isOpen) committed = number;
    }
  }
}

/** The database's size in pages, which only a commit's last frame has. */
function isCommit(frame: Buffer): boolean {
  return frame.readUInt32BE(0) !== 0 && frame.readUInt32BE(4) !== 0;
}

/** Each round of a log has a salt that counts and one that is drawn: a frame with one of them only is a damaged one. */
function saltsIn(frame: Buffer, header: Buffer): 'both' | 'one' | 'none' {
  const first = frame.compare(header, 16, 20, 8, 12) === 0;
  const second = frame.compare(header, 20, 24, 12, 16) === 0;
  if (first && second) return 'both';
  return first || second ? 'one' : 'none';
}

interface IndexCount {
  /** Frames up to the last commit. */
  readonly frames: number;
  /** Frames that were moved into the file and are not needed any more when those are all. */
  readonly moved: number;
  readonly salts: Buffer;
}

/** What the index counts; `undefined` where it is none, or is just being written. Its numbers are in the machine's order. */
function countOf(bytes: Uint8Array | undefined): IndexCount | undefined {
  if (bytes === undefined || bytes.length < INDEX_BYTES) return undefined;
  const index = Buffer.from(bytes);
  const isWhole = index.compare(index, INDEX_COPY_BYTES, 2 * INDEX_COPY_BYTES, 0, INDEX_COPY_BYTES) === 0;
  const number = (at: number): number => (endianness() === 'LE' ? index.readUInt32LE(at) : index.readUInt32BE(at));
  if (!isWhole || number(0) !== INDEX_VERSION || index[12] !== 1) return undefined;
  return { frames: number(16), moved: number(2 * INDEX_COPY_BYTES), salts: index.subarray(32, 40) };
}

function isBeyond(count: IndexCount | undefined, committed: number): boolean {
  return count !== undefined && count.frames > committed && count.moved < count.frames;
}

function isSum({ first, second }: Sums, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}

function add(sums: Sums, bytes: Buffer, from: number, to: number, isBigEndian: boolean): void {
  let { first, second } = sums;
  for (let at = from; at + 8 <= to; at += 8) {
    const [one, other] = isBigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    first = (first + one + second) >>> 0;
    second = (second + other + first) >>> 0;
  }
  sums.first = first;
  sums.second = second;
}
