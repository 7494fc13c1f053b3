/** Takes records in: turns each into a row, drops what came twice, and commits the rows piece by piece. */
import { isUtf8 } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { jsonBatch } from '../repositories/cell-batch.ts';
import { PackedBatch, PLACES } from '../repositories/packed-batch.ts';
import type { CellBatch, JsonBatch, RecordBatch } from '../repositories/repository.ts';
import { cellBytes, CellRecords } from './cell-records.ts';
import { JsonRecords } from './json-records.ts';
import type { KnownRecords } from './known-records.ts';
import {
  Lanes,
  NOTHING_READ,
  type Aside,
  type IngestCounts,
  type RejectedRow,
  type SlowRow,
  type SourceCounts,
  type WrittenRow,
} from './lanes.ts';
import type { SlowKey, Staged, StagedSegment } from './merge.ts';
import { RowRecords } from './row-records.ts';
import { allowMoreMemory, HEAVY_LOAD_BYTES, MAX_LINE_BYTES, storageProblem } from './schema.ts';
import { SeenKeys } from './seen-keys.ts';

export { MAX_RECORD_BYTES } from './record-rules.ts';

/** The first segment is handed over early, so that rows are on screen at once. */
const FIRST_ROWS = 2_000;
const ASIDE_BYTES = 16 * 1024 * 1024;
const EMPTY = new Uint8Array();

type OnCommit = (counts: IngestCounts, segments: readonly string[]) => Promise<void>;

/** Where an earlier reading of the same sources ended. */
export interface Earlier {
  readonly counts: readonly SourceCounts[];
  /** What of it may come again; without it, everything that comes is new. */
  readonly known?: KnownRecords;
}

export class Ingest {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #onCommit: OnCommit;
  /** The keys that each source delivered. */
  #seen: readonly SeenKeys[];
  readonly #lanes: Lanes;
  readonly #json: JsonRecords;
  readonly #rows: RowRecords;
  readonly #cells: CellRecords;
  #pending: Promise<void> = Promise.resolve();
  /** Batches are taken in one after the other, whichever source they are of. */
  #turn: Promise<void> = Promise.resolve();
  #rotations = 0;
  #segments: readonly StagedSegment[] = [];
  readonly #slow: SlowKey[] = [];
  #hasMoreMemory = false;

  /**
   * @param onCommit is called within the transaction that keeps rows, with what they add up to and where they lie.
   * @param earlier what an earlier reading took in: counting goes on there, and what is known is not taken in again
   */
  constructor(connection: DuckDBConnection, folder: string, sources: number, onCommit: OnCommit, earlier?: Earlier) {
    this.#connection = connection;
    this.#folder = folder;
    this.#onCommit = onCommit;
    this.#seen = Array.from({ length: sources }, (_, index) => new SeenKeys(join(folder, `keys-${index}`)));
    this.#lanes = new Lanes(earlier?.counts ?? this.#seen.map(() => NOTHING_READ), earlier?.known);
    this.#json = new JsonRecords(this.#lanes);
    this.#rows = new RowRecords(this.#lanes);
    this.#cells = new CellRecords(this.#lanes);
  }

  /** What was taken in so far, committed or not. */
  counts(): IngestCounts {
    return this.#lanes.counts();
  }

  /** Everything that was committed and waits to be put in order. */
  staged(): Staged {
    return { segments: this.#segments, slow: this.#slow, isHeavy: this.#hasMoreMemory };
  }

  /** Takes a batch of a source in, after those that came before it. Waits when the database is more than a segment behind. */
  add(batch: RecordBatch, source = 0): Promise<void> {
    const turn = this.#turn.then(() => this.#takeIn(batch, source));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #takeIn(batch: RecordBatch, source: number): Promise<void> {
    const lanes = this.#lanes;
    lanes.from(source);
    if (batch.kind === 'json') {
      await (batch instanceof PackedBatch ? this.#takePacked(batch, source) : this.#takeJson(batch, source));
    } else if (batch.kind === 'cells') {
      await this.#takeInCells(batch);
    } else if (batch.kind === 'broken') {
      for (const { code, reason, bytes, place } of batch.records) {
        lanes.begin(bytes.length);
        lanes.reject(code, reason, bytes, Buffer.from(place));
        if (this.#mustRotate()) await this.#rotate();
      }
    } else {
      for (const [index, row] of batch.rows.entries()) {
        if (lanes.mustMakeRoom(MAX_LINE_BYTES)) await this.#rotate();
        this.#rows.add(row, batch.keys[index] ?? '');
        if (this.#mustRotate()) await this.#rotate();
      }
    }
  }

  async #takeInCells(batch: CellBatch): Promise<void> {
    const lanes = this.#lanes;
    for (let row = 0; row < batch.rows;) {
      const most = this.#rotations === 0 ? FIRST_ROWS - lanes.segment.rows : batch.rows;
      const next = this.#cells.take(batch, row, most);
      if (next === row) {
        const single = jsonBatch([batch.record(row)]);
        const [value = EMPTY] = single.values;
        if (lanes.mustMakeRoom(value.length * 2 + 512)) await this.#rotate();
        lanes.begin(cellBytes(batch, row));
        this.#addJson(value, single, 0);
      }
      row = Math.max(next, row + 1);
      if (this.#mustRotate()) await this.#rotate();
    }
  }

  /** Takes the record at an index of its batch in, which was begun. */
  #addJson(value: Uint8Array, { keys, place }: JsonBatch, index: number): void {
    const problem = this.#json.add(asBuffer(value), 0, value.length, false);
    if (problem === undefined) return;
    this.#lanes.reject(...problem, value, place === undefined ? keys[index] : Buffer.from(place(index)));
  }

  async #takeJson(batch: JsonBatch, source: number): Promise<void> {
    const { values, keys, written } = batch;
    const lanes = this.#lanes;
    const seen = this.#seen[source];
    for (const [index, value] of values.entries()) {
      if (lanes.mustMakeRoom(value.length * 2 + 512)) await this.#rotate();
      lanes.begin(value.length, written?.[index]);
      const key = keys[index];
      if (key !== undefined && seen?.add(asBuffer(key), 0, key.length) === false) lanes.duplicate();
      else this.#addJson(value, batch, index);
      if (this.#mustRotate()) await this.#rotate();
    }
  }

  async #takePacked({ bytes, places, count }: PackedBatch, source: number): Promise<void> {
    const lanes = this.#lanes;
    const seen = this.#seen[source];
    // What parts the records is ASCII, so that the whole is UTF-8 only if each of them is.
    const isText = isUtf8(bytes);
    for (let at = 0; at < count * PLACES; at += PLACES) {
      const [keyFrom, keyTo] = [places[at] ?? 0, places[at + 1] ?? 0];
      const [from, to] = [places[at + 2] ?? 0, places[at + 3] ?? 0];
      if (lanes.mustMakeRoom((to - from) * 2 + 512)) await this.#rotate();
      lanes.begin(to - from);
      if (seen?.add(bytes, keyFrom, keyTo) === false) lanes.duplicate();
      else {
        const problem = this.#json.add(bytes, from, to, isText);
        if (problem !== undefined) lanes.reject(...problem, copied(bytes, from, to), copied(bytes, keyFrom, keyTo));
      }
      if (this.#mustRotate()) await this.#rotate();
    }
  }

  /** Commits everything taken in, and lets go of what was needed for taking in. */
  async finish(): Promise<void> {
    for (const seen of this.#seen) seen.close();
    // The next step needs the memory.
    this.#seen = [];
    await this.#rotate();
    await this.#pending;
  }

  #mustRotate(): boolean {
    const { asideBytes, segment } = this.#lanes;
    return asideBytes > ASIDE_BYTES || (this.#rotations === 0 && segment.rows >= FIRST_ROWS);
  }

  /** Hands what has gathered to the database and goes on. */
  async #rotate(): Promise<void> {
    await this.#pending;
    const { segment } = this.#lanes;
    const sealed = segment.rows === 0 ? undefined : segment.seal();
    const aside = this.#lanes.takeAside();
    this.#rotations += 1;
    const path = join(this.#folder, `segment-${this.#segments.length}.rows`);
    const staged = sealed === undefined ? undefined : { path, times: sealed.times, ends: sealed.ends };
    this.#pending = this.#commit(staged, sealed?.contents, aside, this.counts());
    // The next rotation reports a failure; until then nobody may see it as unhandled.
    this.#pending.catch(() => undefined);
    // The first rows are waited for: a fast store would be far ahead of them before anybody sees one.
    if (this.#rotations === 1) await this.#pending;
  }

  async #commit(
    staged: StagedSegment | undefined,
    contents: Uint8Array | undefined,
    { slow, rejects, written }: Aside,
    counts: IngestCounts,
  ): Promise<void> {
    const connection = this.#connection;
    const segments = staged === undefined ? this.#segments : [...this.#segments, staged];
    try {
      if (staged !== undefined && contents !== undefined) {
        await writeFile(staged.path, contents, { mode: 0o600, flag: 'wx' });
      }
      if (!this.#hasMoreMemory && this.#lanes.heavyBytes > HEAVY_LOAD_BYTES) {
        // Given before it is needed: a checkpoint that runs out of memory takes the database with it.
        this.#hasMoreMemory = true;
        await allowMoreMemory(connection);
      }
      await connection.run('BEGIN');
      if (slow.length > 0) await appendSlow(connection, slow);
      if (rejects.length > 0) await appendRejects(connection, rejects);
      if (written.length > 0) await appendWritten(connection, written);
      await this.#onCommit(
        counts,
        segments.map(({ path }) => path),
      );
      await connection.run('COMMIT');
      this.#segments = segments;
      for (const { n, micros, texts } of slow) this.#slow.push({ n, micros, id: Buffer.from(texts[0] ?? '') });
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw storageProblem(error, this.#folder);
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function copied(bytes: Buffer, from: number, to: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, from, to);
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
    appender.appendSmallInt(row.source);
    appender.endRow();
  }
  appender.closeSync();
}

async function appendWritten(connection: DuckDBConnection, rows: readonly WrittenRow[]): Promise<void> {
  const appender = await connection.createAppender('written');
  for (const { n, at } of rows) {
    appender.appendBigInt(BigInt(n));
    appender.appendBigInt(BigInt(Math.trunc(at)));
    appender.endRow();
  }
  appender.closeSync();
}
