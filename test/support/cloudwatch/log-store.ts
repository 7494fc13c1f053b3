/** What a CloudWatch Logs account holds: groups, streams and events, with the limits that writing has. */
import { invalid, missing, ServiceError } from './service-error.ts';

export interface StoredEvent {
  /** 56 digits, as the service makes them; unique in the account. */
  readonly id: string;
  readonly stream: string;
  /** Milliseconds since 1970 UTC, as the writer said. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** UTF-8 bytes of the message. */
  readonly bytes: number;
}

export interface NewEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  retentionInDays: number | undefined;
  readonly streams: Map<string, { readonly creationTime: number }>;
  /** In the order in which reading delivers them. */
  events: StoredEvent[];
  storedBytes: number;
  dataProtectionStatus: string | undefined;
}

export interface PutResult {
  readonly nextSequenceToken: string;
  readonly rejectedLogEventsInfo?: Readonly<Record<string, number>>;
}

/** What the service adds to each event's size. */
export const EVENT_OVERHEAD = 26;
const BATCH_BYTES = 1_048_576;
const BATCH_EVENTS = 10_000;
const DAY = 86_400_000;

export class LogStore {
  readonly groups = new Map<string, LogGroup>();
  #next = 1;

  createGroup(name: string, creationTime = Date.now()): LogGroup {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalid(`Value '${name}' at 'logGroupName' is not valid`);
    if (this.groups.has(name)) throw exists('group');
    const group: LogGroup = {
      name,
      creationTime,
      retentionInDays: undefined,
      streams: new Map(),
      events: [],
      storedBytes: 0,
      dataProtectionStatus: undefined,
    };
    this.groups.set(name, group);
    return group;
  }

  createStream(groupName: string, name: string): void {
    const group = this.group(groupName);
    if (!/^[^:*]{1,512}$/.test(name)) throw invalid(`Value '${name}' at 'logStreamName' is not valid`);
    if (group.streams.has(name)) throw exists('stream');
    group.streams.set(name, { creationTime: Date.now() });
  }

  deleteGroup(name: string): void {
    if (!this.groups.delete(name)) throw missing('group');
  }

  deleteStream(groupName: string, name: string): void {
    const group = this.group(groupName);
    if (!group.streams.delete(name)) throw missing('stream');
    group.events = group.events.filter(({ stream }) => stream !== name);
  }

  group(name: string): LogGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw missing('group');
    return group;
  }

  /** PutLogEvents with its limits. */
  put(groupName: string, stream: string, events: readonly NewEvent[], now = Date.now()): PutResult {
    const group = this.group(groupName);
    if (!group.streams.has(stream)) throw missing('stream');
    if (events.length === 0 || events.length > BATCH_EVENTS) {
      throw invalid(`1 validation error detected: 'logEvents' must have 1 to ${BATCH_EVENTS} members`);
    }
    let total = 0;
    for (const [index, { timestamp, message }] of events.entries()) {
      if (message === '')
        throw invalid(`1 validation error detected: 'logEvents.${index + 1}.member.message' is empty`);
      const size = Buffer.byteLength(message) + EVENT_OVERHEAD;
      if (size > BATCH_BYTES) throw invalid(`Log event too large: ${size} bytes exceeds limit of ${BATCH_BYTES}`);
      total += size;
      if (timestamp < (events[index - 1]?.timestamp ?? timestamp)) {
        throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
      }
    }
    if (total > BATCH_BYTES) throw invalid(`Upload too large: ${total} bytes exceeds limit of ${BATCH_BYTES}`);
    const oldest = now - 14 * DAY;
    const expired = group.retentionInDays === undefined ? -Infinity : now - group.retentionInDays * DAY;
    const tooOld = events.filter((event) => event.timestamp < oldest).length;
    const gone = events.filter((event) => event.timestamp < expired).length;
    const tooNew = events.findIndex((event) => event.timestamp > now + 7_200_000);
    const kept = events.slice(Math.max(tooOld, gone), tooNew === -1 ? undefined : tooNew);
    const span = (kept.at(-1)?.timestamp ?? 0) - (kept[0]?.timestamp ?? 0);
    if (span > DAY)
      throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
    this.append(groupName, stream, kept, now);
    const rejected = {
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(gone > 0 ? { expiredLogEventEndIndex: gone } : {}),
      ...(tooNew === -1 ? {} : { tooNewLogEventStartIndex: tooNew }),
    };
    return {
      nextSequenceToken: String(this.#next),
      ...(Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected }),
    };
  }

  /** Keeps events as if they had been written in their time: without the limits that writing has today. */
  append(groupName: string, stream: string, events: readonly NewEvent[], ingestionTime?: number): void {
    const group = this.group(groupName);
    if (!group.streams.has(stream)) this.createStream(groupName, stream);
    for (const { timestamp, message } of events) {
      const bytes = Buffer.byteLength(message);
      const id = `3${String(this.#next).padStart(55, '0')}`;
      this.#next += 1;
      group.events.push({ id, stream, timestamp, ingestionTime: ingestionTime ?? timestamp, message, bytes });
      group.storedBytes += bytes + EVENT_OVERHEAD;
    }
    group.events.sort(compareEvents);
  }
}

/** By timestamp, then by ingestion, then by arrival. */
export function compareEvents(a: StoredEvent, b: StoredEvent): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || (a.id < b.id ? -1 : 1);
}

function exists(what: string): ServiceError {
  return new ServiceError('ResourceAlreadyExistsException', `The specified log ${what} already exists`);
}
