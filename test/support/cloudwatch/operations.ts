/** What each operation of the service does, by the name that `X-Amz-Target` carries. */
import type { EventFilter } from './filter-log-events.ts';
import type { Insights } from './insights.ts';
import { isRecord, optionalInteger, optionalText, text, type Input } from './input.ts';
import type { LogGroup, LogStore, NewEvent } from './log-store.ts';
import { invalid } from './service-error.ts';

export type Operation = (input: Input) => Readonly<Record<string, unknown>> | PutAnswer;
type PutAnswer = ReturnType<LogStore['put']>;

interface Parts {
  readonly store: LogStore;
  readonly filter: EventFilter;
  readonly insights: Insights;
  readonly region: string;
}

const ACCOUNT = '123456789012';

export function makeOperations({ store, filter, insights, region }: Parts): Readonly<Record<string, Operation>> {
  return {
    CreateLogGroup: (input) => {
      store.createGroup(text(input, 'logGroupName'));
      return {};
    },
    CreateLogStream: (input) => {
      store.createStream(text(input, 'logGroupName'), text(input, 'logStreamName'));
      return {};
    },
    DeleteLogGroup: (input) => {
      store.deleteGroup(text(input, 'logGroupName'));
      return {};
    },
    DeleteLogStream: (input) => {
      store.deleteStream(text(input, 'logGroupName'), text(input, 'logStreamName'));
      return {};
    },
    DescribeLogGroups: (input) => {
      const prefix = optionalText(input, 'logGroupNamePrefix');
      const part = optionalText(input, 'logGroupNamePattern');
      if (prefix !== undefined && part !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const found = [...store.groups.values()]
        .filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(part ?? ''))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return paged(
        input,
        'logGroups',
        found.map((group) => describeGroup(group, region)),
      );
    },
    DescribeLogStreams: (input) => {
      const group = store.group(text(input, 'logGroupName'));
      const prefix = optionalText(input, 'logStreamNamePrefix');
      const byTime = optionalText(input, 'orderBy') === 'LastEventTime';
      if (byTime && prefix !== undefined) throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      const found = [...group.streams.keys()]
        .filter((name) => name.startsWith(prefix ?? ''))
        .map((name) => describeStream(group, name, region))
        .toSorted((a, b) =>
          byTime
            ? (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0)
            : a.logStreamName < b.logStreamName
              ? -1
              : 1,
        );
      return paged(input, 'logStreams', input['descending'] === true ? found.toReversed() : found);
    },
    PutLogEvents: (input) =>
      store.put(text(input, 'logGroupName'), text(input, 'logStreamName'), newEvents(input['logEvents'])),
    FilterLogEvents: (input) => filter.run(input),
    StartQuery: (input) => insights.start(input),
    GetQueryResults: (input) => insights.results(input),
    StopQuery: (input) => insights.stop(input),
  };
}

function paged(input: Input, name: string, items: readonly unknown[]): Readonly<Record<string, unknown>> {
  const limit = optionalInteger(input, 'limit', 1, 50) ?? 50;
  const token = optionalText(input, 'nextToken');
  const at = token === undefined ? 0 : Number(token);
  if (!Number.isSafeInteger(at)) throw invalid('The specified nextToken is invalid.');
  const more = at + limit < items.length;
  return { [name]: items.slice(at, at + limit), ...(more ? { nextToken: String(at + limit) } : {}) };
}

function describeGroup(group: LogGroup, region: string): Readonly<Record<string, unknown>> {
  return {
    arn: `arn:aws:logs:${region}:${ACCOUNT}:log-group:${group.name}:*`,
    creationTime: group.creationTime,
    logGroupClass: 'STANDARD',
    logGroupName: group.name,
    metricFilterCount: 0,
    storedBytes: group.storedBytes,
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    ...(group.dataProtectionStatus === undefined ? {} : { dataProtectionStatus: group.dataProtectionStatus }),
  };
}

function describeStream(
  group: LogGroup,
  name: string,
  region: string,
): Readonly<Record<string, unknown>> & { readonly logStreamName: string; readonly lastEventTimestamp?: number } {
  const events = group.events.filter((event) => event.stream === name);
  const [first] = events;
  const last = events.at(-1);
  const base = {
    arn: `arn:aws:logs:${region}:${ACCOUNT}:log-group:${group.name}:log-stream:${name}`,
    creationTime: group.streams.get(name)?.creationTime ?? 0,
    logStreamName: name,
    storedBytes: 0,
  };
  return first === undefined || last === undefined
    ? base
    : {
        ...base,
        firstEventTimestamp: first.timestamp,
        lastEventTimestamp: last.timestamp,
        lastIngestionTime: last.ingestionTime,
      };
}

function newEvents(value: unknown): readonly NewEvent[] {
  if (!Array.isArray(value)) throw invalid(`1 validation error detected: Value at 'logEvents' must not be null`);
  return value.map((each: unknown) => {
    if (!isRecord(each) || typeof each['timestamp'] !== 'number' || typeof each['message'] !== 'string') {
      throw invalid(`1 validation error detected: Value at 'logEvents' is malformed`);
    }
    return { timestamp: each['timestamp'], message: each['message'] };
  });
}
