/** One capture's database on this computer: its life, its truth, and who may read it at a given moment. */
import { chmod, mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { snapshotStatusSchema, type Note, type SnapshotStatus, type SourceStatus } from '../../../shared/contract.ts';
import { AppError, throwIfAborted, type ErrorReply } from '../../../shared/errors.ts';
import { filterSchema, type Filter } from '../../../shared/filter.ts';
import { makeEventTable, sortIntoTable } from './event-table.ts';
import { NOTHING_READ, type IngestCounts } from './lanes.ts';
import type { Staged } from './merge.ts';
import {
  allowMoreMemory,
  createSlowTable,
  createTables,
  isOutOfMemory,
  openDatabase,
  quote,
  SNAPSHOT_FORMAT,
  stagedRows,
  storageProblem,
} from './schema.ts';

/** The table that holds the events now, and how its rows are found. */
export interface Relation {
  readonly table: string;
  /** The column by which rows lie on disk. */
  readonly locator: 'n' | 'rowid';
  /** Whether `locator` order is time order. */
  readonly ordered: boolean;
  readonly revision: number;
  /** The URLs of the sources, in the order that the column `source` counts by. */
  readonly sources: readonly string[];
  /** Names of the row sets that comparisons made. */
  readonly sets: readonly string[];
}

export interface SnapshotSource {
  readonly url: string;
  readonly kind: string;
  readonly title: string;
}

const READERS = 3;

/** What a snapshot of these sources is of. */
function together(sources: readonly SnapshotSource[]): SnapshotSource {
  const [first] = sources;
  if (first !== undefined && sources.length === 1) return first;
  return { url: sources.map(({ url }) => url).join(' '), kind: 'several', title: `${sources.length} sources` };
}

function withCounts(status: SnapshotStatus, { perSource, ...counts }: IngestCounts): SnapshotStatus {
  return {
    ...status,
    ...counts,
    sources: status.sources.map((source, index) => ({ ...source, ...perSource[index] })),
  };
}

const segmentsSchema = z.array(z.string());

/** Where the rows are put in order when a capture goes on. */
const NEXT_TABLE = 'event_next';

/** Removes what an engine that died was working with. */
async function removeLeftovers(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^(?:segment|merged|keys|search)-/.test(name) && !kept.includes(name)) await unlink(join(folder, name));
  }
}

function tooLarge(cause: unknown): AppError {
  return new AppError(
    'unsupported',
    'The records of this source are too large to be searched at once on this computer. Narrow the filter, by time for instance.',
    { cause },
  );
}

function closed(): AppError {
  return new AppError('not_found', 'This snapshot is closed. Open its source again.');
}

export class Snapshot {
  readonly id: string;
  readonly folder: string;
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  readonly #leases = new Set<Promise<unknown>>();
  #readers = 0;
  #status: SnapshotStatus;
  #relation: Relation;
  /** Paths of the segments whose rows are kept. */
  #segments: readonly string[] = [];
  /** How many records were read when rows were kept last. */
  #kept = 0;
  #closed = false;
  #startedAt = performance.now();
  /** The capture goes on: `event` holds what was read before, and what is new waits in segments. */
  #goesOn = false;
  /** By what the reading of the sources was narrowed. */
  #narrow: Filter | undefined;
  /** What is to be done before the snapshot's folder goes. */
  readonly #beforeRemoval: (() => Promise<void>)[] = [];
  /** Readers wait for this, while it is there. */
  #gate: Promise<void> | undefined;

  private constructor(folder: string, instance: DuckDBInstance, writer: DuckDBConnection, status: SnapshotStatus) {
    this.id = status.snapshot_id;
    this.folder = folder;
    this.#instance = instance;
    this.#writer = writer;
    this.#status = status;
    const sources = status.sources.map(({ url }) => url);
    this.#relation = { table: 'stage_0', locator: 'n', ordered: false, revision: 0, sources, sets: [] };
  }

  /** Makes an empty snapshot in a folder that only this user can enter. */
  static async create(folder: string, id: string, sources: readonly SnapshotSource[]): Promise<Snapshot> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const instance = await openDatabase(folder);
    const writer = await instance.connect();
    await createTables(writer);
    const snapshot = new Snapshot(folder, instance, writer, {
      snapshot_id: id,
      source: together(sources),
      sources: sources.map((source) => ({
        ...source,
        ...NOTHING_READ,
        state: 'waiting',
        expected: null,
        reason: null,
      })),
      state: 'capturing',
      revision: 0,
      read: 0,
      captured: 0,
      rejected: 0,
      duplicates: 0,
      expected: null,
      bytes_read: 0,
      started_at: new Date().toISOString(),
      finished_at: null,
      elapsed_ms: 0,
      reason: null,
      notes: [],
    });
    await snapshot.#save();
    return snapshot;
  }

  /**
   * Opens what an engine that died has left. A capture that was under way becomes partial: everything committed is there.
   * @param as what is said of it instead of what it says itself
   * @throws Error when the files are no snapshot of a known format.
   */
  static async reopen(folder: string, as?: Partial<SnapshotStatus>): Promise<Snapshot> {
    const instance = await openDatabase(folder);
    try {
      const writer = await instance.connect();
      const meta = new Map<string, string>();
      for (const [name, value] of (await writer.runAndReadAll('SELECT name, value FROM meta')).getRows()) {
        meta.set(String(name), String(value));
      }
      if (meta.get('format') !== String(SNAPSHOT_FORMAT)) throw new Error('unknown snapshot format');
      const status = { ...snapshotStatusSchema.parse(JSON.parse(meta.get('status') ?? 'null')), ...as };
      const snapshot = new Snapshot(folder, instance, writer, status);
      const narrow = meta.get('narrow');
      if (narrow !== undefined) snapshot.#narrow = filterSchema.parse(JSON.parse(narrow));
      const segments = segmentsSchema.parse(JSON.parse(meta.get('segments') ?? '[]'));
      await removeLeftovers(folder, status.finished_at === null ? segments : []);
      if (status.finished_at !== null) {
        snapshot.#setRelation('event');
      } else {
        snapshot.#goesOn = meta.get('goes_on') === 'true';
        // Sorting may have been done, but its end was not noted.
        await writer.run(`DROP TABLE IF EXISTS ${snapshot.#goesOn ? NEXT_TABLE : 'event'}`);
        const reason: ErrorReply = {
          code: 'engine_stopped',
          message:
            'The engine stopped while this capture was under way. Resume it, or read the source again, to get all of it.',
          retryable: true,
        };
        snapshot.#segments = segments.map((name) => join(folder, name));
        await snapshot.finish('partial', reason);
      }
      await snapshot.readSets();
      if (as !== undefined) await snapshot.#save();
      return snapshot;
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  status(): SnapshotStatus {
    return this.#status;
  }

  /** By what the reading of the sources was narrowed, if it was. */
  get narrow(): Filter | undefined {
    return this.#narrow;
  }

  /** Remembers by what reading is narrowed, for whoever goes on with it. */
  async narrowTo(narrow: Filter | undefined): Promise<void> {
    this.#narrow = narrow;
    if (narrow === undefined) return;
    await this.#writer.run(`INSERT OR REPLACE INTO meta VALUES ('narrow', ${quote(JSON.stringify(narrow))})`);
  }

  /** A partial capture goes on. Its rows stay what readers see until {@link finish} puts the new ones among them. */
  async goOn(): Promise<void> {
    const { elapsed_ms, sources } = this.#status;
    await createSlowTable(this.#writer);
    this.#goesOn = true;
    this.#startedAt = performance.now() - elapsed_ms;
    this.#status = {
      ...this.#status,
      state: 'capturing',
      reason: null,
      finished_at: null,
      sources: sources.map((source) =>
        source.state === 'complete' ? source : { ...source, state: 'waiting', reason: null },
      ),
    };
    await this.#save();
  }

  get writer(): DuckDBConnection {
    return this.#writer;
  }

  /** @param source which source it is about; said in the note when there are several */
  note(note: Note, source = 0): void {
    const { sources, notes } = this.#status;
    const about = sources.length > 1 ? { ...note, message: `${sources[source]?.url ?? ''}: ${note.message}` } : note;
    this.#status = { ...this.#status, notes: [...notes, about] };
  }

  /** Says something of one source. */
  source(index: number, change: Partial<SourceStatus>): void {
    const sources = this.#status.sources.map((source, at) => (at === index ? { ...source, ...change } : source));
    const expected = sources.every((source) => source.expected !== null)
      ? sources.reduce((sum, source) => sum + (source.expected ?? 0), 0)
      : null;
    this.#status = { ...this.#status, sources, expected };
  }

  /** Makes the row sets known that were written into `row_set`. */
  async readSets(): Promise<void> {
    const rows = await this.#writer.runAndReadAll('SELECT DISTINCT name FROM row_set ORDER BY name');
    this.#relation = { ...this.#relation, sets: rows.getRows().map(([name]) => String(name)) };
  }

  /** Says how far reading is; rows of these counts need not be visible yet. */
  progress(counts: IngestCounts): void {
    this.#status = { ...withCounts(this.#status, counts), elapsed_ms: performance.now() - this.#startedAt };
  }

  /** Part of the transaction that keeps rows: notes the counts and the segments, for whoever reopens the file. */
  async keep(counts: IngestCounts, segments: readonly string[]): Promise<void> {
    this.#segments = segments;
    this.#kept = counts.read;
    await this.#save(withCounts(this.#status, counts));
  }

  /** Lets readers see the rows kept so far. */
  async reveal(): Promise<void> {
    const revision = this.#status.revision + 1;
    // A view of its own, so that a question that began before goes on among the rows it began with.
    const table = `stage_${revision}`;
    await this.#writer.run(`CREATE OR REPLACE VIEW ${table} AS ${stagedRows(this.#segments, this.#kept)}`);
    this.#status = { ...this.#status, revision };
    this.#relation = { ...this.#relation, table, revision };
  }

  /**
   * Puts the rows in time order and ends the capture.
   * @param staged where the rows lie; without it, the database finds out
   */
  async finish(state: 'complete' | 'partial', reason: ErrorReply | null, staged?: Staged): Promise<void> {
    this.#status = { ...this.#status, state: 'sorting' };
    const table = this.#goesOn ? NEXT_TABLE : 'event';
    try {
      await this.#putInOrder(table, staged);
    } catch (error) {
      throw storageProblem(error, this.folder);
    }
    this.#status = {
      ...this.#status,
      state,
      reason,
      // Sources that an engine left unread when it died are no more complete than the whole.
      sources: this.#status.sources.map((source) =>
        source.state === 'waiting' || source.state === 'capturing' ? { ...source, state: 'partial', reason } : source,
      ),
      finished_at: new Date().toISOString(),
      elapsed_ms: performance.now() - this.#startedAt,
    };
    const segments = this.#segments;
    this.#segments = [];
    if (this.#goesOn) {
      await this.#alone(async () => {
        this.#goesOn = false;
        this.#setRelation('event');
        await this.#writer.run('BEGIN');
        try {
          await this.#writer.run('DROP TABLE event');
          await this.#writer.run(`ALTER TABLE ${NEXT_TABLE} RENAME TO event`);
          await this.#save();
          await this.#writer.run('COMMIT');
        } catch (error) {
          this.#goesOn = true;
          await this.#writer.run('ROLLBACK').catch(() => undefined);
          throw storageProblem(error, this.folder);
        }
      });
    } else {
      this.#setRelation('event');
      await this.#save();
    }
    // Readers that began on the old table may end on it.
    await Promise.allSettled(this.#leases);
    const views = await this.#writer.runAndReadAll(
      "SELECT view_name FROM duckdb_views() WHERE NOT internal AND starts_with(view_name, 'stage_')",
    );
    for (const [name] of views.getRows()) await this.#writer.run(`DROP VIEW ${String(name)}`);
    await this.#writer.run('DROP TABLE slow');
    for (const segment of segments) await unlink(segment);
  }

  /** Ends a capture that went on but can't be put in order: it is what it was before, and says why. */
  async goBack(before: SnapshotStatus, reason: ErrorReply): Promise<void> {
    const writer = this.#writer;
    this.#goesOn = false;
    this.#segments = [];
    this.#status = { ...before, reason, revision: this.#status.revision };
    await writer.run(`DROP TABLE IF EXISTS ${NEXT_TABLE}`);
    await writer.run('DROP TABLE IF EXISTS slow');
    await writer.run(`DELETE FROM reject WHERE seq >= ${before.read}`);
    await this.#save();
    await removeLeftovers(this.folder, []);
  }

  async #putInOrder(table: string, staged: Staged | undefined): Promise<void> {
    const writer = this.#writer;
    if (this.#goesOn) {
      await writer.run(`DROP TABLE IF EXISTS ${table}`);
      await sortIntoTable(`SELECT * FROM event UNION ALL ${stagedRows(this.#segments)}`, { writer, table });
    } else if (staged === undefined) {
      await sortIntoTable(stagedRows(this.#segments), { writer, table });
    } else {
      await makeEventTable(staged, { writer, table, folder: this.folder, connect: () => this.#instance.connect() });
    }
    // Whatever is to be made of rows that are in order belongs here: nobody sees `table` yet.
  }

  /** Does something while nobody reads; readers that come wait. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const gate = Promise.withResolvers<void>();
    this.#gate = gate.promise;
    try {
      await Promise.allSettled(this.#leases);
      await work();
    } finally {
      this.#gate = undefined;
      gate.resolve();
    }
  }

  /** Runs a reader on a connection of its own. An abort interrupts the query under way. */
  async read<T>(
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, relation: Relation) => Promise<T>,
  ): Promise<T> {
    while (this.#gate !== undefined) await this.#gate;
    throwIfAborted(signal);
    if (this.#closed) throw closed();
    const lease = this.#lease(signal, reader).catch(async (error: unknown) => {
      // Seen once, under heavy load, as reading ended; where the rows lie now is known, so the question is asked again there.
      if (isStageGone(error)) return this.#lease(signal, reader);
      if (!isOutOfMemory(error)) throw error;
      // Long texts, such as uploads kept in payloads, take more than usual. The limit stays up: they will be asked for again.
      await allowMoreMemory(this.#writer);
      return this.#lease(signal, reader).catch((again: unknown) => {
        throw isOutOfMemory(again) ? tooLarge(again) : again;
      });
    });
    const settled = lease.catch(() => undefined);
    this.#leases.add(settled);
    try {
      return await lease;
    } finally {
      this.#leases.delete(settled);
    }
  }

  async #lease<T>(
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, relation: Relation) => Promise<T>,
  ): Promise<T> {
    const connection = await this.#acquire();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    this.#busy.add(connection);
    try {
      throwIfAborted(signal);
      return await reader(connection, this.#relation);
    } catch (error) {
      throwIfAborted(signal);
      if (this.#closed) throw closed();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#busy.delete(connection);
      this.#release(connection);
    }
  }

  async #acquire(): Promise<DuckDBConnection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#readers < READERS) {
      this.#readers += 1;
      return this.#instance.connect();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #release(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }

  /** Closes the database and removes its files. Readers under way are interrupted. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of this.#busy) connection.interrupt();
    await Promise.allSettled(this.#leases);
    await Promise.allSettled(this.#beforeRemoval.map((work) => work()));
    for (const connection of this.#idle) connection.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Whoever keeps a file in the snapshot's folder closes it in this, when nobody reads the snapshot any more. */
  beforeRemoval(work: () => Promise<void>): void {
    this.#beforeRemoval.push(work);
  }

  #setRelation(table: 'event'): void {
    const revision = this.#status.revision + 1;
    this.#status = { ...this.#status, revision };
    this.#relation = { ...this.#relation, table, locator: 'rowid', ordered: true, revision };
  }

  async #save(status: SnapshotStatus = this.#status): Promise<void> {
    await this.#writer.run(
      `INSERT OR REPLACE INTO meta VALUES ('format', ${quote(String(SNAPSHOT_FORMAT))}), ('status', ${quote(JSON.stringify(status))}),
         ('segments', ${quote(JSON.stringify(this.#segments.map((path) => basename(path))))}), ('goes_on', '${this.#goesOn}')`,
    );
  }
}

/** Whether a statement named a view over staged rows that is no longer there. */
function isStageGone(error: unknown): boolean {
  return error instanceof Error && /Table with name stage_\d+ does not exist/.test(error.message);
}
