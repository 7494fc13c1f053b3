/** The sources of a view over several, with their counts under the filter: a click asks for one, the cross leaves it out. */
import { useQuery } from '@tanstack/react-query';
import { Minus } from 'lucide-react';
import { callAction } from '../../api.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { SourceMark } from '../../components/source-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { toggleSource, withoutSource } from '../../model/source-filter.ts';
import { cellText } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import classes from './facets.module.css';
import { useShownView } from './view-query.ts';
import { useViewSources } from './view-sources.ts';

export function SourceFacet() {
  const { t, number, counted } = useWords();
  const { snapshot_id, filter } = useShownView();
  const sources = useViewSources();
  const urls = sources.map(({ url }) => url);
  const { data } = useQuery({
    queryKey: [snapshot_id ?? '', 'count-sources', { filter, urls }],
    enabled: snapshot_id !== undefined && urls.length > 1,
    placeholderData: (previous: readonly number[] | undefined, query) =>
      query?.queryKey[0] === snapshot_id ? previous : undefined,
    queryFn: ({ signal }) =>
      Promise.all(
        urls.map(async (url) => {
          const only = { ...filter, sources: [url] };
          const { total } = await callAction(
            'event_audit_count_events',
            { snapshot_id: snapshot_id ?? '', filter: only },
            { signal },
          );
          return total;
        }),
      ),
  });
  if (sources.length < 2) return null;
  const most = Math.max(1, ...(data ?? []));
  return (
    <div data-testid="facet-source">
      <div className={classes.head} style={{ cursor: 'default', paddingLeft: 25 }}>
        {t('field.source')}
        <span className={classes.distinct}>{t('facets.distinct', counted(sources.length))}</span>
      </div>
      <div className={classes.body}>
        {sources.map(({ url, name }, index) => {
          const words = { field: t('field.source'), value: cellText(name, 60) };
          const asked = filter.sources.includes(url);
          const state = asked ? 'in' : 'free';
          const count = data?.[index];
          return (
            <div key={url} className={classes.line} data-state={state} data-testid="facet-value">
              <button
                type="button"
                className={classes.value}
                aria-pressed={asked}
                title={`${asked ? t('facets.release', words) : t('facets.include', words)}\n${cellText(url, 300)}`}
                onClick={() => editFilter((before) => toggleSource(before, url, urls))}
              >
                <span
                  className={classes.bar}
                  style={{ width: `${String((100 * (count ?? 0)) / most)}%` }}
                  aria-hidden
                />
                <span className={classes.name} style={{ display: 'flex', alignItems: 'center' }}>
                  <SourceMark index={index} />
                  <SafeText value={name} limit={60} className="clip" />
                </span>
                {count !== undefined && <span className={classes.count}>{number(count)}</span>}
              </button>
              <IconButton
                className={classes.exclude ?? ''}
                icon={Minus}
                size={18}
                iconSize={12}
                label={t('facets.exclude', words)}
                onClick={() => editFilter((before) => withoutSource(before, url, urls))}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
