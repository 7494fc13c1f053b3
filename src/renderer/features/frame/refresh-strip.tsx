/** After reading again: how many events are new, gone and changed, each a way to see them. Losses are told in red. */
import { Text, UnstyledButton } from '@mantine/core';
import { X } from 'lucide-react';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { anySet, onlySet } from '../../model/source-filter.ts';
import { dropRefreshed } from '../../stores/captures.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { useSince } from '../explorer/since.ts';
import type { Refreshed } from '../../stores/sources.ts';
import { editFilter, useView } from '../../stores/view.ts';
import classes from './strip.module.css';

interface RefreshStripProps {
  readonly sourceKey: string;
  readonly refreshed: Refreshed;
}

const CHANGES = ['added', 'gone', 'changed'] as const;

export function RefreshStrip({ sourceKey, refreshed }: RefreshStripProps) {
  const { t, counted } = useWords();
  const set = useView((state) => state.filter.set);
  const { comparison, before } = refreshed;
  const since = useSince(before);
  const none = CHANGES.every((change) => comparison[change].count === 0);
  const looksBack = set !== '' && set === comparison.gone.set;
  return (
    <section className={classes.strip} aria-label={t('refresh.label')} data-testid="refresh-strip">
      {none ? (
        <Text size="sm" role="status">
          {t('refresh.none', { since })}
        </Text>
      ) : (
        <span role="status" className={classes.counts}>
          {CHANGES.map((change, index) => {
            const { count, set: name } = comparison[change];
            const isLoss = change === 'gone' && count > 0;
            return (
              <span key={change}>
                {index > 0 && <span className="dim"> · </span>}
                <UnstyledButton
                  className={classes.link ?? ''}
                  data-loss={isLoss || undefined}
                  data-on={(set !== '' && set === name) || undefined}
                  aria-pressed={set !== '' && set === name}
                  disabled={count === 0}
                  title={isLoss ? t('refresh.goneHint') : undefined}
                  data-testid={`refresh-${change}`}
                  data-count={count}
                  onClick={() =>
                    editFilter((filter) => (filter.set === name ? anySet(filter) : onlySet(EMPTY_FILTER, name)))
                  }
                >
                  {t(`refresh.${change}`, counted(count))}
                </UnstyledButton>
              </span>
            );
          })}{' '}
          <span className="dim">{t('refresh.since', { since })}</span>
        </span>
      )}
      {comparison.changed.count > 0 && (
        <UnstyledButton
          className={classes.link ?? ''}
          data-testid="refresh-differences"
          onClick={() => openDialog({ name: 'differences', before: comparison.before, after: comparison.after })}
        >
          {t('differences.open')}
        </UnstyledButton>
      )}
      {looksBack && (
        <>
          <span className="dim">{t('refresh.looking', { since })}</span>
          <UnstyledButton className={classes.link ?? ''} data-testid="refresh-back" onClick={() => editFilter(anySet)}>
            {t('refresh.back')}
          </UnstyledButton>
        </>
      )}
      {!comparison.complete && !looksBack && <span className="dim">{t('refresh.incomplete')}</span>}
      <IconButton
        className={classes.close ?? ''}
        icon={X}
        size={20}
        iconSize={13}
        label={t('refresh.close')}
        data-testid="refresh-close"
        onClick={() => dropRefreshed(sourceKey)}
      />
    </section>
  );
}
