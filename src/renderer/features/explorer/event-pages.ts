/** The rows of the shown view, shared by grid, detail and status bar. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { asAppError, callAction } from '../../api.ts';
import { PageCache, type LoadPage, type PageCacheState } from '../../model/page-cache.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useView } from '../../stores/view.ts';
import { GridScroller } from './grid-scroller.ts';
import { useRenewal, useShownView, type ShownView } from './view-query.ts';

export const eventPages = new PageCache();
export const eventScroller = new GridScroller();

/** Rows beyond the edges of the screen that are fetched along. */
export const LOOK_AHEAD = 60;

export function useEventPages(): PageCacheState {
  return useSyncExternalStore(eventPages.subscribe, eventPages.state);
}

function loader(view: ShownView): LoadPage {
  const { snapshot_id = '', filter, sort } = view;
  return (offset, limit, signal) =>
    callAction('event_audit_page_events', { snapshot_id, filter, sort, offset, limit }, { signal });
}

/** Keeps the rows those of the shown view. Used once. */
export function useFeedPages(): void {
  const view = useShownView();
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (view.snapshot_id !== shown.current) eventPages.clear();
    shown.current = view.snapshot_id;
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), { fromTop: true });
  }, [view]);
  useRenewal(() => {
    if (view.snapshot_id === shown.current) void renew(view);
  });
}

/** Asks the same question again after a failure. */
export function useRetryPages(): () => void {
  const view = useShownView();
  return () => {
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), { fromTop: false });
  };
}

/**
 * Asks again because the snapshot has grown. Events that come in between push others along; what is looked at stays
 * where it is on screen, unless that is simply the top of the view.
 */
async function renew(view: ShownView): Promise<void> {
  const { snapshot_id, filter, sort } = view;
  if (snapshot_id === undefined) return;
  const anchor = anchorRow();
  const before = eventPages.state().question;
  let moved = 0;
  try {
    if (anchor !== undefined) {
      const { position } = await callAction('event_audit_locate_event', { snapshot_id, filter, sort, n: anchor.n });
      moved = position === null ? 0 : position - anchor.index;
    }
  } catch (error) {
    reportProblem(asAppError(error));
  }
  // Meanwhile somebody may have asked something else.
  if (eventPages.state().question !== before || eventPages.state().stale) return;
  const { first, last } = eventScroller.range();
  eventPages.look(first + moved - LOOK_AHEAD, last + moved + LOOK_AHEAD);
  eventPages.ask(loader(view), { fromTop: false, onShow: () => shift(moved) });
}

/** The row that must not move: the focused one when it is in sight, else the first in sight. */
function anchorRow(): { readonly index: number; readonly n: number } | undefined {
  const { first, last } = eventScroller.range();
  const focused = useView.getState().focus?.row;
  if (focused === undefined && eventScroller.state().top === 0) return undefined;
  const index = focused !== undefined && focused >= first && focused <= last ? focused : first;
  const row = eventPages.row(index);
  return row && { index, n: row.n };
}

function shift(rows: number): void {
  if (rows === 0) return;
  useView.setState(({ focus, anchor }) => ({
    focus: focus && { ...focus, row: Math.max(0, focus.row + rows) },
    anchor: anchor === undefined ? undefined : Math.max(0, anchor + rows),
  }));
  eventScroller.shift(rows);
}
