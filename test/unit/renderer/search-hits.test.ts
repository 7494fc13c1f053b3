import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchStretches } from '../../../src/renderer/model/search-hits.ts';

describe('what is searched for', () => {
  it('is found in any case, every time', () => {
    expect(searchStretches('Budget and BUDGET', 'budget')).toEqual([
      { text: 'Budget', hit: true },
      { text: ' and ', hit: false },
      { text: 'BUDGET', hit: true },
    ]);
  });

  it('is not found where nothing is searched for, or nothing is', () => {
    expect(searchStretches('Budget', '')).toEqual([{ text: 'Budget', hit: false }]);
    expect(searchStretches('', 'x')).toEqual([{ text: '', hit: false }]);
  });

  it('is marked at its place where lower case is longer than the text', () => {
    expect(searchStretches('İstanbul ABC', 'abc')).toEqual([
      { text: 'İstanbul ', hit: false },
      { text: 'ABC', hit: true },
    ]);
  });

  it('leaves the text whole, whatever it holds', () => {
    const text = string({ unit: 'binary' });
    assert(
      property(text, text, text, (before, needle, after) => {
        const whole = before + needle + after;
        const stretches = searchStretches(whole, needle);
        expect(stretches.map((stretch) => stretch.text).join('')).toBe(whole);
      }),
    );
  });
});
