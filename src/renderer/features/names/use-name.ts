/** The name of an id, where one is known and names are to be shown; asked for as long as it is on screen. */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { NamedId } from '../../../shared/analysis-schemas.ts';
import type { FilterField } from '../../../shared/event.ts';
import { asAppError, callAction } from '../../api.ts';
import { NameBook } from '../../model/name-book.ts';
import { loadNamesAgain, useLoadedNames } from '../../stores/loaded-names.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useShownStatus, useSources } from '../../stores/sources.ts';

const book = new NameBook((error) => reportProblem(asAppError(error)));

/** The fields that hold ids of actors and objects. */
const NAMED: ReadonlySet<string> = new Set<FilterField>(['actor', 'action_object_id', 'target_id']);

export function isNamedField(field: string): boolean {
  return NAMED.has(field);
}

function nothing(): () => void {
  return () => undefined;
}

/** `undefined` while none is known, for `''`, and where ids are to be shown. */
export function useName(id: string): NamedId | undefined {
  const wanted = usePreferences((state) => state.values.names === 'names') && id !== '';
  const subscribe = useCallback((listener: () => void) => book.subscribe(id, listener), [id]);
  const named = useSyncExternalStore(wanted ? subscribe : nothing, () => (wanted ? book.get(id) : undefined));
  // Some ids are the very names.
  return named?.label === id ? undefined : named;
}

/** Keeps names those of the shown snapshot. Used once. */
export function useFeedNames(): void {
  const status = useShownStatus();
  const key = useSources((state) => state.active);
  const changes = useLoadedNames((state) => state.changes);
  const snapshot_id = status?.snapshot_id;
  const ended = status?.state === 'complete' || status?.state === 'partial';
  // While a store is read its events can't be looked through for names yet.
  const revision = ended ? status.revision : undefined;
  useEffect(() => {
    if (snapshot_id === undefined) {
      book.turnTo('', undefined);
      return;
    }
    book.turnTo(JSON.stringify([snapshot_id, revision, changes]), async (ids, signal) => {
      const { names } = await callAction('event_audit_get_names', { snapshot_id, ids: [...ids] }, { signal });
      return names;
    });
  }, [snapshot_id, revision, changes]);
  useEffect(() => {
    if (snapshot_id !== undefined && ended) void loadNamesAgain(key, snapshot_id);
  }, [key, snapshot_id, ended]);
}
