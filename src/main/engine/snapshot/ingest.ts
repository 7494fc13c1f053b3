/**
 * Turns stored records into rows of the snapshot: copies value bytes into segments that DuckDB reads in bulk, sets aside
 * what is no event, and counts everything.
 */
import { isUtf8 } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_FIELDS, EVENT_FLAGS } from '../../../shared/event.ts';
import { parseTimestamp } from '../../../shared/timestamp.ts';
import type { RecordBatch } from '../repositories/repository.ts';
import { fastMicros, fastMicrosOfText } from './fast-timestamp.ts';
import { KIND, RecordScanner } from './record-scanner.ts';
import { allowMoreMemory, HEAVY_BYTES, HEAVY_LOAD_BYTES, MAX_LINE_BYTES, storageProblem } from './schema.ts';
import { SeenKeys } from './seen-keys.ts';
import { Segment } from './segment.ts';

/** Larger records are set aside whole: no view could show them, and one could exhaust the memory. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** The first segment is handed over early, so that rows are on screen at once. */
const FIRST_ROWS = 2_000;
const SLOW_LANE_BYTES = 16 * 1024 * 1024;

const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
const RESULT = EVENT_FIELDS.indexOf('result');
const PAYLOAD = EVENT_FIELDS.indexOf('payload');

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f]/;

/** What came of the records of one source. */
export interface SourceCounts {
  readonly read: number;
  readonly captured: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly bytes_read: number;
}

/** The same over all sources, and of each. */
export interface IngestCounts extends SourceCounts {
  readonly perSource: readonly SourceCounts[];
}

type OnCommit = (counts: IngestCounts, segments: readonly string[]) => Promise<void>;

/** A row as values, for the slow lane. */
interface SlowRow {
  readonly n: number;
  readonly texts: readonly string[];
  readonly micros: bigint;
  readonly flags: number;
  readonly source: number;
  readonly result: string | null;
  readonly payload: string | null;
  readonly raw: string | null;
}

interface RejectedRow {
  readonly seq: number;
  readonly code: string;
  readonly reason: string;
  readonly key: Uint8Array;
  readonly raw: Uint8Array;
}

const EMPTY = new Uint8Array();

export class Ingest {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #onCommit: OnCommit;
  readonly #scanner = new RecordScanner();
  /** The keys that each source delivered. */
  readonly #seen: readonly SeenKeys[];
  readonly #perSource: readonly { -readonly [K in keyof SourceCounts]: number }[];
  /** The source whose records are being taken in. */
  #source = 0;
  #segment = new Segment(SEGMENT_BYTES);
  #spare = new Segment(SEGMENT_BYTES);
  #slow: SlowRow[] = [];
  #slowBytes = 0;
  #rejects: RejectedRow[] = [];
  #rejectBytes = 0;
  #pending: Promise<void> = Promise.resolve();
  /** Batches are taken in one after the other, whichever source they are of. */
  #turn: Promise<void> = Promise.resolve();
  /** Fields whose text was decoded, reused from record to record. */
  readonly #decoded: (string | undefined)[] = Array.from({ length: TIMESTAMP + 1 }, () => undefined);
  #rotations = 0;
  #files: readonly string[] = [];
  #read = 0;
  #captured = 0;
  #rejected = 0;
  #duplicates = 0;
  #bytes = 0;
  /** Bytes of records that are long enough to need more memory in bulk. */
  #heavyBytes = 0;
  #hasMoreMemory = false;

  /** @param onCommit is called within the transaction that keeps rows, with what they add up to and where they lie. */
  constructor(connection: DuckDBConnection, folder: string, sources: number, onCommit: OnCommit) {
    this.#connection = connection;
    this.#folder = folder;
    this.#onCommit = onCommit;
    this.#seen = Array.from({ length: sources }, (_, index) => new SeenKeys(join(folder, `keys-${index}`)));
    this.#perSource = this.#seen.map(() => ({ read: 0, captured: 0, rejected: 0, duplicates: 0, bytes_read: 0 }));
  }

  /** What was taken in so far, committed or not. */
  counts(): IngestCounts {
    return {
      read: this.#read,
      captured: this.#captured,
      rejected: this.#rejected,
      duplicates: this.#duplicates,
      bytes_read: this.#bytes,
      perSource: this.#perSource.map((counts) => ({ ...counts })),
    };
  }

  /** Takes a batch of a source in, after those that came before it. Waits when the database is more than a segment behind. */
  add(batch: RecordBatch, source = 0): Promise<void> {
    const turn = this.#turn.then(() => this.#take(batch, source));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take(batch: RecordBatch, source: number): Promise<void> {
    this.#source = source;
    const before = this.counts();
    try {
      await this.#takeIn(batch);
    } finally {
      const counts = this.#perSource[source];
      if (counts !== undefined) {
        counts.read += this.#read - before.read;
        counts.captured += this.#captured - before.captured;
        counts.rejected += this.#rejected - before.rejected;
        counts.duplicates += this.#duplicates - before.duplicates;
        counts.bytes_read += this.#bytes - before.bytes_read;
      }
    }
  }

  async #takeIn(batch: RecordBatch): Promise<void> {
    if (batch.kind === 'json') {
      for (const [index, value] of batch.values.entries()) {
        const room = value.length * 2 + 512;
        if (room <= MAX_LINE_BYTES && !this.#segment.fits(room)) await this.#rotate();
        const rejected = this.#rejected;
        this.#addJson(value, batch.keys[index]);
        if (this.#rejected !== rejected && batch.place !== undefined) this.#placeLastReject(batch.place(index));
        if (this.#mustRotate()) await this.#rotate();
      }
    } else if (batch.kind === 'broken') {
      for (const { code, reason, bytes, place } of batch.records) {
        this.#read += 1;
        this.#weigh(bytes.length);
        this.#reject(code, reason, bytes, Buffer.from(place));
        if (this.#mustRotate()) await this.#rotate();
      }
    } else {
      for (const [index, row] of batch.rows.entries()) {
        if (!this.#segment.fits(MAX_LINE_BYTES)) await this.#rotate();
        this.#addRow(row, batch.keys[index] ?? '');
        if (this.#mustRotate()) await this.#rotate();
      }
    }
  }

  /** Commits everything taken in, and lets go of what was needed for taking in. */
  async finish(): Promise<void> {
    for (const seen of this.#seen) seen.close();
    await this.#rotate();
    await this.#pending;
  }

  #mustRotate(): boolean {
    return (
      this.#slowBytes + this.#rejectBytes > SLOW_LANE_BYTES || (this.#rotations === 0 && this.#captured >= FIRST_ROWS)
    );
  }

  /** Hands the filled segment to the database and goes on with the other one. */
  async #rotate(): Promise<void> {
    await this.#pending;
    const segment = this.#segment;
    const slow = this.#slow;
    const rejects = this.#rejects;
    this.#segment = this.#spare;
    this.#spare = segment;
    this.#slow = [];
    this.#slowBytes = 0;
    this.#rejects = [];
    this.#rejectBytes = 0;
    this.#rotations += 1;
    const counts = this.counts();
    this.#pending = this.#commit(segment, slow, rejects, counts);
    // The next rotation reports a failure; until then nobody may see it as unhandled.
    this.#pending.catch(() => undefined);
    // The first rows are waited for: a fast store would be far ahead of them before anybody sees one.
    if (this.#rotations === 1) await this.#pending;
  }

  async #commit(
    segment: Segment,
    slow: readonly SlowRow[],
    rejects: readonly RejectedRow[],
    counts: IngestCounts,
  ): Promise<void> {
    const connection = this.#connection;
    const segments = [...this.#files];
    try {
      if (segment.rows > 0) {
        const path = join(this.#folder, `segment-${segments.length}.rows`);
        await writeFile(path, segment.contents(), { mode: 0o600, flag: 'wx' });
        segments.push(path);
      }
      if (!this.#hasMoreMemory && this.#heavyBytes > HEAVY_LOAD_BYTES) {
        // Given before it is needed: a checkpoint that runs out of memory takes the database with it.
        this.#hasMoreMemory = true;
        await allowMoreMemory(connection);
      }
      await connection.run('BEGIN');
      if (slow.length > 0) await appendSlow(connection, slow);
      if (rejects.length > 0) await appendRejects(connection, rejects);
      await this.#onCommit(counts, segments);
      await connection.run('COMMIT');
      this.#files = segments;
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw storageProblem(error, this.#folder);
    } finally {
      segment.reset();
    }
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes;
    if (bytes > HEAVY_BYTES) this.#heavyBytes += bytes;
  }

  #reject(code: string, reason: string, raw: Uint8Array, key: Uint8Array): void {
    this.#rejects.push({ seq: this.#read - 1, code, reason, key, raw });
    this.#rejectBytes += raw.length + key.length + 64;
    this.#rejected += 1;
  }

  #placeLastReject(place: string): void {
    const last = this.#rejects.pop();
    if (last !== undefined) this.#rejects.push({ ...last, key: Buffer.from(place) });
  }

  #addJson(value: Uint8Array, key: Uint8Array | undefined): void {
    this.#read += 1;
    this.#weigh(value.length);
    if (key !== undefined && this.#seen[this.#source]?.add(key) === false) {
      this.#duplicates += 1;
      return;
    }
    const keyBytes = key ?? EMPTY;
    if (value.length > MAX_RECORD_BYTES) {
      this.#reject(
        'too_large',
        `It takes ${value.length} bytes; at most ${MAX_RECORD_BYTES} are read as one event.`,
        value,
        keyBytes,
      );
      return;
    }
    if (!isUtf8(value)) {
      this.#reject('not_utf8', 'It holds bytes that are not UTF-8.', value, keyBytes);
      return;
    }
    const scanner = this.#scanner;
    if (!scanner.scan(value)) {
      this.#reject(scanner.problemCode, sentence(scanner.problem, scanner.problemAt), value, keyBytes);
      return;
    }
    const problem = this.#problemOfFields();
    if (problem !== undefined) {
      this.#reject(problem[0], problem[1], value, keyBytes);
      return;
    }
    this.#addScanned(value, keyBytes);
  }

  /** Why a JSON object is no event, if it is none. */
  #problemOfFields(): readonly [string, string] | undefined {
    const { kinds, starts, ends } = this.#scanner;
    for (let index = 0; index <= TIMESTAMP; index += 1) {
      const kind = kinds[index] ?? KIND.absent;
      const name = EVENT_FIELDS[index] ?? '';
      if (kind === KIND.string) {
        const required = index === 1 || index === 2 || index === TIMESTAMP;
        if (required && (ends[index] ?? 0) - (starts[index] ?? 0) === 2)
          return ['empty_field', `Its ${name} is empty.`];
        continue;
      }
      if (index === 0) {
        if (kind === KIND.absent) return ['missing_field', 'It has no id.'];
        if (kind === KIND.object || kind === KIND.array) return ['wrong_type', 'Its id is not a single value.'];
        continue;
      }
      if (index === 1 || index === 2 || index === TIMESTAMP) {
        return kind === KIND.absent
          ? ['missing_field', `It has no ${name}.`]
          : ['wrong_type', `Its ${name} is not a text.`];
      }
      if (kind !== KIND.absent && kind !== KIND.null) return ['wrong_type', `Its ${name} is not a text.`];
    }
    return undefined;
  }

  #addScanned(value: Uint8Array, key: Uint8Array): void {
    const scanner = this.#scanner;
    const { kinds, starts, ends, escaped, lone } = scanner;
    let canonical = scanner.compact && kinds[0] === KIND.string;
    let slow = scanner.controls || value.length * 2 + 512 > MAX_LINE_BYTES;
    let flags = 0;
    const decoded = this.#decoded;
    decoded.fill(undefined);
    for (let index = 0; index <= TIMESTAMP; index += 1) {
      if (kinds[index] !== KIND.string) {
        canonical = false;
        continue;
      }
      if (escaped[index] !== 1) continue;
      const source = textOf(value, starts[index] ?? 0, ends[index] ?? 0);
      const text = decodeString(source);
      decoded[index] = text;
      if (CONTROL.test(text) || lone[index] === 1) slow = true;
      // Escapers agree on the short escapes only, so records with others are kept as they are.
      if (source.includes('\\u') || source !== JSON.stringify(text)) canonical = false;
    }
    for (let index = 0; index <= PAYLOAD; index += 1) if (lone[index] === 1) flags |= EVENT_FLAGS.loneSurrogate;
    if (kinds[RESULT] === KIND.absent && kinds[PAYLOAD] === KIND.absent) flags |= EVENT_FLAGS.dropped;

    const from = (starts[TIMESTAMP] ?? 0) + 1;
    const to = (ends[TIMESTAMP] ?? 0) - 1;
    const fast = decoded[TIMESTAMP] === undefined ? fastMicros(value, from, to) : Number.NaN;
    let micros: number | bigint = fast;
    if (Number.isNaN(fast)) {
      const text = decoded[TIMESTAMP] ?? textOf(value, from, to);
      const parsed = parseTimestamp(text);
      if (parsed === undefined) {
        this.#reject(
          'bad_timestamp',
          `Its timestamp “${text.slice(0, 64)}” is not an ISO 8601 date and time.`,
          value,
          key,
        );
        return;
      }
      micros = parsed.micros;
      if (parsed.naive) flags |= EVENT_FLAGS.naiveTime;
      if (parsed.subMicrosecond) flags |= EVENT_FLAGS.subMicrosecond;
    }
    if (!canonical) flags |= EVENT_FLAGS.notCanonical;
    const n = this.#read - 1;
    this.#captured += 1;
    if (slow) {
      this.#addSlow({
        n,
        texts: Array.from({ length: TIMESTAMP + 1 }, (_, index) =>
          this.#text(value, index, decoded[index]).toWellFormed(),
        ),
        micros: BigInt(micros),
        flags,
        source: this.#source,
        result: this.#json(value, RESULT),
        payload: this.#json(value, PAYLOAD),
        raw: canonical ? null : textOf(value, 0, value.length),
      });
      return;
    }
    const segment = this.#segment;
    segment.integer(n);
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
    segment.integer(this.#source);
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      if (kinds[index] === KIND.absent) segment.nil();
      else segment.slice(value, starts[index] ?? 0, ends[index] ?? 0);
    }
    if (canonical) segment.nil();
    else segment.slice(value, 0, value.length);
    segment.endRow();
  }

  #text(value: Uint8Array, index: number, decoded: string | undefined): string {
    const { kinds, starts, ends } = this.#scanner;
    if (decoded !== undefined) return decoded;
    if (kinds[index] === KIND.string) return textOf(value, (starts[index] ?? 0) + 1, (ends[index] ?? 0) - 1);
    return index === 0 ? textOf(value, starts[0] ?? 0, ends[0] ?? 0) : '';
  }

  #json(value: Uint8Array, index: number): string | null {
    const { kinds, starts, ends } = this.#scanner;
    return kinds[index] === KIND.absent ? null : textOf(value, starts[index] ?? 0, ends[index] ?? 0);
  }

  #addSlow(row: SlowRow): void {
    this.#slow.push(row);
    this.#slowBytes += 256 + (row.result?.length ?? 0) + (row.payload?.length ?? 0) + (row.raw?.length ?? 0);
  }

  #addRow(row: readonly (string | null)[], key: string): void {
    this.#read += 1;
    let size = 0;
    for (const value of row) size += value === null ? 4 : value.length;
    this.#weigh(size);
    const reject = (code: string, reason: string): void => {
      const record = Object.fromEntries(EVENT_FIELDS.map((name, index) => [name, row[index] ?? null]));
      this.#reject(code, reason, Buffer.from(JSON.stringify(record)), Buffer.from(key));
    };
    if (size > MAX_RECORD_BYTES) {
      reject('too_large', `It takes ${size} characters; at most ${MAX_RECORD_BYTES} are read as one event.`);
      return;
    }
    for (const index of [0, 1, 2, TIMESTAMP]) {
      const value = row[index] ?? null;
      const name = EVENT_FIELDS[index] ?? '';
      if (value === null) {
        reject('missing_field', `It has no ${name}.`);
        return;
      }
      if (value === '' && index !== 0) {
        reject('empty_field', `Its ${name} is empty.`);
        return;
      }
    }
    let flags = 0;
    let slow = size * 6 + 512 > MAX_LINE_BYTES;
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      const value = row[index] ?? null;
      if (value === null || value === '{}') continue;
      if (!this.#scanner.scanValue(Buffer.from(value), index)) {
        reject(
          'not_json',
          `Its ${EVENT_FIELDS[index]} is not JSON: ${sentence(this.#scanner.problem, this.#scanner.problemAt)}`,
        );
        return;
      }
      if (this.#scanner.controls) slow = true;
      if (this.#scanner.lone[index] === 1) flags |= EVENT_FLAGS.loneSurrogate;
    }
    const timestamp = row[TIMESTAMP] ?? '';
    let micros: number | bigint = fastMicrosOfText(timestamp);
    if (Number.isNaN(micros)) {
      const parsed = parseTimestamp(timestamp);
      if (parsed === undefined) {
        reject('bad_timestamp', `Its timestamp “${timestamp.slice(0, 64)}” is not an ISO 8601 date and time.`);
        return;
      }
      micros = parsed.micros;
      if (parsed.naive) flags |= EVENT_FLAGS.naiveTime;
      if (parsed.subMicrosecond) flags |= EVENT_FLAGS.subMicrosecond;
    }
    if ((row[RESULT] ?? null) === null && (row[PAYLOAD] ?? null) === null) flags |= EVENT_FLAGS.dropped;
    const n = this.#read - 1;
    this.#captured += 1;
    for (let index = 0; index <= TIMESTAMP; index += 1) if (CONTROL.test(row[index] ?? '')) slow = true;
    if (slow) {
      this.#addSlow({
        n,
        texts: Array.from({ length: TIMESTAMP + 1 }, (_, index) => row[index] ?? ''),
        micros: BigInt(micros),
        flags,
        source: this.#source,
        result: row[RESULT] ?? null,
        payload: row[PAYLOAD] ?? null,
        raw: null,
      });
      return;
    }
    const segment = this.#segment;
    segment.integer(n);
    for (let index = 0; index <= TIMESTAMP; index += 1) segment.text(row[index] ?? '');
    if (typeof micros === 'number') segment.integer(micros);
    else segment.text(micros.toString());
    segment.integer(flags);
    segment.integer(this.#source);
    for (let index = RESULT; index <= PAYLOAD; index += 1) {
      const value = row[index] ?? null;
      if (value === null) segment.nil();
      else segment.text(value);
    }
    segment.nil();
    segment.endRow();
  }
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', from, to);
}

/** The value of a JSON string's text, which the scanner has found to be one. */
function decodeString(source: string): string {
  return String(JSON.parse(source));
}

function sentence(problem: string, at: number): string {
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)} (at byte ${at}).`;
}

async function appendSlow(connection: DuckDBConnection, rows: readonly SlowRow[]): Promise<void> {
  const appender = await connection.createAppender('slow');
  for (const row of rows) {
    appender.appendBigInt(BigInt(row.n));
    for (const text of row.texts) appender.appendVarchar(text);
    appender.appendBigInt(row.micros);
    appender.appendInteger(row.flags);
    appender.appendSmallInt(row.source);
    for (const text of [row.result, row.payload, row.raw]) {
      if (text === null) appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  }
  appender.closeSync();
}

async function appendRejects(connection: DuckDBConnection, rows: readonly RejectedRow[]): Promise<void> {
  const appender = await connection.createAppender('reject');
  for (const row of rows) {
    appender.appendBigInt(BigInt(row.seq));
    appender.appendVarchar(row.code);
    appender.appendVarchar(row.reason);
    appender.appendBlob(row.key);
    appender.appendBlob(row.raw);
    appender.endRow();
  }
  appender.closeSync();
}
