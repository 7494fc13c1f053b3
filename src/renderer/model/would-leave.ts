/** How many events a click on a value would leave, reckoned from counts that are on screen anyway: an event has one value. */

export interface FacetCounts {
  /** Events that pass the filter without the conditions on this field. */
  readonly base: number;
  /** Of those, how many have a value; a value that is not among them is not known. */
  readonly counts: ReadonlyMap<string, number>;
  /** The values the field is limited to, and those it must not have. */
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

export type FacetChange = 'toggle' | 'exclude' | 'only';

/** `undefined` when it would take a count that is not known. */
export function wouldLeave(facet: FacetCounts, change: FacetChange, value: string): number | undefined {
  const { base, counts, included, excluded } = facet;
  if (change === 'only') return counts.get(value);
  const without = (values: readonly string[]): readonly string[] => values.filter((one) => one !== value);
  if (change === 'exclude') return left(base, counts, without(included), [...without(excluded), value]);
  if (included.includes(value)) return left(base, counts, without(included), excluded);
  if (excluded.includes(value)) return left(base, counts, included, without(excluded));
  return left(base, counts, [...included, value], excluded);
}

function left(
  base: number,
  counts: ReadonlyMap<string, number>,
  included: readonly string[],
  excluded: readonly string[],
): number | undefined {
  if (included.length === 0) {
    const out = sum(counts, excluded);
    return out === undefined ? undefined : base - out;
  }
  return sum(
    counts,
    included.filter((value) => !excluded.includes(value)),
  );
}

function sum(counts: ReadonlyMap<string, number>, values: readonly string[]): number | undefined {
  return values.reduce<number | undefined>((all, value) => {
    const count = counts.get(value);
    return all === undefined || count === undefined ? undefined : all + count;
  }, 0);
}
