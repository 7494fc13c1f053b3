/** Takes what was picked, opened and looked at along to a newer snapshot of the same store, in which rows have other numbers. */
import type { SnapshotStatus } from '../../shared/contract.ts';
import { asAppError, callAction } from '../api.ts';
import { usePreferences } from './preferences.ts';
import { reportProblem } from './problems.ts';
import { forgetRows, giveRows, viewOf, type ViewState } from './view.ts';

interface RowInView {
  readonly index: number;
  readonly n: number;
}

/** What the grid shows of a tab. */
export interface RowsInSight {
  readonly tab: string;
  /** The row that is to stay where it is on screen; none at the top of a view. */
  readonly held: RowInView | undefined;
  readonly focused: RowInView | undefined;
  /** How many rows are above what is in sight. */
  readonly top: number;
}

let rowsInSight: () => RowsInSight | undefined = () => undefined;

/** Says who knows what is in sight. */
export function tellRowsInSight(tell: () => RowsInSight): void {
  rowsInSight = tell;
}

/** As many numbers are asked for at a time. */
const CHUNK = 10_000;

type Snapshot = Pick<SnapshotStatus, 'snapshot_id'>;

/**
 * Finds the rows of tabs again. Resolves to what puts them in place, to be called as the newer snapshot is shown; what
 * is not in it any more is let go.
 */
export async function carryRows(tabs: readonly string[], before: Snapshot, after: Snapshot): Promise<() => void> {
  const puts = await Promise.all(tabs.map((tab) => carryTab(tab, before.snapshot_id, after.snapshot_id)));
  return () => {
    for (const put of puts) put();
  };
}

async function carryTab(tab: string, before: string, after: string): Promise<() => void> {
  const view = viewOf(tab);
  if (view.rows_of !== before) return () => forgetRows([tab]);
  try {
    const seen = rowsInSight();
    const sight = seen?.tab === tab ? seen : undefined;
    const wanted = [view.detail, sight?.held?.n, sight?.focused?.n].filter((n) => n !== undefined);
    const found = await newNumbers([...new Set([...view.selected, ...wanted])], before, after);
    const place = async (row: RowInView | undefined): Promise<number | undefined> => {
      const n = row && found.get(row.n);
      return n === undefined ? undefined : placeOf(view, after, n);
    };
    const [held, focused] = await Promise.all([place(sight?.held), place(sight?.focused)]);
    const moved = sight?.held === undefined || held === undefined ? 0 : held - sight.held.index;
    return () =>
      giveRows(tab, {
        rows_of: after,
        selected: new Set([...view.selected].flatMap((n) => found.get(n) ?? [])),
        detail: view.detail === undefined ? undefined : found.get(view.detail),
        focus: focused === undefined || view.focus === undefined ? undefined : { ...view.focus, row: focused },
        top: Math.max(0, (sight?.top ?? view.top) + moved),
      });
  } catch (error) {
    reportProblem(asAppError(error));
    return () => forgetRows([tab]);
  }
}

async function newNumbers(
  numbers: readonly number[],
  before: string,
  after: string,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (let at = 0; at < numbers.length; at += CHUNK) {
    const asked = numbers.slice(at, at + CHUNK);
    const { n } = await callAction('event_audit_match_events', { before, after, n: asked });
    for (const [index, one] of asked.entries()) {
      const other = n[index];
      if (other != null) found.set(one, other);
    }
  }
  return found;
}

/** Where an event stands in the same view of another snapshot, to which no set of rows belongs. */
async function placeOf({ filter, sort }: ViewState, snapshot_id: string, n: number): Promise<number | undefined> {
  const { time_zone } = usePreferences.getState().values;
  const { position } = await callAction('event_audit_locate_event', {
    snapshot_id,
    filter: { ...filter, set: '', time_zone },
    sort,
    n,
  });
  return position ?? undefined;
}
