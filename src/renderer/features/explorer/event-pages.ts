/** The rows of the shown view, shared by grid, detail and status bar. */
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react';
import { asAppError, callAction } from '../../api.ts';
import { PageCache, type LoadPage, type PageCacheState } from '../../model/page-cache.ts';
import { useEngine } from '../../stores/engine.ts';
import { reportProblem } from '../../stores/problems.ts';
import { forgetRows, useView } from '../../stores/view.ts';
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
    if (view.snapshot_id !== shown.current) {
      eventPages.clear();
      // Rows are known by their number in one snapshot; in another one that is another event.
      if (shown.current !== undefined) forgetRows();
    }
    shown.current = view.snapshot_id;
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), { fromTop: true });
  }, [view]);
  useRenewal(() => {
    if (view.snapshot_id === shown.current) renew(view);
  });
  // What an engine that died left unanswered is asked of its successor.
  const restarts = useEngine((state) => state.restarts);
  const again = useEffectEvent(() => renew(view));
  useEffect(() => {
    if (restarts > 0) again();
  }, [restarts]);
}

/** Asks the same question again after a failure. */
export function useRetryPages(): () => void {
  const view = useShownView();
  return () => {
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), { fromTop: false });
  };
}

/** While a store is read, its rows can move on between two questions; after so many attempts the view may jump. */
const ATTEMPTS = 4;

/** The renewal that is under way, and whether another one was asked for meanwhile. One at a time, or they would race. */
let running: { readonly question: number; again: boolean } | undefined;

/** Asks again because the snapshot has grown. */
function renew(view: ShownView): void {
  const { question, stale, error } = eventPages.state();
  // A new question asks for the newest content anyway.
  if (view.snapshot_id === undefined || stale) return;
  if (running?.question === question && error === undefined) {
    running.again = true;
    return;
  }
  const mine = { question, again: false };
  running = mine;
  const done = (): void => {
    if (running === mine) running = undefined;
    if (mine.again) renew(view);
  };
  void attempt(view, question, 1, done);
}

/**
 * Events that come in between push others along; what is looked at stays where it is on screen, unless that is simply
 * the top of the view.
 */
async function attempt(view: ShownView, question: number, count: number, done: () => void): Promise<void> {
  const anchor = anchorRow();
  const distance = anchor === undefined ? 0 : await distanceMoved(view, anchor);
  const { question: now, stale } = eventPages.state();
  // Meanwhile somebody may have asked something else.
  if (now !== question || stale) return;
  const { first, last } = eventScroller.range();
  eventPages.look(first + distance - LOOK_AHEAD, last + distance + LOOK_AHEAD);
  eventPages.ask(loader(view), {
    fromTop: false,
    onReady: (indexOf) => {
      const held = anchorRow();
      const found = held === undefined ? -1 : indexOf(held.n);
      if (held !== undefined && found === -1 && count < ATTEMPTS) {
        void attempt(view, question, count + 1, done);
        return false;
      }
      if (held !== undefined && found !== -1) push(found - held.index);
      // After the rows are shown, or the next renewal would start from the former ones.
      queueMicrotask(done);
      return true;
    },
  });
}

interface Anchor {
  readonly index: number;
  readonly n: number;
}

/** How many rows further down the anchor is by now; 0 where that can't be told. */
async function distanceMoved({ snapshot_id, filter, sort }: ShownView, anchor: Anchor): Promise<number> {
  if (snapshot_id === undefined) return 0;
  try {
    const { position } = await callAction('event_audit_locate_event', { snapshot_id, filter, sort, n: anchor.n });
    return position === null ? 0 : position - anchor.index;
  } catch (error) {
    reportProblem(asAppError(error));
    return 0;
  }
}

/** The row that must not move: the focused one when it is in sight, else the first in sight. */
function anchorRow(): Anchor | undefined {
  const { first, last } = eventScroller.range();
  const focused = useView.getState().focus?.row;
  if (focused === undefined && eventScroller.state().top === 0) return undefined;
  const index = focused !== undefined && focused >= first && focused <= last ? focused : first;
  const row = eventPages.row(index);
  return row && { index, n: row.n };
}

function push(rows: number): void {
  if (rows === 0) return;
  useView.setState(({ focus, anchor }) => ({
    focus: focus && { ...focus, row: Math.max(0, focus.row + rows) },
    anchor: anchor === undefined ? undefined : Math.max(0, anchor + rows),
  }));
  eventScroller.shift(rows);
}
