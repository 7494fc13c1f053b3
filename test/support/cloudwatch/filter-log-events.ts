/** FilterLogEvents: time range, streams, pattern, and pages that end where the real ones do. */
import { randomBytes } from 'node:crypto';
import { compilePattern } from './filter-pattern.ts';
import { optionalInteger, optionalText, optionalTexts, text, type Input } from './input.ts';
import { EVENT_OVERHEAD, type LogStore, type StoredEvent } from './log-store.ts';
import { invalid, missing } from './service-error.ts';

export interface PagingOptions {
  /** How long a token is good for, in milliseconds; 24 hours in the real service. */
  tokenLifetime: number;
  /** How many events one call looks at before it answers with what it found, be it nothing. */
  scanEvents: number;
  /** Whether an event at `endTime` itself is left out, which the real service is documented not to do. */
  endExclusive: boolean;
  /** Every so many calls, a page is empty though there is more; 0 is never. */
  emptyEvery: number;
}

interface Cursor {
  readonly group: string;
  readonly issuedAt: number;
  /** The last event looked at; undefined when none was yet. */
  readonly after: StoredEvent | undefined;
}

const PAGE_EVENTS = 10_000;
const PAGE_BYTES = 1_048_576;

export class EventFilter {
  readonly options: PagingOptions = {
    tokenLifetime: 86_400_000,
    scanEvents: 50_000,
    emptyEvery: 0,
    endExclusive: false,
  };
  readonly #store: LogStore;
  readonly #tokens = new Map<string, Cursor>();
  #calls = 0;

  constructor(store: LogStore) {
    this.#store = store;
  }

  /** Makes every token given out so far invalid. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  run(input: Input): Readonly<Record<string, unknown>> {
    const group = this.#store.group(text(input, 'logGroupName'));
    const names = optionalTexts(input, 'logStreamNames');
    const prefix = optionalText(input, 'logStreamNamePrefix');
    if (names !== undefined && prefix !== undefined) {
      throw invalid('logStreamNames and logStreamNamePrefix are mutually exclusive');
    }
    for (const name of names ?? []) if (!group.streams.has(name)) throw missing('stream');
    const from = optionalInteger(input, 'startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const end = optionalInteger(input, 'endTime', 0, Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER;
    const to = this.options.endExclusive ? end - 1 : end;
    const limit = optionalInteger(input, 'limit', 1, PAGE_EVENTS) ?? PAGE_EVENTS;
    const passes = compilePattern(optionalText(input, 'filterPattern'));
    const cursor = this.#cursor(optionalText(input, 'nextToken'), group.name);
    const { events } = group;
    let at = cursor?.after === undefined ? firstAtOrAfter(events, from) : indexBehind(events, cursor.after);
    this.#calls += 1;
    const { emptyEvery, scanEvents } = this.options;
    const empty = emptyEvery > 0 && this.#calls % emptyEvery === 0;
    const scanEnd = at + (empty ? 0 : scanEvents);
    const found: StoredEvent[] = [];
    let bytes = 0;
    for (; at < Math.min(scanEnd, events.length); at += 1) {
      const event = events[at];
      if (event === undefined || event.timestamp > to) break;
      if (names !== undefined && !names.includes(event.stream)) continue;
      if (prefix !== undefined && !event.stream.startsWith(prefix)) continue;
      if (!passes(event.message)) continue;
      const size = event.bytes + EVENT_OVERHEAD;
      if (found.length >= limit || (found.length > 0 && bytes + size > PAGE_BYTES)) break;
      found.push(event);
      bytes += size;
    }
    const next = events[at];
    const more = next !== undefined && next.timestamp <= to;
    return {
      events: found.map((event) => ({
        eventId: event.id,
        ingestionTime: event.ingestionTime,
        logStreamName: event.stream,
        message: event.message,
        timestamp: event.timestamp,
      })),
      searchedLogStreams: [],
      ...(more ? { nextToken: this.#token(group.name, at === 0 ? undefined : events[at - 1], cursor) } : {}),
    };
  }

  #cursor(token: string | undefined, group: string): Cursor | undefined {
    if (token === undefined) return undefined;
    const cursor = this.#tokens.get(token);
    if (cursor === undefined || cursor.group !== group || Date.now() - cursor.issuedAt > this.options.tokenLifetime) {
      throw invalid('The specified nextToken is invalid.');
    }
    return cursor;
  }

  #token(group: string, after: StoredEvent | undefined, earlier: Cursor | undefined): string {
    const token = `Bxkq6kVGFtq2y_${randomBytes(48).toString('base64url')}`;
    this.#tokens.set(token, { group, issuedAt: Date.now(), after: after ?? earlier?.after });
    return token;
  }
}

function firstAtOrAfter(events: readonly StoredEvent[], timestamp: number): number {
  return partition(events, (event) => event.timestamp < timestamp);
}

/** The place behind an event, also when others have come before it meanwhile. */
function indexBehind(events: readonly StoredEvent[], last: StoredEvent): number {
  let at = firstAtOrAfter(events, last.timestamp);
  while (at < events.length && events[at]?.id !== last.id) at += 1;
  return at + 1;
}

function partition(events: readonly StoredEvent[], before: (event: StoredEvent) => boolean): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event !== undefined && before(event)) low = middle + 1;
    else high = middle;
  }
  return low;
}
