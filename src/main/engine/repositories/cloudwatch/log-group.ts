/** Looks a log group up, and puts what there is to know about it into notes. */
import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type LogGroup,
  type LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';
import type { Caller } from './caller.ts';
import { missingError } from './problems.ts';
import type { CloudWatchTarget } from './target.ts';

/** What a page of FilterLogEvents holds at most. */
export const PAGE_BYTES = 1_048_576;
/** From so many bytes on, reading everything is worth a second thought. */
const LARGE_BYTES = 1024 ** 3;
/** Bytes an event takes, taken for granted until events were read: JSON with a small payload, and 26 of the service’s own. */
const TYPICAL_BYTES = 700;

/** How many events so many stored bytes are, roughly. */
export function estimatedRecords(storedBytes: number): number {
  return Math.round(storedBytes / TYPICAL_BYTES);
}

/**
 * The group as the service describes it.
 * @throws AppError `source_invalid` naming groups that are called alike, when there is none; else the SDK's error
 */
export async function findGroup(
  caller: Caller,
  url: SourceUrl,
  target: CloudWatchTarget,
  signal: AbortSignal,
): Promise<LogGroup> {
  const find = async (
    search: { logGroupNamePrefix: string } | { logGroupNamePattern: string },
  ): Promise<LogGroup[]> => {
    const answer = await caller.call(signal, (client) =>
      client.send(new DescribeLogGroupsCommand(search), { abortSignal: signal }),
    );
    return answer.logGroups ?? [];
  };
  const { group } = target;
  // Groups come in order of name, and no name sorts before its own beginning.
  const alike = await find({ logGroupNamePrefix: group });
  const exact = alike.find(({ logGroupName }) => logGroupName === group);
  if (exact !== undefined) return exact;
  const last = group.split('/').findLast((part) => part !== '') ?? group;
  const others = alike.length > 0 ? alike : await find({ logGroupNamePattern: last });
  const names = others.flatMap(({ logGroupName }) => logGroupName ?? []).slice(0, 5);
  throw missingError(url, target, '', names);
}

/**
 * The first streams by name, and whether there are more.
 * @throws AppError `source_invalid` when the stream that the URL names is not there; else the SDK's error
 */
export async function findStreams(
  caller: Caller,
  url: SourceUrl,
  target: CloudWatchTarget,
  signal: AbortSignal,
): Promise<{ readonly streams: readonly LogStream[]; readonly more: boolean }> {
  const { group, stream } = target;
  const answer = await caller.call(signal, (client) =>
    client.send(
      new DescribeLogStreamsCommand({
        logGroupName: group,
        ...(stream === undefined ? {} : { logStreamNamePrefix: stream }),
      }),
      { abortSignal: signal },
    ),
  );
  const streams = answer.logStreams ?? [];
  if (stream !== undefined && !streams.some(({ logStreamName }) => logStreamName === stream)) {
    throw missingError(url, target, 'stream', []);
  }
  return { streams, more: answer.nextToken !== undefined };
}

/** What reading the whole group takes. */
export function sizeNote(storedBytes: number, rate: number): Note {
  const calls = Math.max(1, Math.ceil(storedBytes / PAGE_BYTES));
  const large = storedBytes >= LARGE_BYTES;
  const advice = large
    ? ' Narrow the capture to a time range, or count first with Logs Insights, which is billed by the bytes it scans.'
    : '';
  return {
    severity: large ? 'warning' : 'info',
    code: 'capture_size',
    message: `The group stores about ${bytesText(storedBytes)}; reading all of it takes at least ${calls.toLocaleString('en')} calls, ${durationText(calls / rate)} at ${rate} calls a second.${advice}`,
  };
}

export function groupNotes(group: LogGroup, streams: readonly LogStream[], more: boolean): Note[] {
  const notes = [
    info(
      'log_streams',
      `${streams.length}${more ? ' or more' : ''} ${streams.length === 1 && !more ? 'stream' : 'streams'}; the group was created on ${new Date(group.creationTime ?? 0).toISOString().slice(0, 10)}.`,
    ),
    info(
      'retention',
      group.retentionInDays === undefined
        ? 'Entries are kept without limit.'
        : `Entries are kept for ${group.retentionInDays} days; older ones are gone.`,
    ),
  ];
  return [...notes, ...maskingNote(group)];
}

function info(code: string, message: string): Note {
  return { severity: 'info', code, message };
}

/** Says that what comes may not be what was written. */
export function maskingNote(group: LogGroup): Note[] {
  if (group.dataProtectionStatus !== 'ACTIVATED') return [];
  return [
    {
      severity: 'warning',
      code: 'masked',
      message:
        'The group has a data protection policy: CloudWatch replaces what it takes for sensitive by asterisks before anybody reads it. Records are as delivered, not as written.',
    },
  ];
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3_600).toFixed(1)} hours`;
}
