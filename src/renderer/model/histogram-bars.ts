/** From counted stretches of time to stacked bars: what stands where, in fractions of the width and the height. */
import type { Histogram } from '../../shared/contract.ts';
import { justBefore } from './time-format.ts';

export interface BarPart {
  /** `undefined` for what is not told apart. */
  readonly name: string | undefined;
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
  /** How many events are not told apart. */
  readonly others: number;
}

/** @param range what the axis spans at least; without it, from the first bucket to the last */
export function barChart(buckets: Histogram['buckets'], range?: Histogram['range']): BarChart | undefined {
  const starts = [...(range == null ? [] : [range.from]), ...buckets.slice(0, 1).map(({ start }) => start)];
  const ends = [...(range == null ? [] : [range.to]), ...buckets.slice(-1).map(({ end }) => end)];
  if (starts.length === 0) return undefined;
  const from = Math.min(...starts.map((text) => Date.parse(text)));
  const to = Math.max(from + 1, ...ends.map((text) => Date.parse(text)));
  const max = Math.max(1, ...buckets.map((bucket) => bucket.total));
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
    const rest = total - parts.reduce((sum, part) => sum + part.count, 0);
    if (rest > 0) parts.push({ name: undefined, count: rest, y, height: rest / max });
    const left = Date.parse(start);
    return { start, end, total, x: (left - from) / (to - from), width: (Date.parse(end) - left) / (to - from), parts };
  });
  const told = [...sums.values()].reduce((sum, count) => sum + count, 0);
  const others = buckets.reduce((sum, { total }) => sum + total, 0) - told;
  return { bars, from, to, max, names, others };
}

/** The bar under a place (0 to 1); none in a gap. */
export function barAt(chart: BarChart, x: number): Bar | undefined {
  return chart.bars.find((bar) => x >= bar.x && x < bar.x + bar.width);
}

/** What choosing bars asks for: from the start of the first to the last microsecond of the last, whichever way round. */
export function barsRange(
  chart: BarChart,
  a: number,
  b: number,
): { readonly from: string; readonly to: string } | undefined {
  const [first, last] = [chart.bars[Math.min(a, b)], chart.bars[Math.max(a, b)]];
  return first === undefined || last === undefined ? undefined : { from: first.start, to: justBefore(last.end) };
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
