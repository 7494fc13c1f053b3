/** Reads one slice of a log group, page by page, and takes it up again where a page token fails. */
import {
  FilterLogEventsCommand,
  type FilteredLogEvent,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { JsonBatch } from '../repository.ts';
import type { Caller } from './caller.ts';
import { problemKind } from './problems.ts';
import type { Slice } from './slices.ts';

/** So often in a row a slice may be taken up again without getting anywhere. */
const FRUITLESS = 5;

export interface SliceReading {
  readonly caller: Caller;
  readonly group: string;
  readonly stream: string | undefined;
  readonly pattern: string;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  /** Called for each page, an empty one too. */
  readonly onPage: () => void;
  /** When reading began; what was ingested later is counted. Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly onLate: (events: number) => void;
}

/**
 * The log events whose write time lies in the slice, each once, keyed by log event id. Pages come in order of write
 * time, as the service documents; should they not, a slice taken up again begins anew and the keys tell repeats apart.
 * @throws the SDK's error when the slice can't be read to its end.
 */
export async function* readSlice(slice: Slice, reading: SliceReading): AsyncGenerator<JsonBatch> {
  const { caller, group, stream, pattern, signal, note } = reading;
  let from = slice.start;
  // The end is asked for inclusively and left out here, so that it does not matter how the service counts it.
  let to = slice.end;
  let token: string | undefined;
  let ordered = true;
  let fruitless = 0;
  /** Events handed over whose write time is `slice.reached`. */
  let atReached = new Set<string>();
  for (;;) {
    let page: FilterLogEventsCommandOutput;
    try {
      page = await caller.call(signal, (client) =>
        client.send(
          new FilterLogEventsCommand({
            logGroupName: group,
            startTime: from,
            ...(stream === undefined ? {} : { logStreamNames: [stream] }),
            ...(to === undefined ? {} : { endTime: to }),
            ...(pattern === '' ? {} : { filterPattern: pattern }),
            ...(token === undefined ? {} : { nextToken: token }),
          }),
          { abortSignal: signal },
        ),
      );
    } catch (error) {
      fruitless += 1;
      if (token === undefined || problemKind(error) !== 'bad_token' || fruitless > FRUITLESS) throw error;
      token = undefined;
      from = ordered ? slice.reached : slice.start;
      to = slice.end;
      note({
        severity: 'info',
        code: 'token_expired',
        message: 'A page token was not good any more; reading went on from the last event that had come.',
      });
      continue;
    }
    slice.pages += 1;
    const values: Buffer[] = [];
    const keys: Buffer[] = [];
    const written: number[] = [];
    let late = 0;
    let beyond = false;
    for (const event of page.events ?? []) {
      const { id, timestamp, message } = checked(event);
      if (slice.end !== undefined && timestamp >= slice.end) {
        beyond = true;
        continue;
      }
      slice.first ??= timestamp;
      if (timestamp === slice.reached) {
        if (atReached.has(id)) continue;
      } else if (timestamp > slice.reached) {
        slice.reached = timestamp;
        atReached = new Set();
      } else {
        ordered = false;
      }
      if (timestamp === slice.reached) atReached.add(id);
      if ((event.ingestionTime ?? 0) > reading.startedAt) late += 1;
      keys.push(Buffer.from(id));
      values.push(Buffer.from(message));
      written.push(timestamp);
    }
    if (late > 0) reading.onLate(late);
    if (values.length > 0) {
      fruitless = 0;
      yield { kind: 'json', values, keys, written };
    }
    token = page.nextToken;
    reading.onPage();
    if (token === undefined || (beyond && ordered)) return;
  }
}

function checked(event: FilteredLogEvent): { id: string; timestamp: number; message: string } {
  const { eventId: id, timestamp, message } = event;
  if (id === undefined || id === '' || timestamp === undefined) {
    throw new AppError(
      'source_invalid',
      'The endpoint delivers log events without id or timestamp, so that repeats can’t be told from new ones. It is not CloudWatch Logs as documented.',
    );
  }
  return { id, timestamp, message: message ?? '' };
}
