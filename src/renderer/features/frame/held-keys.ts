/**
 * Keys that are pressed when a dialog or the palette was asked for and does not have the focus yet: they are meant for
 * it, never for what lies behind. Letters are held and put into its field. Imported first of all, so that these
 * listeners hear a key before any other does.
 */
import { closeDialog, useDialog } from '../../stores/dialogs.ts';
import { closePalette, paletteStore } from './palette-store.ts';

type Awaited = 'dialog' | 'palette';

const MODAL = '[aria-modal=true]';
const MODIFIERS: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock']);

let awaited: Awaited | undefined;
let held = '';

function wait(what: Awaited, isOpen: boolean): void {
  if (!isOpen && awaited !== what) return;
  awaited = isOpen ? what : undefined;
  held = '';
}

useDialog.subscribe(({ dialog }, before) => {
  if (dialog.name !== before.dialog.name) wait('dialog', dialog.name !== 'none');
});

let wasOpened = paletteStore.getState().opened;
paletteStore.subscribe(({ opened }) => {
  if (opened !== wasOpened) wait('palette', opened);
  wasOpened = opened;
});

globalThis.addEventListener(
  'focusin',
  ({ target }) => {
    if (awaited === undefined || !(target instanceof Element) || target.closest(MODAL) === null) return;
    const text = held;
    awaited = undefined;
    held = '';
    // As typing would: what listens to the field hears of it, and it can be undone.
    if (text !== '' && isField(target)) document.execCommand('insertText', false, text);
  },
  { capture: true },
);

globalThis.addEventListener(
  'keydown',
  (event) => {
    if (awaited === undefined || event.isComposing || MODIFIERS.has(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === 'Escape') (awaited === 'palette' ? closePalette : closeDialog)();
    else if (event.key === 'Backspace') held = held.slice(0, -1);
    else if (isTyped(event)) held += event.key;
  },
  { capture: true },
);

function isField(target: Element): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** With AltGr, Windows says that Ctrl and Alt are pressed, too. */
function isTyped(event: KeyboardEvent): boolean {
  const commands = event.ctrlKey || event.metaKey || event.altKey;
  return event.key.length === 1 && (!commands || event.getModifierState('AltGraph'));
}
