/**
 * Which colour the values of a field have that the histogram is stacked by: the same in the bars, the values and the
 * grid. Categories have theirs for good; see `model/category-colour.ts`.
 */
import { create } from 'zustand';
import { categoryColour } from '../model/category-colour.ts';
import { giveColours } from '../model/series-colour.ts';

/** By field, then by value: the number of a colour. */
type Given = Readonly<Record<string, ReadonlyMap<string, number>>>;

export const useSeriesColours = create<{ readonly given: Given }>(() => ({ given: {} }));

/** Gives the values that are told apart now their colours, the most frequent first. Those that have one keep it. */
export function tellApart(field: string, values: readonly string[]): void {
  useSeriesColours.setState(({ given }) => {
    const before = given[field] ?? new Map<string, number>();
    const next = giveColours(before, values);
    return next === before ? {} : { given: { ...given, [field]: next } };
  });
}

/** A CSS colour; `undefined` for a value that is not told apart from others. */
export function seriesColour(given: Given, field: string, value: string): string | undefined {
  if (field === 'category') return categoryColour(value);
  const index = given[field]?.get(value);
  return index === undefined ? undefined : `var(--category-${String(index)})`;
}
