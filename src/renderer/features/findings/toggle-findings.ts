/** Where the panel of findings stands beside the detail, and what opening it does where there is room for one only. */
import { openFindings, useFindings } from '../../stores/findings.ts';
import { openDetail, useView } from '../../stores/view.ts';

/** From this width of the window on, both stand side by side; below, the detail lies over the findings. */
export const ROOM_FOR_BOTH = 1_700;

export function toggleFindings(): void {
  const { open } = useFindings.getState();
  const isCovered = useView.getState().detail !== undefined && globalThis.innerWidth < ROOM_FOR_BOTH;
  if (isCovered) openDetail(undefined);
  openFindings(isCovered || !open);
}
