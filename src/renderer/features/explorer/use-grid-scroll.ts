/** Which rows the grid draws, and where. */
import { useLayoutEffect, useSyncExternalStore, type RefObject } from 'react';
import { clampVirtual, isScaled, visibleRows } from '../../model/scroll-scale.ts';
import { eventScroller as scroller } from './event-pages.ts';

export interface GridScroll {
  /** First and last row that are drawn. */
  readonly first: number;
  readonly last: number;
  /** Where the first drawn row stands on the track, in pixels. */
  readonly offset: number;
  /** The track's height. */
  readonly track: number;
  /** Rows that are wholly seen, for a screenful up or down. */
  readonly screenful: number;
}

const OVERSCAN = 8;

export function useGridScroll(
  element: RefObject<HTMLElement | null>,
  rows: number,
  rowHeight: number,
  header: number,
): GridScroll {
  const state = useSyncExternalStore(scroller.subscribe, scroller.state);
  useLayoutEffect(() => {
    const node = element.current;
    return node === null ? undefined : scroller.attach(node, header);
  }, [element, header]);
  useLayoutEffect(() => scroller.resize(rows, rowHeight), [rows, rowHeight]);
  const { scale } = state;
  const top = clampVirtual(scale, state.top);
  const { first, last } = visibleRows(scale, top, state.rowHeight, OVERSCAN);
  return {
    first,
    last: Math.min(last, rows - 1),
    offset: first * state.rowHeight - top + (isScaled(scale) ? state.track : top),
    track: scale.track,
    screenful: Math.max(1, Math.floor(scale.viewport / state.rowHeight) - 1),
  };
}
