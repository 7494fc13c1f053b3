/** Hands out the few colours of the palette to the values that are told apart, so that a value keeps its colour while it is. */

/** Colours of the (Okabe-Ito) palette. */
export const SERIES_COLOURS = 7;

/** The numbers of the colours by value; the same map when nothing changed. */
export function giveColours(
  before: ReadonlyMap<string, number>,
  values: readonly string[],
): ReadonlyMap<string, number> {
  const told = values.slice(0, SERIES_COLOURS);
  const next = new Map<string, number>();
  for (const value of told) {
    const colour = before.get(value);
    if (colour !== undefined) next.set(value, colour);
  }
  const taken = new Set(next.values());
  const free = Array.from({ length: SERIES_COLOURS }, (_, colour) => colour).filter((colour) => !taken.has(colour));
  for (const value of told) {
    const colour = next.has(value) ? undefined : free.shift();
    if (colour !== undefined) next.set(value, colour);
  }
  const same = next.size === before.size && [...next].every(([value, colour]) => before.get(value) === colour);
  return same ? before : next;
}
