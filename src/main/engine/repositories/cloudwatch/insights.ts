/** Counts a log group over time with CloudWatch Logs Insights, for groups that are too large to capture. */
import {
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
  type GetQueryResultsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { CountByTime } from '../repository.ts';
import type { Caller } from './caller.ts';
import { quote } from './filter-pattern.ts';
import type { CloudWatchTarget } from './target.ts';

const MOST_BUCKETS = 500;
interface Step {
  /** As Logs Insights writes it. */
  readonly bin: string;
  readonly title: string;
  readonly size: number;
}
const LONGEST: Step = { bin: '30d', title: '30 days', size: 2_592_000_000 };
const STEPS: readonly Step[] = [
  { bin: '1m', title: '1 minute', size: 60_000 },
  { bin: '5m', title: '5 minutes', size: 300_000 },
  { bin: '1h', title: '1 hour', size: 3_600_000 },
  { bin: '6h', title: '6 hours', size: 21_600_000 },
  { bin: '1d', title: '1 day', size: 86_400_000 },
  { bin: '7d', title: '7 days', size: 604_800_000 },
  LONGEST,
];
/** US dollars for a gigabyte that Logs Insights scans, in most regions. Source: aws.amazon.com/cloudwatch/pricing, 2025. */
export const INSIGHTS_USD_PER_GB = 0.005;

/** What a query scanned, and so what it costs. */
export interface Counted extends Omit<CountByTime, 'notes'> {
  readonly scannedBytes: number;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** @throws the SDK's error; AppError `source_refused` when the query fails, `cancelled` after stopping it. */
export async function countByTime(
  caller: Caller,
  { group, stream }: CloudWatchTarget,
  range: { readonly from: number; readonly to: number; readonly buckets?: number | undefined },
  signal: AbortSignal,
): Promise<Counted> {
  const most = Math.min(MOST_BUCKETS, range.buckets ?? MOST_BUCKETS);
  const step = STEPS.find(({ size }) => (range.to - range.from) / size <= most) ?? LONGEST;
  const only = stream === undefined ? '' : `filter @logStream = ${quote(stream)} | `;
  const { queryId } = await caller.call(signal, (client) =>
    client.send(
      new StartQueryCommand({
        logGroupName: group,
        startTime: Math.max(0, Math.floor(range.from / 1_000)),
        endTime: Math.ceil(range.to / 1_000),
        queryString: `${only}stats count(*) as entries by bin(${step.bin})`,
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
    step: step.title,
    stepMs: step.size,
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
