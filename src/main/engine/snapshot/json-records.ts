/** Turns a record that is the JSON of an event into a row, or says why it is none. */
import { isUtf8 } from 'node:buffer';
import { EVENT_FIELDS, EVENT_FLAGS } from '../../../shared/event.ts';
import { parseTimestamp } from '../../../shared/timestamp.ts';
import { fastMicros } from './fast-timestamp.ts';
import type { Lanes } from './lanes.ts';
import { KIND, RecordScanner } from './record-scanner.ts';
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

/** Where in a buffer something lies. */
type Part = readonly [from: number, to: number];

export class JsonRecords {
  readonly #lanes: Lanes;
  readonly #scanner = new RecordScanner();
  /** Fields whose text was decoded, reused from record to record. */
  readonly #decoded: (string | undefined)[] = Array.from({ length: TIMESTAMP + 1 }, () => undefined);

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /**
   * Takes a record in, which was begun. Returns why it is to be set aside, if it is.
   * @param bytes what holds the record between `from` and `to`
   * @param isText whether the bytes are known to be UTF-8
   */
  add(bytes: Buffer, from: number, to: number, isText: boolean): Problem | undefined {
    const length = to - from;
    if (length > MAX_RECORD_BYTES) {
      return ['too_large', `It takes ${length} bytes; at most ${MAX_RECORD_BYTES} are read as one event.`];
    }
    if (!isText && !isUtf8(bytes.subarray(from, to))) return ['not_utf8', 'It holds bytes that are not UTF-8.'];
    const scanner = this.#scanner;
    if (!scanner.scan(bytes, from, to)) return [scanner.problemCode, problemSentence(scanner)];
    return this.#problemOfFields() ?? this.#stage(bytes, from, to);
  }

  /** Why a JSON object is no event, if it is none. */
  #problemOfFields(): Problem | undefined {
    const { kinds, starts, ends } = this.#scanner;
    for (let index = 0; index <= TIMESTAMP; index += 1) {
      const kind = kinds[index] ?? KIND.absent;
      const isRequired = index === 1 || index === 2 || index === TIMESTAMP;
      if (kind === KIND.string) {
        if (!isRequired || (ends[index] ?? 0) - (starts[index] ?? 0) > 2) continue;
        return ['empty_field', `Its ${EVENT_FIELDS[index]} is empty.`];
      }
      if (index === 0) {
        if (kind === KIND.absent) return ['missing_field', 'It has no id.'];
        if (kind === KIND.object || kind === KIND.array) return ['wrong_type', 'Its id is not a single value.'];
      } else if (isRequired && kind === KIND.absent) {
        return ['missing_field', `It has no ${EVENT_FIELDS[index]}.`];
      } else if (isRequired || (kind !== KIND.absent && kind !== KIND.null)) {
        return ['wrong_type', `Its ${EVENT_FIELDS[index]} is not a text.`];
      }
    }
    return undefined;
  }

  /** Writes the scanned record's row, unless its timestamp is none. */
  #stage(value: Buffer, recordFrom: number, recordTo: number): Problem | undefined {
    const { kinds, starts, ends, escaped, lone, compact, controls } = this.#scanner;
    let canonical = compact && kinds[0] === KIND.string;
    let slow = controls || (recordTo - recordFrom) * 2 + 512 > MAX_LINE_BYTES;
    let flags = 0;
    const decoded = this.#decoded;
    for (let index = 0; index <= TIMESTAMP; index += 1) {
      decoded[index] = undefined;
      if (kinds[index] !== KIND.string) {
        canonical = false;
        continue;
      }
      if (lone[index] === 1) flags |= EVENT_FLAGS.loneSurrogate;
      if (escaped[index] !== 1) continue;
      const source = value.toString('utf8', starts[index] ?? 0, ends[index] ?? 0);
      const text = decodeString(source);
      decoded[index] = text;
      if (CONTROL.test(text) || lone[index] === 1) slow = true;
      // Escapers agree on the short escapes only, so records with others are kept as they are.
      if (source.includes('\\u') || source !== JSON.stringify(text)) canonical = false;
    }
    if (lone[RESULT] === 1 || lone[PAYLOAD] === 1) flags |= EVENT_FLAGS.loneSurrogate;
    if (kinds[RESULT] === KIND.absent && kinds[PAYLOAD] === KIND.absent) flags |= EVENT_FLAGS.dropped;

    const from = (starts[TIMESTAMP] ?? 0) + 1;
    const to = (ends[TIMESTAMP] ?? 0) - 1;
    let micros: number | bigint = decoded[TIMESTAMP] === undefined ? fastMicros(value, from, to) : Number.NaN;
    if (Number.isNaN(micros)) {
      const text = decoded[TIMESTAMP] ?? value.toString('utf8', from, to);
      const parsed = parseTimestamp(text);
      if (parsed === undefined) return notATime(text);
      micros = parsed.micros;
      if (parsed.naive) flags |= EVENT_FLAGS.naiveTime;
      if (parsed.subMicrosecond) flags |= EVENT_FLAGS.subMicrosecond;
    }
    if (!canonical) flags |= EVENT_FLAGS.notCanonical;
    // Kept whole when its columns would not make it up again.
    const raw = canonical ? undefined : ([recordFrom, recordTo] as const);
    if (slow) this.#stageSlow(value, BigInt(micros), flags, raw);
    else this.#stageLine(value, micros, flags, raw);
    return undefined;
  }

  #stageLine(value: Buffer, micros: number | bigint, flags: number, raw: Part | undefined): void {
    const { kinds, starts, ends } = this.#scanner;
    const decoded = this.#decoded;
    const lanes = this.#lanes;
    const { segment } = lanes;
    segment.integer(lanes.n);
    for (let index = 0; index <= TIMESTAMP; index += 1) {
      const text = decoded[index];
      if (text !== undefined) segment.text(text);
      else if (kinds[index] === KIND.string) segment.slice(value, (starts[index] ?? 0) + 1, (ends[index] ?? 0) - 1);
      else if (index === 0) segment.slice(value, starts[0] ?? 0, ends[0] ?? 0);
      else segment.slice(value, 0, 0);
    }
    if (typeof micros === 'number') segment.integer(micros);
    else segment.text(micros.toString());
    segment.integer(flags);
    segment.integer(lanes.source);
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      if (kinds[index] === KIND.absent) segment.nil();
      else segment.slice(value, starts[index] ?? 0, ends[index] ?? 0);
    }
    if (raw === undefined) segment.nil();
    else segment.slice(value, ...raw);
    lanes.endRow(Number(micros));
  }

  #stageSlow(value: Buffer, micros: bigint, flags: number, raw: Part | undefined): void {
    this.#lanes.slow({
      texts: this.#decoded.map((decoded, index) => this.#text(value, index, decoded).toWellFormed()),
      micros,
      flags,
      result: this.#json(value, RESULT),
      payload: this.#json(value, PAYLOAD),
      raw: raw === undefined ? null : value.toString('utf8', ...raw),
    });
  }

  #text(value: Buffer, index: number, decoded: string | undefined): string {
    const { kinds, starts, ends } = this.#scanner;
    if (decoded !== undefined) return decoded;
    if (kinds[index] === KIND.string) return value.toString('utf8', (starts[index] ?? 0) + 1, (ends[index] ?? 0) - 1);
    return index === 0 ? value.toString('utf8', starts[0] ?? 0, ends[0] ?? 0) : '';
  }

  #json(value: Buffer, index: number): string | null {
    const { kinds, starts, ends } = this.#scanner;
    return kinds[index] === KIND.absent ? null : value.toString('utf8', starts[index] ?? 0, ends[index] ?? 0);
  }
}

/** The value of a JSON string's text, which the scanner has found to be one. */
function decodeString(source: string): string {
  return String(JSON.parse(source));
}
