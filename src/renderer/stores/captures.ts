/** Reading stores: for the first time, again from the start, on from where it stopped, or as new events come. */
import type { ActionInput, Estimate, SnapshotStatus } from '../../shared/contract.ts';
import { AppError, isAbort, toErrorReply } from '../../shared/errors.ts';
import type { Filter } from '../../shared/filter.ts';
import { parseSourceUrl, type SourceSecrets } from '../../shared/source-url.ts';
import { asAppError, callAction } from '../api.ts';
import { carryRows } from './carried-rows.ts';
import { reportProblem } from './problems.ts';
import { addRecent } from './recents.ts';
import {
  addSource,
  closeSnapshot,
  closeSource,
  resetSource,
  showSource,
  sourceOf,
  updateSource,
  urlsOf,
  useSources,
  type OpenSource,
  type SourceRef,
  type Work,
} from './sources.ts';
import { tabsOf } from './tabs.ts';
import { rememberTyped, typedSecrets } from './typed-secrets.ts';
import { forgetRows, forgetSets } from './view.ts';

export interface OpenRequest {
  readonly url: string;
  readonly secrets?: SourceSecrets | undefined;
  readonly connection_id?: string | undefined;
  /** Further stores in the same view. */
  readonly more?: readonly SourceRef[];
}

/** Kinds of which a look costs nothing and that are read at once. */
export const LOCAL_KINDS: ReadonlySet<string> = new Set(['demo', 'basic', 'sqlite', 'file', 'snapshot']);

/** Opens stores as one view and shows it; one that is open already is only shown. Resolves when its capture ended. */
export async function openSource({ url, secrets, connection_id, more = [] }: OpenRequest): Promise<void> {
  const first = parseSourceUrl(url);
  rememberTyped(first.url.text, { ...first.secrets, ...secrets });
  const refs: SourceRef[] = [{ url: first.url.text, connection_id }];
  for (const ref of more) if (!refs.some((one) => one.url === ref.url)) refs.push(ref);
  const same = useSources.getState().sources.find((one) => !one.live && urlsOf(one) === urlsOf({ refs }));
  if (same !== undefined) showSource(same.key);
  if (same?.work !== undefined || (same?.status !== undefined && !same.lost)) return;
  if (same !== undefined) resetSource(same.key, refs);
  const key = same?.key ?? addSource({ refs, narrow: undefined, live: false });
  if (await mayRead(key)) await capture(key);
}

/** Asks what reading would take. False when a person is to be asked first, or when there is nothing to read. */
async function mayRead(key: string): Promise<boolean> {
  const entry = sourceOf(key);
  const remote = entry?.refs.filter(({ url }) => !LOCAL_KINDS.has(parseSourceUrl(url).url.kind)) ?? [];
  if (entry === undefined || remote.length === 0) return entry !== undefined;
  const controller = startWork(key, 'estimate');
  const { signal } = controller;
  try {
    const estimates = await Promise.all(
      remote.map((ref) => callAction('event_audit_estimate_source', withSecrets(ref), { signal })),
    );
    if (!estimates.some(({ large }) => large)) return true;
    updateSource(key, { estimate: together(estimates) });
    return false;
  } catch (error) {
    const { code } = asAppError(error);
    if (isAbort(error)) {
      closeSource(key);
      return false;
    }
    // One of several that fails must not keep the others from being read; and not every store can tell beforehand.
    if (entry.refs.length > 1 || !code.startsWith('source_')) return true;
    updateSource(key, { error: toErrorReply(asAppError(error)) });
    return false;
  } finally {
    endWork(key, controller);
  }
}

function together(estimates: readonly Estimate[]): Estimate {
  const sum = (value: (one: Estimate) => number | null): number | null =>
    estimates.reduce<number | null>((all, one) => {
      const next = value(one);
      return all === null || next === null ? null : all + next;
    }, 0);
  return {
    records: sum((one) => one.records),
    bytes: sum((one) => one.bytes),
    seconds: sum((one) => one.seconds),
    cost_usd: estimates.every((one) => one.cost_usd === null) ? null : sum((one) => one.cost_usd ?? 0),
    large: true,
    notes: estimates.flatMap(({ notes }) => notes),
  };
}

/** Reads a store after its reader was told what it takes; only a stretch of time when one is named. */
export async function readAnyway(key: string, narrow: Filter | undefined): Promise<void> {
  updateSource(key, { estimate: undefined, narrow });
  await capture(key);
}

/** Captures the store again; the former capture stays in sight until the new one has begun, then it is closed. */
export async function recapture(key: string): Promise<void> {
  const entry = sourceOf(key);
  if (entry === undefined || entry.work !== undefined) return;
  if (entry.live) {
    await follow(entry);
    return;
  }
  dropRefreshed(key);
  await capture(key, entry.lost ? undefined : entry.status?.snapshot_id);
}

async function capture(key: string, former?: string): Promise<void> {
  const entry = sourceOf(key);
  const [first, ...more] = entry?.refs ?? [];
  if (entry === undefined || first === undefined) return;
  const controller = startWork(key, 'capture');
  const shown = { id: former };
  const accept = (status: SnapshotStatus, final: boolean): void => {
    const replaces = shown.id !== status.snapshot_id;
    // A capture that has nothing yet may still fail, and then it leaves nothing: the former one is worth more.
    if (replaces && sourceOf(key) !== undefined && status.read === 0) {
      const stopped = final && status.state === 'partial' && shown.id !== undefined;
      if (!final || stopped) {
        if (stopped) closeSnapshot(status.snapshot_id);
        return;
      }
    }
    show(key, status, shown, final);
  };
  try {
    const input: ActionInput<'event_audit_capture_source'> = {
      ...withSecrets(first),
      more: more.map(withSecrets),
      ...(entry.narrow !== undefined && { narrow: entry.narrow }),
    };
    const status = await callAction('event_audit_capture_source', input, {
      signal: controller.signal,
      onProgress: (progress) => accept(progress, false),
    });
    accept(status, true);
    if (status.state === 'complete') for (const { url } of entry.refs) addRecent(url);
    if (shown.id === status.snapshot_id) updateSource(key, { error: status.reason ?? undefined });
  } catch (error) {
    fail(key, error, shown.id !== undefined && shown.id === former);
  } finally {
    endWork(key, controller);
  }
}

/** Goes on with a capture that stopped early. */
export async function resume(key: string): Promise<void> {
  const entry = sourceOf(key);
  if (entry?.status === undefined || entry.work !== undefined) return;
  const { snapshot_id } = entry.status;
  dropRefreshed(key);
  const controller = startWork(key, 'resume');
  const shown = { id: snapshot_id };
  try {
    const status = await callAction(
      'event_audit_resume_capture',
      { snapshot_id, ...secretsOf(entry) },
      { signal: controller.signal, onProgress: (progress) => show(key, progress, shown, false) },
    );
    show(key, status, shown, true);
    updateSource(key, { error: status.reason ?? undefined });
  } catch (error) {
    fail(key, error, true);
  } finally {
    endWork(key, controller);
  }
}

/** Reads the store again beside what is shown, then shows the newer snapshot with what is new, gone and changed in it. */
export async function refresh(key: string): Promise<void> {
  const entry = sourceOf(key);
  const before = entry?.status;
  if (entry === undefined || entry.work !== undefined) return;
  if (before === undefined || entry.lost || entry.live) {
    await recapture(key);
    return;
  }
  const controller = startWork(key, 'refresh');
  let made: string | undefined;
  try {
    const { status, comparison } = await callAction(
      'event_audit_refresh_snapshot',
      { snapshot_id: before.snapshot_id, ...secretsOf(entry) },
      {
        signal: controller.signal,
        onProgress: (progress) => {
          made = progress.snapshot_id;
          updateSource(key, { work: { kind: 'refresh', controller, progress } });
        },
      },
    );
    made = status.snapshot_id;
    const isStopped = status.state === 'partial' && status.reason?.code === 'cancelled';
    if (sourceOf(key) === undefined || isStopped) {
      // Reading again that was stopped leaves what was there before.
      closeSnapshot(status.snapshot_id);
      return;
    }
    const putRows = await carryRows(tabIds(key), before, status);
    if (sourceOf(key) === undefined) {
      closeSnapshot(status.snapshot_id);
      return;
    }
    dropRefreshed(key);
    // The findings' sets are those of the former snapshot.
    forgetSets(tabIds(key));
    putRows();
    updateSource(key, { status, error: status.reason ?? undefined, refreshed: { comparison, before } });
  } catch (error) {
    if (made !== undefined) closeSnapshot(made);
    fail(key, error, true);
  } finally {
    endWork(key, controller);
  }
}

/** Ends the comparison with what was there before the last refresh, and closes that. */
export function dropRefreshed(key: string): void {
  const refreshed = sourceOf(key)?.refreshed;
  if (refreshed === undefined) return;
  updateSource(key, { refreshed: undefined });
  forgetSets(tabIds(key));
  closeSnapshot(refreshed.before.snapshot_id);
}

/** Opens a view of its own on what comes in from now on; stopping keeps what came. */
export async function follow(of: OpenSource): Promise<void> {
  const key = of.live ? of.key : addSource({ refs: of.refs, narrow: of.narrow, live: true });
  const base = of.live ? useSources.getState().sources.find((one) => !one.live && urlsOf(one) === urlsOf(of)) : of;
  if (base?.status === undefined) {
    const text = 'The source that was followed is not open any more. Open it again, then follow it.';
    reportProblem(new AppError('not_found', text));
    return;
  }
  const controller = startWork(key, 'follow');
  const shown: { id: string | undefined } = { id: of.live && !of.lost ? of.status?.snapshot_id : undefined };
  try {
    const status = await callAction(
      'event_audit_follow_snapshot',
      { snapshot_id: base.status.snapshot_id, ...secretsOf(of) },
      { signal: controller.signal, onProgress: (progress) => show(key, progress, shown, false) },
    );
    show(key, status, shown, true);
    updateSource(key, { error: status.reason?.code === 'cancelled' ? undefined : (status.reason ?? undefined) });
  } catch (error) {
    fail(key, error, shown.id !== undefined);
  } finally {
    endWork(key, controller);
  }
}

/** Shows a snapshot in place of the one before it, which is closed. */
function show(key: string, status: SnapshotStatus, shown: { id: string | undefined }, final: boolean): void {
  if (sourceOf(key) === undefined) {
    // Closed meanwhile: nobody is left to close what was begun.
    if (final) closeSnapshot(status.snapshot_id);
    return;
  }
  if (shown.id !== status.snapshot_id) {
    if (shown.id !== undefined) closeSnapshot(shown.id);
    shown.id = status.snapshot_id;
    forgetSets(tabIds(key));
    forgetRows(tabIds(key));
  }
  updateSource(key, { status, lost: false });
}

/** @param keeps whether what was shown before is still there: then the failure is only told. */
function fail(key: string, error: unknown, keeps: boolean): void {
  const problem = asAppError(error);
  // Whoever closed the source meanwhile knows why nothing came of it.
  if (sourceOf(key) === undefined) return;
  if (keeps) {
    reportProblem(problem);
    return;
  }
  updateSource(key, { status: undefined, error: toErrorReply(problem) });
  if (isAbort(error)) closeSource(key);
}

function tabIds(key: string): readonly string[] {
  return tabsOf(key).map(({ id }) => id);
}

function startWork(key: string, kind: Work['kind']): AbortController {
  const controller = new AbortController();
  updateSource(key, { work: { kind, controller }, ...(kind !== 'refresh' && { error: undefined }) });
  return controller;
}

function endWork(key: string, controller: AbortController): void {
  if (sourceOf(key)?.work?.controller === controller) updateSource(key, { work: undefined });
}

/** A source as actions take it: with what was typed for it, and the connection whose kept secrets belong to it. */
export function withSecrets({ url, connection_id }: SourceRef) {
  const secrets = typedSecrets(url);
  return { url, ...(secrets && { secrets }), ...(connection_id !== undefined && { connection_id }) };
}

/** What was typed for the stores of a view, for an engine that does not have it (any more). */
function secretsOf({ refs }: OpenSource): { readonly secrets?: Record<string, SourceSecrets> } {
  const found = refs.flatMap(({ url }) => {
    const secrets = typedSecrets(url);
    return secrets === undefined ? [] : [[url, secrets] as const];
  });
  return found.length === 0 ? {} : { secrets: Object.fromEntries(found) };
}
