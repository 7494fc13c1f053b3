/** What happened to an object, step by step, and the state it was in after the chosen step. */
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ObjectHistory } from '../../../shared/analysis-schemas.ts';
import type { EventDetail } from '../../../shared/event.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { asAppError } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useShownView, useSnapshotQuery } from '../explorer/view-query.ts';
import { moveFocus } from './around-view.tsx';
import { HistoryRelated } from './history-related.tsx';
import { HistoryStepView } from './history-step.tsx';
import { ObjectStateView } from './object-state.tsx';
import classes from './history.module.css';

const STRETCH = 200;

export function HistoryView({ event }: { readonly event: EventDetail }) {
  const { snapshot_id } = useShownView();
  const [chosen, setChosen] = useState(event.n);
  const [asked, setAsked] = useState<number | undefined>(undefined);
  const { action_object: object_type, action_object_id: object_id, n } = event;
  const first = useSnapshotQuery(
    'event_audit_locate_event',
    snapshot_id,
    { n, object_type, object_id },
    (snapshot) => ({
      snapshot_id: snapshot,
      n,
      filter: {
        ...EMPTY_FILTER,
        conditions: [
          { field: 'action_object', values: [object_type] },
          { field: 'action_object_id', values: [object_id] },
        ],
      },
      sort: { field: 'timestamp', direction: 'asc' },
    }),
  );
  const place = first.data?.position ?? 0;
  // The stretch that is shown at first holds the event, with some of what went before.
  const offset = asked ?? Math.max(0, place - STRETCH / 2);
  const ready = first.data !== undefined || first.error !== null;
  const { data, error } = useSnapshotQuery(
    'event_audit_get_object_history',
    ready ? snapshot_id : undefined,
    { object_type, object_id, chosen, offset },
    (snapshot) => ({ snapshot_id: snapshot, object_type, object_id, at_n: chosen, offset, limit: STRETCH }),
  );
  if (error !== null) return <ErrorNotice error={asAppError(error)} />;
  if (data === undefined) return <Waiting size="sm" m="lg" />;
  return <History history={data} chosen={chosen} offset={offset} onChoose={setChosen} onStretch={setAsked} />;
}

interface HistoryProps {
  readonly history: ObjectHistory;
  readonly chosen: number;
  readonly offset: number;
  readonly onChoose: (n: number) => void;
  readonly onStretch: (offset: number) => void;
}

function History({ history, chosen, offset, onChoose, onStretch }: HistoryProps) {
  const { t, number, counted } = useWords();
  const list = useRef<HTMLDivElement>(null);
  const { steps, total, left_out, state, gaps, related, more_related } = history;
  const gapCount = Object.values(gaps).reduce((sum, count) => sum + count, 0);
  const last = offset + steps.length;
  const walked = total - left_out;
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div className={classes.fill} data-testid="history">
      <div className={classes.bar}>
        <span data-testid="history-total" data-count={total}>
          {t('history.events', counted(total))}
        </span>
        <span className={gapCount > 0 ? 'wrong' : 'dim'} data-testid="history-gaps" data-count={gapCount}>
          {gapCount > 0 ? t('history.gaps', counted(gapCount)) : t('history.noGaps')}
        </span>
        {left_out > 0 && <span className="dim">{t('history.leftOut', counted(left_out))}</span>}
        {walked > steps.length && (
          <span className={classes.pages}>
            <Button
              size="compact-xs"
              variant="default"
              disabled={offset === 0}
              onClick={() => onStretch(Math.max(0, offset - STRETCH))}
            >
              {t('history.earlier')}
            </Button>
            <span className="dim">
              {t('history.stretch', { from: number(offset + 1), to: number(last), total: number(walked) })}
            </span>
            <Button size="compact-xs" variant="default" disabled={last >= walked} onClick={() => onStretch(last)}>
              {t('history.later')}
            </Button>
          </span>
        )}
      </div>
      <div
        ref={list}
        className={classes.steps}
        role="toolbar"
        tabIndex={-1}
        aria-orientation="vertical"
        aria-label={t('history.label')}
        onKeyDown={moveFocus}
      >
        {steps.map((step) => (
          <HistoryStepView
            key={step.event.n}
            step={step}
            chosen={step.event.n === chosen || step.copies.includes(chosen)}
            onChoose={() => onChoose(step.event.n)}
          />
        ))}
        {related.length > 0 && <HistoryRelated related={related} more={more_related} />}
      </div>
      <ObjectStateView state={state} />
    </div>
  );
}
