/** Drains repositories into a snapshot, and goes on where that ended early. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, isAbort, throwIfAborted, toErrorReply, type ErrorReply } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';
import type { AbstractRepository } from '../repositories/repository.ts';
import { Ingest } from './ingest.ts';
import { KnownRecords } from './known-records.ts';
import type { IngestCounts } from './lanes.ts';
import type { Snapshot } from './snapshot.ts';

export interface ResumeOptions {
  readonly signal: AbortSignal;
  /** Called a few times a second while records are read, and at the end. */
  readonly onProgress: (status: SnapshotStatus) => void;
}

export interface CaptureOptions extends ResumeOptions {
  /** Only events that pass this filter are wanted; see ReadOptions. */
  readonly narrow?: Filter | undefined;
}

type Sources = readonly (AbstractRepository | undefined)[];

const PROGRESS_MS = 200;

/**
 * Reads repositories to their ends, all at a time, and puts their events in time order. When the reading of one stops
 * early, by an abort or a fault of its store, what was read stays as a partial snapshot that says why; the others go on.
 * @param repositories the snapshot's sources, in its order
 * @throws AppError the store's error, when nothing at all was read; `cancelled` never.
 */
export async function capture(
  snapshot: Snapshot,
  repositories: readonly AbstractRepository[],
  { signal, narrow, onProgress }: CaptureOptions,
): Promise<SnapshotStatus> {
  let revealed = 0;
  let revealedAt = Number.NEGATIVE_INFINITY;
  const reveal = async ({ captured }: IngestCounts): Promise<void> => {
    // Each revision makes open views count anew, so they come further and further apart while the capture grows.
    const now = performance.now();
    if (captured > revealed * 1.5 && now - revealedAt > 500) {
      revealed = captured;
      revealedAt = now;
      await snapshot.reveal();
    }
  };
  await snapshot.narrowTo(narrow);
  const ingest = new Ingest(snapshot.writer, snapshot.folder, repositories.length, async (counts, segments) => {
    await snapshot.keep(counts, segments);
    await reveal(counts);
  });
  const reported = reporter(snapshot, ingest, onProgress);
  onProgress(snapshot.status());
  const outcomes = await drainAll(snapshot, ingest, repositories, { signal, narrow, onProgress: reported });
  await ingest.finish();
  snapshot.progress(ingest.counts());
  throwDefect(outcomes);
  const first = outcomes.find((error) => error !== undefined);
  if (first !== undefined && !isAbort(first) && ingest.counts().read === 0) throw first;
  await end(snapshot, ingest, outcomes, signal);
  onProgress(snapshot.status());
  return snapshot.status();
}

/**
 * Goes on with a partial capture. Its sources that are not complete are read again from their beginning: what is here
 * already is recognised by all that was kept of it and counts as neither read nor duplicate, so that
 * `captured + rejected + duplicates = read` stays true of everything the snapshot holds. A record that was changed in
 * between is kept in both forms, and one that was removed stays; a note says how many did not come again. Readers see the
 * rows from before until all is in order again. Whatever ends it early leaves a partial snapshot that can be resumed.
 * @param repositories the snapshot's sources, in its order; of those that are complete none is needed
 * @throws AppError `invalid_input` when the snapshot is not partial or a repository is missing; the store's errors never
 */
export async function resume(
  snapshot: Snapshot,
  repositories: Sources,
  { signal, onProgress }: ResumeOptions,
): Promise<SnapshotStatus> {
  const before = snapshot.status();
  if (before.state !== 'partial') {
    throw new AppError('invalid_input', 'Only a partial capture can be resumed. Refresh this one instead.');
  }
  const again = before.sources.map(({ state }, index) => (state === 'complete' ? undefined : repositories[index]));
  const missing = before.sources.find(({ state }, index) => state !== 'complete' && again[index] === undefined);
  if (missing !== undefined) throw new AppError('invalid_input', `The source ${missing.url} is needed to go on.`);
  const { narrow } = snapshot;
  await snapshot.goOn();
  let ingest: Ingest | undefined;
  try {
    onProgress(snapshot.status());
    const isReadAgain = again.map((repository) => repository !== undefined);
    const known = await snapshot.read(signal, (connection, { table }) =>
      KnownRecords.load(connection, table, isReadAgain, signal),
    );
    const earlier = { counts: before.sources, known };
    ingest = new Ingest(snapshot.writer, snapshot.folder, again.length, snapshot.keep.bind(snapshot), earlier);
    const reported = reporter(snapshot, ingest, onProgress);
    const outcomes = await drainAll(snapshot, ingest, again, { signal, narrow, onProgress: reported }, known);
    await ingest.finish();
    snapshot.progress(ingest.counts());
    throwDefect(outcomes);
    await end(snapshot, ingest, outcomes, signal);
  } catch (error) {
    // What was kept is put in order all the same: it must not be lost with what could not be read.
    await ingest?.finish().catch(() => undefined);
    await snapshot.finish('partial', reasonOf(error)).catch(() => snapshot.goBack(before, reasonOf(error)));
    if (!(error instanceof AppError) && !isAbort(error)) throw error;
  }
  onProgress(snapshot.status());
  return snapshot.status();
}

/** Reads all sources at a time. The outcome of each is its error, or nothing. */
async function drainAll(
  snapshot: Snapshot,
  ingest: Ingest,
  repositories: Sources,
  { signal, narrow, onProgress }: { signal: AbortSignal; narrow: Filter | undefined; onProgress: () => void },
  known?: KnownRecords,
): Promise<readonly unknown[]> {
  const drain = async (repository: AbstractRepository, index: number): Promise<unknown> => {
    snapshot.source(index, { state: 'capturing' });
    const batches = repository.readRecords({
      signal,
      narrow,
      note: (note) => snapshot.note(note, index),
      expect: (records) => snapshot.source(index, { expected: records }),
    });
    try {
      for await (const batch of batches) {
        throwIfAborted(signal);
        await ingest.add(batch, index);
        onProgress();
      }
      if (known !== undefined) noteReadAgain(snapshot, index, known.left(index));
      snapshot.source(index, { state: 'complete' });
      return undefined;
    } catch (error) {
      snapshot.source(index, { state: 'partial', reason: reasonOf(error) });
      return error;
    }
  };
  return Promise.all(
    repositories.map((repository, index) =>
      repository === undefined ? Promise.resolve(undefined) : drain(repository, index),
    ),
  );
}

/** Says how far reading is, but not all the time. */
function reporter(snapshot: Snapshot, ingest: Ingest, onProgress: (status: SnapshotStatus) => void): () => void {
  let reportedAt = 0;
  let reportedRevision = snapshot.status().revision;
  return () => {
    const now = performance.now();
    // Whoever looks on wants to see rows as soon as there are some to be seen.
    if (now - reportedAt < PROGRESS_MS && snapshot.status().revision === reportedRevision) return;
    snapshot.progress(ingest.counts());
    const status = snapshot.status();
    reportedAt = now;
    reportedRevision = status.revision;
    onProgress(status);
  };
}

function noteReadAgain(snapshot: Snapshot, index: number, left: number): void {
  snapshot.note(
    {
      severity: 'info',
      code: 'resumed',
      message: 'Reading had stopped early and was resumed later, so what was captured is not one instant.',
    },
    index,
  );
  if (left === 0) return;
  snapshot.note(
    {
      severity: 'warning',
      code: 'changed_since_partial',
      message: `${left} of the records that were read before the interruption did not come again as they were: they were changed or removed in between. They are kept, and of those that were changed the new form is here too.`,
    },
    index,
  );
}

async function end(
  snapshot: Snapshot,
  ingest: Ingest,
  outcomes: readonly unknown[],
  signal: AbortSignal,
): Promise<void> {
  const first = outcomes.find((error) => error !== undefined);
  if (first === undefined) await snapshot.finish('complete', null, ingest.staged());
  else {
    const reason = signal.aborted ? reasonOf(first) : togetherOf(snapshot.status());
    await snapshot.finish('partial', reason, ingest.staged());
  }
}

function throwDefect(outcomes: readonly unknown[]): void {
  const defect = outcomes.find((error) => error !== undefined && !isAbort(error) && !(error instanceof AppError));
  if (defect !== undefined) throw defect;
}

function reasonOf(error: unknown): ErrorReply {
  return isAbort(error)
    ? toErrorReply(new AppError('cancelled', 'Reading was cancelled before the end.', { retryable: true }))
    : toErrorReply(error);
}

/** Why a capture is partial: the reason of its source, or which of several sources is not whole and why. */
function togetherOf({ sources }: SnapshotStatus): ErrorReply | null {
  const failed = sources.filter(({ reason }) => reason !== null);
  const [first] = failed;
  if (first?.reason == null || sources.length === 1) return first?.reason ?? null;
  const texts = failed.map(({ url, reason }) => `${url}: ${reason?.message ?? ''}`);
  return {
    ...first.reason,
    message: `${failed.length} of ${sources.length} sources could not be read to the end. ${texts.join(' ')}`,
  };
}
