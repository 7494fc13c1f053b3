/** What is done with tabs, whoever asks: bar, keys, menu or palette. */
import { parseSourceUrl } from '../../../shared/source-url.ts';
import { LOCAL_KINDS } from '../../stores/captures.ts';
import { closeTabs } from '../../stores/sources.ts';
import {
  activeTab,
  addTab,
  moveTab,
  showTab,
  takeClosed,
  updateTab,
  useTabs,
  type Tab,
  type TabRef,
} from '../../stores/tabs.ts';
import { giveView, viewOf, type ViewState } from '../../stores/view.ts';
import { eventScroller } from '../explorer/event-pages.ts';
import { open } from '../sources/open.ts';

/** Adds an empty tab and shows it. */
export function newTab(): void {
  const { tabs } = useTabs.getState();
  showTab(addTab({}, tabs.length));
}

/** Shows a tab; the stores of one that sleeps are opened. */
export function goToTab(id: string): void {
  showTab(id);
  wakeShownTab();
}

/** Opens the stores of the shown tab when they are not open. */
export function wakeShownTab(): void {
  const [first, ...more] = activeTab(useTabs.getState())?.asleep ?? [];
  if (first !== undefined) open({ ...first, more });
}

/** Whether looking at stores costs nothing, so that nobody needs to be asked. */
export function isLocal(refs: readonly TabRef[]): boolean {
  return refs.every(({ url }) => LOCAL_KINDS.has(parseSourceUrl(url).url.kind));
}

/** Closes a tab; the shown one unless another is named. */
export function closeTab(id = useTabs.getState().active): void {
  if (id === '') return;
  giveView(id, viewNow(id));
  closeTabs([id]);
}

/** A tab's view with where it is scrolled to at this moment. */
function viewNow(id: string): ViewState {
  const view = viewOf(id);
  return id === useTabs.getState().active ? { ...view, top: eventScroller.topRow() } : view;
}

export function closeOtherTabs(id: string): void {
  showTab(id);
  closeTabs(useTabs.getState().tabs.flatMap((one) => (one.id === id ? [] : [one.id])));
}

export function closeTabsToTheRight(id: string): void {
  const { tabs } = useTabs.getState();
  closeTabs(tabs.slice(tabs.findIndex((one) => one.id === id) + 1).map((one) => one.id));
}

/** Brings the tab back that was closed last, where it was. */
export function reopenTab(): void {
  const last = takeClosed();
  if (last === undefined) return;
  const { tab, at, view } = last;
  const id = addTab({ asleep: tab.asleep, name: tab.name }, at);
  // Its rows may be those of a capture that is gone; what was picked among them is let go when it is shown.
  giveView(id, view);
  goToTab(id);
}

/** Opens another tab on the same capture, looking at the same. */
export function duplicateTab(id = useTabs.getState().active): void {
  const { tabs } = useTabs.getState();
  const at = tabs.findIndex((one) => one.id === id);
  const tab = tabs[at];
  if (tab === undefined) return;
  const copy = addTab({ source: tab.source, asleep: tab.asleep, name: tab.name }, at + 1);
  giveView(copy, viewNow(id));
  showTab(copy);
}

/** Shows the neighbour of the shown tab, round the end. */
export function stepTab(step: 1 | -1): void {
  const { tabs, active } = useTabs.getState();
  const at = tabs.findIndex((one) => one.id === active);
  const next = tabs.at((at + step) % tabs.length);
  if (next !== undefined && tabs.length > 1) goToTab(next.id);
}

/** Shows the tab at a place, counted from 1; 9 is the last one. */
export function goToPlace(place: number): void {
  const { tabs } = useTabs.getState();
  const tab: Tab | undefined = place === 9 ? tabs.at(-1) : tabs[place - 1];
  if (tab !== undefined) goToTab(tab.id);
}

/** Moves the shown tab by one place. */
export function shiftTab(step: 1 | -1): void {
  const { tabs, active } = useTabs.getState();
  moveTab(active, tabs.findIndex((one) => one.id === active) + step);
}

export function renameTab(id: string, name: string): void {
  updateTab(id, { name: name.trim() });
}
