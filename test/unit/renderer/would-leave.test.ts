/** What a click would leave is what is left after it: checked against a plain filter over random events. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { excludeValue, onlyValue, toggleValue, valuesOf } from '../../../src/renderer/model/filter-edit.ts';
import { wouldLeave } from '../../../src/renderer/model/would-leave.ts';
import { EMPTY_FILTER, type Filter } from '../../../src/shared/filter.ts';

const CHANGES = { toggle: toggleValue, exclude: excludeValue, only: onlyValue } as const;
const value = fc.constantFrom('', 'api', 'model', 'view', 'other');

function passing(filter: Filter, events: readonly string[]): number {
  return events.filter((event) => filter.conditions.every(({ values, negate }) => values.includes(event) !== negate))
    .length;
}

test('for any filter on the field and any click', () => {
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 40 }),
      fc.array(fc.tuple(fc.constantFrom(...(['toggle', 'exclude', 'only'] as const)), value), { maxLength: 6 }),
      fc.constantFrom(...(['toggle', 'exclude', 'only'] as const)),
      value,
      (events, before, change, clicked) => {
        const filter = before.reduce<Filter>((all, [how, one]) => CHANGES[how](all, 'category', one), EMPTY_FILTER);
        const counts = new Map(
          ['', 'api', 'model', 'view', 'other'].map((one) => [one, events.filter((event) => event === one).length]),
        );
        const facet = {
          base: events.length,
          counts,
          included: valuesOf(filter, 'category', false),
          excluded: valuesOf(filter, 'category', true),
        };
        const left = passing(CHANGES[change](filter, 'category', clicked), events);
        expect(wouldLeave(facet, change, clicked)).toBe(left);
      },
    ),
  );
});

test('says nothing where a count is not known', () => {
  const facet = { base: 10, counts: new Map([['a', 4]]), included: ['b'], excluded: [] };
  expect(wouldLeave(facet, 'toggle', 'a')).toBeUndefined();
  expect(wouldLeave(facet, 'only', 'a')).toBe(4);
});
