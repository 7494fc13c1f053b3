/**
 * Finds out whether SQLite leaves out commits of a write-ahead log because of damage before them. It reads the log up to the
 * first frame that does not check, without a word, as it has to after a crash; a commit behind that frame was whole once.
 * The format: https://www.sqlite.org/fileformat2.html#walformat
 */
import { closeSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f_0682;
const LARGEST_PAGE = 65_536;

interface Sums {
  first: number;
  second: number;
}

/** Whether a frame does not check and a commit of the same log stands behind it. False where there is no log. */
export function hasLostCommits(wal: string): boolean {
  let file: number;
  try {
    file = openSync(wal, 'r');
  } catch {
    // Whether the file can be read without its log is found elsewhere.
    return false;
  }
  try {
    return new WalScan(file).hasLostCommits();
  } finally {
    closeSync(file);
  }
}

class WalScan {
  readonly #file: number;

  constructor(file: number) {
    this.#file = file;
  }

  hasLostCommits(): boolean {
    const header = this.#read(0, HEADER_BYTES);
    if (header === undefined || ((header.readUInt32BE(0) ^ MAGIC) & ~1) !== 0) return false;
    const isBigEndian = (header.readUInt32BE(0) & 1) === 1;
    const pageBytes = header.readUInt32BE(8) === 1 ? LARGEST_PAGE : header.readUInt32BE(8);
    if (pageBytes < 512 || pageBytes > LARGEST_PAGE) return false;
    const sums = { first: 0, second: 0 };
    add(sums, header.subarray(0, 24), isBigEndian);
    // With a damaged header nothing is read at all: any commit with its salts is lost.
    let isBroken = !isSum(sums, header, 24);
    const size = FRAME_HEADER_BYTES + pageBytes;
    for (let at = HEADER_BYTES; ; at += size) {
      const frame = this.#read(at, size);
      if (frame === undefined) return false;
      const isOfThisLog = frame.compare(header, 16, 24, 8, 16) === 0;
      if (isBroken) {
        if (isOfThisLog && frame.readUInt32BE(4) !== 0 && frame.readUInt32BE(0) !== 0) return true;
        continue;
      }
      // What is left of the log's last round has other salts, and no frame of this one behind it.
      isBroken = !isOfThisLog;
      if (isBroken) continue;
      add(sums, frame.subarray(0, 8), isBigEndian);
      add(sums, frame.subarray(FRAME_HEADER_BYTES), isBigEndian);
      isBroken = !isSum(sums, frame, 16);
    }
  }

  /** `undefined` beyond the end. */
  #read(at: number, length: number): Buffer | undefined {
    const bytes = Buffer.alloc(length);
    return readSync(this.#file, bytes, 0, length, at) < length ? undefined : bytes;
  }
}

function isSum({ first, second }: Sums, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}

function add(sums: Sums, bytes: Buffer, isBigEndian: boolean): void {
  let { first, second } = sums;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const [one, other] = isBigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    first = (first + one + second) >>> 0;
    second = (second + other + first) >>> 0;
  }
  sums.first = first;
  sums.second = second;
}
