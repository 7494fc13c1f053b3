/** Writes events into a log stream, within what one call may carry, and deletes a log group. */
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { eventJson } from '../event-json.ts';
import type { Caller } from './caller.ts';
import type { CloudWatchTarget } from './target.ts';

/** The stream that the extension writes to unless it is configured otherwise. */
const DEFAULT_STREAM = 'event-audit-stream';

/** What PutLogEvents takes: 10,000 entries and 1,048,576 bytes a call, where each entry counts 26 bytes more than its text. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 1_048_576;
const ENTRY_BYTES = 26;
/** The largest entry that the service has taken since it exists; newer limits are wider. */
const MAX_ENTRY_BYTES = 262_144 - ENTRY_BYTES;

interface Entry {
  readonly event: AuditEvent;
  readonly message: string;
}

/**
 * Puts events into the stream, making group and stream when they are not there. The log event's own time is now: the time
 * of writing. The service does not know events by their id, so one that is written again is there twice.
 * @param written takes the ids of the events that were put in, as they are
 * @throws AppError `invalid_input` for an event that is too large even without result and payload; else the SDK's error
 */
export async function putEvents(
  caller: Caller,
  target: CloudWatchTarget,
  events: readonly AuditEvent[],
  written: AuditEvent['id'][],
  signal: AbortSignal,
): Promise<readonly Note[]> {
  const cut: AuditEvent['id'][] = [];
  const entries = events.map((event): Entry => {
    const whole = eventJson(event);
    if (Buffer.byteLength(whole) <= MAX_ENTRY_BYTES) return { event, message: whole };
    const message = eventJson(event, ['result', 'payload']);
    if (Buffer.byteLength(message) > MAX_ENTRY_BYTES) {
      throw new AppError(
        'invalid_input',
        `The event ${String(event.id)} is too large for CloudWatch Logs: it takes more than ${MAX_ENTRY_BYTES} bytes without result and payload.`,
        { details: { id: event.id } },
      );
    }
    cut.push(event.id);
    return { event, message };
  });
  const stream = target.stream ?? DEFAULT_STREAM;
  for (const call of calls(entries)) {
    const now = Date.now();
    const logEvents = call.map(({ message }): InputLogEvent => ({ message, timestamp: now }));
    await put(caller, target.group, stream, logEvents, signal);
    written.push(...call.map(({ event }) => event.id));
  }
  if (cut.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'payload_dropped',
      message: `${cut.length} of the events were too large for CloudWatch Logs, so their result and payload were left out: ${cut.slice(0, 5).map(String).join(', ')}${cut.length > 5 ? ', …' : ''}.`,
    },
  ];
}

export async function deleteGroup(caller: Caller, group: string, signal: AbortSignal): Promise<void> {
  await caller.call(signal, (client) =>
    client.send(new DeleteLogGroupCommand({ logGroupName: group }), { abortSignal: signal }),
  );
}

function* calls(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let call: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.message) + ENTRY_BYTES;
    if (call.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      yield call;
      call = [];
      bytes = 0;
    }
    call.push(entry);
    bytes += size;
  }
  if (call.length > 0) yield call;
}

async function put(
  caller: Caller,
  logGroupName: string,
  logStreamName: string,
  logEvents: InputLogEvent[],
  signal: AbortSignal,
): Promise<void> {
  const send = () =>
    caller.call(signal, (client) =>
      client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }), { abortSignal: signal }),
    );
  const answer = await send().catch(async (error: unknown) => {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    await make(caller, logGroupName, logStreamName, signal);
    return send();
  });
  const rejected = answer.rejectedLogEventsInfo;
  if (rejected !== undefined) {
    throw new AppError(
      'source_refused',
      `CloudWatch Logs refused events for their time of writing (${JSON.stringify(rejected)}). Check this computer’s clock.`,
    );
  }
}

async function make(caller: Caller, logGroupName: string, logStreamName: string, signal: AbortSignal): Promise<void> {
  const unlessThere = (error: unknown): void => {
    if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
  };
  await caller
    .call(signal, (client) => client.send(new CreateLogGroupCommand({ logGroupName }), { abortSignal: signal }))
    .then(() => undefined, unlessThere);
  await caller
    .call(signal, (client) =>
      client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }), { abortSignal: signal }),
    )
    .then(() => undefined, unlessThere);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
