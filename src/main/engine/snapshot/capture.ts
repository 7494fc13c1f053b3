/** Drains a repository into a snapshot. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, isAbort, toErrorReply } from '../../../shared/errors.ts';
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
 * Reads a repository to its end and puts its events in time order. When reading stops early, by an abort or a fault of
 * the store, what was read stays as a partial snapshot that says why.
 * @throws AppError the store's error, when nothing at all was read; `cancelled` never.
 */
export async function capture(
  snapshot: Snapshot,
  repository: AbstractRepository,
  { signal, narrow, onProgress }: CaptureOptions,
): Promise<SnapshotStatus> {
  let revealed = 0;
  let revealedAt = Number.NEGATIVE_INFINITY;
  const ingest = new Ingest(snapshot.writer, snapshot.folder, async (counts, segments) => {
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
  let stopped: unknown;
  try {
    const batches = repository.readRecords({
      signal,
      narrow,
      note: (note) => snapshot.note(note),
      expect: (records) => snapshot.expect(records),
    });
    for await (const batch of batches) {
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled.');
      await ingest.add(batch);
      report();
    }
  } catch (error) {
    stopped = error;
  }
  await ingest.finish();
  snapshot.progress(ingest.counts());
  if (stopped !== undefined) {
    if (!isAbort(stopped) && (!(stopped instanceof AppError) || ingest.counts().read === 0)) throw stopped;
    const reason = isAbort(stopped)
      ? toErrorReply(new AppError('cancelled', 'Reading was cancelled before the end.', { retryable: true }))
      : toErrorReply(stopped);
    await snapshot.finish('partial', reason);
  } else {
    await snapshot.finish('complete', null);
  }
  onProgress(snapshot.status());
  return snapshot.status();
}
