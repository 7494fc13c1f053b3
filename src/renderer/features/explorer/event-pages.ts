/** The rows of the shown view, shared by grid, detail and status bar. */
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { asAppError, callAction } from '../../api.ts';
import { PageCache, type LoadPage, type PageCacheState } from '../../model/page-cache.ts';
import { tellRowsInSight } from '../../stores/carried-rows.ts';
import { useEngine } from '../../stores/engine.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useTabs } from '../../stores/tabs.ts';
import { forgetRows, giveView, useView, viewOf } from '../../stores/view.ts';
import { GridScroller } from './grid-scroller.ts';
import { useRenewal, useShownView, type ShownView } from './view-query.ts';

export const eventPages = new PageCache();
export const eventScroller = new GridScroller();

tellRowsInSight(() => {
  const index = useView.getState().focus?.row;
  const row = index === undefined ? undefined : eventPages.row(index);
  return {
    tab: useTabs.getState().active,
    held: anchorRow(),
    focused: row && index !== undefined ? { index, n: row.n } : undefined,
    top: eventScroller.topRow(),
  };
});

/** Rows beyond the edges of the screen that are fetched along. */
export const LOOK_AHEAD = 60;

export function useEventPages(): PageCacheState {
  return useSyncExternalStore(eventPages.subscribe, eventPages.state);
}

/** Whether the shown view's rows were asked for and answered: what is asked beside them would only delay the first ones. */
export function useRowsAnswered(): boolean {
  return useSyncExternalStore(eventPages.subscribe, () => {
    const { total, error } = eventPages.state();
    return total !== undefined || error !== undefined;
  });
}

function loader(view: ShownView): LoadPage {
  const { snapshot_id = '', filter, sort } = view;
  const paths = [...view.paths];
  return (offset, limit, signal) =>
    callAction('event_audit_page_events', { snapshot_id, filter, sort, paths, offset, limit }, { signal });
}

function questionOf(view: ShownView): string {
  return JSON.stringify(view);
}

/** Keeps the rows those of the shown view, where the tab had scrolled to. Used once. */
export function useFeedPages(): void {
  const view = useShownView();
  const tab = useTabs((state) => state.active);
  // Before anything is painted, or one tab's rows would be seen under another's name.
  useLayoutEffect(() => {
    eventPages.show(tab);
    eventScroller.place(viewOf(tab).top);
    return () => {
      if (useTabs.getState().tabs.some(({ id }) => id === tab)) giveView(tab, { top: eventScroller.topRow() });
    };
  }, [tab]);
  const asked = useRef<{ tab: string; rows: string; of?: string | undefined }>({ tab: '', rows: '' });
  useLayoutEffect(() => {
    const { snapshot_id } = view;
    const { rows_of, top } = useView.getState();
    const isOther = asked.current.tab !== tab;
    const rows = JSON.stringify({ ...view, paths: [] });
    // Further columns of the same rows are looked at where one is.
    const isSame = !isOther && asked.current.rows === rows;
    // The same rows in a newer snapshot: they were given their numbers and their place there.
    const isCarried = !isOther && rows_of === snapshot_id && asked.current.of !== snapshot_id;
    asked.current = { tab, rows, of: snapshot_id };
    if (isCarried) eventPages.clear();
    if (rows_of !== snapshot_id) {
      eventPages.clear();
      // Rows are known by their number in one snapshot; in another one that is another event.
      if (rows_of !== undefined) forgetRows();
      useView.setState({ rows_of: snapshot_id });
    }
    if (snapshot_id === undefined) return;
    const question = questionOf(view);
    if (eventPages.answers(question)) renew(view);
    else eventPages.ask(loader(view), { question, start: isOther || isCarried ? top : isSame ? undefined : 0 });
  }, [view, tab]);
  useRenewal(() => renew(view));
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
    if (view.snapshot_id !== undefined) {
      eventPages.ask(loader(view), { question: questionOf(view), start: undefined });
    }
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
    question: questionOf(view),
    start: undefined,
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
