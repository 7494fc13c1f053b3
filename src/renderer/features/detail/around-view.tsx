/** The events before and after one, by count, with that one in sight; and ways to all of its actor and of its object. */
import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { EventDetail, EventRow } from '../../../shared/event.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import type { Neighbours } from '../../../shared/analysis-schemas.ts';
import { asAppError } from '../../api.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, inSentence } from '../../model/visible-text.ts';
import { formatInstant, zonedTime } from '../../model/time-format.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { editFilter, openDetail } from '../../stores/view.ts';
import { useFilter, useShownView, useSnapshotQuery } from '../explorer/view-query.ts';
import { Named } from '../names/named.tsx';
import { useName } from '../names/use-name.ts';
import classes from './around.module.css';

const REACH = 50;
/** As many as are asked for at once at most, on either side. */
const MOST = 1_000;
const SCOPES = ['all', 'view', 'actor', 'object'] as const;
type Scope = (typeof SCOPES)[number];
type Side = 'before' | 'after';

// The scope that was looked at last holds for the next event too.
let lastScope: Scope = 'all';

export function AroundView({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const { snapshot_id } = useShownView();
  const viewFilter = useFilter();
  const actorName = useName(event.actor)?.label;
  const [reach, setReach] = useState({ before: REACH, after: REACH });
  const [chosen, setChosen] = useState<Scope>(lastScope);
  const scopes = SCOPES.filter(
    (one) => (one !== 'actor' || event.actor !== '') && (one !== 'object' || event.action_object_id !== ''),
  );
  const scope = scopes.includes(chosen) ? chosen : 'all';
  const filter = scope === 'view' ? viewFilter : scopeFilter(scope, event);
  const { data, error, isPlaceholderData } = useSnapshotQuery(
    'event_audit_get_neighbours',
    snapshot_id,
    { n: event.n, filter, reach },
    (snapshot) => ({ snapshot_id: snapshot, n: event.n, filter, ...reach }),
  );
  const choose = (value: string): void => {
    lastScope = SCOPES.find((one) => one === value) ?? 'all';
    setChosen(lastScope);
    setReach({ before: REACH, after: REACH });
  };
  return (
    <div className={classes.fill} data-testid="around">
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('around.scope')}
          value={scope}
          onChange={choose}
          data={scopes.map((value) => ({ value, label: t(`around.${value}`) }))}
        />
      </div>
      <div className={classes.bar}>
        {event.actor !== '' && (
          <Button
            size="compact-xs"
            variant="default"
            title={t('around.inList')}
            data-testid="around-by-actor"
            onClick={() => editFilter(() => scopeFilter('actor', event))}
          >
            {t('around.byActor', { actor: inSentence(actorName ?? event.actor, 30) })}
          </Button>
        )}
        {event.action_object_id !== '' && (
          <Button
            size="compact-xs"
            variant="default"
            title={t('around.inList')}
            data-testid="around-on-object"
            onClick={() => editFilter(() => scopeFilter('object', event))}
          >
            {t('around.onObject')}
          </Button>
        )}
      </div>
      {error !== null && <ErrorNotice error={asAppError(error)} />}
      {error === null && data === undefined && <Waiting size="sm" m="lg" />}
      {data !== undefined && error === null && (
        <Rows
          key={`${scope} ${String(event.n)}`}
          found={data}
          anchor={event.n}
          stale={isPlaceholderData}
          onMore={(side) => setReach({ ...reach, [side]: Math.min(MOST, reach[side] + REACH) })}
        />
      )}
    </div>
  );
}

/** Everything by the event's actor, or on its object; nothing else is asked for. */
function scopeFilter(scope: Exclude<Scope, 'view'>, event: EventRow): Filter {
  if (scope === 'all') return EMPTY_FILTER;
  const fields = scope === 'actor' ? (['actor'] as const) : (['action_object', 'action_object_id'] as const);
  return {
    ...EMPTY_FILTER,
    conditions: fields.map((field) => ({ field, values: [event[field]], negate: false })),
  };
}

interface RowsProps {
  readonly found: Neighbours;
  readonly anchor: number;
  readonly stale: boolean;
  readonly onMore: (side: Side) => void;
}

function Rows({ found, anchor, stale, onMore }: RowsProps) {
  const { t, counted } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const list = useRef<HTMLDivElement>(null);
  const { rows, position, passes, more_before, more_after } = found;
  const after = rows.length - position - 1;
  const centred = useRef(false);
  useEffect(() => {
    // While the former answer is still shown, the event may not be in it. Once it is in sight it stays where it is.
    if (stale || centred.current) return;
    centred.current = true;
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
  }, [stale]);
  useKeepInPlace(list, rows[0]?.n);
  return (
    <div
      ref={list}
      className={classes.list}
      aria-label={t('around.label')}
      role="toolbar"
      tabIndex={-1}
      aria-orientation="vertical"
      onKeyDown={moveFocus}
    >
      <div className={classes.edge} data-testid="around-before" data-count={position}>
        {position === 0 ? t('around.start') : t('around.before', counted(position))}
        {more_before && <More side="before" count={position} onMore={onMore} />}
      </div>
      {!passes && <div className={classes.edge}>{t('around.outside')}</div>}
      {rows.map((row, index) => (
        <button
          key={row.n}
          type="button"
          className={classes.row}
          tabIndex={index === position ? 0 : -1}
          data-testid="around-row"
          data-n={row.n}
          {...(row.n === anchor && { 'aria-current': 'true' as const })}
          title={`${formatInstant(row.instant, zone)} ${zone}\n${cellText(row.id, 120)}`}
          onClick={() => openDetail(row.n)}
        >
          <Clock row={row} former={rows[index - 1]} zone={zone} />
          <span className={classes.what}>
            <CategoryMark category={row.category} />
            <bdi>{cellText(row.action, 60)}</bdi>
            {row.action_object !== '' && (
              <>
                {' '}
                <bdi className="dim">{cellText(row.action_object, 40)}</bdi>
              </>
            )}
          </span>
          {row.actor === '' ? (
            <span className={classes.who}>—</span>
          ) : (
            <Named className={classes.who} id={row.actor} limit={40} />
          )}
        </button>
      ))}
      <div className={classes.edge} data-testid="around-after" data-count={after}>
        {after === 0 ? t('around.end') : t('around.after', counted(after))}
        {more_after && <More side="after" count={after} onMore={onMore} />}
      </div>
    </div>
  );
}

interface MoreProps {
  readonly side: Side;
  readonly count: number;
  readonly onMore: (side: Side) => void;
}

/** Further events on one side; where no more can be listed, the list in the middle of the window has them. */
function More({ side, count, onMore }: MoreProps) {
  const { t, number } = useWords();
  if (count >= MOST) return <> · {t('around.most')}</>;
  return (
    <Button size="compact-xs" variant="default" ml={8} data-testid={`around-more-${side}`} onClick={() => onMore(side)}>
      {t('around.more', { formatted: number(REACH) })}
    </Button>
  );
}

/** Rows that come in above push nothing out of sight. */
function useKeepInPlace(list: RefObject<HTMLDivElement | null>, first: number | undefined): void {
  const before = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const box = list.current;
    if (box === null) return;
    if (before.current.height > 0 && before.current.first !== first) {
      box.scrollBy(0, box.scrollHeight - before.current.height);
    }
    before.current = { first, height: box.scrollHeight };
  });
}

interface ClockProps {
  readonly row: EventRow;
  readonly former: EventRow | undefined;
  readonly zone: string;
}

/** The time of day; with the date where a day begins. */
function Clock({ row, former, zone }: ClockProps) {
  const { date, time } = zonedTime(row.instant, zone);
  const isNewDay = former === undefined || zonedTime(former.instant, zone).date !== date;
  return (
    <span className={classes.time}>
      {isNewDay && <span className="dim">{date} </span>}
      {time}
    </span>
  );
}

/** The arrows go from row to row; Enter, as on every button, opens. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-n]')];
  const at = buttons.findIndex((one) => one === document.activeElement);
  if (at === -1) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
}
