/** Every way to change a filter by hand. */
import { describe, expect, test } from 'vitest';
import {
  addPath,
  excludeValue,
  includeValue,
  onlyValue,
  removeCondition,
  replaceCondition,
  setRange,
  setValues,
  toggleValue,
  valuesOf,
} from '../../../src/renderer/model/filter-edit.ts';
import { EMPTY_FILTER } from '../../../src/shared/filter.ts';

describe('including and excluding', () => {
  test('several included values mean any of them', () => {
    const filter = includeValue(includeValue(EMPTY_FILTER, 'action', 'created'), 'action', 'deleted');
    expect(filter.conditions).toEqual([{ field: 'action', values: ['created', 'deleted'], negate: false }]);
  });

  test('a value is never asked for and kept out at once', () => {
    const filter = excludeValue(includeValue(EMPTY_FILTER, 'actor', 'a'), 'actor', 'a');
    expect(filter.conditions).toEqual([{ field: 'actor', values: ['a'], negate: true }]);
    expect(includeValue(filter, 'actor', 'a').conditions).toEqual([{ field: 'actor', values: ['a'], negate: false }]);
  });

  test('the empty value is a value', () => {
    expect(includeValue(EMPTY_FILTER, 'actor', '').conditions).toEqual([
      { field: 'actor', values: [''], negate: false },
    ]);
  });

  test('spaces and case are kept', () => {
    expect(valuesOf(includeValue(EMPTY_FILTER, 'actor', ' A '), 'actor', false)).toEqual([' A ']);
  });

  test('only this forgets what was said about the field, and nothing else', () => {
    const filter = excludeValue(
      includeValue(includeValue(EMPTY_FILTER, 'actor', 'a'), 'category', 'api'),
      'actor',
      'b',
    );
    expect(onlyValue(filter, 'actor', 'c').conditions).toEqual([
      { field: 'actor', values: ['c'], negate: false },
      { field: 'category', values: ['api'], negate: false },
    ]);
  });

  test('a second click lets go', () => {
    const once = toggleValue(EMPTY_FILTER, 'category', 'api');
    expect(toggleValue(once, 'category', 'api')).toEqual(EMPTY_FILTER);
    const excluded = excludeValue(EMPTY_FILTER, 'category', 'api');
    expect(toggleValue(excluded, 'category', 'api')).toEqual(EMPTY_FILTER);
  });
});

describe('editing a condition', () => {
  const filter = includeValue(includeValue(EMPTY_FILTER, 'category', 'api'), 'actor', 'a');

  test('keeps its place', () => {
    const [first] = filter.conditions;
    const edited = replaceCondition(filter, first, { field: 'action', values: ['x'], negate: true });
    expect(edited.conditions.map((one) => one.field)).toEqual(['action', 'actor']);
  });

  test('joins one that asks about the same', () => {
    const [first] = filter.conditions;
    const edited = replaceCondition(filter, first, { field: 'actor', values: ['b'], negate: false });
    expect(edited.conditions).toEqual([{ field: 'actor', values: ['a', 'b'], negate: false }]);
  });

  test('of the same field and kind replaces its values', () => {
    const [first] = filter.conditions;
    const edited = replaceCondition(filter, first, { field: 'category', values: ['model'], negate: false });
    expect(valuesOf(edited, 'category', false)).toEqual(['model']);
  });

  test('removing it leaves the others', () => {
    const [first] = filter.conditions;
    expect(first && removeCondition(filter, first).conditions.map((one) => one.field)).toEqual(['actor']);
  });

  test('no values are no condition', () => {
    expect(setValues(filter, 'actor', false, []).conditions).toHaveLength(1);
  });
});

test('a path asked for twice is asked once, its opposite replaces it', () => {
  const one = { path: 'result.new.title', value: 'x', negate: false };
  const filter = addPath(addPath(EMPTY_FILTER, one), one);
  expect(filter.where).toEqual([one]);
  expect(addPath(filter, { ...one, negate: true }).where).toEqual([{ ...one, negate: true }]);
});

test('bounds are kept as typed, without spaces around', () => {
  expect(setRange(EMPTY_FILTER, ' 2024-03-11 ', '')).toMatchObject({ time_from: '2024-03-11', time_to: '' });
});
