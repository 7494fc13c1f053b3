/** StartLiveTail: an event stream that says every second what was written since, in the SDK's binary framing. */
import type { ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { compilePattern } from './filter-pattern.ts';
import { optionalText, optionalTexts, type Input } from './input.ts';
import type { LogStore } from './log-store.ts';
import { invalid, missing } from './service-error.ts';

const UPDATE_MS = 1_000;
const UPDATE_EVENTS = 500;

export class LiveTail {
  readonly #store: LogStore;
  readonly #open = new Set<ServerResponse>();

  constructor(store: LogStore) {
    this.#store = store;
  }

  run(input: Input, response: ServerResponse): void {
    const [identifier = ''] = optionalTexts(input, 'logGroupIdentifiers') ?? [];
    const name = /^arn:aws:logs:[^:]*:[^:]*:log-group:([^:]+)$/.exec(identifier)?.[1];
    if (name === undefined) throw invalid('Log group identifiers must be ARNs.');
    const group = this.#store.group(name);
    const streams = optionalTexts(input, 'logStreamNames');
    for (const stream of streams ?? []) if (!group.streams.has(stream)) throw missing('stream');
    const pattern = optionalText(input, 'logEventFilterPattern');
    const passes = compilePattern(pattern);
    let seen = new Set(group.events.map((event) => event.id));
    response.writeHead(200, { 'Content-Type': 'application/vnd.amazon.eventstream' });
    response.write(frame('sessionStart', { sessionId: randomUUID(), logGroupIdentifiers: [identifier] }));
    const timer = setInterval(() => {
      const fresh = group.events.filter((event) => !seen.has(event.id));
      seen = new Set(group.events.map((event) => event.id));
      const wanted = fresh.filter(
        (event) => (streams === undefined || streams.includes(event.stream)) && passes(event.message),
      );
      const sampled = wanted.length > UPDATE_EVENTS;
      const sessionResults = wanted.slice(0, UPDATE_EVENTS).map((event) => ({
        logStreamName: event.stream,
        logGroupIdentifier: identifier,
        message: event.message,
        timestamp: event.timestamp,
        ingestionTime: event.ingestionTime,
      }));
      response.write(frame('sessionUpdate', { sessionMetadata: { sampled }, sessionResults }));
    }, UPDATE_MS);
    this.#open.add(response);
    response.on('close', () => {
      clearInterval(timer);
      this.#open.delete(response);
    });
  }

  /** Ends all sessions as the service does after three hours. */
  timeOut(): void {
    for (const response of this.#open) {
      response.end(frame('SessionTimeoutException', { message: 'The session timed out.' }, 'exception'));
    }
  }

  close(): void {
    for (const response of this.#open) response.destroy();
  }
}

/** One message of an event stream: lengths, headers, payload, and a checksum over each part. */
function frame(type: string, payload: unknown, kind: 'event' | 'exception' = 'event'): Buffer {
  const headers = Buffer.concat([
    header(`:${kind}-type`, type),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const message = Buffer.alloc(16 + headers.length + body.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headers.copy(message, 12);
  body.copy(message, 12 + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const out = Buffer.alloc(1 + name.length + 3);
  out.writeUInt8(name.length, 0);
  out.write(name, 1, 'latin1');
  out.writeUInt8(7, 1 + name.length);
  out.writeUInt16BE(text.length, 2 + name.length);
  return Buffer.concat([out, text]);
}
