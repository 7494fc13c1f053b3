/** The sources that are open: each one's snapshot, what is being done with it, and which one is shown. Tabs share them. */
import { create } from 'zustand';
import type { Comparison, Estimate, SnapshotStatus } from '../../shared/contract.ts';
import type { ErrorReply } from '../../shared/errors.ts';
import type { Filter } from '../../shared/filter.ts';
import { asAppError, callAction } from '../api.ts';
import { reportProblem } from './problems.ts';
import { activeTab, addTab, lastTabOf, removeTabs, showTab, tabsOf, updateTab, useTabs, type TabRef } from './tabs.ts';
import { keepTypedOf } from './typed-secrets.ts';
import { useView } from './view.ts';

/** A store to open. */
export type SourceRef = TabRef;

/** What goes on with a source. Aborting keeps what was read. */
export interface Work {
  readonly kind: 'estimate' | 'capture' | 'resume' | 'refresh' | 'follow';
  readonly controller: AbortController;
  /** How far reading again is, while the former snapshot is still shown. */
  readonly progress?: SnapshotStatus | undefined;
}

/** What reading again has shown; both snapshots are kept while it is looked at. */
export interface Refreshed {
  readonly comparison: Comparison;
  readonly before: SnapshotStatus;
}

export interface OpenSource {
  /** Stays the same when the store is captured again. */
  readonly key: string;
  /** The stores in this view, at least one. */
  readonly refs: readonly SourceRef[];
  /** Only events that pass this filter were asked for. */
  readonly narrow: Filter | undefined;
  /** It shows only what came since it was opened. */
  readonly live: boolean;
  /** `undefined` until the capture has a snapshot. */
  readonly status: SnapshotStatus | undefined;
  /** Why there is no capture, or why it ended. */
  readonly error: ErrorReply | undefined;
  readonly work: Work | undefined;
  /** The engine that held the snapshot is gone, and the snapshot with it. */
  readonly lost: boolean;
  readonly refreshed: Refreshed | undefined;
  /** Reading it takes so much that a person is asked first. */
  readonly estimate: Estimate | undefined;
}

interface SourcesState {
  readonly sources: readonly OpenSource[];
  /** The key of the one in the shown tab; `''` when that has none. */
  readonly active: string;
}

export const useSources = create<SourcesState>(() => ({ sources: [], active: '' }));

// What is shown is the tab's business alone.
useTabs.subscribe((state) => {
  const active = activeTab(state)?.source ?? '';
  if (useSources.getState().active !== active) useSources.setState({ active });
});

let lastKey = 0;

/** The source that is shown, as a selector. */
export function activeSource(state: SourcesState): OpenSource | undefined {
  return state.sources.find((one) => one.key === state.active);
}

export function sourceOf(key: string): OpenSource | undefined {
  return useSources.getState().sources.find((one) => one.key === key);
}

/** What tells one view over stores from another. */
export function urlsOf(source: Pick<OpenSource, 'refs'>): string {
  return source.refs.map(({ url }) => url).join(' ');
}

export function updateSource(key: string, change: Partial<OpenSource>): void {
  useSources.setState(({ sources }) => ({
    sources: sources.map((one) => (one.key === key ? { ...one, ...change } : one)),
  }));
}

const NOTHING_YET = {
  status: undefined,
  error: undefined,
  work: undefined,
  lost: false,
  refreshed: undefined,
  estimate: undefined,
} satisfies Partial<OpenSource>;

/** Adds a source that has nothing yet, and shows it. Returns its key. */
export function addSource(entry: Pick<OpenSource, 'refs' | 'narrow' | 'live'>): string {
  lastKey += 1;
  const key = `source-${String(lastKey)}`;
  useSources.setState(({ sources }) => ({ sources: [...sources, { key, ...entry, ...NOTHING_YET }] }));
  showSource(key);
  return key;
}

/** Lets a source that could not be read, or was lost, begin anew in the tabs that it has. */
export function resetSource(key: string, refs: readonly SourceRef[]): void {
  updateSource(key, { ...NOTHING_YET, refs, narrow: undefined });
}

/** Shows a source where it was looked at last; one that no tab has takes the shown tab when that is empty, else a new one. */
export function showSource(key: string): void {
  const shown = activeTab(useTabs.getState());
  if (shown?.source === key) return;
  const waits =
    shown?.source === '' && (shown.asleep.length === 0 || urlsOf({ refs: shown.asleep }) === urlsOfKey(key));
  if (shown !== undefined && waits) updateTab(shown.id, { source: key, asleep: [] });
  else showTab(lastTabOf(key)?.id ?? addTab({ source: key }));
}

function urlsOfKey(key: string): string {
  const source = sourceOf(key);
  return source === undefined ? '' : urlsOf(source);
}
/**
 * The snapshot that is looked at: the one from before a refresh while the events it alone has are shown, else the newest.
 */
export function shownStatus(source: OpenSource | undefined, set: string): SnapshotStatus | undefined {
  if (source === undefined || source.lost) return undefined;
  const { refreshed, status } = source;
  return set !== '' && set === refreshed?.comparison.gone.set ? refreshed.before : status;
}

export function useShownStatus(): SnapshotStatus | undefined {
  const set = useView((state) => state.filter.set);
  return shownStatus(useSources(activeSource), set);
}

/** Stops what goes on; what was read stays. */
export function stopWork(key: string): void {
  sourceOf(key)?.work?.controller.abort();
}

/** Closes a source with all tabs that show it, and removes its snapshots. */
export function closeSource(key: string): void {
  closeTabs(tabsOf(key).map(({ id }) => id));
  // One that no tab showed any more.
  dropSource(key);
}

/** Closes tabs; sources that no tab shows any more are closed with them. */
export function closeTabs(ids: readonly string[]): void {
  const keys = new Set(useTabs.getState().tabs.flatMap((tab) => (ids.includes(tab.id) ? [tab.source] : [])));
  removeTabs(ids, (tab) => {
    if (tab.source === '') return tab.asleep;
    const source = sourceOf(tab.source);
    // What came in while it was watched does not come again.
    return source?.live === true ? undefined : source?.refs;
  });
  for (const key of keys) if (tabsOf(key).length === 0) dropSource(key);
}

function dropSource(key: string): void {
  const entry = sourceOf(key);
  if (entry === undefined) return;
  entry.work?.controller.abort();
  useSources.setState(({ sources }) => ({ sources: sources.filter((one) => one.key !== key) }));
  keepTypedOf(new Set(useSources.getState().sources.flatMap((one) => one.refs.map(({ url }) => url))));
  if (entry.refreshed !== undefined) closeSnapshot(entry.refreshed.before.snapshot_id);
  if (entry.status !== undefined && !entry.lost) closeSnapshot(entry.status.snapshot_id);
}

export function closeSnapshot(snapshot_id: string): void {
  callAction('event_audit_close_snapshot', { snapshot_id }).catch((error: unknown) => {
    const problem = asAppError(error);
    // A snapshot that is gone already is what was asked for.
    if (problem.code !== 'not_found') reportProblem(problem);
  });
}

/** After the engine was replaced: says which captures are gone, and reads the state of the others anew. */
export async function afterRestart(reopened: readonly string[], lost: readonly string[]): Promise<void> {
  const kept = new Set(reopened);
  const isGone = (id: string): boolean => lost.includes(id) || !kept.has(id);
  useSources.setState(({ sources }) => ({
    sources: sources.map((one) => ({
      ...one,
      ...(one.status !== undefined && isGone(one.status.snapshot_id) && { lost: true, work: undefined }),
      ...(one.refreshed !== undefined && isGone(one.refreshed.before.snapshot_id) && { refreshed: undefined }),
    })),
  }));
  try {
    const { snapshots } = await callAction('event_audit_list_snapshots', {});
    for (const status of snapshots) {
      const entry = useSources.getState().sources.find((one) => one.status?.snapshot_id === status.snapshot_id);
      if (entry !== undefined) updateSource(entry.key, { status, lost: false });
    }
  } catch (error) {
    reportProblem(asAppError(error));
  }
}
