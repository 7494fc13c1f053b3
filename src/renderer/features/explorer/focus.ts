/** Moving the focus over the rows: from the grid's keys, and from the detail's "previous" and "next". */
import { asAppError, callAction } from '../../api.ts';
import type { ColumnField } from '../../model/columns.ts';
import { reportProblem } from '../../stores/problems.ts';
import { openDetail, useView } from '../../stores/view.ts';
import { eventPages, eventScroller } from './event-pages.ts';
import type { ShownView } from './view-query.ts';

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
  eventScroller.reveal(target);
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
export async function focusNeighbour(view: ShownView, step: 1 | -1): Promise<void> {
  const { focus, detail } = useView.getState();
  const at = focus?.row ?? (detail === undefined ? undefined : await placeOf(view, detail));
  // Without a place to start from, the first event is everybody's neighbour.
  focusRow(at === undefined ? 0 : at + step);
}

/** Where an event stands in the view; `undefined` when the view does not hold it. */
async function placeOf({ snapshot_id, filter, sort }: ShownView, n: number): Promise<number | undefined> {
  const known = eventPages.indexOf(n);
  if (known !== -1 || snapshot_id === undefined) return known === -1 ? undefined : known;
  try {
    const { position } = await callAction('event_audit_locate_event', { snapshot_id, filter, sort, n });
    return position ?? undefined;
  } catch (error) {
    reportProblem(asAppError(error));
    return undefined;
  }
}
