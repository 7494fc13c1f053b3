/** One finding: what it is and how many, a click that shows exactly those events, and, unfolded, what it means with examples. */
import { Button } from '@mantine/core';
import { ChevronDown, ChevronRight, CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { TrailFinding } from '../../../shared/analysis-schemas.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { sameFilter } from '../../model/filter-edit.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { editFilter, useView } from '../../stores/view.ts';
import { useFindingWords } from './finding-words.ts';
import classes from './findings.module.css';

const ICONS = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;
const FIRST_ITEMS = 5;

/** Shows exactly the events of a finding: whatever else narrowed the view would hide some of them. */
function showOnly(filter: Filter): void {
  editFilter((now) => ({ ...filter, time_zone: now.time_zone }));
}

export function FindingView({ finding }: { readonly finding: TrailFinding }) {
  const { t } = useWords();
  const words = useFindingWords()(finding);
  const shownFilter = useView((state) => state.filter);
  const [open, setOpen] = useState(false);
  const { code, severity, filter } = finding;
  const Icon = ICONS[severity];
  const isShown = filter !== null && isSame(filter, shownFilter);
  const rejects = code === 'rejected';
  const line = (
    <>
      <Icon className={classes.icon} size={14} aria-hidden />
      <span className={classes.title}>{words.title}</span>
      <span className={classes.count}>{words.count}</span>
    </>
  );
  return (
    <li
      className={classes.finding}
      data-severity={severity}
      data-shown={isShown || undefined}
      data-testid="finding"
      data-code={code}
      data-count={finding.count}
    >
      <div className={classes.head}>
        <IconButton
          icon={open ? ChevronDown : ChevronRight}
          label={t('findings.details')}
          size={20}
          iconSize={13}
          aria-expanded={open}
          data-testid="finding-details"
          onClick={() => setOpen(!open)}
        />
        {filter === null && !rejects ? (
          <span className={classes.line}>{line}</span>
        ) : (
          <button
            type="button"
            className={classes.line}
            aria-pressed={isShown}
            title={rejects ? t('findings.rejects') : isShown ? t('findings.showAll') : t('findings.show')}
            data-testid="finding-show"
            onClick={() => {
              if (filter === null) openDialog({ name: 'rejects' });
              else if (isShown) showOnly(EMPTY_FILTER);
              else showOnly(filter);
            }}
          >
            {line}
          </button>
        )}
      </div>
      {open && (
        <div className={classes.body}>
          <p>{words.text}</p>
          {finding.items.length > 0 && <Items finding={finding} item={words.item} shownFilter={shownFilter} />}
        </div>
      )}
    </li>
  );
}

interface ItemsProps {
  readonly finding: TrailFinding;
  readonly item: (values: TrailFinding['values']) => string;
  readonly shownFilter: Filter;
}

function Items({ finding, item, shownFilter }: ItemsProps) {
  const { t, counted } = useWords();
  const [all, setAll] = useState(false);
  const { items } = finding;
  const listed = all ? items : items.slice(0, FIRST_ITEMS);
  return (
    <>
      <div className="dim">{t('findings.examples')}</div>
      <ul className={classes.items}>
        {listed.map(({ values, filter }) => (
          <li key={JSON.stringify(values)}>
            {filter === null ? (
              <bdi>{item(values)}</bdi>
            ) : (
              <button
                type="button"
                className={classes.item}
                aria-pressed={isSame(filter, shownFilter)}
                title={t('findings.show')}
                data-testid="finding-item"
                onClick={() => showOnly(filter)}
              >
                <bdi>{item(values)}</bdi>
              </button>
            )}
          </li>
        ))}
      </ul>
      {listed.length < items.length && (
        <Button size="compact-xs" variant="default" onClick={() => setAll(true)}>
          {t('findings.moreExamples', counted(items.length - listed.length))}
        </Button>
      )}
    </>
  );
}

function isSame(filter: Filter, shown: Filter): boolean {
  return sameFilter({ ...filter, time_zone: shown.time_zone }, shown);
}
