/** What a source is called: the name somebody gave it, else the telling part of its URL. */
import { useWords } from '../../i18n/use-words.ts';
import { sourceLabel } from '../../model/source-label.ts';
import type { OpenSource } from '../../stores/sources.ts';
import { useConnections } from './connections.ts';

export function useSourceName(): (url: string) => string {
  const { t } = useWords();
  const saved = useConnections()?.connections;
  return (url) => {
    if (url === 'demo:') return t('sources.demo');
    if (url === 'basic:') return t('connect.kind.basic');
    const named = saved?.find((one) => one.url === url)?.name ?? '';
    // A connection that was saved without a name carries its URL as one.
    return named === '' || named === url ? sourceLabel(url) : named;
  };
}

/** Names so many sources one by one; more are counted. */
const NAMED = 2;

/** What a view is called: by its one source, by two, or by how many there are. */
export function useViewName(): (source: Pick<OpenSource, 'refs' | 'live'>) => string {
  const { t, counted } = useWords();
  const nameOf = useSourceName();
  return ({ refs, live }) => {
    const name =
      refs.length > NAMED ? t('several.count', counted(refs.length)) : refs.map(({ url }) => nameOf(url)).join(' + ');
    return live ? t('follow.name', { name }) : name;
  };
}
