/** What a source is called: the name somebody gave it, the engine's title, or the telling part of its URL. */
import { useWords } from '../../i18n/use-words.ts';
import { useSources } from '../../stores/sources.ts';
import { useConnections } from './connections.ts';

export function useSourceName(): (url: string) => string {
  const { t } = useWords();
  const saved = useConnections()?.connections;
  const sources = useSources((state) => state.sources);
  return (url) => {
    if (url === 'demo:') return t('sources.demo');
    const named = saved?.find((one) => one.url === url)?.name ?? '';
    if (named !== '') return named;
    return sources.find((one) => one.url === url)?.status?.source.title ?? url;
  };
}
