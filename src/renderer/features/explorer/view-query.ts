/** What the shown view is, for everything that asks the engine about it: snapshot, filter in the chosen zone, order. */
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ActionInput, ActionName, ActionOutput } from '../../../shared/contract.ts';
import type { Filter, Sort } from '../../../shared/filter.ts';
import { callAction } from '../../api.ts';
import { pathsOf } from '../../model/columns.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { activeSource, useShownStatus, useSources } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';

export interface ShownView {
  /** `undefined` while nothing is captured. */
  readonly snapshot_id: string | undefined;
  readonly filter: Filter;
  readonly sort: Sort;
  /** Paths that are columns. */
  readonly paths: readonly string[];
}

/** The filter as the engine is asked: dates in it are read in the zone in which times are shown. */
export function useFilter(): Filter {
  const filter = useView((state) => state.filter);
  const time_zone = usePreferences((state) => state.values.time_zone);
  return useMemo(() => ({ ...filter, time_zone }), [filter, time_zone]);
}

export function useShownView(): ShownView {
  const filter = useFilter();
  const sort = useView((state) => state.sort);
  const snapshot_id = useShownStatus()?.snapshot_id;
  const columns = useView((state) => state.columns);
  const key = pathsOf(columns).join('\n');
  const paths = useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
  return useMemo(() => ({ snapshot_id, filter, sort, paths }), [snapshot_id, filter, sort, paths]);
}

type SnapshotAction = {
  [N in ActionName]: 'snapshot_id' extends keyof ActionInput<N> ? N : never;
}[ActionName];

/**
 * Asks about the shown snapshot. What was answered before for the same snapshot stays until the new answer is here;
 * an answer nobody waits for any more is withdrawn.
 * @param key what tells this question from others under the same name.
 */
export function useSnapshotQuery<N extends SnapshotAction>(
  name: N,
  snapshot_id: string | undefined,
  key: Readonly<Record<string, unknown>>,
  toInput: (snapshot_id: string) => ActionInput<N>,
) {
  return useQuery<ActionOutput<N>>({
    queryKey: [snapshot_id ?? '', name, key],
    enabled: snapshot_id !== undefined,
    queryFn: ({ signal }) => callAction(name, toInput(snapshot_id ?? ''), { signal }),
    placeholderData: (previous, query) => (query?.queryKey[0] === snapshot_id ? keepPreviousData(previous) : undefined),
  });
}

/** How soon answers are renewed while a store is read: at first often enough to see progress, later rarely enough to read. */
const RENEW_MS = 1_000;
const RENEW_AT_LEAST_MS = 5_000;
const RENEW_SHARE = 0.1;

/** The revision that the answers about a snapshot are at least of, for snapshots that were looked at and may be again. */
const answered = new Map<string, number>();

/** Renews every answer about the snapshot when its content changed, not more often than once a second. */
export function useRenewal(onRenew: () => void): void {
  const status = useShownStatus();
  const live = useSources((state) => activeSource(state)?.live === true);
  const client = useQueryClient();
  const seen = useRef({ snapshot: '', revision: -1, at: 0, since: 0 });
  const snapshot = status?.snapshot_id;
  const revision = status?.revision ?? 0;
  const running = status?.state === 'capturing' || status?.state === 'sorting';
  const renew = useEffectEvent((of: string): void => {
    seen.current = { ...seen.current, snapshot: of, revision, at: Date.now() };
    answered.set(of, revision);
    // While reading goes on, a slow answer is let finish instead of being started over and over.
    void client.invalidateQueries({ queryKey: [of] }, { cancelRefetch: !running });
    onRenew();
  });
  useEffect(() => {
    if (snapshot === undefined) return undefined;
    if (seen.current.snapshot !== snapshot) {
      // The first questions about a snapshot ask for its newest content anyway; what was asked before another tab was
      // shown may be older than what is there by now.
      const known = answered.get(snapshot) ?? revision;
      seen.current = { snapshot, revision: known, at: known === revision ? Date.now() : 0, since: Date.now() };
      answered.set(snapshot, known);
    }
    if (seen.current.revision === revision) return undefined;
    const { at, since } = seen.current;
    const pause = live ? RENEW_MS : Math.min(RENEW_AT_LEAST_MS, RENEW_MS + RENEW_SHARE * (at - since));
    const wait = running ? Math.max(0, at + pause - Date.now()) : 0;
    const timer = setTimeout(() => renew(snapshot), wait);
    return () => clearTimeout(timer);
  }, [snapshot, revision, running, live]);
}
