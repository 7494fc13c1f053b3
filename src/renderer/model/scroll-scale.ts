/**
 * Scrolling over more rows than a browser can lay out: the scroll bar works on a shortened track, the rows on the
 * true height. Positions are pixels; `virtual` ones count the true height, `track` ones the scrolled element's.
 */

/** Browsers lose precision, then stop, somewhere above 16 million pixels; this is safely below. */
export const MAX_TRACK = 10_000_000;

export interface ScrollScale {
  /** The height of all rows. */
  readonly total: number;
  /** The height of the element that scrolls over them. */
  readonly track: number;
  /** The height of what can be seen of the rows. */
  readonly viewport: number;
}

export function scrollScale(rows: number, rowHeight: number, viewport: number, maxTrack = MAX_TRACK): ScrollScale {
  const total = rows * rowHeight;
  return { total, track: Math.min(total, maxTrack), viewport };
}

/** Whether the track is shorter than the rows, so that one pixel of it stands for several of theirs. */
export function isScaled(scale: ScrollScale): boolean {
  return scale.track < scale.total;
}

export function maxVirtual(scale: ScrollScale): number {
  return Math.max(0, scale.total - scale.viewport);
}

function maxTrackTop(scale: ScrollScale): number {
  return Math.max(0, scale.track - scale.viewport);
}

export function clampVirtual(scale: ScrollScale, top: number): number {
  return Math.min(maxVirtual(scale), Math.max(0, top));
}

/** Where the rows are when the scroll bar stands at `trackTop`. Both ends map exactly. */
export function virtualFromTrack(scale: ScrollScale, trackTop: number): number {
  if (!isScaled(scale)) return clampVirtual(scale, trackTop);
  const range = maxTrackTop(scale);
  return range === 0 ? 0 : clampVirtual(scale, (trackTop / range) * maxVirtual(scale));
}

/** Where the scroll bar stands when the rows are at `top`. */
export function trackFromVirtual(scale: ScrollScale, top: number): number {
  const virtual = clampVirtual(scale, top);
  if (!isScaled(scale)) return virtual;
  const range = maxVirtual(scale);
  return range === 0 ? 0 : (virtual / range) * maxTrackTop(scale);
}

/** First and last row that can be seen (`last` inclusive, partly seen ones too), with `overscan` more on either side. */
export function visibleRows(
  scale: ScrollScale,
  top: number,
  rowHeight: number,
  overscan = 0,
): { readonly first: number; readonly last: number } {
  const count = Math.round(scale.total / rowHeight);
  const first = Math.floor(top / rowHeight) - overscan;
  const last = Math.ceil((top + scale.viewport) / rowHeight) - 1 + overscan;
  return { first: Math.max(0, first), last: Math.min(count - 1, last) };
}

/** The nearest position at which a row is wholly seen; `top` itself when it already is. */
export function revealRow(scale: ScrollScale, top: number, row: number, rowHeight: number): number {
  const start = row * rowHeight;
  const end = start + rowHeight;
  if (start < top) return clampVirtual(scale, start);
  if (end > top + scale.viewport) return clampVirtual(scale, end - scale.viewport);
  return clampVirtual(scale, top);
}
