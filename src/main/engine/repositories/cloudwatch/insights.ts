/** Counts a log group over time with CloudWatch Logs Insights, for groups that are too large to capture. */
import {
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
  type GetQueryResultsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { Caller } from './caller.ts';
import { quote } from './filter-pattern.ts';
import type { CloudWatchTarget } from './target.ts';

/** Write times, milliseconds since 1970 UTC, inclusive. */
export interface CountRange {
  readonly from?: number;
  readonly to?: number;
}

export interface CountByTime {
  /** Entries in the range, events or not. */
  readonly total: number;
  /** `1h`, `1d`, …: what a bucket covers. */
  readonly step: string;
  /** Ascending; empty buckets are left out. `start` in milliseconds since 1970 UTC. */
  readonly buckets: readonly { readonly start: number; readonly count: number }[];
  /** What the query is billed by. */
  readonly scannedBytes: number;
}

const MOST_BUCKETS = 500;
const STEPS: readonly (readonly [string, number])[] = [
  ['1m', 60_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
  ['7d', 604_800_000],
  ['30d', 2_592_000_000],
];
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** @throws the SDK's error; AppError `source_refused` when the query fails, `cancelled` after stopping it. */
export async function countByTime(
  caller: Caller,
  { group, stream }: CloudWatchTarget,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<CountByTime> {
  const [step] = STEPS.find(([, size]) => (range.to - range.from) / size <= MOST_BUCKETS) ?? ['30d', 2_592_000_000];
  const only = stream === undefined ? '' : `filter @logStream = ${quote(stream)} | `;
  const { queryId } = await caller.call(signal, (client) =>
    client.send(
      new StartQueryCommand({
        logGroupName: group,
        startTime: Math.max(0, Math.floor(range.from / 1_000)),
        endTime: Math.ceil(range.to / 1_000),
        queryString: `${only}stats count(*) as entries by bin(${step})`,
        limit: 10_000,
      }),
      { abortSignal: signal },
    ),
  );
  const answer = await finished(caller, queryId ?? '', signal);
  const buckets = (answer.results ?? []).map((row) => {
    const start = row.find(({ field }) => field?.startsWith('bin(') === true)?.value ?? '';
    const count = Number(row.find(({ field }) => field === 'entries')?.value);
    const at = Date.parse(`${start.replace(' ', 'T')}Z`);
    if (Number.isNaN(at) || !Number.isSafeInteger(count)) {
      throw new AppError(
        'source_invalid',
        `Logs Insights answered with a row that can’t be read: “${start.slice(0, 40)}”.`,
      );
    }
    return { start: at, count };
  });
  return {
    total: buckets.reduce((sum, { count }) => sum + count, 0),
    step,
    buckets: buckets.toSorted((a, b) => a.start - b.start),
    scannedBytes: answer.statistics?.bytesScanned ?? 0,
  };
}

async function finished(caller: Caller, queryId: string, signal: AbortSignal): Promise<GetQueryResultsCommandOutput> {
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 1.5)) {
      await sleep(wait, undefined, { signal });
      const answer = await caller.call(signal, (client) =>
        client.send(new GetQueryResultsCommand({ queryId }), { abortSignal: signal }),
      );
      if (answer.status === 'Complete') return answer;
      if (answer.status !== 'Scheduled' && answer.status !== 'Running') {
        throw new AppError(
          'source_refused',
          `The Logs Insights query ended without a result (${answer.status ?? 'Unknown'}).`,
        );
      }
    }
  } catch (error) {
    // A query nobody waits for would go on scanning, and be billed.
    if (signal.aborted) {
      await caller
        .call(AbortSignal.timeout(5_000), (client) => client.send(new StopQueryCommand({ queryId })))
        .catch(() => undefined);
    }
    throw error;
  }
}
