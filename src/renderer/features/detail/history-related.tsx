/** Other events that touch an object: requests that name it, notes about it. */
import type { RelatedEvent } from '../../../shared/analysis-schemas.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatInstant } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openDetail } from '../../stores/view.ts';
import { Named } from '../names/named.tsx';
import classes from './history.module.css';

interface HistoryRelatedProps {
  readonly related: readonly RelatedEvent[];
  readonly more: boolean;
}

export function HistoryRelated({ related, more }: HistoryRelatedProps) {
  const { t, number } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  return (
    <details className={classes.related} data-testid="history-related">
      <summary>
        {t('history.related')} <span className="dim">{number(related.length)}</span>
      </summary>
      {related.map(({ event, matches }) => (
        <button
          key={event.n}
          type="button"
          className={classes.choose}
          data-n={event.n}
          title={matches.map(({ values }) => cellText(String(values['path'] ?? values['type'] ?? ''), 120)).join('\n')}
          onClick={() => openDetail(event.n)}
        >
          <CategoryMark category={event.category} />
          <span className="mono">{formatInstant(event.instant, zone)}</span>
          <bdi>{cellText(event.action, 60)}</bdi>
          {event.actor !== '' && <Named className="dim" id={event.actor} limit={40} />}
        </button>
      ))}
      {more && <div className={classes.note}>{t('history.moreRelated')}</div>}
    </details>
  );
}
