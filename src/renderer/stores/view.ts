/** What is looked at in the shown source: filter with undo, order, picked rows, focus, opened event. Kept per source. */
import { create } from 'zustand';
import { DEFAULT_SORT, EMPTY_FILTER, type Filter, type Sort } from '../../shared/filter.ts';
import type { ColumnField } from '../model/columns.ts';
import { sameFilter } from '../model/filter-edit.ts';

export interface ViewState {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly past: readonly Filter[];
  readonly future: readonly Filter[];
  /** Picked rows by their `n`. */
  readonly selected: ReadonlySet<number>;
  /** The cell the keys work on. */
  readonly focus: { readonly row: number; readonly field: ColumnField } | undefined;
  /** Where a range of picked rows starts. */
  readonly anchor: number | undefined;
  /** The opened event's `n`. */
  readonly detail: number | undefined;
}

const FRESH: ViewState = {
  filter: EMPTY_FILTER,
  // The newest events first: what happened last is what is asked first.
  sort: { ...DEFAULT_SORT, direction: 'desc' },
  past: [],
  future: [],
  selected: new Set(),
  focus: undefined,
  anchor: undefined,
  detail: undefined,
};

const UNDO_STEPS = 100;
const kept = new Map<string, ViewState>();
let shownKey = '';

export const useView = create<ViewState>(() => FRESH);

/** Shows another source's view, as it was left. */
export function switchView(key: string): void {
  if (key === shownKey) return;
  if (shownKey !== '') kept.set(shownKey, useView.getState());
  shownKey = key;
  useView.setState(kept.get(key) ?? FRESH, true);
}

/** Forgets a closed source's view. */
export function dropView(key: string): void {
  kept.delete(key);
  if (key !== shownKey) return;
  shownKey = '';
  useView.setState(FRESH, true);
}

function withoutSet(filter: Filter): Filter {
  return filter.set === '' ? filter : { ...filter, set: '' };
}

function viewWithoutSets(view: ViewState): ViewState {
  return {
    ...view,
    filter: withoutSet(view.filter),
    past: view.past.map(withoutSet),
    future: view.future.map(withoutSet),
  };
}

/** Sets belong to a comparison or to findings of one snapshot: when that is gone, nothing may ask for them any more, not even undo. */
export function forgetSets(key: string): void {
  const view = kept.get(key);
  if (key === shownKey) useView.setState(viewWithoutSets);
  else if (view !== undefined) kept.set(key, viewWithoutSets(view));
}

/** Rows of a new capture have new numbers: what was picked by number is let go, the filter stays. */
export function forgetRows(): void {
  useView.setState({ selected: new Set(), focus: undefined, anchor: undefined, detail: undefined });
}

/** Changes the filter. `merge` joins the change to the one before in the undo list, as typing in the search does. */
export function editFilter(change: (filter: Filter) => Filter, merge = false): void {
  useView.setState(({ filter, past }) => {
    const next = change(filter);
    if (sameFilter(next, filter)) return {};
    const remembered = merge && past.length > 0 ? past : [...past, filter].slice(-UNDO_STEPS);
    return { filter: next, past: remembered, future: [], focus: undefined, anchor: undefined };
  });
}

export function clearFilter(): void {
  editFilter(() => EMPTY_FILTER);
}

export function undoFilter(): void {
  useView.setState(({ filter, past, future }) => {
    const former = past.at(-1);
    if (former === undefined) return {};
    return {
      filter: former,
      past: past.slice(0, -1),
      future: [filter, ...future],
      focus: undefined,
      anchor: undefined,
    };
  });
}

export function redoFilter(): void {
  useView.setState(({ filter, past, future }) => {
    const [next, ...rest] = future;
    if (next === undefined) return {};
    return { filter: next, past: [...past, filter], future: rest, focus: undefined, anchor: undefined };
  });
}

/** A click on a header: that column ascending, then descending; time starts with the newest. */
export function sortBy(field: Sort['field']): void {
  useView.setState(({ sort }) => {
    const first = field === 'timestamp' ? 'desc' : 'asc';
    const other = first === 'asc' ? 'desc' : 'asc';
    const direction = sort.field === field && sort.direction === first ? other : first;
    return { sort: { field, direction }, focus: undefined, anchor: undefined };
  });
}

export function selectRows(selected: ReadonlySet<number>): void {
  useView.setState({ selected });
}

export function openDetail(n: number | undefined): void {
  useView.setState({ detail: n });
}
