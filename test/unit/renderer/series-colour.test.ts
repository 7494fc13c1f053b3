/** A value keeps its colour while it is told apart; what it leaves is for others. */
import { expect, test } from 'vitest';
import { giveColours, SERIES_COLOURS } from '../../../src/renderer/model/series-colour.ts';

test('the first values get the colours in order, and no more than there are', () => {
  const values = Array.from({ length: 10 }, (_, index) => `v${String(index)}`);
  const given = giveColours(new Map(), values);
  expect([...given]).toEqual(values.slice(0, SERIES_COLOURS).map((value, index) => [value, index]));
});

test('another order changes no colour, and a newcomer gets one that is free', () => {
  const first = giveColours(new Map(), ['a', 'b', 'c']);
  expect(giveColours(first, ['c', 'a', 'b'])).toBe(first);
  const next = giveColours(first, ['c', 'x', 'a']);
  expect(Object.fromEntries(next)).toEqual({ a: 0, c: 2, x: 1 });
});
