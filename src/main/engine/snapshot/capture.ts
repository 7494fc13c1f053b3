/** Drains repositories into a snapshot. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, isAbort, toErrorReply, type ErrorReply } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';
import type { AbstractRepository } from '../repositories/repository.ts';
import { Ingest } from './ingest.ts';
import type { Snapshot } from './snapshot.ts';

export interface CaptureOptions {
  readonly signal: AbortSignal;
  /** Only events that pass this filter are wanted; see ReadOptions. */
  readonly narrow?: Filter | undefined;
  /** Called a few times a second while records are read, and at the end. */
  readonly onProgress: (status: SnapshotStatus) => void;
}

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
  const ingest = new Ingest(snapshot.writer, snapshot.folder, repositories.length, async (counts, segments) => {
    await snapshot.keep(counts, segments);
    // Each revision makes open views count anew, so they come further and further apart while the capture grows.
    const now = performance.now();
    if (counts.captured > revealed * 1.5 && now - revealedAt > 500) {
      revealed = counts.captured;
      revealedAt = now;
      await snapshot.reveal();
    }
  });
  let reportedAt = 0;
  let reportedRevision = 0;
  const report = (): void => {
    snapshot.progress(ingest.counts());
    const now = performance.now();
    const status = snapshot.status();
    // Whoever looks on wants to see rows as soon as there are some to be seen.
    if (now - reportedAt < PROGRESS_MS && status.revision === reportedRevision) return;
    reportedAt = now;
    reportedRevision = status.revision;
    onProgress(status);
  };
  onProgress(snapshot.status());

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
        if (signal.aborted) throw new AppError('cancelled', 'Cancelled.');
        await ingest.add(batch, index);
        report();
      }
      snapshot.source(index, { state: 'complete' });
      return undefined;
    } catch (error) {
      snapshot.source(index, { state: 'partial', reason: reasonOf(error) });
      return error;
    }
  };
  const outcomes = await Promise.all(repositories.map((repository, index) => drain(repository, index)));
  await ingest.finish();
  snapshot.progress(ingest.counts());

  const defect = outcomes.find((error) => error !== undefined && !isAbort(error) && !(error instanceof AppError));
  if (defect !== undefined) throw defect;
  const stopped = outcomes.filter((error) => error !== undefined);
  const [first] = stopped;
  if (first === undefined) {
    await snapshot.finish('complete', null);
  } else {
    if (!isAbort(first) && ingest.counts().read === 0) throw first;
    await snapshot.finish('partial', signal.aborted ? reasonOf(first) : togetherOf(snapshot.status()));
  }
  onProgress(snapshot.status());
  return snapshot.status();
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
