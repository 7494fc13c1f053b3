/** What the grid says when it has no rows to show: why, and what to do. */
import { Button } from '@mantine/core';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { asAppError } from '../../api.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { PageCacheState } from '../../model/page-cache.ts';
import { activeSource, useShownStatus, useSources } from '../../stores/sources.ts';
import { undoLook, useView } from '../../stores/view.ts';
import { useRetryPages } from './event-pages.ts';
import classes from './grid.module.css';
import { NoHits } from './no-hits.tsx';

export function GridOverlay({ pages }: { readonly pages: PageCacheState }) {
  const { t } = useWords();
  const filter = useView((state) => state.filter);
  const undoable = useView((state) => state.past.length > 0);
  const status = useShownStatus();
  const live = useSources((state) => activeSource(state)?.live === true);
  const retry = useRetryPages();
  const undo = undoable && (
    <Button variant="default" onClick={undoLook}>
      {t('filter.undo')}
    </Button>
  );
  if (pages.error !== undefined) {
    return (
      <div className={classes.overlay} style={{ padding: 16 }}>
        <ErrorNotice error={asAppError(pages.error)} title={t('grid.failedTitle')}>
          <Button onClick={retry}>{t('common.retry')}</Button>
          {undo}
        </ErrorNotice>
      </div>
    );
  }
  if (pages.total !== 0 || status === undefined) return null;
  const reading = status.state === 'capturing' || status.state === 'sorting';
  if (!isEmptyFilter(filter)) {
    return (
      <div className={classes.overlay} data-testid="no-hits">
        <NoHits />
      </div>
    );
  }
  if (status.captured > 0) return null;
  return (
    <div className={classes.overlay}>
      {live ? (
        <EmptyState
          title={reading ? t('follow.waitingTitle') : t('follow.noneTitle')}
          {...(reading && { text: t('follow.waitingText') })}
        />
      ) : reading ? (
        <EmptyState title={t('grid.nothingYet')} />
      ) : (
        <EmptyState title={t('grid.emptyTitle')} {...(status.state === 'complete' && { text: t('grid.emptyText') })} />
      )}
    </div>
  );
}
