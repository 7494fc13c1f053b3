/** The state of an object at a moment, as far as the trail tells it. */
import { ScrollArea } from '@mantine/core';
import type { ObjectState } from '../../../shared/analysis-schemas.ts';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatInstant } from '../../model/time-format.ts';
import { clamp } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { Value } from './history-step.tsx';
import classes from './history.module.css';

const VALUE_LIMIT = 600;

export function ObjectStateView({ state }: { readonly state: ObjectState }) {
  const { t, counted } = useWords();
  const search = useSearch();
  const zone = usePreferences((preferences) => preferences.values.time_zone);
  const { instant, exists, attributes, more_attributes } = state;
  // What a deleted object held is what it held last, not what it holds.
  const isLast = exists === 'no' && attributes.length > 0;
  const title = t(isLast ? 'history.lastState' : 'history.stateAfter', {
    time: instant === null ? '—' : formatInstant(instant, zone),
  });
  return (
    <section className={classes.state} aria-label={title} data-testid="object-state" data-exists={exists}>
      {/* Focusable, so that it can be scrolled with the keyboard. */}
      <ScrollArea h="100%" viewportProps={{ tabIndex: 0 }}>
        <h3 className={classes.heading}>{title}</h3>
        {exists === 'no' && (
          <div className={classes.note}>{t(isLast ? 'history.deletedThen' : 'history.existsNo')}</div>
        )}
        {exists === 'unknown' && <div className={classes.note}>{t('history.existsUnknown')}</div>}
        {attributes.length === 0 && exists !== 'no' && <div className={classes.note}>{t('history.noState')}</div>}
        <dl className={classes.attributes}>
          {attributes.map(({ name, value, certain }) => (
            <div key={name} className={classes.attribute} data-uncertain={!certain || undefined}>
              <dt>
                <bdi>
                  <Marked text={clamp(name, 80).text} search={search} />
                </bdi>
              </dt>
              <dd title={certain ? undefined : t('history.uncertain')}>
                {!certain && (
                  <abbr className={classes.doubt} title={t('history.uncertain')}>
                    ?{' '}
                  </abbr>
                )}
                <Value value={value} limit={VALUE_LIMIT} />
              </dd>
            </div>
          ))}
        </dl>
        {more_attributes > 0 && (
          <div className={classes.note}>{t('history.moreAttributes', counted(more_attributes))}</div>
        )}
      </ScrollArea>
    </section>
  );
}
