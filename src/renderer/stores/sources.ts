/** The sources that are open: each one's capture, how far it is, and which one is shown. */
import { create } from 'zustand';
import type { SnapshotStatus } from '../../shared/contract.ts';
import { isAbort, type ErrorReply } from '../../shared/errors.ts';
import { parseSourceUrl, type SourceSecrets } from '../../shared/source-url.ts';
import { asAppError, callAction } from '../api.ts';
import { reportProblem } from './problems.ts';
import { dropView, forgetRows, switchView } from './view.ts';

export interface OpenSource {
  /** Stays the same when the store is captured again. */
  readonly key: string;
  readonly url: string;
  readonly connection_id: string | undefined;
  /** `undefined` until the capture has a snapshot. */
  readonly status: SnapshotStatus | undefined;
  /** Why there is no capture, or why it ended. */
  readonly error: ErrorReply | undefined;
  /** Set while the capture runs; aborting keeps what was read. */
  readonly capture: AbortController | undefined;
  /** The engine that held the snapshot is gone, and the snapshot with it. */
  readonly lost: boolean;
}

export interface OpenRequest {
  readonly url: string;
  readonly secrets?: SourceSecrets;
  readonly connection_id?: string | undefined;
}

interface SourcesState {
  readonly sources: readonly OpenSource[];
  readonly active: string;
}

export const useSources = create<SourcesState>(() => ({ sources: [], active: '' }));

let lastKey = 0;

/** The source that is shown, as a selector. */
export function activeSource(state: SourcesState): OpenSource | undefined {
  return state.sources.find((one) => one.key === state.active);
}

function update(key: string, change: Partial<OpenSource>): void {
  useSources.setState(({ sources }) => ({
    sources: sources.map((one) => (one.key === key ? { ...one, ...change } : one)),
  }));
}

function source(key: string): OpenSource | undefined {
  return useSources.getState().sources.find((one) => one.key === key);
}

export function showSource(key: string): void {
  switchView(key);
  useSources.setState({ active: key });
}

/** Opens a store and shows it; one that is open already is only shown. Resolves when its capture ended. */
export async function openSource(request: OpenRequest): Promise<void> {
  const url = parseSourceUrl(request.url).url.text;
  const open = useSources.getState().sources.find((one) => one.url === url && one.status !== undefined && !one.lost);
  if (open !== undefined) {
    showSource(open.key);
    return;
  }
  const failed = useSources.getState().sources.find((one) => one.url === url);
  if (failed !== undefined) closeSource(failed.key);
  lastKey += 1;
  const key = `source-${String(lastKey)}`;
  const entry: OpenSource = {
    key,
    url,
    connection_id: request.connection_id,
    status: undefined,
    error: undefined,
    capture: undefined,
    lost: false,
  };
  useSources.setState(({ sources }) => ({ sources: [...sources, entry] }));
  showSource(key);
  await capture(key, request);
}

/** Captures the store again; the former capture stays in sight until the new one has begun, then it is closed. */
export async function recapture(key: string, secrets?: SourceSecrets): Promise<void> {
  const entry = source(key);
  if (entry === undefined || entry.capture !== undefined) return;
  const former = entry.lost ? undefined : entry.status?.snapshot_id;
  await capture(key, { url: entry.url, connection_id: entry.connection_id, ...(secrets && { secrets }) }, former);
}

async function capture(key: string, request: OpenRequest, former?: string): Promise<void> {
  const controller = new AbortController();
  let shown = former;
  update(key, { capture: controller, error: undefined });
  const accept = (status: SnapshotStatus, final: boolean): void => {
    if (source(key) === undefined) {
      // Closed meanwhile: nobody is left to close what was begun.
      if (final) closeSnapshot(status.snapshot_id);
      return;
    }
    if (shown !== status.snapshot_id) {
      // A capture that has nothing yet may still fail, and then it leaves nothing: the former one is worth more.
      const stopped = final && status.state === 'partial' && shown !== undefined;
      if (status.read === 0 && (!final || stopped)) {
        if (stopped) closeSnapshot(status.snapshot_id);
        return;
      }
      if (shown !== undefined) closeSnapshot(shown);
      shown = status.snapshot_id;
      if (useSources.getState().active === key) forgetRows();
    }
    update(key, { status, lost: false });
  };
  try {
    const { url, secrets, connection_id } = request;
    const status = await callAction(
      'event_audit_capture_source',
      { url, ...(secrets && { secrets }), ...(connection_id !== undefined && { connection_id }) },
      { signal: controller.signal, onProgress: (progress) => accept(progress, false) },
    );
    accept(status, true);
    if (shown === status.snapshot_id) update(key, { error: status.reason ?? undefined });
  } catch (error) {
    const problem = asAppError(error);
    if (shown !== undefined && shown === former) {
      reportProblem(problem);
      return;
    }
    const { code, message, details, retryable } = problem;
    update(key, { status: undefined, error: { code, message, details, retryable } });
    if (isAbort(error)) closeSource(key);
  } finally {
    update(key, { capture: undefined });
  }
}

/** Stops reading; what was read stays. */
export function cancelCapture(key: string): void {
  source(key)?.capture?.abort();
}

/** Closes a source and removes its capture. */
export function closeSource(key: string): void {
  const entry = source(key);
  if (entry === undefined) return;
  entry.capture?.abort();
  useSources.setState(({ sources }) => ({ sources: sources.filter((one) => one.key !== key) }));
  dropView(key);
  const next = useSources.getState().sources.at(-1);
  if (useSources.getState().active === key) showSource(next?.key ?? '');
  if (entry.status !== undefined && !entry.lost) closeSnapshot(entry.status.snapshot_id);
}

function closeSnapshot(snapshot_id: string): void {
  callAction('event_audit_close_snapshot', { snapshot_id }).catch((error: unknown) => {
    const problem = asAppError(error);
    // A snapshot that is gone already is what was asked for.
    if (problem.code !== 'not_found') reportProblem(problem);
  });
}

/** After the engine was replaced: says which captures are gone, and reads the state of the others anew. */
export async function afterRestart(reopened: readonly string[], lost: readonly string[]): Promise<void> {
  const kept = new Set(reopened);
  useSources.setState(({ sources }) => ({
    sources: sources.map((one) =>
      one.status !== undefined && (lost.includes(one.status.snapshot_id) || !kept.has(one.status.snapshot_id))
        ? { ...one, lost: true, capture: undefined }
        : one,
    ),
  }));
  try {
    const { snapshots } = await callAction('event_audit_list_snapshots', {});
    for (const status of snapshots) {
      const entry = useSources.getState().sources.find((one) => one.status?.snapshot_id === status.snapshot_id);
      if (entry !== undefined) update(entry.key, { status, lost: false });
    }
  } catch (error) {
    reportProblem(asAppError(error));
  }
}
