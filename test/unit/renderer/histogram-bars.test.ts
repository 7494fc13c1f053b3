/** Bars stand where their time is and are as high as their count; brushing never takes half a bar. */
import { expect, test } from 'vitest';
import { barAt, barChart, brushedRange } from '../../../src/renderer/model/histogram-bars.ts';

const day = (of: number, total: number, series: Record<string, number>) => ({
  start: `2024-03-0${String(of)}T00:00:00.000000Z`,
  end: `2024-03-0${String(of + 1)}T00:00:00.000000Z`,
  total,
  series,
});
const chart = barChart([day(1, 4, { api: 1, model: 3 }), day(2, 2, { api: 2 }), day(4, 8, { model: 8 })]);

test('no bucket is no chart', () => {
  expect(barChart([])).toBeUndefined();
});

test('a gap stays a gap', () => {
  expect(chart?.bars.map((bar) => bar.x)).toEqual([0, 0.25, 0.75]);
  expect(chart && barAt(chart, 0.6)).toBeUndefined();
  expect(chart && barAt(chart, 0.8)?.total).toBe(8);
});

test('parts are stacked, the most frequent at the bottom', () => {
  expect(chart?.names).toEqual(['model', 'api']);
  expect(chart?.bars[0]?.parts).toEqual([
    { name: 'model', count: 3, y: 0, height: 3 / 8 },
    { name: 'api', count: 1, y: 3 / 8, height: 1 / 8 },
  ]);
});

test('a series may be called like anything an object inherits', () => {
  const odd = barChart([day(1, 2, JSON.parse('{"__proto__":1,"constructor":1}')), day(2, 1, { constructor: 1 })]);
  expect(odd?.names).toEqual(['constructor', '__proto__']);
  expect(odd?.bars[1]?.parts.map((part) => part.name)).toEqual(['constructor']);
});

test('a brush takes whole bars, to the last microsecond', () => {
  expect(chart && brushedRange(chart, 0.3, 0.1)).toEqual({
    from: '2024-03-01T00:00:00.000000Z',
    to: '2024-03-02T23:59:59.999999Z',
  });
  expect(chart && brushedRange(chart, 0.8, 0.8)).toEqual({
    from: '2024-03-04T00:00:00.000000Z',
    to: '2024-03-04T23:59:59.999999Z',
  });
  expect(chart && brushedRange(chart, 0.6, 0.7)).toBeUndefined();
});
