/** The ways in which the window filters by source and by the sets of a comparison; pure, as all of `filter-edit.ts`. */
import type { Filter } from '../../shared/filter.ts';

/** What a click on a source does: one that is asked for is let go, any other is asked for. All of them are no condition. */
export function toggleSource(filter: Filter, url: string, all: readonly string[]): Filter {
  const next = filter.sources.includes(url)
    ? filter.sources.filter((one) => one !== url)
    : all.filter((one) => one === url || filter.sources.includes(one));
  return withSources(filter, next, all);
}

export function onlySource(filter: Filter, url: string, all: readonly string[]): Filter {
  return withSources(filter, [url], all);
}

/** Everything but one source. Leaving out the last one asks for all of them again: nothing at all is never meant. */
export function withoutSource(filter: Filter, url: string, all: readonly string[]): Filter {
  const asked = filter.sources.length === 0 ? all : filter.sources;
  return withSources(
    filter,
    asked.filter((one) => one !== url),
    all,
  );
}

export function anySource(filter: Filter): Filter {
  return { ...filter, sources: [] };
}

function withSources(filter: Filter, sources: readonly string[], all: readonly string[]): Filter {
  return { ...filter, sources: all.every((one) => sources.includes(one)) ? [] : [...sources] };
}

/** Only what a comparison put into a set; everything else that narrowed the view would hide some of it. */
export function onlySet(empty: Filter, set: string): Filter {
  return { ...empty, set };
}

export function anySet(filter: Filter): Filter {
  return { ...filter, set: '' };
}

/** How sources are told apart in rows: a letter each, so that no colour is needed. */
export function sourceLetter(index: number): string {
  const letters = 26;
  const letter = String.fromCodePoint(65 + (index % letters));
  return index < letters ? letter : `${letter}${String(Math.floor(index / letters) + 1)}`;
}
