/** An estimate as a phrase: `about 1,204,331 records, 602 MB, 14 s, 0.05 USD`. */
import type { Estimate } from '../../shared/contract.ts';
import { grouped } from './say.ts';

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

export function estimateText({ records, bytes, seconds, cost_usd }: Estimate): string {
  const parts = [
    ...(records === null ? [] : [`${grouped(records)} records`]),
    ...(bytes === null ? [] : [bytesText(bytes)]),
    ...(seconds === null ? [] : [secondsText(seconds)]),
    ...(cost_usd === null ? [] : [cost_usd < 0.01 ? 'less than 0.01 USD' : `${cost_usd.toFixed(2)} USD`]),
  ];
  return parts.length === 0 ? 'unknown until read' : `about ${parts.join(', ')}`;
}

function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

function secondsText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3_600).toFixed(1)} hours`;
}
