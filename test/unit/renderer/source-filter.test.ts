/** Filtering by source: asking for all of them is no condition, and leaving out the last one is not asking for nothing. */
import { expect, test } from 'vitest';
import { EMPTY_FILTER } from '../../../src/shared/filter.ts';
import {
  anySet,
  anySource,
  onlySet,
  onlySource,
  sourceLetter,
  toggleSource,
  withoutSource,
} from '../../../src/renderer/model/source-filter.ts';

const ALL = ['a:', 'b:', 'c:'];

test('a click asks for a source, a second one lets it go', () => {
  const one = toggleSource(EMPTY_FILTER, 'b:', ALL);
  expect(one.sources).toEqual(['b:']);
  expect(toggleSource(one, 'b:', ALL)).toEqual(EMPTY_FILTER);
});

test('sources stand in the order of the view, and all of them are no condition', () => {
  const two = toggleSource(toggleSource(EMPTY_FILTER, 'c:', ALL), 'a:', ALL);
  expect(two.sources).toEqual(['a:', 'c:']);
  expect(toggleSource(two, 'b:', ALL)).toEqual(EMPTY_FILTER);
});

test('leaving one out asks for the others', () => {
  expect(withoutSource(EMPTY_FILTER, 'b:', ALL).sources).toEqual(['a:', 'c:']);
  expect(withoutSource(onlySource(EMPTY_FILTER, 'a:', ALL), 'a:', ALL)).toEqual(EMPTY_FILTER);
  expect(onlySource(EMPTY_FILTER, 'a:', ['a:'])).toEqual(EMPTY_FILTER);
  expect(anySource({ ...EMPTY_FILTER, sources: ['a:'] })).toEqual(EMPTY_FILTER);
});

test('a set of a comparison is shown whole', () => {
  const narrowed = { ...EMPTY_FILTER, search: 'x' };
  expect(onlySet(EMPTY_FILTER, 'gone-1')).toEqual({ ...EMPTY_FILTER, set: 'gone-1' });
  expect(anySet({ ...narrowed, set: 'gone-1' })).toEqual(narrowed);
});

test.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'A2'],
  [31, 'F2'],
])('source %i is called %s', (index, letter) => {
  expect(sourceLetter(index)).toBe(letter);
});
