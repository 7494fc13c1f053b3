/** Which of the colour-blind-safe (Okabe-Ito) colours a category has: the same in grid, histogram and values. */

const BUILT_IN: Readonly<Record<string, number>> = { model: 0, api: 1, view: 2 };
const FIRST_FREE = 3;
const COLOURS = 7;

const given = new Map<string, number>();

/** A CSS colour. Categories of custom trackers get the remaining colours in the order in which they are met, then grey; what has no category is grey. */
export function categoryColour(category: string): string {
  if (category === '') return 'var(--category-other)';
  const built = Object.hasOwn(BUILT_IN, category) ? BUILT_IN[category] : undefined;
  const index = built ?? given.get(category) ?? give(category);
  return index < COLOURS ? `var(--category-${String(index)})` : 'var(--category-other)';
}

function give(category: string): number {
  const index = FIRST_FREE + given.size;
  // Ten thousand odd categories would only fill the memory: past the palette they are grey anyway.
  if (index < COLOURS) given.set(category, index);
  return index;
}
