/** Turns a record that a store keeps in columns into a row, or says why it is no event. */
import { EVENT_FIELDS, EVENT_FLAGS } from '../../../shared/event.ts';
import { parseTimestamp } from '../../../shared/timestamp.ts';
import { fastMicrosOfText } from './fast-timestamp.ts';
import type { Lanes } from './lanes.ts';
import { RecordScanner } from './record-scanner.ts';
import {
  CONTROL,
  MAX_RECORD_BYTES,
  notATime,
  PAYLOAD,
  problemSentence,
  RESULT,
  TIMESTAMP,
  type Problem,
} from './record-rules.ts';
import { MAX_LINE_BYTES } from './schema.ts';

type Row = readonly (string | null)[];

const REQUIRED = [0, 1, 2, TIMESTAMP];

export class RowRecords {
  readonly #lanes: Lanes;
  readonly #scanner = new RecordScanner();

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /** Takes a row in. @param key where the store keeps it, for naming it when it is set aside */
  add(row: Row, key: string): void {
    const lanes = this.#lanes;
    let size = 0;
    for (const value of row) size += value === null ? 4 : value.length;
    lanes.begin(size);
    const problem = this.#stage(row, size);
    if (problem === undefined) return;
    const record = Object.fromEntries(EVENT_FIELDS.map((name, index) => [name, row[index] ?? null]));
    lanes.reject(...problem, Buffer.from(JSON.stringify(record)), Buffer.from(key));
  }

  #stage(row: Row, size: number): Problem | undefined {
    if (size > MAX_RECORD_BYTES) {
      return ['too_large', `It takes ${size} characters; at most ${MAX_RECORD_BYTES} are read as one event.`];
    }
    for (const index of REQUIRED) {
      const value = row[index] ?? null;
      if (value === null) return ['missing_field', `It has no ${EVENT_FIELDS[index]}.`];
      if (value === '' && index !== 0) return ['empty_field', `Its ${EVENT_FIELDS[index]} is empty.`];
    }
    let flags = 0;
    // A character can take three bytes.
    let slow = size * 6 + 512 > MAX_LINE_BYTES;
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      const value = row[index] ?? null;
      if (value === null || value === '{}') continue;
      const scanner = this.#scanner;
      if (!scanner.scanValue(Buffer.from(value), index)) {
        return ['not_json', `Its ${EVENT_FIELDS[index]} is not JSON: ${problemSentence(scanner)}`];
      }
      if (scanner.controls) slow = true;
      if (scanner.lone[index] === 1) flags |= EVENT_FLAGS.loneSurrogate;
    }
    const timestamp = row[TIMESTAMP] ?? '';
    let micros: number | bigint = fastMicrosOfText(timestamp);
    if (Number.isNaN(micros)) {
      const parsed = parseTimestamp(timestamp);
      if (parsed === undefined) return notATime(timestamp);
      micros = parsed.micros;
      if (parsed.naive) flags |= EVENT_FLAGS.naiveTime;
      if (parsed.subMicrosecond) flags |= EVENT_FLAGS.subMicrosecond;
    }
    if ((row[RESULT] ?? null) === null && (row[PAYLOAD] ?? null) === null) flags |= EVENT_FLAGS.dropped;
    for (let index = 0; index <= TIMESTAMP && !slow; index += 1) slow = CONTROL.test(row[index] ?? '');
    if (slow) {
      this.#lanes.slow({
        texts: Array.from({ length: TIMESTAMP + 1 }, (_, index) => row[index] ?? ''),
        micros: BigInt(micros),
        flags,
        result: row[RESULT] ?? null,
        payload: row[PAYLOAD] ?? null,
        raw: null,
      });
    } else this.#stageLine(row, micros, flags);
    return undefined;
  }

  #stageLine(row: Row, micros: number | bigint, flags: number): void {
    const lanes = this.#lanes;
    const { segment } = lanes;
    segment.integer(lanes.n);
    for (let index = 0; index <= TIMESTAMP; index += 1) segment.text(row[index] ?? '');
    if (typeof micros === 'number') segment.integer(micros);
    else segment.text(micros.toString());
    segment.integer(flags);
    segment.integer(lanes.source);
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      const value = row[index] ?? null;
      if (value === null) segment.nil();
      else segment.text(value);
    }
    segment.nil();
    lanes.endRow(Number(micros));
  }
}
