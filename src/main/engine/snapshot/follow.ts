/** Watches the sources of a snapshot and takes what is new into another one. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, isAbort, toErrorReply, type ErrorReply } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';
import type { AbstractRepository } from '../repositories/repository.ts';
import { KnownRecords } from './known-records.ts';
import { LiveFeed } from './live-feed.ts';
import type { Snapshot } from './snapshot.ts';
import { StreamMemory } from './stream-memory.ts';

export interface FollowSnapshotOptions {
  /** Ends the watching; what came stays. */
  readonly signal: AbortSignal;
  readonly narrow: Filter | undefined;
  readonly onProgress: (status: SnapshotStatus) => void;
}

/** Where one source stands. */
interface Outcome {
  /** What ended its watching early. */
  readonly error?: unknown;
}

/**
 * Takes into `live` what the sources hold and `base` does not, then what comes, until the signal fires; then `live` is put in
 * order and stays. A source that fails leaves it partial, the others go on.
 * @param repositories the sources of both snapshots, in their order
 * @throws AppError `unsupported` when none of the sources can be watched; a source's error when none could be begun with
 */
export async function followSources(
  base: Snapshot,
  live: Snapshot,
  repositories: readonly AbstractRepository[],
  { signal, narrow, onProgress }: FollowSnapshotOptions,
): Promise<SnapshotStatus> {
  const since = Date.parse(base.status().started_at);
  const known = await base.read(signal, async (connection, { table }) => {
    const memory = new StreamMemory();
    await memory.begin(connection);
    try {
      return await KnownRecords.load(
        connection,
        table,
        repositories.map(() => true),
        signal,
      );
    } finally {
      await memory.end(connection);
    }
  });
  await live.narrowTo(narrow);
  const from = new Date().toISOString();
  const report = (): void => onProgress(live.status());
  const feed = new LiveFeed(live, known, report);
  /** Sources that have not handed over yet what came before. */
  const behind = new Set(repositories.keys());
  let anyCaughtUp = false;
  const missed: string[] = [];
  const caughtUp = (index: number): void => {
    if (!behind.delete(index)) return;
    anyCaughtUp = true;
    live.source(index, { state: 'complete' });
    report();
  };
  report();

  const watch = async (repository: AbstractRepository, index: number): Promise<Outcome> => {
    live.source(index, { state: 'capturing' });
    try {
      let forgetting: Promise<void> | undefined;
      const batches = repository.followRecords({
        signal,
        narrow,
        since,
        note: (note) => {
          if (live.status().notes.some(({ code, message }) => code === note.code && message.endsWith(note.message)))
            return;
          live.note(note, index);
          report();
        },
        caughtUp: () => {
          caughtUp(index);
          if (behind.size === 0) forgetting ??= feed.forgetKnown();
        },
        missed: (why) => missed.push(why),
      });
      for await (const batch of batches) {
        await forgetting;
        await feed.add(batch, index);
      }
      return {};
    } catch (error) {
      // What it would have delivered can't be waited for any more.
      behind.delete(index);
      live.source(index, { state: 'partial', reason: reasonOf(error) });
      report();
      return { error };
    }
  };
  const outcomes = await Promise.all(repositories.map((repository, index) => watch(repository, index)));
  await feed.settle();
  const defect = outcomes.find(({ error }) => error !== undefined && !isAbort(error) && !(error instanceof AppError));
  if (defect !== undefined) throw defect.error;
  const failed = outcomes.flatMap(({ error }) => (error === undefined || isAbort(error) ? [] : [error]));
  if (failed.length === repositories.length && !anyCaughtUp && live.status().read === 0) throw failed[0];
  live.note({
    severity: 'info',
    code: 'watched',
    message: `Watched from ${from} to ${new Date().toISOString()}, going on from a capture that began at ${base.status().started_at}. What came and went between two looks at the store is not in it.`,
  });
  const reason = endOf(live.status(), missed, [...behind]);
  await live.finish(reason === null ? 'complete' : 'partial', reason);
  report();
  return live.status();
}

/** Why the result is not whole, if it is not. */
function endOf({ sources }: SnapshotStatus, missed: readonly string[], behind: readonly number[]): ErrorReply | null {
  const failed = sources.filter(({ reason }) => reason !== null);
  const [first] = failed;
  if (first?.reason != null) {
    const texts = failed.map(({ url, reason }) => `${url}: ${reason?.message ?? ''}`);
    return sources.length === 1 ? first.reason : { ...first.reason, message: texts.join(' ') };
  }
  const text =
    missed.length > 0
      ? missed.join(' ')
      : behind.length > 0
        ? 'The watching ended before everything was read that had come since the capture.'
        : undefined;
  return text === undefined ? null : toErrorReply(new AppError('cancelled', text, { retryable: true }));
}

function reasonOf(error: unknown): ErrorReply {
  return toErrorReply(isAbort(error) ? new AppError('cancelled', 'The watching ended.', { retryable: true }) : error);
}
