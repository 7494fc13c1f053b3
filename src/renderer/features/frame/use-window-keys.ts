/** The keys that work anywhere in the window. Those of the grid are in `use-grid-keys.ts`. */
import { useEffect, useEffectEvent } from 'react';
import { openFindings, useFindings } from '../../stores/findings.ts';
import { useDialog } from '../../stores/dialogs.ts';
import { openDetail, redoFilter, selectRows, undoFilter, useView } from '../../stores/view.ts';
import { focusNeighbour } from '../explorer/focus.ts';
import { useShownView, type ShownView } from '../explorer/view-query.ts';
import { runCommand, type Command } from './commands.ts';

const WITH_CONTROL: Readonly<Record<string, Command>> = {
  f: 'find',
  e: 'export',
  k: 'palette',
  o: 'open',
  s: 'save_snapshot',
};

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useWindowKeys(): void {
  const view = useShownView();
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || useDialog.getState().dialog.name !== 'none') return;
    const run = (event.ctrlKey || event.metaKey) && !event.altKey ? controlKey(event) : plainKey(event, view);
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

function controlKey(event: KeyboardEvent): (() => void) | undefined {
  const key = event.key.toLowerCase();
  const command = WITH_CONTROL[key];
  if (command !== undefined && !event.shiftKey) return () => runCommand(command);
  if (isTyping(event.target)) return undefined;
  if (key === 'z') return event.shiftKey ? redoFilter : undoFilter;
  return key === 'y' ? redoFilter : undefined;
}

function plainKey(event: KeyboardEvent, view: ShownView): (() => void) | undefined {
  if (event.key === 'F5' && !event.altKey) return () => runCommand('reload_source');
  if (isTyping(event.target) || event.altKey) return undefined;
  if (event.key === '[') return () => void focusNeighbour(view, -1);
  if (event.key === ']') return () => void focusNeighbour(view, 1);
  return event.key === 'Escape' ? closeOneThing() : undefined;
}

/** The detail first, then the findings, then the picked rows. Dialogs and menus close themselves before a key comes here. */
function closeOneThing(): (() => void) | undefined {
  const { detail, selected } = useView.getState();
  if (detail !== undefined) return () => openDetail(undefined);
  if (useFindings.getState().open) return () => openFindings(false);
  return selected.size > 0 ? () => selectRows(new Set()) : undefined;
}
