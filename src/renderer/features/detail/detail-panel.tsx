/** One event, whole: what happened at the top, then its fields, changes, JSON and the record as delivered. */
import { Tabs } from '@mantine/core';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { EventDetail } from '../../../shared/event.ts';
import { asAppError } from '../../api.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { readChanges } from '../../model/changes.ts';
import { eventJson } from '../../model/event-json.ts';
import { formatInstant } from '../../model/time-format.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openDetail } from '../../stores/view.ts';
import { EventFindings } from '../findings/event-findings.tsx';
import { EventNotes } from '../evidence/event-note.tsx';
import { focusNeighbour } from '../explorer/focus.ts';
import { useShownView, useSnapshotQuery } from '../explorer/view-query.ts';
import { ActorLine } from './actor-line.tsx';
import { AroundView } from './around-view.tsx';
import { ChangesView } from './changes-view.tsx';
import { tabPart } from '../frame/window-parts.ts';
import classes from './detail.module.css';
import { FieldList } from './field-list.tsx';
import { Flags } from './flags.tsx';
import { HistoryView } from './history-view.tsx';
import { JsonView } from './json-view.tsx';
import { TextView } from './text-view.tsx';

const TABS = ['fields', 'changes', 'json', 'around', 'history', 'raw'] as const;
type TabName = (typeof TABS)[number];

// The tab that was looked at last is the one the next event opens on.
let lastTab: TabName = 'fields';

export function DetailPanel({ n }: { readonly n: number }) {
  const { t } = useWords();
  const { snapshot_id } = useShownView();
  const { data, error, isPlaceholderData } = useSnapshotQuery(
    'event_audit_get_event',
    snapshot_id,
    { n },
    (snapshot) => ({ snapshot_id: snapshot, n }),
  );
  const event = data?.events[0];
  if (error !== null) return <ErrorNotice error={asAppError(error)} />;
  if (data === undefined) return <Waiting size="sm" m="lg" />;
  if (event === undefined) return <EmptyState title={t('detail.gone')} />;
  return <EventView event={event} stale={isPlaceholderData} />;
}

function EventView({ event, stale }: { readonly event: EventDetail; readonly stale: boolean }) {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const view = useShownView();
  const [chosen, setChosen] = useState<TabName>(lastTab);
  const changes = useMemo(() => readChanges(event.result), [event.result]);
  const available = TABS.filter(
    (tab) =>
      (tab !== 'changes' || changes !== undefined) &&
      (tab !== 'raw' || event.raw !== null) &&
      (tab !== 'history' || event.action_object_id !== ''),
  );
  const tab = available.includes(chosen) ? chosen : 'fields';
  const choose = (name: string | null): void => {
    const next = TABS.find((one) => one === name) ?? 'fields';
    lastTab = next;
    setChosen(next);
  };
  return (
    <div className={classes.panel} aria-busy={stale}>
      <div className={classes.head}>
        <div className={classes.tools}>
          <IconButton
            icon={ChevronUp}
            label={`${t('detail.previous')}  [`}
            onClick={() => void focusNeighbour(view, -1)}
          />
          <IconButton
            icon={ChevronDown}
            label={`${t('detail.next')}  ]`}
            onClick={() => void focusNeighbour(view, 1)}
          />
          <CopyButton text={() => eventJson(event)} label={t('detail.copyAll')} size={24} />
          <IconButton
            icon={X}
            label={`${t('detail.close')}  Esc`}
            data-testid="detail-close"
            onClick={() => openDetail(undefined)}
          />
        </div>
        <h2 className={`${classes.title ?? ''} clip`} style={{ margin: 0 }}>
          <CategoryMark category={event.category} />
          <span className="clip">
            <SafeText value={event.action} limit={80} />
            {event.action_object !== '' && (
              <>
                {' · '}
                <SafeText value={event.action_object} limit={80} />
              </>
            )}
          </span>
        </h2>
        <div className="mono" data-testid="detail-time">
          {formatInstant(event.instant, zone)} <span className="dim">{zone}</span>
        </div>
        <ActorLine event={event} />
        <EventFindings n={event.n} />
        <EventNotes key={`${String(view.snapshot_id)}/${String(event.n)}`} event={event} />
      </div>
      <Tabs value={tab} onChange={choose} className={classes.tabs ?? ''}>
        <Tabs.List>
          {available.map((name) => (
            <Tabs.Tab key={name} value={name} data-part={tabPart(name)} data-testid={`tab-${name}`}>
              {t(`detail.${name}`)}
              {name === 'changes' && changes !== undefined && ` ${String(changes.changes.length)}`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {available.map((name) => (
          <Tabs.Panel key={name} value={name} className={classes.tab ?? ''}>
            {name === 'fields' && (
              <>
                <Flags flags={event.flags} />
                <FieldList event={event} />
              </>
            )}
            {name === 'changes' && changes !== undefined && <ChangesView list={changes} action={event.action} />}
            {name === 'json' && <JsonView key={event.n} event={event} />}
            {name === 'around' && <AroundView event={event} />}
            {name === 'history' && <HistoryView key={event.n} event={event} />}
            {name === 'raw' && event.raw !== null && (
              <div className={classes.fill}>
                <div className={classes.bar}>
                  <span className="dim">{t('detail.rawHint')}</span>
                  <CopyButton text={event.raw} label={t('common.copy')} />
                </div>
                <TextView text={event.raw} label={t('detail.raw')} />
              </div>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
