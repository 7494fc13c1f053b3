/** Fills a log group with generated events as the extension writes them: in batches, stamped when the batch is written. */
import { generateEvents, type EventOptions, type GeneratedEvent } from '../events.ts';
import type { CloudWatchServer } from './server.ts';

export const LOG_GROUP = '/ckan/event-audit';
export const LOG_STREAM = 'event-audit-stream';

/** How many events the extension collects before it writes them. */
const BATCH = 50;

export interface FillOptions extends EventOptions {
  readonly group?: string;
  /** Batches go to these in turn. */
  readonly streams?: readonly string[];
}

/** Writes events and returns them. The group is made when it is not there, as old as its first event. */
export function fillCloudWatch(server: CloudWatchServer, count: number, options: FillOptions = {}): GeneratedEvent[] {
  const { group = LOG_GROUP, streams = [LOG_STREAM], ...rest } = options;
  const events = [...generateEvents(count, rest)];
  const first = Date.parse(events[0]?.event.timestamp ?? '1970-01-01T00:00:00Z');
  if (!server.store.groups.has(group)) server.store.createGroup(group, first);
  const lists = streams.map(() => [] as { timestamp: number; message: string }[]);
  for (let at = 0; at < events.length; at += BATCH) {
    const batch = events.slice(at, at + BATCH);
    const written = Math.floor(Date.parse(batch.at(-1)?.event.timestamp ?? '')) + 1;
    const list = lists[(at / BATCH) % streams.length];
    for (const { json } of batch) list?.push({ timestamp: written, message: json });
  }
  for (const [index, stream] of streams.entries()) server.store.append(group, stream, lists[index] ?? []);
  return events;
}
