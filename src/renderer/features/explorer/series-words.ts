/** What the parts of a bar are called and which colours they have, for bars, legend and tip alike. */
import { useMemo } from 'react';
import type { GroupField } from '../../../shared/event.ts';
import { seriesColour, useSeriesColours } from '../../stores/series-colours.ts';
import { useView } from '../../stores/view.ts';
import { useSourceName } from '../sources/source-name.ts';

export const OTHER_COLOUR = 'var(--category-other)';

export interface SeriesWords {
  /** Whether the empty value is one of them; else it stands for what is only counted. */
  readonly named: boolean;
  readonly name: (value: string) => string;
  /** A CSS colour. */
  readonly colour: (value: string) => string;
}

/** For a store that only counts: bars of one part without a name. */
export const COUNTED_ONLY: SeriesWords = { named: false, name: (value) => value, colour: () => OTHER_COLOUR };

export function useSeriesWords(by: GroupField): SeriesWords {
  const given = useSeriesColours((state) => state.given);
  const sourceName = useSourceName();
  const colours = useMemo(() => (value: string) => seriesColour(given, by, value) ?? OTHER_COLOUR, [given, by]);
  return { named: true, name: by === 'source' ? sourceName : (value) => value, colour: colours };
}

/** The colours of a field's values where they are shown beside the bars; `undefined` for a field that has none. */
export function useValueColour(field: GroupField): ((value: string) => string | undefined) | undefined {
  const by = useView((state) => state.group) ?? 'category';
  const given = useSeriesColours((state) => state.given);
  return useMemo(() => {
    if (field !== 'category' && field !== by) return undefined;
    return (value) => (field === 'category' && value === '' ? undefined : seriesColour(given, field, value));
  }, [field, by, given]);
}
