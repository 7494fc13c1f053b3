/** What is looked at in the shown tab: filter, order and columns with undo, picked rows, focus, opened event. Kept per tab. */
import { create } from 'zustand';
import type { GroupField } from '../../shared/event.ts';
import { DEFAULT_SORT, EMPTY_FILTER, type Filter, type Sort } from '../../shared/filter.ts';
import { columnsFrom, widthsOf, type ColumnField, type ColumnState } from '../model/columns.ts';
import { usePreferences } from './preferences.ts';

/** What a view shows: all of it can be undone, kept and shared. */
export interface Look {
  readonly filter: Filter;
  readonly sort: Sort;
  /** All of them in order, hidden ones too. */
  readonly columns: readonly ColumnState[];
  /** What the histogram is stacked by; `null`: the usual. */
  readonly group: GroupField | null;
}

export interface ViewState extends Look {
  readonly past: readonly Look[];
  readonly future: readonly Look[];
  /** Picked rows by their `n`. */
  readonly selected: ReadonlySet<number>;
  /** The cell the keys work on. */
  readonly focus: { readonly row: number; readonly field: ColumnField } | undefined;
  /** Where a range of picked rows starts. */
  readonly anchor: number | undefined;
  /** The opened event's `n`. */
  readonly detail: number | undefined;
  /** The snapshot in which `n` and rows are counted. */
  readonly rows_of: string | undefined;
  /** How many rows are above what is in sight; kept while another tab is shown. */
  readonly top: number;
}

const NO_ROWS = {
  selected: new Set<number>(),
  focus: undefined,
  anchor: undefined,
  detail: undefined,
  rows_of: undefined,
} satisfies Partial<ViewState>;

/** A view of everything, with the columns that were used last. */
function fresh(): ViewState {
  return {
    filter: EMPTY_FILTER,
    // The newest events first: what happened last is what is asked first.
    sort: { ...DEFAULT_SORT, direction: 'desc' },
    columns: columnsFrom(usePreferences.getState().values.columns),
    group: null,
    past: [],
    future: [],
    top: 0,
    ...NO_ROWS,
  };
}

const UNDO_STEPS = 100;
const kept = new Map<string, ViewState>();
let shownTab = '';

export const useView = create<ViewState>(fresh);

/** Shows another tab's view, as it was left. */
export function switchView(tab: string): void {
  if (tab === shownTab) return;
  if (shownTab !== '') kept.set(shownTab, useView.getState());
  shownTab = tab;
  useView.setState(kept.get(tab) ?? fresh(), true);
}

/** A tab's view, shown or not. */
export function viewOf(tab: string): ViewState {
  return tab === shownTab ? useView.getState() : (kept.get(tab) ?? fresh());
}

/** Gives a tab its view before it is shown. */
export function giveView(tab: string, look: Partial<ViewState>): void {
  if (tab === shownTab) useView.setState(look);
  else kept.set(tab, { ...viewOf(tab), ...look });
}

/** Forgets a closed tab's view. */
export function dropView(tab: string): void {
  kept.delete(tab);
  if (tab !== shownTab) return;
  shownTab = '';
  useView.setState(fresh(), true);
}

function withoutSet<L extends { readonly filter: Filter }>(look: L): L {
  return look.filter.set === '' ? look : { ...look, filter: { ...look.filter, set: '' } };
}

/** Sets belong to a comparison or to findings of one snapshot: when that is gone, nothing may ask for them any more, not even undo. */
export function forgetSets(tabs: readonly string[]): void {
  for (const tab of tabs) {
    const view = withoutSet(viewOf(tab));
    giveView(tab, { ...view, past: view.past.map(withoutSet), future: view.future.map(withoutSet) });
  }
}

/** Rows of a new capture have new numbers: what was picked by number is let go, the rest of the view stays. */
export function forgetRows(tabs: readonly string[] = [shownTab]): void {
  for (const tab of tabs) giveView(tab, NO_ROWS);
}

/** Says which rows of another snapshot a tab has picked, opened and in sight. */
export function giveRows(
  tab: string,
  rows: Pick<ViewState, 'rows_of' | 'selected' | 'detail' | 'focus' | 'top'>,
): void {
  giveView(tab, { ...rows, anchor: undefined });
}

function lookOf({ filter, sort, columns, group }: ViewState): Look {
  return { filter, sort, columns, group };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Changes what is shown. `merge` joins the change to the one before in the undo list, as typing in the search does.
 */
export function editLook(change: (look: Look) => Partial<Look>, merge = false): void {
  useView.setState((view) => {
    const before = lookOf(view);
    const next = { ...before, ...change(before) };
    if (same(next, before)) return {};
    const { past } = view;
    const remembered = merge && past.length > 0 ? past : [...past, before].slice(-UNDO_STEPS);
    // Other rows, or the same in another order: the place of a row means nothing any more.
    const moved = !same(next.filter, before.filter) || !same(next.sort, before.sort);
    return { ...next, past: remembered, future: [], ...(moved && { focus: undefined, anchor: undefined }) };
  });
}

/** Changes the filter; see {@link editLook}. */
export function editFilter(change: (filter: Filter) => Filter, merge = false): void {
  editLook(({ filter }) => ({ filter: change(filter) }), merge);
}

export function clearFilter(): void {
  editFilter(() => EMPTY_FILTER);
}

/** How wide columns are is no step of its own: going back and forth leaves it. */
function restored(look: Look, { columns }: ViewState): Partial<ViewState> {
  return { ...look, columns: widthsOf(columns, look.columns), focus: undefined, anchor: undefined };
}

export function undoLook(): void {
  useView.setState((view) => {
    const former = view.past.at(-1);
    if (former === undefined) return {};
    const future = [lookOf(view), ...view.future];
    return { ...restored(former, view), past: view.past.slice(0, -1), future };
  });
}

export function redoLook(): void {
  useView.setState((view) => {
    const [next, ...rest] = view.future;
    if (next === undefined) return {};
    return { ...restored(next, view), past: [...view.past, lookOf(view)], future: rest };
  });
}

/** A click on a header: that column ascending, then descending; time starts with the newest. */
export function sortBy(field: Sort['field']): void {
  editLook(({ sort }) => {
    const first = field === 'timestamp' ? 'desc' : 'asc';
    const other = first === 'asc' ? 'desc' : 'asc';
    const direction = sort.field === field && sort.direction === first ? other : first;
    return { sort: { field, direction } };
  });
}

export function selectRows(selected: ReadonlySet<number>): void {
  useView.setState({ selected });
}

export function openDetail(n: number | undefined): void {
  useView.setState({ detail: n });
}
