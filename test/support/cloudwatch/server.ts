/**
 * A CloudWatch Logs endpoint of a test's own: JSON 1.1 over real HTTP on the loopback interface, with signatures checked
 * and faults on demand. The unmodified SDK talks to it by its `endpoint` setting.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyPair } from '../certificates.ts';
import { EventFilter, type PagingOptions } from './filter-log-events.ts';
import { Insights } from './insights.ts';
import { isRecord, type Input } from './input.ts';
import { LiveTail } from './live-tail.ts';
import { LogStore } from './log-store.ts';
import { makeOperations } from './operations.ts';
import { ServiceError } from './service-error.ts';
import { authenticate, type AccountKey } from './sigv4.ts';

/** A call as it reached the server. */
export interface Call {
  readonly operation: string;
  readonly input: Input;
  /** Its place among the calls of this operation, from 0. */
  readonly index: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Access key id that signed it. */
  readonly signedBy: string;
}

/** What goes wrong with a call. */
export type Fault =
  | ServiceError
  /** The answer comes later, in milliseconds. */
  | { readonly delay: number }
  /** The connection breaks after so many bytes of the answer; 0 is before the status line. */
  | { readonly cut: number };

export interface CloudWatchOptions {
  readonly region?: string;
  readonly keys?: readonly AccountKey[];
  /** Speaks HTTPS. */
  readonly tls?: KeyPair;
}

export interface CloudWatchServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly keys: AccountKey[];
  readonly store: LogStore;
  readonly paging: PagingOptions;
  readonly insights: Insights;
  readonly calls: readonly Call[];
  /** Decides what goes wrong with a call, after its signature was checked. */
  fault: ((call: Call) => Fault | undefined) | undefined;
  /** How far this server's clock is ahead, in milliseconds. */
  clockOffset: number;
  /** Makes every page token given out so far invalid. */
  readonly expireTokens: () => void;
  /** Ends the sessions of live tail, as the service does after three hours. */
  readonly endLiveTail: () => void;
  readonly stop: () => Promise<void>;
}

export const TEST_KEY: AccountKey = { accessKeyId: 'AKIATESTTESTTEST0001', secretAccessKey: 'test/secret+key' };

export async function startCloudWatch(options: CloudWatchOptions = {}): Promise<CloudWatchServer> {
  const region = options.region ?? 'eu-central-1';
  const keys = [...(options.keys ?? [TEST_KEY])];
  const store = new LogStore();
  const filter = new EventFilter(store);
  const insights = new Insights(store);
  const liveTail = new LiveTail(store);
  const operations = makeOperations({ store, filter, insights, region });
  const calls: Call[] = [];
  const counts = new Map<string, number>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = target.replace(/^Logs_20140328\./, '');
    const key = authenticate(
      { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body },
      keys,
      region,
      Date.now() + server.clockOffset,
    );
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (!isRecord(input)) throw new ServiceError('SerializationException', 'Start of structure expected.');
    const index = counts.get(operation) ?? 0;
    counts.set(operation, index + 1);
    const call = { operation, input, index, at: Date.now(), signedBy: key.accessKeyId };
    calls.push(call);
    if (key.denied?.includes(operation) === true) {
      throw new ServiceError(
        'AccessDeniedException',
        `User: arn:aws:iam::123456789012:user/auditor is not authorized to perform: logs:${operation} on resource: arn:aws:logs:${region}:123456789012:log-group:* because no identity-based policy allows the logs:${operation} action`,
      );
    }
    const fault = server.fault?.(call);
    if (fault instanceof ServiceError) throw fault;
    if (fault !== undefined && 'delay' in fault) await sleep(fault.delay, undefined, { ref: false });
    if (operation === 'StartLiveTail') {
      liveTail.run(input, response);
      return;
    }
    const run = target.startsWith('Logs_20140328.') ? operations[operation] : undefined;
    if (run === undefined) throw new ServiceError('UnknownOperationException', '');
    const text = JSON.stringify(run(input));
    if (fault !== undefined && 'cut' in fault) cutOff(response, text, fault.cut);
    else send(response, 200, text);
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('Date', new Date(Date.now() + server.clockOffset).toUTCString());
    answer(request, response).catch((error: unknown) => {
      const problem =
        error instanceof ServiceError ? error : new ServiceError('InternalServerException', String(error), 500);
      send(response, problem.status, JSON.stringify({ __type: problem.type, message: problem.message }));
    });
  };
  const http = options.tls === undefined ? createServer(handle) : createSecureServer(keyPair(options.tls), handle);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const stop = async (): Promise<void> => {
    liveTail.close();
    if (!http.listening) return;
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
  };
  const server: CloudWatchServer = {
    endpoint: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    region,
    keys,
    store,
    paging: filter.options,
    insights,
    calls,
    fault: undefined,
    clockOffset: 0,
    expireTokens: () => filter.expireTokens(),
    endLiveTail: () => liveTail.timeOut(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return server;
}

function keyPair({ cert, key }: KeyPair): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

let requests = 0;

function headers(text: string): Record<string, string | number> {
  requests += 1;
  return {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, headers(text));
  response.end(text);
}

function cutOff(response: ServerResponse, text: string, bytes: number): void {
  if (bytes === 0) {
    response.destroy();
    return;
  }
  response.writeHead(200, headers(text));
  response.write(Buffer.from(text).subarray(0, bytes), () => response.destroy());
}
