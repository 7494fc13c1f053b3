/** Writes events into a log stream, within what one call may carry. */
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DataAlreadyAcceptedException,
  InvalidSequenceTokenException,
  PutLogEventsCommand,
  type InputLogEvent,
  type PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { checkEvent, eventJson, refusal } from '../event-json.ts';
import type { Caller } from './caller.ts';
import { problemKind } from './problems.ts';
import type { CloudWatchTarget } from './target.ts';

/** The stream that the extension writes to unless it is configured otherwise. */
const DEFAULT_STREAM = 'event-audit-stream';

/**
 * What PutLogEvents takes, by its reference: 10,000 entries and 1,048,576 bytes a call, where each entry counts 26 bytes more
 * than its text; one entry may be as large as that. All entries of a call carry one time, so none spans 24 hours.
 */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 1_048_576;
const ENTRY_BYTES = 26;
/** How often a service that still counts sequence tokens is asked with the one that it wants. */
const TOKEN_TRIES = 5;

interface Entry {
  readonly event: AuditEvent;
  readonly message: string;
  readonly isCut: boolean;
}

/** What has become of events so far, by their ids. */
export interface PutProgress {
  readonly written: AuditEvent['id'][];
  /** Sent, and nobody knows whether they arrived. */
  unknown: readonly AuditEvent['id'][];
  /** Written without `result` and `payload`. */
  readonly cut: AuditEvent['id'][];
}

/**
 * Puts events into the stream, making group and stream when they are not there. The log event's own time is the time of
 * writing. The service does not know events by their id, so one that is written again is there twice: a call whose answer
 * is lost is therefore not made again.
 * @throws AppError `invalid_input` for an event that is too large even without result and payload; `source_refused` when
 * the service takes none of this time; else the SDK's error
 */
export async function putEvents(
  caller: Caller,
  target: CloudWatchTarget,
  events: readonly AuditEvent[],
  progress: PutProgress,
  signal: AbortSignal,
): Promise<void> {
  for (const event of events) checkEvent(event);
  let limit = MAX_BYTES;
  let left: readonly AuditEvent[] = events;
  // Everything is known to fit before the first event is sent.
  for (const event of events) entryOf(event, limit);
  while (left.length > 0) {
    const entries = firstCall(left, limit);
    try {
      await put(caller, target, entries, progress, signal);
    } catch (error) {
      const smaller = statedLimit(error);
      if (smaller === undefined || smaller >= limit) throw error;
      limit = smaller;
      continue;
    }
    progress.written.push(...entries.map(({ event }) => event.id));
    progress.cut.push(...entries.flatMap(({ event, isCut }) => (isCut ? [event.id] : [])));
    left = left.slice(entries.length);
  }
}

/** Says which events were written without their result and payload: nothing in the store does. */
export function cutNotes({ cut }: PutProgress): readonly Note[] {
  if (cut.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'payload_dropped',
      message: `${cut.length === 1 ? '1 event was' : `${cut.length} events were`} too large for CloudWatch Logs and therefore written without result and payload: ${cut.slice(0, 5).map(String).join(', ')}${cut.length > 5 ? ', …' : ''}.`,
    },
  ];
}

function entryOf(event: AuditEvent, limit: number): Entry {
  const whole = eventJson(event);
  if (Buffer.byteLength(whole) + ENTRY_BYTES <= limit) return { event, message: whole, isCut: false };
  const message = eventJson(event, ['result', 'payload']);
  if (Buffer.byteLength(message) + ENTRY_BYTES <= limit) return { event, message, isCut: true };
  throw refusal(
    event,
    `it takes more than ${limit - ENTRY_BYTES} bytes even without result and payload, which is more than CloudWatch Logs takes`,
  );
}

/** As many of the events, from the first one on, as go into one call. */
function firstCall(events: readonly AuditEvent[], limit: number): readonly Entry[] {
  const call: Entry[] = [];
  let bytes = 0;
  for (const event of events) {
    const entry = entryOf(event, limit);
    bytes += Buffer.byteLength(entry.message) + ENTRY_BYTES;
    if (call.length === MAX_ENTRIES || (bytes > MAX_BYTES && call.length > 0)) break;
    call.push(entry);
  }
  return call;
}

/** Services of before 2025, and those that stand in for CloudWatch, take less in one entry, and say how much. */
function statedLimit(error: unknown): number | undefined {
  if (!isNamed(error, 'InvalidParameterException') || !(error instanceof Error)) return undefined;
  const stated = /event too large.*?(?:limit|exceeds)\D*(\d+)\D*$/i.exec(error.message)?.[1];
  return stated === undefined ? undefined : Number(stated);
}

async function put(
  caller: Caller,
  { group: logGroupName, stream: logStreamName = DEFAULT_STREAM }: CloudWatchTarget,
  entries: readonly Entry[],
  progress: PutProgress,
  signal: AbortSignal,
): Promise<void> {
  const send = async (): Promise<PutLogEventsCommandOutput | undefined> => {
    let sequenceToken: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const token = sequenceToken;
      try {
        return await caller.call(
          signal,
          (client) => {
            const timestamp = Date.now();
            const logEvents = entries.map(({ message }): InputLogEvent => ({ message, timestamp }));
            const input = {
              logGroupName,
              logStreamName,
              logEvents,
              ...(token === undefined ? {} : { sequenceToken: token }),
            };
            return client.send(new PutLogEventsCommand(input), { abortSignal: signal });
          },
          false,
        );
      } catch (error) {
        // The service answers neither any more; what stands in for it may.
        if (error instanceof DataAlreadyAcceptedException) return undefined;
        if (!(error instanceof InvalidSequenceTokenException) || attempt >= TOKEN_TRIES) throw error;
        sequenceToken = error.expectedSequenceToken;
      }
    }
  };
  let answer: PutLogEventsCommandOutput | undefined;
  try {
    answer = await send().catch(async (error: unknown) => {
      if (!isNamed(error, 'ResourceNotFoundException')) throw error;
      await make(caller, logGroupName, logStreamName, signal);
      return send();
    });
  } catch (error) {
    const kind = problemKind(error);
    if (kind === 'transient' || kind === 'cancelled') progress.unknown = entries.map(({ event }) => event.id);
    throw error;
  }
  const rejected = answer?.rejectedLogEventsInfo;
  if (rejected === undefined) return;
  // All entries of a call have one time, so that it is all of them or none.
  const why = rejected.tooNewLogEventStartIndex === undefined ? 'too old' : 'more than two hours ahead';
  throw new AppError(
    'source_refused',
    `CloudWatch Logs took none of ${entries.length} events, because the time of writing is ${why} for it. Set this computer’s clock.`,
  );
}

async function make(caller: Caller, logGroupName: string, logStreamName: string, signal: AbortSignal): Promise<void> {
  await caller
    .call(signal, (client) => client.send(new CreateLogGroupCommand({ logGroupName }), { abortSignal: signal }))
    .then(() => undefined, unlessThere);
  await caller
    .call(signal, (client) =>
      client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }), { abortSignal: signal }),
    )
    .then(() => undefined, unlessThere);
}

function unlessThere(error: unknown): void {
  if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
