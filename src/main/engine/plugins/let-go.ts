/** Lets go of work that was told to stop and does not: a plugin that hangs must not hold up who waits for it. */
import { AppError } from '../../../shared/errors.ts';

/** How long the end of something that was left is waited for. */
const LEAVE_MS = 300;
/** How long closing may take; it may have something to finish. */
const CLOSE_MS = 5_000;

/** The items of a source; ends with `cancelled` as soon as the signal fires, whatever the source is doing. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let give: ((error: AppError) => void) | undefined;
  const abort = (): void => give?.(cancelled());
  signal.addEventListener('abort', abort, { once: true });
  let ended = false;
  try {
    for (;;) {
      if (signal.aborted) throw cancelled();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        give = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    if (!ended) await within(LEAVE_MS, iterator.return?.());
  }
}

/** What the work comes to, or `cancelled` as soon as the signal fires. */
export function withinSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits for something to be closed, but not for ever. @throws what closing throws within that time */
export async function closing(work: Promise<void>): Promise<void> {
  await within(CLOSE_MS, work);
}

async function within(millis: number, work: Promise<unknown> | undefined): Promise<void> {
  if (work === undefined) return;
  // Should it fail later, nobody is there to hear it.
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', 'Cancelled.', { retryable: true });
}
