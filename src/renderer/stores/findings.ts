/** What was found wrong with each snapshot, while it is looked for and afterwards; and whether the panel that tells it is open. */
import { create } from 'zustand';
import type { TrailFinding, TrailFindings } from '../../shared/analysis-schemas.ts';
import { isAbort, toErrorReply, type ErrorReply } from '../../shared/errors.ts';
import { asAppError, callAction } from '../api.ts';

export interface Look {
  readonly state: 'looking' | 'done' | 'stopped' | 'failed';
  /** Of the snapshot when it was looked through; `undefined` until that is done. */
  readonly revision: number | undefined;
  /** By whose clock the usual hours were told. */
  readonly zone: string;
  /** The gravest first. */
  readonly found: readonly TrailFinding[];
  readonly skipped: TrailFindings['skipped'];
  readonly done: number;
  readonly total: number;
  /** The name of the check that runs. */
  readonly check: string;
  readonly elapsed_ms: number;
  readonly error: ErrorReply | undefined;
}

interface FindingsState {
  readonly open: boolean;
  /** By snapshot. */
  readonly looks: Readonly<Record<string, Look>>;
}

export const useFindings = create<FindingsState>(() => ({ open: false, looks: {} }));

const SEVERITIES = ['error', 'warning', 'info'] as const;
const running = new Map<string, AbortController>();

export function openFindings(open: boolean): void {
  useFindings.setState({ open });
}

function change(snapshot_id: string, values: Partial<Look>): void {
  useFindings.setState(({ looks }) => {
    const look = looks[snapshot_id];
    return look === undefined ? {} : { looks: { ...looks, [snapshot_id]: { ...look, ...values } } };
  });
}

/** Looks through a snapshot; one that is looked through already is let go on. Failures are kept with the look. */
export async function lookForFindings(snapshot_id: string, zone: string, again: boolean): Promise<void> {
  if (running.has(snapshot_id)) return;
  const controller = new AbortController();
  running.set(snapshot_id, controller);
  const begun: Look = {
    state: 'looking',
    revision: undefined,
    zone,
    found: [],
    skipped: [],
    done: 0,
    total: 0,
    check: '',
    elapsed_ms: 0,
    error: undefined,
  };
  useFindings.setState(({ looks }) => ({ looks: { ...looks, [snapshot_id]: begun } }));
  let found: readonly TrailFinding[] = [];
  try {
    const answer = await callAction(
      'event_audit_get_findings',
      { snapshot_id, time_zone: zone, again },
      {
        signal: controller.signal,
        onProgress: (progress) => {
          found = inOrder([...found, ...progress.found]);
          change(snapshot_id, { found, done: progress.done, total: progress.total, check: progress.looking_for });
        },
      },
    );
    const { revision, findings, skipped, elapsed_ms } = answer;
    change(snapshot_id, { state: 'done', revision, found: findings, skipped, elapsed_ms });
  } catch (error) {
    if (isAbort(error)) change(snapshot_id, { state: 'stopped' });
    else change(snapshot_id, { state: 'failed', error: toErrorReply(asAppError(error)) });
  } finally {
    running.delete(snapshot_id);
  }
}

/** Stops looking; what was found by then stays listed. */
export function stopLooking(snapshot_id: string): void {
  running.get(snapshot_id)?.abort();
}

function inOrder(findings: readonly TrailFinding[]): readonly TrailFinding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
