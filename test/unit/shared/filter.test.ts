/** What typed-in texts mean as conditions, and what a filter is when nothing is said. */
import { describe, expect, it } from 'vitest';
import {
  conditionFromText,
  DEFAULT_SORT,
  EMPTY_FILTER,
  filterSchema,
  isEmptyFilter,
  sortSchema,
} from '../../../src/shared/filter.ts';

describe('a condition from texts', () => {
  it('is trimmed, loses what is empty and what is twice, and keeps case and order', () => {
    expect(conditionFromText('actor', [' b ', 'a', '', '  ', 'b', 'A'])).toEqual({
      field: 'actor',
      values: ['b', 'a', 'A'],
      negate: false,
    });
    expect(conditionFromText('id', ['\tx\n'], true)).toEqual({ field: 'id', values: ['x'], negate: true });
  });

  it('is none when nothing is asked for', () => {
    for (const texts of [[], [''], [' ', '\t']]) expect(conditionFromText('actor', texts)).toBeUndefined();
  });

  it('asks for the empty value by @empty, and for nothing else by it', () => {
    expect(conditionFromText('actor', ['@empty', 'x'])?.values).toEqual(['', 'x']);
    expect(conditionFromText('actor', [' @empty '])?.values).toEqual(['']);
    expect(conditionFromText('actor', ['@Empty', '@empty2'])?.values).toEqual(['@Empty', '@empty2']);
  });
});

describe('a filter', () => {
  it('of nothing lets everything pass', () => {
    expect(filterSchema.parse({})).toEqual(EMPTY_FILTER);
    expect(isEmptyFilter(EMPTY_FILTER)).toBe(true);
    expect(isEmptyFilter({ ...EMPTY_FILTER, time_zone: 'Asia/Tokyo' })).toBe(true);
    for (const part of [
      { search: ' ' },
      { time_from: '2024-01-01' },
      { time_to: 'x' },
      { where: [{ path: 'result', value: '' }] },
      { conditions: [{ field: 'id' as const, values: [''] }] },
    ]) {
      expect(isEmptyFilter(filterSchema.parse(part))).toBe(false);
    }
  });

  it('refuses fields it does not know and conditions without a value', () => {
    for (const field of ['timestamp', 'payload', 'Actor', '']) {
      expect(filterSchema.safeParse({ conditions: [{ field, values: ['x'] }] }).success).toBe(false);
    }
    expect(filterSchema.safeParse({ conditions: [{ field: 'id', values: [] }] }).success).toBe(false);
    expect(filterSchema.safeParse({ where: [{ path: '', value: 'x' }] }).success).toBe(false);
  });
});

describe('an order', () => {
  it('is by time, unless said', () => {
    expect(sortSchema.parse({})).toEqual(DEFAULT_SORT);
    expect(sortSchema.safeParse({ field: 'result' }).success).toBe(false);
    expect(sortSchema.safeParse({ direction: 'down' }).success).toBe(false);
  });
});
