/** Where the grid is scrolled to, over any number of rows; see `model/scroll-scale.ts` for how. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import {
  clampVirtual,
  isScaled,
  revealRow,
  scrollScale,
  trackFromVirtual,
  virtualFromTrack,
  visibleRows,
  type ScrollScale,
} from '../../model/scroll-scale.ts';

export interface GridScroll {
  readonly scale: ScrollScale;
  /** First and last row that are drawn. */
  readonly first: number;
  readonly last: number;
  /** Where the first drawn row stands on the track, in pixels. */
  readonly offset: number;
  /** Rows that are wholly seen, for a screenful up or down. */
  readonly screenful: number;
  readonly onScroll: () => void;
  readonly reveal: (row: number) => void;
  readonly toTop: () => void;
}

const OVERSCAN = 8;
const LINE_PIXELS = 28;

export function useGridScroll(
  element: RefObject<HTMLDivElement | null>,
  rows: number,
  rowHeight: number,
  headerHeight: number,
): GridScroll {
  // Both together, so that rows are always drawn where the track really is.
  const [position, setPosition] = useState({ top: 0, track: 0 });
  const [height, setHeight] = useState(0);
  const echo = useRef<number | undefined>(undefined);
  const scale = scrollScale(rows, rowHeight, height);
  const latest = useRef({ scale, top: position.top });
  latest.current = { scale, top: position.top };

  useLayoutEffect(() => {
    const node = element.current;
    if (node === null) return undefined;
    const measure = (): void => setHeight(Math.max(0, node.clientHeight - headerHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [element, headerHeight]);

  const goTo = useCallback(
    (wanted: number): void => {
      const node = element.current;
      if (node === null) return;
      const top = Math.round(clampVirtual(latest.current.scale, wanted));
      node.scrollTop = trackFromVirtual(latest.current.scale, top);
      // The browser rounds; what it reports back is what its own event will carry.
      echo.current = node.scrollTop;
      latest.current = { ...latest.current, top };
      setPosition({ top, track: node.scrollTop });
    },
    [element],
  );

  const onScroll = useCallback((): void => {
    const node = element.current;
    if (node === null) return;
    if (echo.current !== undefined && Math.abs(node.scrollTop - echo.current) < 1) return;
    echo.current = undefined;
    const top = Math.round(virtualFromTrack(latest.current.scale, node.scrollTop));
    setPosition({ top, track: node.scrollTop });
  }, [element]);

  // On a shortened track the wheel would fly past hundreds of rows, so its distance is applied to the rows themselves.
  useEffect(() => {
    const node = element.current;
    if (node === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (!isScaled(latest.current.scale) || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? LINE_PIXELS : event.deltaMode === 2 ? node.clientHeight : 1;
      goTo(latest.current.top + event.deltaY * unit);
      if (event.deltaX !== 0) node.scrollLeft += event.deltaX;
    };
    node.addEventListener('wheel', onWheel, { passive: false });
    return () => node.removeEventListener('wheel', onWheel);
  }, [element, goTo]);

  // Fewer rows than before: the position may lie behind the end now. Other heights: the track moved under the rows.
  useLayoutEffect(() => {
    goTo(latest.current.top);
  }, [rows, rowHeight, height, goTo]);

  const top = clampVirtual(scale, position.top);
  const { first, last } = visibleRows(scale, top, rowHeight, OVERSCAN);
  return {
    scale,
    first,
    last,
    offset: first * rowHeight - top + (isScaled(scale) ? position.track : top),
    screenful: Math.max(1, Math.floor(height / rowHeight) - 1),
    onScroll,
    reveal: useCallback(
      (row: number): void => {
        const { scale: current, top: from } = latest.current;
        const to = revealRow(current, from, row, rowHeight);
        if (to !== from) goTo(to);
      },
      [goTo, rowHeight],
    ),
    toTop: useCallback((): void => goTo(0), [goTo]),
  };
}
