/** The keys that work anywhere in the window: those of the commands and a few more. Those of the grid are in `use-grid-keys.ts`. */
import { useEffect, useEffectEvent } from 'react';
import { openFindings, useFindings } from '../../stores/findings.ts';
import { useDialog } from '../../stores/dialogs.ts';
import { openDetail, selectRows, useView } from '../../stores/view.ts';
import { focusNeighbour } from '../explorer/focus.ts';
import { useShownView, type ShownView } from '../explorer/view-query.ts';
import { goToPlace } from '../tabs/tab-actions.ts';
import { COMMAND_NAMES, COMMANDS, runCommand, type Command } from './commands.ts';
import { isForPopup } from './escape-key.ts';
import { matchesKey } from './key-match.ts';

/** In a text these keys mean the typing. */
const NOT_IN_TEXT: ReadonlySet<Command> = new Set(['undo', 'redo']);

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useWindowKeys(): void {
  const view = useShownView();
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || isForPopup(event) || useDialog.getState().dialog.name !== 'none') return;
    const run = commandKey(event) ?? otherKey(event, view);
    if (run === undefined) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function commandKey(event: KeyboardEvent): (() => void) | undefined {
  const name = COMMAND_NAMES.find((one) => {
    const { key } = COMMANDS[one];
    return key !== undefined && matchesKey(event, key);
  });
  if (name === undefined || (NOT_IN_TEXT.has(name) && isTyping(event.target))) return undefined;
  return () => runCommand(name);
}

function otherKey(event: KeyboardEvent, view: ShownView): (() => void) | undefined {
  // On many keyboards brackets are typed with AltGr, which may be told as Ctrl and Alt, or with Option.
  const isBracket = (event.key === '[' || event.key === ']') && !event.metaKey && (!event.ctrlKey || event.altKey);
  if (isBracket && !isTyping(event.target)) return () => void focusNeighbour(view, event.key === '[' ? -1 : 1);
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) {
    if (/^[1-9]$/.test(event.key)) return () => goToPlace(Number(event.key));
    return event.key === 'y' && !isTyping(event.target) ? () => runCommand('redo') : undefined;
  }
  if (isTyping(event.target)) return undefined;
  return event.key === 'Escape' ? closeOneThing() : undefined;
}

/** The detail first, then the findings, then the picked rows. Dialogs and menus come before, see `escape-key.ts`. */
function closeOneThing(): (() => void) | undefined {
  const { detail, selected } = useView.getState();
  if (detail !== undefined) return () => openDetail(undefined);
  if (useFindings.getState().open) return () => openFindings(false);
  return selected.size > 0 ? () => selectRows(new Set()) : undefined;
}
