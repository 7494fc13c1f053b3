/** How wide the panels at the sides are where the window has not room for what was chosen: the middle comes first. */

export interface PanelWish {
  /** The window's width, pixels. */
  readonly window: number;
  /** The chosen widths; 0 for a panel that is closed. */
  readonly left: number;
  readonly right: number;
}

/** The events need so much to be read. */
const MIDDLE = 320;
const LEFT_LEAST = 180;
const RIGHT_LEAST = 280;

/** The right panel gives way first, then the left one; what is opened last, at the right, is shown in any window. */
export function panelWidths({ window, left, right }: PanelWish): { readonly left: number; readonly right: number } {
  const room = Math.max(0, window - MIDDLE);
  if (left + right <= room) return { left, right };
  if (right === 0) return { left: Math.min(left, Math.max(LEFT_LEAST, room)), right: 0 };
  const narrowRight = Math.max(RIGHT_LEAST, room - left);
  if (left + narrowRight <= room) return { left, right: narrowRight };
  const narrowLeft = left === 0 ? 0 : Math.max(LEFT_LEAST, room - RIGHT_LEAST);
  if (narrowLeft + RIGHT_LEAST <= room) return { left: narrowLeft, right: RIGHT_LEAST };
  // One of the two is all there is room for, beside the middle or in its place.
  return { left: 0, right: room >= RIGHT_LEAST ? Math.min(right, room) : window };
}
