/** What reading a log group would take, and what it would cost. */
import type { Estimate, Note } from '../../../../shared/contract.ts';
import { estimateOf, secondsFor } from '../estimate.ts';
import { INSIGHTS_USD_PER_GB } from './insights.ts';
import { bytesText, estimatedRecords, PAGE_BYTES } from './log-group.ts';

/**
 * US dollars for a gigabyte that leaves AWS for the internet, first tier, most regions. FilterLogEvents itself is not
 * billed. Source: aws.amazon.com/ec2/pricing/on-demand, “Data Transfer OUT”, 2025; the first 100 GB a month are free.
 */
const TRANSFER_USD_PER_GB = 0.09;
const GB = 1_000_000_000;

/**
 * @param stored bytes of the whole group, `null` where unknown
 * @param counted entries in the range to be read, `null` where they were not counted
 * @param rate calls a second
 */
export function estimateGroup(
  stored: number | null,
  counted: number | null,
  rate: number,
  notes: readonly Note[],
): Estimate {
  const all = stored === null ? null : estimatedRecords(stored);
  // Of a range its share of the bytes is read.
  const share = counted === null || all === null || all === 0 ? 1 : Math.min(1, counted / all);
  const bytes = stored === null ? null : Math.round(stored * share);
  const records = counted ?? all;
  const calls = bytes === null ? null : Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  const seconds = calls === null ? null : Math.max(calls / rate, secondsFor(records, bytes) ?? 0);
  return estimateOf({
    records,
    bytes,
    seconds,
    cost_usd: bytes === null ? null : (bytes / GB) * TRANSFER_USD_PER_GB,
    notes: [
      ...notes,
      {
        severity: 'info',
        code: 'cost_basis',
        message: `CloudWatch bills no reading of entries; what leaves AWS for the internet costs about ${TRANSFER_USD_PER_GB} USD a gigabyte beyond the free 100 GB a month (price list of 2025), nothing within a region.`,
      },
    ],
  });
}

/** What a count has cost. */
export function scannedNote(bytes: number): Note {
  const usd = (bytes / GB) * INSIGHTS_USD_PER_GB;
  const cost = usd < 0.01 ? 'less than 0.01 USD' : `about ${usd.toFixed(2)} USD`;
  return {
    severity: 'info',
    code: 'insights_scanned',
    message: `Logs Insights scanned ${bytesText(bytes)} to count, ${cost} at ${INSIGHTS_USD_PER_GB} USD a gigabyte (price list of 2025). Entries are counted by when they were written, events or not.`,
  };
}
