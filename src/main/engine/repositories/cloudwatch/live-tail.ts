/** One session of the service's own live tail of a log group. */
import { StartLiveTailCommand, type LogGroup, type StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs';
import { AppError } from '../../../../shared/errors.ts';
import type { Caller } from './caller.ts';

export interface LiveTailOptions {
  /** Its connections end with the session. */
  readonly caller: Caller;
  readonly group: LogGroup;
  readonly stream: string | undefined;
  readonly pattern: string;
  readonly signal: AbortSignal;
}

const SESSION_ENDS = new Set(['SessionTimeoutException', 'SessionStreamingException']);

/** An entry as live tail shows it: without the id that a capture knows it by. */
export interface TailedEntry {
  readonly stream: string;
  /** Milliseconds since 1970 UTC, as the writer said. */
  readonly timestamp: number;
  readonly message: string;
}

/** What comes in a second. The first update of a session says that it has begun. */
export interface TailUpdate {
  readonly entries: readonly TailedEntry[];
  /** More than 500 entries came, and the service left some out. */
  readonly sampled: boolean;
}

/**
 * Ends when the service ends the session, which it does after three hours or for a fault of its own, or when the signal fires.
 * @throws the SDK's error
 */
export async function* liveTail({
  caller,
  group,
  stream,
  pattern,
  signal,
}: LiveTailOptions): AsyncGenerator<TailUpdate> {
  const arn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
  if (arn === undefined) throw new AppError('source_invalid', 'The endpoint does not say the ARN of the log group.');
  const { responseStream } = await caller.call(signal, (client) =>
    client.send(
      new StartLiveTailCommand({
        logGroupIdentifiers: [arn],
        ...(stream === undefined ? {} : { logStreamNames: [stream] }),
        ...(pattern === '' ? {} : { logEventFilterPattern: pattern }),
      }),
      { abortSignal: signal },
    ),
  );
  if (responseStream === undefined) return;
  const events = responseStream[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([events.next(), aborted]);
      if (next === undefined || next.done === true) return;
      yield updateOf(next.value);
    }
  } catch (error) {
    // The SDK throws what the service ends a session with.
    if (!(error instanceof Error && SESSION_ENDS.has(error.name))) throw error;
  } finally {
    // Ends the request; without it the connection would stay open. A stream that waits for its next event can't be
    // asked to return, so nobody waits for that.
    caller.destroy();
  }
}

function updateOf(event: StartLiveTailResponseStream): TailUpdate {
  const update = event.sessionUpdate;
  return {
    sampled: update?.sessionMetadata?.sampled === true,
    entries: (update?.sessionResults ?? []).map(({ logStreamName, timestamp, message }) => ({
      stream: logStreamName ?? '',
      timestamp: timestamp ?? 0,
      message: message ?? '',
    })),
  };
}
