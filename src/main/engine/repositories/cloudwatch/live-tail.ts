/** Follows a log group by the service's own live tail. */
import { StartLiveTailCommand, type LogGroup, type StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { JsonBatch } from '../repository.ts';
import type { Caller } from './caller.ts';

export interface LiveTailOptions {
  readonly caller: Caller;
  readonly group: LogGroup;
  readonly stream: string | undefined;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
}

/** @throws the SDK's error */
export async function* liveTail({ caller, group, stream, signal, note }: LiveTailOptions): AsyncGenerator<JsonBatch> {
  const arn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
  if (arn === undefined) throw new AppError('source_invalid', 'The endpoint does not say the ARN of the log group.');
  const { responseStream } = await caller.call(signal, (client) =>
    client.send(
      new StartLiveTailCommand({
        logGroupIdentifiers: [arn],
        ...(stream === undefined ? {} : { logStreamNames: [stream] }),
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
      const values = messagesOf(next.value, note);
      if (values.length > 0) yield { kind: 'json', values, keys: [] };
    }
  } finally {
    // Ends the request; without it the connection would stay open. A stream that waits for its next event can't be
    // asked to return, so nobody waits for that.
    caller.destroy();
  }
}

function messagesOf(event: StartLiveTailResponseStream, note: (note: Note) => void): Buffer[] {
  if (event.SessionTimeoutException !== undefined) throw event.SessionTimeoutException;
  if (event.SessionStreamingException !== undefined) throw event.SessionStreamingException;
  const update = event.sessionUpdate;
  if (update?.sessionMetadata?.sampled === true) {
    note({
      severity: 'warning',
      code: 'live_tail_sampled',
      message: 'More than 500 entries came within a second; CloudWatch showed a sample of them. A capture has all.',
    });
  }
  return (update?.sessionResults ?? []).map(({ message }) => Buffer.from(message ?? ''));
}
