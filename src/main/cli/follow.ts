/** Prints events as they come, until Ctrl+C. */
import { once } from 'node:events';
import type { SnapshotStatus } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventDetail } from '../../shared/event.ts';
import type { Filter } from '../../shared/filter.ts';
import { say } from './say.ts';
import { filterInput, type Run } from './session.ts';

const PAGE = 200;

/**
 * Goes on from a capture. Resolves after Ctrl+C.
 * @throws AppError what keeps every source from being watched any longer
 */
export async function follow(
  { engine, signal }: Run,
  base: SnapshotStatus,
  filter: Filter,
  lineOf: (event: EventDetail) => string,
): Promise<void> {
  let live: string | undefined;
  let after = -1;
  let printing = Promise.resolve();
  let failure: unknown;
  let saidNotes = 0;
  let saidRejected = 0;
  // A reader that is gone, such as head, will take no more: nobody watches then.
  const gone = new AbortController();
  process.stdout.once('error', () => gone.abort());
  const printNew = async (): Promise<void> => {
    const snapshot_id = live;
    if (snapshot_id === undefined) return;
    for (;;) {
      const { events } = await engine.run('event_audit_list_arrivals', {
        snapshot_id,
        filter: filterInput(filter),
        after,
        limit: PAGE,
      });
      const last = events.at(-1);
      if (last === undefined) return;
      after = last.n;
      if (!process.stdout.write(events.map((event) => `${lineOf(event)}\n`).join('')))
        await once(process.stdout, 'drain', { signal: gone.signal });
    }
  };
  let revision = 0;
  const status = await engine.run(
    'event_audit_follow_snapshot',
    { snapshot_id: base.snapshot_id },
    {
      signal: AbortSignal.any([signal, gone.signal]),
      onProgress: (progress) => {
        if (live === undefined) say('watching; Ctrl+C ends it');
        live = progress.snapshot_id;
        for (const note of progress.notes.slice(saidNotes)) say(note.message);
        saidNotes = progress.notes.length;
        if (progress.rejected > saidRejected) {
          say(
            `${progress.rejected - saidRejected} more set aside: no events; ${progress.rejected} since the watch began`,
          );
          saidRejected = progress.rejected;
        }
        if (progress.revision === revision) return;
        revision = progress.revision;
        printing = printing.then(printNew).catch((error: unknown) => {
          failure ??= error;
        });
      },
    },
  );
  await printing;
  if (gone.signal.aborted) return;
  if (failure === undefined) await printNew();
  else throw failure;
  if (!signal.aborted && status.reason !== null) {
    throw new AppError(status.reason.code, status.reason.message, { retryable: status.reason.retryable });
  }
}
