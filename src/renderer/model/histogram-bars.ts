/** From counted stretches of time to stacked bars: what stands where, in fractions of the width and the height. */
import type { Histogram } from '../../shared/contract.ts';
import { justBefore } from './time-format.ts';

export interface BarPart {
  readonly name: string;
  readonly count: number;
  /** From the bottom, 0 to 1. */
  readonly y: number;
  readonly height: number;
}

export interface Bar {
  readonly start: string;
  readonly end: string;
  readonly total: number;
  /** 0 to 1 of the width. */
  readonly x: number;
  readonly width: number;
  readonly parts: readonly BarPart[];
}

export interface BarChart {
  readonly bars: readonly Bar[];
  /** Milliseconds since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  readonly max: number;
  /** Names in the order in which they are stacked, the most frequent first. */
  readonly names: readonly string[];
}

export function barChart(buckets: Histogram['buckets']): BarChart | undefined {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const from = Date.parse(first.start);
  const to = Math.max(from + 1, Date.parse(last.end));
  const max = Math.max(...buckets.map((bucket) => bucket.total));
  const sums = new Map<string, number>();
  for (const { series } of buckets) {
    for (const [name, count] of Object.entries(series)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  const names = [...sums].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
  const bars = buckets.map(({ start, end, total, series }) => {
    let y = 0;
    const parts: BarPart[] = [];
    for (const name of names) {
      const count = Object.hasOwn(series, name) ? (series[name] ?? 0) : 0;
      if (count === 0) continue;
      const height = count / max;
      parts.push({ name, count, y, height });
      y += height;
    }
    const left = Date.parse(start);
    return { start, end, total, x: (left - from) / (to - from), width: (Date.parse(end) - left) / (to - from), parts };
  });
  return { bars, from, to, max, names };
}

/** The bar under a place (0 to 1); none in a gap. */
export function barAt(chart: BarChart, x: number): Bar | undefined {
  return chart.bars.find((bar) => x >= bar.x && x < bar.x + bar.width);
}

/**
 * What brushing from one place to another asks for: from the start of the first bar that was touched to the last
 * microsecond of the last one. `undefined` when no bar was touched.
 */
export function brushedRange(
  chart: BarChart,
  a: number,
  b: number,
): { readonly from: string; readonly to: string } | undefined {
  const left = Math.min(a, b);
  const right = Math.max(a, b);
  const touched = chart.bars.filter((bar) => bar.x < right && bar.x + bar.width > left);
  const first = touched[0] ?? (a === b ? barAt(chart, a) : undefined);
  const last = touched.at(-1) ?? first;
  return first === undefined || last === undefined ? undefined : { from: first.start, to: justBefore(last.end) };
}
