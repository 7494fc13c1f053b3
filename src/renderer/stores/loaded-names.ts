/** Names that a person loaded for a source, from files and databases: loaded again when the source gets a new snapshot. */
import { create } from 'zustand';
import type { ActionInput, ActionOutput } from '../../shared/contract.ts';
import { toErrorReply, type ErrorReply } from '../../shared/errors.ts';
import { asAppError, callAction } from '../api.ts';

export type NamesFrom = ActionInput<'event_audit_load_names'>['from'];

export interface Load {
  readonly from: NamesFrom;
  readonly snapshot_id: string;
  readonly result: ActionOutput<'event_audit_load_names'> | undefined;
  readonly error: ErrorReply | undefined;
}

interface LoadedNames {
  /** By the source's key; what was loaded last stands last. */
  readonly loads: Readonly<Record<string, readonly Load[]>>;
  /** Counts what changed, so that names are asked for anew. */
  readonly changes: number;
}

export const useLoadedNames = create<LoadedNames>(() => ({ loads: {}, changes: 0 }));

export function placeOf(from: NamesFrom): string {
  return 'path' in from ? from.path : from.url;
}

/** Takes names in. A failure is kept with the place, and what that place gave before still holds. */
export async function loadNames(key: string, snapshot_id: string, from: NamesFrom): Promise<void> {
  put(key, { from, snapshot_id, result: undefined, error: undefined });
  try {
    const result = await callAction('event_audit_load_names', { snapshot_id, from });
    put(key, { from, snapshot_id, result, error: undefined });
  } catch (error) {
    put(key, { from, snapshot_id, result: undefined, error: toErrorReply(asAppError(error)) });
  }
}

function put(key: string, load: Load): void {
  useLoadedNames.setState(({ loads, changes }) => {
    const others = (loads[key] ?? []).filter(({ from }) => placeOf(from) !== placeOf(load.from));
    return { loads: { ...loads, [key]: [...others, load] }, changes: changes + (load.result === undefined ? 0 : 1) };
  });
}

/** Another snapshot of the source: what was loaded for the former one is loaded for it, in the same order. */
export async function loadNamesAgain(key: string, snapshot_id: string): Promise<void> {
  const loads = useLoadedNames.getState().loads[key] ?? [];
  for (const load of loads) {
    if (load.snapshot_id !== snapshot_id) await loadNames(key, snapshot_id, load.from);
  }
}

/** @throws AppError when the snapshot is gone */
export async function forgetLoadedNames(key: string, snapshot_id: string): Promise<void> {
  await callAction('event_audit_forget_names', { snapshot_id });
  useLoadedNames.setState(({ loads, changes }) => ({ loads: { ...loads, [key]: [] }, changes: changes + 1 }));
}
