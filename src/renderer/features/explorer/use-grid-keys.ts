/** The keys of the grid. */
import { useCallback, type KeyboardEvent } from 'react';
import { copyText } from '../../components/copy-button.tsx';
import type { ColumnField } from '../../model/columns.ts';
import { openDetail, useView } from '../../stores/view.ts';
import { eventPages } from './event-pages.ts';
import { focusRow } from './focus.ts';
import { filterByCell, rawValue, togglePicked } from './row-actions.ts';

interface GridKeys {
  /** Visible columns in their order. */
  readonly fields: readonly ColumnField[];
  readonly screenful: number;
  readonly onRange: (from: number, to: number) => void;
  readonly onMenu: () => void;
}

export function useGridKeys({ fields, screenful, onRange, onMenu }: GridKeys): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      const { focus, anchor } = useView.getState();
      const total = eventPages.state().total ?? 0;
      const row = focus?.row ?? -1;
      const column = fields.indexOf(focus?.field ?? 'timestamp');
      const command = event.ctrlKey || event.metaKey;
      const move = (to: number): void => {
        focusRow(to, undefined, event.shiftKey);
        const { focus: now, anchor: start } = useView.getState();
        if (event.shiftKey && now !== undefined) onRange(start ?? now.row, now.row);
      };
      const across = (to: number): void => {
        const field = fields[Math.min(fields.length - 1, Math.max(0, to))];
        if (field !== undefined) focusRow(Math.max(0, row), field);
      };
      const cell = focus && eventPages.row(focus.row);
      const onCell = (run: () => void): void => {
        if (cell !== undefined) run();
      };
      const keys: Readonly<Record<string, () => void>> = {
        ArrowDown: () => move(row + 1),
        ArrowUp: () => move(row - 1),
        PageDown: () => move(row + screenful),
        PageUp: () => move(row - screenful),
        Home: () => move(0),
        End: () => move(total - 1),
        ArrowRight: () => across(column + 1),
        ArrowLeft: () => across(column - 1),
        Enter: () => onCell(() => cell && openDetail(cell.n)),
        ' ': () => onCell(() => cell && togglePicked(cell.n)),
        ContextMenu: () => onCell(onMenu),
        F10: () => event.shiftKey && onCell(onMenu),
      };
      const letters: Readonly<Record<string, () => void>> = {
        i: () => cell && focus && filterByCell('include', cell, focus.field),
        x: () => cell && focus && filterByCell('exclude', cell, focus.field),
        o: () => cell && focus && filterByCell('only', cell, focus.field),
      };
      const commands: Readonly<Record<string, () => void>> = {
        a: () => onRange(0, total - 1),
        c: () => {
          // A text somebody marked is what they mean to copy.
          if (cell && focus && document.getSelection()?.isCollapsed !== false) copyText(rawValue(cell, focus.field));
        },
        home: () => move(0),
        end: () => move(total - 1),
      };
      const key = event.key;
      const run = command ? commands[key.toLowerCase()] : (keys[key] ?? letters[key.toLowerCase()]);
      if (run === undefined || event.altKey || (key === 'F10' && !event.shiftKey)) return;
      event.preventDefault();
      if (anchor === undefined && event.shiftKey && row >= 0) useView.setState({ anchor: row });
      run();
    },
    [fields, screenful, onRange, onMenu],
  );
}
