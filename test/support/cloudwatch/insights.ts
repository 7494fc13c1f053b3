/** The part of Logs Insights that counts: `filter @logStream = "name" | stats count(*) as name by bin(1h)`. */
import { randomUUID } from 'node:crypto';
import { optionalInteger, text, type Input } from './input.ts';
import { EVENT_OVERHEAD, type LogStore, type StoredEvent } from './log-store.ts';
import { ServiceError } from './service-error.ts';

interface Query {
  readonly startedAt: number;
  readonly rows: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly statistics: Readonly<Record<string, number>>;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export class Insights {
  /** How long a query takes, in milliseconds. */
  duration = 300;
  readonly #store: LogStore;
  readonly #queries = new Map<string, Query>();

  constructor(store: LogStore) {
    this.#store = store;
  }

  start(input: Input): Readonly<Record<string, unknown>> {
    const group = this.#store.group(text(input, 'logGroupName'));
    const from = (optionalInteger(input, 'startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0) * 1_000;
    const to = (optionalInteger(input, 'endTime', 0, Number.MAX_SAFE_INTEGER) ?? 0) * 1_000;
    if (to < from) throw malformed('end date and time is either before the start');
    const plan = parseQuery(text(input, 'queryString'));
    const scanned = group.events.filter((event) => event.timestamp >= from && event.timestamp <= to + 999);
    const matched = scanned.filter((event) => plan.stream === undefined || event.stream === plan.stream);
    const limit = optionalInteger(input, 'limit', 1, 100_000) ?? 10_000;
    const queryId = randomUUID();
    this.#queries.set(queryId, {
      startedAt: Date.now(),
      rows: rowsOf(matched, plan).slice(0, limit),
      statistics: {
        recordsMatched: matched.length,
        recordsScanned: scanned.length,
        bytesScanned: scanned.reduce((sum, event) => sum + event.bytes + EVENT_OVERHEAD, 0),
      },
    });
    return { queryId };
  }

  results(input: Input): Readonly<Record<string, unknown>> {
    const query = this.#queries.get(text(input, 'queryId'));
    if (query === undefined) throw new ServiceError('ResourceNotFoundException', 'Query does not exist');
    const age = Date.now() - query.startedAt;
    if (age < this.duration / 3) return { status: 'Scheduled', results: [], statistics: {} };
    if (age < this.duration) {
      return { status: 'Running', results: query.rows.slice(0, 1), statistics: query.statistics };
    }
    return { status: 'Complete', results: query.rows, statistics: query.statistics };
  }

  stop(input: Input): Readonly<Record<string, unknown>> {
    return { success: this.#queries.delete(text(input, 'queryId')) };
  }
}

interface Plan {
  /** Only this stream's events; `undefined` for all. */
  readonly stream: string | undefined;
  readonly alias: string;
  readonly step: number;
  readonly stepText: string;
}

function parseQuery(source: string): Plan {
  let stream: string | undefined;
  let stats: RegExpExecArray | null = null;
  for (const command of source.split('|').map((part) => part.trim())) {
    const filter = /^filter\s+(.*)$/s.exec(command)?.[1];
    if (filter === undefined) {
      stats = /^stats\s+count\(\*\)(?:\s+as\s+(\w+))?(?:\s+by\s+bin\((\d+)([smhdw])\))?$/.exec(command);
      if (stats === null) throw malformed(`unexpected symbol found ${command}`);
    } else {
      stream = /^@logStream\s*=\s*"((?:[^"\\]|\\.)*)"$/.exec(filter)?.[1]?.replaceAll(/\\(.)/g, '$1');
      if (stream === undefined) throw malformed(`unexpected symbol found ${filter}`);
    }
  }
  if (stats === null) throw malformed('no stats command');
  const [, alias = 'count(*)', size, unit = 's'] = stats;
  const step = size === undefined ? 0 : Number(size) * (UNITS[unit] ?? 0);
  return { stream, alias, step, stepText: `bin(${size}${unit})` };
}

function rowsOf(events: readonly StoredEvent[], { alias, step, stepText }: Plan): Query['rows'] {
  if (step === 0) return [[{ field: alias, value: String(events.length) }]];
  const counts = new Map<number, number>();
  for (const event of events) {
    const start = Math.floor(event.timestamp / step) * step;
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  // As the real service: without a sort command, rows come in no particular order.
  return [...counts]
    .toSorted(([a], [b]) => b - a)
    .map(([start, count]) => [
      { field: stepText, value: new Date(start).toISOString().replace('T', ' ').slice(0, -1) },
      { field: alias, value: String(count) },
    ]);
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedQueryException', message);
}
