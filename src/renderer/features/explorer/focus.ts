/** Moving the focus over the rows: from the grid's keys, and from the detail's "previous" and "next". */
import type { ColumnField } from '../../model/columns.ts';
import { openDetail, useView } from '../../stores/view.ts';
import { eventPages } from './event-pages.ts';

/** Puts the focus on a row; an open detail follows as soon as the row is here. */
export function focusRow(row: number, field?: ColumnField, extend = false): void {
  const total = eventPages.state().total ?? 0;
  if (total === 0) return;
  const { focus, anchor } = useView.getState();
  const target = Math.min(total - 1, Math.max(0, row));
  useView.setState({
    focus: { row: target, field: field ?? focus?.field ?? 'timestamp' },
    anchor: extend ? (anchor ?? focus?.row ?? target) : target,
  });
  followFocus();
}

/** Opens the focused row's event in place of the one that is open. */
export function followFocus(): void {
  const { focus, detail } = useView.getState();
  if (focus === undefined || detail === undefined) return;
  const row = eventPages.row(focus.row);
  if (row !== undefined && row.n !== detail) openDetail(row.n);
}

/** The neighbour of the focused event, or of the open one when nothing is focused. */
export function focusNeighbour(step: 1 | -1): void {
  const { focus, detail } = useView.getState();
  const at = focus?.row ?? (detail === undefined ? -1 : eventPages.indexOf(detail));
  if (at === -1 && focus === undefined) {
    focusRow(0);
    return;
  }
  focusRow(at + step);
}
