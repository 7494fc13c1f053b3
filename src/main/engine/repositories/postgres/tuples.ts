/**
 * Takes apart what `COPY … TO STDOUT (FORMAT binary)` sends. It is the form without escapes, so values can be taken in as the
 * bytes they are: nothing is copied here but what a row needs that comes in pieces.
 */
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';
import { HEADER_BYTES, unknownForm } from './copy-query.ts';
import { microsOf } from './timestamp.ts';
import { RecordMaker, type Cells } from './tuple-record.ts';

/** How the column of `timestamp` arrives: microseconds since 2000 with or without a zone, or a text. */
export type TimeKind = 'timestamptz' | 'timestamp' | 'text';

export interface TupleLayout {
  readonly time: TimeKind;
  /** Whether the server vouches that `result` and `payload` are JSON; otherwise rows are handed over as texts. */
  readonly json: boolean;
  /** The fields whose values begin with a byte that says how they are written, as those of `jsonb` do. */
  readonly marked: readonly boolean[];
}

const SIGNATURE = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
const START_BYTES = SIGNATURE.length + 8;
const COLUMNS = EVENT_FIELDS.length;
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
/** What `jsonb` marks its values with. */
const JSONB_MARK = 1;

export class TupleReader {
  readonly #layout: TupleLayout;
  readonly #maker: RecordMaker;
  /** What did not make a whole row by itself; rows come one a message, but nothing says that they must. */
  #loose: Buffer | undefined;
  #started = false;
  #ended = false;
  #rows = 0;
  /** Where the values of the rows of the next batch lie. */
  #count = 0;
  #starts = new Int32Array(COLUMNS * 1_024);
  #lengths = new Int32Array(COLUMNS * 1_024);
  #micros = new Float64Array(1_024);

  constructor(layout: TupleLayout) {
    this.#layout = layout;
    this.#maker = new RecordMaker(layout.time);
  }

  /** Rows read so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether the server's own end mark was seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The records of some CopyData messages, which follow those that were read before. */
  *read(messages: Buffer): Iterable<RecordBatch> {
    for (let at = 0; at < messages.length;) {
      const from = at + HEADER_BYTES;
      const to = at + 1 + messages.readUInt32BE(at + 1);
      at = to;
      if (this.#loose === undefined) {
        const end = this.#take(messages, from, to);
        if (end < to) this.#loose = Buffer.from(messages.subarray(end, to));
      } else {
        yield* this.#batches(messages);
        const joined = Buffer.concat([this.#loose, messages.subarray(from, to)]);
        const end = this.#take(joined, 0, joined.length);
        yield* this.#batches(joined);
        this.#loose = end < joined.length ? joined.subarray(end) : undefined;
      }
    }
    yield* this.#batches(messages);
  }

  /** Goes through whole rows; returns the offset behind the last. */
  #take(bytes: Buffer, from: number, to: number): number {
    let at = this.#started ? from : this.#start(bytes, from, to);
    while (this.#started && !this.#ended && at < to) {
      const next = this.#tuple(bytes, at, to);
      if (next === -1) break;
      at = next;
    }
    return this.#ended ? to : at;
  }

  #start(bytes: Buffer, from: number, to: number): number {
    if (to - from < START_BYTES) return from;
    if (!bytes.subarray(from, from + SIGNATURE.length).equals(SIGNATURE)) throw unknownForm();
    const end = from + START_BYTES + bytes.readInt32BE(from + SIGNATURE.length + 4);
    if (to < end) return from;
    this.#started = true;
    return end;
  }

  /** Finds the values of the row at an offset; returns the offset behind it, or -1 when it is not all there. */
  #tuple(bytes: Buffer, from: number, to: number): number {
    if (from + 2 > to) return -1;
    const count = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
    if (count === 0xffff) {
      this.#ended = true;
      return from + 2;
    }
    if (count !== COLUMNS) throw unknownForm();
    if (this.#count === this.#micros.length) this.#grow();
    const [starts, lengths] = [this.#starts, this.#lengths];
    const base = this.#count * COLUMNS;
    let at = from + 2;
    for (let index = base; index < base + COLUMNS; index += 1) {
      if (at + 4 > to) return -1;
      const length =
        ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      at += 4;
      starts[index] = at;
      lengths[index] = length;
      if (length > 0) at += length;
      else if (length < -1) throw unknownForm();
      if (at > to) return -1;
    }
    this.#unmark(bytes, base);
    const isBinary = this.#layout.time !== 'text' && (lengths[base + TIMESTAMP] ?? -1) !== -1;
    if (isBinary && lengths[base + TIMESTAMP] !== 8) throw unknownForm();
    this.#micros[this.#count] = isBinary ? microsOf(bytes, starts[base + TIMESTAMP] ?? 0) : Number.NaN;
    this.#count += 1;
    this.#rows += 1;
    return at;
  }

  #unmark(bytes: Buffer, base: number): void {
    const { marked } = this.#layout;
    for (let index = 0; index < COLUMNS; index += 1) {
      if (marked[index] !== true || this.#lengths[base + index] === -1) continue;
      const start = this.#starts[base + index] ?? 0;
      if (this.#lengths[base + index] === 0 || bytes[start] !== JSONB_MARK) throw unknownForm();
      this.#starts[base + index] = start + 1;
      this.#lengths[base + index] = (this.#lengths[base + index] ?? 0) - 1;
    }
  }

  #grow(): void {
    const [starts, lengths, micros] = [this.#starts, this.#lengths, this.#micros];
    this.#starts = new Int32Array(starts.length * 2);
    this.#lengths = new Int32Array(lengths.length * 2);
    this.#micros = new Float64Array(micros.length * 2);
    this.#starts.set(starts);
    this.#lengths.set(lengths);
    this.#micros.set(micros);
  }

  /** What was found in some bytes since the last batch. */
  *#batches(bytes: Buffer): Iterable<RecordBatch> {
    if (this.#count === 0) return;
    const cells = { bytes, starts: this.#starts, lengths: this.#lengths };
    const [rows, maker, { json, time }] = [this.#count, this.#maker, this.#layout];
    if (json) {
      const record = (row: number): Uint8Array => maker.record(cells, row);
      yield { kind: 'cells', rows, ...cells, micros: this.#micros, naive: time === 'timestamp', record };
    } else yield* textBatches(cells, rows, maker);
    this.#count = 0;
  }
}

/** The same rows as texts, for columns of which nobody knows that they hold JSON. */
function* textBatches(cells: Cells, count: number, maker: RecordMaker): Iterable<RecordBatch> {
  const rows: (readonly (string | null)[])[] = [];
  const broken: BrokenBatch['records'][number][] = [];
  for (let row = 0; row < count; row += 1) {
    if (maker.isText(cells, row)) rows.push(maker.texts(cells, row));
    else broken.push(maker.broken(cells, row));
  }
  if (rows.length > 0) yield { kind: 'rows', rows, keys: rows.map(([id]) => id ?? '') };
  if (broken.length > 0) yield { kind: 'broken', records: broken };
}
