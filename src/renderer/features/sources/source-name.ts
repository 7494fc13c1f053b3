/** What a source is called: the name somebody gave it, else the telling part of its URL. */
import { useWords } from '../../i18n/use-words.ts';
import { sourceLabel } from '../../model/source-label.ts';
import { useConnections } from './connections.ts';

export function useSourceName(): (url: string) => string {
  const { t } = useWords();
  const saved = useConnections()?.connections;
  return (url) => {
    if (url === 'demo:') return t('sources.demo');
    const named = saved?.find((one) => one.url === url)?.name ?? '';
    // A connection that was saved without a name carries its URL as one.
    return named === '' || named === url ? sourceLabel(url) : named;
  };
}
