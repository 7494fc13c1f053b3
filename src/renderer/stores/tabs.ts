/** The tabs: which there are, in which order, which one is shown, and what each shows. Their views are in `view.ts`. */
import { create } from 'zustand';
import { dropView, switchView, viewOf, type ViewState } from './view.ts';

/** A store as a tab remembers it while it is not open. */
export interface TabRef {
  /** Without secrets. */
  readonly url: string;
  readonly connection_id: string | undefined;
}

export interface Tab {
  readonly id: string;
  /** The key of the source it shows; `''` while it shows none. */
  readonly source: string;
  /** The stores to open when it is looked at; none for a new tab, and once they are open. */
  readonly asleep: readonly TabRef[];
  /** What somebody called it; `''`: it is named after what it shows. */
  readonly name: string;
}

/** A tab that was closed, with all it takes to bring it back. */
interface ClosedTab {
  readonly tab: Tab;
  readonly at: number;
  readonly view: ViewState;
}

interface TabsState {
  readonly tabs: readonly Tab[];
  /** The id of the one that is shown; `''` when there is none. */
  readonly active: string;
  /** The last one closed last. */
  readonly closed: readonly ClosedTab[];
}

const REOPENABLE = 25;

export const useTabs = create<TabsState>(() => ({ tabs: [], active: '', closed: [] }));

let lastId = 0;
/** Ids, the one shown last at the end. */
let used: readonly string[] = [];

export function activeTab({ tabs, active }: Pick<TabsState, 'tabs' | 'active'>): Tab | undefined {
  return tabs.find((one) => one.id === active);
}

export function tabOf(id: string): Tab | undefined {
  return useTabs.getState().tabs.find((one) => one.id === id);
}

export function tabsOf(source: string): readonly Tab[] {
  return useTabs.getState().tabs.filter((one) => one.source === source);
}

/** The tab in which a source was looked at last. */
export function lastTabOf(source: string): Tab | undefined {
  return tabsOf(source).toSorted((a, b) => used.indexOf(b.id) - used.indexOf(a.id))[0];
}

/** Adds a tab beside the shown one, or at a place, without showing it. Returns its id. */
export function addTab(entry: Partial<Omit<Tab, 'id'>>, at?: number): string {
  lastId += 1;
  const id = `tab-${String(lastId)}`;
  useTabs.setState(({ tabs, active }) => {
    const place = at ?? tabs.findIndex((one) => one.id === active) + 1;
    return {
      tabs: tabs.toSpliced(place === 0 ? tabs.length : place, 0, { source: '', asleep: [], name: '', ...entry, id }),
    };
  });
  return id;
}

export function updateTab(id: string, change: Partial<Omit<Tab, 'id'>>): void {
  useTabs.setState(({ tabs }) => ({ tabs: tabs.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
}

export function showTab(id: string): void {
  switchView(id);
  used = [...used.filter((one) => one !== id), id];
  useTabs.setState({ active: id });
}

/** Takes tabs away and shows a neighbour of the shown one when that was among them. `refs` says what they showed. */
export function removeTabs(ids: readonly string[], refs: (tab: Tab) => readonly TabRef[] | undefined): void {
  const { tabs, active } = useTabs.getState();
  const rest = tabs.filter((one) => !ids.includes(one.id));
  const closed = tabs.flatMap((tab, at): ClosedTab[] => {
    if (!ids.includes(tab.id)) return [];
    const asleep = refs(tab);
    // A tab without stores has nothing to come back to.
    return asleep === undefined || asleep.length === 0 ? [] : [{ tab: { ...tab, asleep }, at, view: viewOf(tab.id) }];
  });
  used = used.filter((one) => !ids.includes(one));
  useTabs.setState(({ closed: before }) => ({ tabs: rest, closed: [...before, ...closed].slice(-REOPENABLE) }));
  if (ids.includes(active)) {
    const place = tabs.findIndex((one) => one.id === active);
    const next = tabs.slice(place).find((one) => !ids.includes(one.id)) ?? rest.at(-1);
    showTab(next?.id ?? '');
  }
  for (const id of ids) dropView(id);
}

/** The tab that was closed last, taken from the list. */
export function takeClosed(): ClosedTab | undefined {
  const last = useTabs.getState().closed.at(-1);
  useTabs.setState(({ closed }) => ({ closed: closed.slice(0, -1) }));
  return last;
}

/** Puts a tab at a place among the others. */
export function moveTab(id: string, to: number): void {
  useTabs.setState(({ tabs }) => {
    const tab = tabs.find((one) => one.id === id);
    if (tab === undefined || to < 0 || to >= tabs.length) return {};
    return { tabs: tabs.filter((one) => one !== tab).toSpliced(to, 0, tab) };
  });
}
