/** What names were found, a line each, for tests to compare. */
import type { NamedId } from '../../src/shared/contract.ts';

export function namesOf(names: readonly NamedId[]): readonly string[] {
  return names.map(
    ({ id, label, best: { name, kind, origin, where }, changed }) =>
      `${id}: ${label} (${name}, ${kind}, ${origin}, ${where})${changed ? ' was other' : ''}`,
  );
}
