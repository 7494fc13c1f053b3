/** The events as rows: virtual over the whole view at any size, driven by mouse or keyboard. */
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type MouseEvent } from 'react';
import { useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { isColumnField, type ColumnField } from '../../model/columns.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openDetail, useView } from '../../stores/view.ts';
import { noteKey, useNoteTexts } from '../evidence/notes.ts';
import { CellMenu, type CellMenuState } from './cell-menu.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { eventPages, eventScroller, LOOK_AHEAD, useEventPages } from './event-pages.ts';
import { focusRow, followFocus } from './focus.ts';
import { GridHeader } from './grid-header.tsx';
import { GridOverlay } from './grid-overlay.tsx';
import { cellId, GridRow } from './grid-row.tsx';
import classes from './grid.module.css';
import { pickRange, togglePicked } from './row-actions.ts';
import { useValueColour } from './series-words.ts';
import { useColumns } from './use-columns.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useGridScroll } from './use-grid-scroll.ts';
import { usePickLimit } from './use-pick-limit.ts';
import { useShownView } from './view-query.ts';
import { useShownUrls, useViewSources } from './view-sources.ts';

const HEADER_HEIGHT = 28;
export const ROW_HEIGHTS = { compact: 28, comfortable: 36 } as const;
/** While rows fly past, others are asked for this often at most. */
const LOOK_EVERY_MS = 30;

export function Grid() {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const pages = useEventPages();
  const view = useShownView();
  const zone = usePreferences((state) => state.values.time_zone);
  const rowHeight = ROW_HEIGHTS[usePreferences((state) => state.values.row_height)];
  const { focus, selected, detail } = useView();
  const { table, columns } = useColumns();
  const sources = useViewSources();
  const search = useSearch();
  const notes = useNoteTexts();
  const urls = useShownUrls();
  const visible = useMemo(() => columns.filter((one) => !one.hidden), [columns]);
  const fields = useMemo(() => visible.map((one) => one.field), [visible]);
  const by = useView((state) => state.group) ?? 'category';
  const colour = useValueColour(by);
  const stack = useMemo(() => ({ by, colour }), [by, colour]);
  const [menu, setMenu] = useState<CellMenuState>();
  const total = pages.total ?? 0;
  const scroll = useGridScroll(scroller, total, rowHeight, HEADER_HEIGHT);
  const { first, last } = scroll;
  const warnTooMany = usePickLimit();

  const lookedAt = useRef(0);
  useEffect(() => {
    const look = (): void => {
      lookedAt.current = performance.now();
      eventPages.look(first - LOOK_AHEAD, last + LOOK_AHEAD);
    };
    const wait = lookedAt.current + LOOK_EVERY_MS - performance.now();
    if (wait <= 0) {
      look();
      return undefined;
    }
    const timer = setTimeout(look, wait);
    return () => clearTimeout(timer);
  }, [first, last]);
  const { question, start } = pages;
  const goToStart = useEffectEvent(() => eventScroller.goTo(Math.round(start * rowHeight)));
  useEffect(() => {
    if (question > 0) goToStart();
  }, [question]);
  // The focused row may arrive after the focus did.
  useEffect(() => eventPages.subscribe(followFocus), []);

  const range = useCallback(
    (from: number, to: number, keep = false): void => {
      void pickRange(view, from, to, keep).then((done) => (done ? undefined : warnTooMany()));
    },
    [view, warnTooMany],
  );
  const openMenuAtFocus = useCallback((): void => {
    const at = useView.getState().focus;
    const row = at && eventPages.row(at.row);
    const box = at && document.querySelector(`#${cellId(at.row, at.field)}`)?.getBoundingClientRect();
    if (at && row && box) setMenu({ row, field: at.field, x: box.left + 8, y: box.bottom });
  }, []);
  const onKeyDown = useGridKeys({ fields, screenful: scroll.screenful, onRange: range, onMenu: openMenuAtFocus });

  const closeMenu = useCallback(() => setMenu(undefined), []);

  const onClick = (event: MouseEvent): void => {
    const cell = cellAt(event);
    if (cell === undefined) return;
    const row = eventPages.row(cell.index);
    focusRow(cell.index, cell.field, event.shiftKey);
    if (event.shiftKey) range(useView.getState().anchor ?? cell.index, cell.index, event.ctrlKey || event.metaKey);
    else if ((event.ctrlKey || event.metaKey) && row !== undefined) togglePicked(row.n);
    else if (row !== undefined) openDetail(row.n);
  };
  // With Shift it picks rows; the browser would mark their text as well.
  const onMouseDown = (event: MouseEvent): void => {
    if (!event.shiftKey || cellAt(event) === undefined) return;
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
  };
  const onContextMenu = (event: MouseEvent): void => {
    const cell = cellAt(event);
    const row = cell && eventPages.row(cell.index);
    if (cell === undefined || row === undefined) return;
    event.preventDefault();
    focusRow(cell.index, cell.field);
    setMenu({ row, field: cell.field, x: event.clientX, y: event.clientY });
  };

  const pool = last - first + 1;
  const rows = [];
  for (let index = first; index <= last; index += 1) {
    const row = eventPages.row(index);
    rows.push(
      <GridRow
        // Scrolling far gives the rows on screen other contents instead of making new ones.
        key={index % pool}
        index={index}
        row={row}
        columns={visible}
        height={rowHeight}
        zone={zone}
        sources={sources}
        selected={row !== undefined && selected.has(row.n)}
        open={row !== undefined && row.n === detail}
        search={search}
        stack={stack}
        note={row && notes.get(noteKey(urls[row.source] ?? '', row.id))}
        focus={focus?.row === index ? focus.field : undefined}
      />,
    );
  }
  const width = table.getTotalSize();
  const active = focus !== undefined && focus.row >= first && focus.row <= last && fields.includes(focus.field);
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="grid"
        aria-label={t('grid.label')}
        aria-rowcount={total + 1}
        aria-colcount={visible.length}
        aria-multiselectable
        aria-busy={pages.stale}
        {...(active && { 'aria-activedescendant': cellId(focus.row, focus.field) })}
        tabIndex={0}
        data-testid="grid"
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        onClick={onClick}
        onContextMenu={onContextMenu}
      >
        <GridHeader table={table} columns={columns} />
        <div className={classes.track} style={{ height: scroll.track, width }} role="presentation">
          <div
            className={classes.rows}
            role="rowgroup"
            style={{ top: scroll.offset, width }}
            data-stale={pages.stale || undefined}
          >
            {rows}
          </div>
        </div>
      </div>
      <div className={classes.menu}>
        <ColumnMenu columns={columns} />
      </div>
      <GridOverlay pages={pages} />
      <CellMenu at={menu} snapshot_id={view.snapshot_id} onClose={closeMenu} />
    </div>
  );
}

interface CellPlace {
  readonly index: number;
  readonly field: ColumnField;
}

function cellAt(event: MouseEvent): CellPlace | undefined {
  if (!(event.target instanceof Element)) return undefined;
  const index = Number(event.target.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? Number.NaN);
  if (Number.isNaN(index)) return undefined;
  const field = event.target.closest<HTMLElement>('[data-field]')?.dataset['field'] ?? '';
  return { index, field: isColumnField(field) ? field : 'timestamp' };
}
