/**
 * One Escape closes one thing, the innermost. What closes it may be gone by the time the key comes to the window, so
 * what was open is noted when the key goes down. Imported early, so that this is heard before anything is closed.
 */
import { useDialog } from '../../stores/dialogs.ts';
import { paletteStore } from './palette-store.ts';

const POPUP = '[role=menu], [role=dialog]:not([aria-modal])';
/** Longer than anything takes to fade away. */
const FADING_MS = 200;

const taken = new WeakSet<Event>();
const closed = new WeakSet<Element>();

/** Whether an Escape was meant for a dialog, the palette, a menu or a popup that was open when it was pressed. */
export function isForPopup(event: Event): boolean {
  return taken.has(event);
}

globalThis.addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Escape' || event.isComposing || !event.isTrusted) return;
    const modal = useDialog.getState().dialog.name !== 'none' || paletteStore.getState().opened;
    const popup = modal ? undefined : innermostPopup();
    if (modal || popup !== undefined) taken.add(event);
    if (popup !== undefined) closePopup(popup, event);
  },
  { capture: true },
);

function closePopup(popup: HTMLElement, event: KeyboardEvent): void {
  const { target } = event;
  if (target instanceof HTMLElement && popup.contains(target) && target.dataset['expanded'] === 'true') {
    // A list that hangs from a field of the popup: a click on the field closes it, the key would close both.
    event.stopImmediatePropagation();
    target.click();
    return;
  }
  closed.add(popup);
  setTimeout(() => closed.delete(popup), FADING_MS);
  if (target instanceof Node && popup.contains(target)) return;
  // A popup hears only the keys that are pressed in it.
  event.stopImmediatePropagation();
  popup.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
}

/** Of those that are not closed already and only fading away. */
function innermostPopup(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(POPUP)].findLast(
    (popup) => !closed.has(popup) && popup.style.opacity !== '0' && popup.style.display !== 'none',
  );
}
