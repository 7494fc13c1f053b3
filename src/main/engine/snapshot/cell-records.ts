/**
 * Writes records that lie in cells into a segment as they lie there, without making JSON of them first. Only rows that are
 * events beyond doubt are written here, each with the line that its record as JSON would get; the others are left to those who
 * read records of JSON.
 */
import { isUtf8 } from 'node:buffer';
import { EVENT_FIELDS, EVENT_FLAGS } from '../../../shared/event.ts';
import { INSTANT_BYTES, writeInstant, writeInteger } from '../instant-bytes.ts';
import type { CellBatch } from '../repositories/repository.ts';
import { fastMicros } from './fast-timestamp.ts';
import type { Lanes } from './lanes.ts';
import { PAYLOAD, RESULT, TIMESTAMP } from './record-rules.ts';
import { RecordScanner } from './record-scanner.ts';
import { NULL_MARK, SEPARATOR } from './segment.ts';

const FIELDS = EVENT_FIELDS.length;
/** Longer records are for those who look more closely. */
const MOST_BYTES = 64 * 1024;
/** What a line takes at most beside the values: its number, two times, flags, source, separators. */
const FRAME_BYTES = 96 + INSTANT_BYTES;
/** Below this, a loop is faster than a call. */
const SHORT = 32;
const NOT_PLAIN = -1;

export class CellRecords {
  readonly #lanes: Lanes;
  readonly #scanner = new RecordScanner();
  /** Rows of the batch before this one are left to others: some of them are no UTF-8. */
  #doubtful = 0;
  /** Of the row that was written last. */
  #micros = 0;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /**
   * Takes in the rows from one on as long as they are plain and the segment has room for them.
   * @param most how many at most
   * @returns the first row that was not taken in
   */
  take(batch: CellBatch, from: number, most: number): number {
    if (from === 0) this.#doubtful = 0;
    const lanes = this.#lanes;
    // What was here before is recognised record by record.
    if (from < this.#doubtful || lanes.isResumed) return from;
    const { segment } = lanes;
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
    const [rows, start] = [segment.rows, segment.at];
    const to = Math.min(batch.rows, from + most);
    let read = 0;
    let row = from;
    for (; row < to; row += 1) {
      const size = cellBytes(batch, row);
      if (size > MOST_BYTES || !segment.fits(size + FRAME_BYTES)) break;
      const end = this.#write(batch, bytes, row, lanes.n + 1 + row - from);
      if (end === NOT_PLAIN) break;
      segment.wrote(end);
      segment.endRow(this.#micros);
      read += size;
    }
    if (row === from) return from;
    // All at a time, which is many times as fast.
    if (!isUtf8(segment.buffer.subarray(start, segment.at))) {
      segment.cut(rows);
      this.#doubtful = row;
      return from;
    }
    lanes.took(row - from, read);
    return row;
  }

  /** Writes the line of a row; returns the offset behind its last separator, or {@link NOT_PLAIN}. */
  #write(batch: CellBatch, bytes: Buffer, row: number, n: number): number {
    const { starts, lengths, micros, naive } = batch;
    const { source, segment } = this.#lanes;
    const target = segment.buffer;
    const base = row * FIELDS;
    if ((lengths[base] ?? 0) < 0 || (lengths[base + 1] ?? 0) < 1 || (lengths[base + 2] ?? 0) < 1) return NOT_PLAIN;
    let flags = this.#flagsOfJson(batch, bytes, base);
    if (flags === NOT_PLAIN) return NOT_PLAIN;

    let at = writeInteger(n, target, segment.at);
    target[at] = SEPARATOR;
    at += 1;
    let isPlain = true;
    for (let index = base; index < base + TIMESTAMP; index += 1) {
      const from = starts[index] ?? 0;
      const to = from + (lengths[index] ?? 0);
      for (let i = from; i < to; i += 1) {
        const byte = bytes[i] ?? 0;
        if (byte < 0x20) isPlain = false;
        target[at] = byte;
        at += 1;
      }
      target[at] = SEPARATOR;
      at += 1;
    }
    if (!isPlain) return NOT_PLAIN;

    let time = micros[row] ?? Number.NaN;
    if (Number.isNaN(time)) {
      const from = starts[base + TIMESTAMP] ?? 0;
      const to = from + (lengths[base + TIMESTAMP] ?? 0);
      time = fastMicros(bytes, from, to);
      if (Number.isNaN(time)) return NOT_PLAIN;
      at = copy(bytes, from, to, target, at);
    } else {
      at = writeInstant(time, !naive, target, at);
      if (naive) flags |= EVENT_FLAGS.naiveTime;
    }
    this.#micros = time;
    target[at] = SEPARATOR;
    at += 1;
    if (time < 0) {
      target[at] = 0x2d;
      at += 1;
    }
    at = writeInteger(Math.abs(time), target, at);
    target[at] = SEPARATOR;
    at = writeInteger(flags, target, at + 1);
    target[at] = SEPARATOR;
    at = writeInteger(source, target, at + 1);
    target[at] = SEPARATOR;
    at += 1;
    for (let index = base + RESULT; index <= base + PAYLOAD; index += 1) {
      const length = lengths[index] ?? -1;
      if (length < 0) {
        target[at] = NULL_MARK;
        at += 1;
      } else {
        const from = starts[index] ?? 0;
        at = copy(bytes, from, from + length, target, at);
      }
      target[at] = SEPARATOR;
      at += 1;
    }
    target[at] = NULL_MARK;
    target[at + 1] = SEPARATOR;
    return at + 2;
  }

  /** What is to be said of `result` and `payload`; {@link NOT_PLAIN} unless they are JSON that can lie in a line. */
  #flagsOfJson({ starts, lengths }: CellBatch, bytes: Buffer, base: number): number {
    const scanner = this.#scanner;
    let flags = EVENT_FLAGS.dropped as number;
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      const length = lengths[base + index] ?? -1;
      if (length < 0) continue;
      flags &= ~EVENT_FLAGS.dropped;
      const from = starts[base + index] ?? 0;
      const to = from + length;
      if (length === 2 && bytes[from] === 0x7b && bytes[from + 1] === 0x7d) continue;
      // Space around a value makes its record one that is kept whole.
      if ((bytes[from] ?? 0) <= 0x20 || (bytes[to - 1] ?? 0) <= 0x20) return NOT_PLAIN;
      if (!scanner.scanValue(bytes, index, from, to) || scanner.controls) return NOT_PLAIN;
      if (scanner.lone[index] === 1) flags |= EVENT_FLAGS.loneSurrogate;
    }
    return flags;
  }
}

/** Bytes of all values of a row. */
export function cellBytes({ lengths }: CellBatch, row: number): number {
  let size = 0;
  for (let index = row * FIELDS; index < (row + 1) * FIELDS; index += 1) {
    const length = lengths[index] ?? 0;
    if (length > 0) size += length;
  }
  return size;
}

function copy(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from > SHORT) {
    source.copy(target, at, from, to);
    return at + to - from;
  }
  let end = at;
  for (let i = from; i < to; i += 1) {
    target[end] = source[i] ?? 0;
    end += 1;
  }
  return end;
}
