/** Takes records into a snapshot as they come, for hours: a few at a time, visible at once, and without a file for each few. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '../../../shared/errors.ts';
import { jsonBatchOf } from '../repositories/cell-batch.ts';
import type { CellBatch, RecordBatch } from '../repositories/repository.ts';
import { Ingest } from './ingest.ts';
import type { KnownRecords } from './known-records.ts';
import type { SourceCounts } from './lanes.ts';
import { segmentRows } from './schema.ts';
import type { Snapshot } from './snapshot.ts';

/** How long records wait for others before they are shown. */
const GATHER_MS = 400;
/** So many bytes are taken in without waiting; who brings more waits. */
const GATHER_BYTES = 4 * 1024 * 1024;
/** A question asks a view of the rows of its moment; nobody asks for so many moments ago any more. */
const KEPT_VIEWS = 100;

/**
 * Every few hundred milliseconds what has gathered goes through an {@link Ingest} of its own, which counts on where the last
 * one ended. Its segment is moved into the table `slow` in the transaction that keeps it, so that the folder stays as it is.
 */
export class LiveFeed {
  readonly #snapshot: Snapshot;
  readonly #onReveal: () => void;
  #known: KnownRecords | undefined;
  #counts: readonly SourceCounts[];
  #queue: { readonly batch: Exclude<RecordBatch, CellBatch>; readonly source: number }[] = [];
  #queuedBytes = 0;
  /** Ends the gathering at once. */
  #hurry = new AbortController();
  #working: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @param known what is not to be taken in, as often as it is there */
  constructor(snapshot: Snapshot, known: KnownRecords, onReveal: () => void) {
    this.#snapshot = snapshot;
    this.#known = known;
    this.#onReveal = onReveal;
    this.#counts = snapshot.status().sources;
  }

  /** Resolves when more may come. @throws what taking in failed with */
  async add(given: RecordBatch, source: number): Promise<void> {
    // Cells are their reader's, and it reads on while they wait.
    const batch = given.kind === 'cells' ? jsonBatchOf(given) : given;
    this.#queue.push({ batch, source });
    this.#queuedBytes += bytesOf(batch);
    this.#working ??= this.#work();
    if (this.#queuedBytes > GATHER_BYTES) this.#hurry.abort();
    while (this.#queuedBytes > GATHER_BYTES && this.#failure === undefined) await this.#working;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** From here on everything that comes is taken in. */
  async forgetKnown(): Promise<void> {
    await this.settle();
    this.#known = undefined;
  }

  /** Resolves when all that was added is kept and visible. @throws what taking in failed with */
  async settle(): Promise<void> {
    while (this.#working !== undefined) {
      this.#hurry.abort();
      await this.#working;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #work(): Promise<void> {
    try {
      this.#hurry = new AbortController();
      if (this.#queuedBytes <= GATHER_BYTES) {
        await sleep(GATHER_MS, undefined, { signal: this.#hurry.signal }).catch(() => undefined);
      }
      const taken = this.#queue;
      this.#queue = [];
      this.#queuedBytes = 0;
      await this.#takeIn(taken);
    } catch (error) {
      this.#failure ??= { error };
      this.#queue = [];
    } finally {
      this.#working = this.#queue.length === 0 ? undefined : this.#work();
    }
  }

  async #takeIn(taken: readonly { readonly batch: RecordBatch; readonly source: number }[]): Promise<void> {
    const snapshot = this.#snapshot;
    const before = snapshot.status();
    const folder = join(snapshot.folder, `live-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { mode: 0o700 });
    try {
      let moved = 0;
      const ingest = new Ingest(
        snapshot.writer,
        folder,
        this.#counts.length,
        async (counts, segments) => {
          const fresh = segments.slice(moved);
          moved = segments.length;
          if (fresh.length > 0) await snapshot.writer.run(`INSERT INTO slow ${segmentRows(fresh)}`);
          await snapshot.keep(counts, []);
        },
        { counts: this.#counts, ...(this.#known === undefined ? {} : { known: this.#known }) },
      );
      for (const { batch, source } of taken) await ingest.add(batch, source);
      await ingest.finish();
      const counts = ingest.counts();
      this.#counts = counts.perSource;
      snapshot.progress(counts);
      if (counts.read === before.read) return;
      await snapshot.reveal();
      const old = snapshot.status().revision - KEPT_VIEWS;
      if (old > 0) await snapshot.writer.run(`DROP VIEW IF EXISTS stage_${old}`);
      this.#onReveal();
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

function bytesOf(batch: Exclude<RecordBatch, CellBatch>): number {
  switch (batch.kind) {
    case 'json':
      return batch.values.reduce((sum, value) => sum + value.length, 0);
    case 'rows':
      return batch.rows.reduce((sum, row) => sum + row.reduce((size, cell) => size + (cell?.length ?? 0), 64), 0);
    case 'broken':
      return batch.records.reduce((sum, { bytes }) => sum + bytes.length, 0);
    default:
      return assertNever(batch);
  }
}
