/** The sources of the shown view, in the order in which rows name them. */
import { useMemo } from 'react';
import { activeSource, shownStatus, useShownStatus, useSources } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';
import { useSourceName } from '../sources/source-name.ts';

export interface ViewSource {
  readonly url: string;
  readonly name: string;
}

/** The URLs of the shown view's sources, also of a single one, as they are at this moment. */
export function viewUrls(): readonly string[] {
  const status = shownStatus(activeSource(useSources.getState()), useView.getState().filter.set);
  return status?.sources.map(({ url }) => url) ?? [];
}

/** The same, for what is drawn from them. */
export function useShownUrls(): readonly string[] {
  return useShownStatus()?.sources.map(({ url }) => url) ?? [];
}

/** Empty unless there are several: a single one needs no telling apart. */
export function useViewSources(): readonly ViewSource[] {
  const nameOf = useSourceName();
  const urls = useShownStatus()?.sources.map(({ url }) => url) ?? [];
  const key = urls.length < 2 ? '' : urls.map((url) => `${url}\n${nameOf(url)}`).join('\n');
  return useMemo(() => {
    const lines = key === '' ? [] : key.split('\n');
    return Array.from({ length: lines.length / 2 }, (_, index) => ({
      url: lines[2 * index] ?? '',
      name: lines[2 * index + 1] ?? '',
    }));
  }, [key]);
}
