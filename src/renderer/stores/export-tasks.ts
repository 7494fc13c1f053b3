/** Files that are being written, several at once, whatever dialog is open; and what became of them. */
import { create } from 'zustand';
import type { ExportProgress, ExportResult, Verification } from '../../shared/contract.ts';
import { isAbort, type AppError } from '../../shared/errors.ts';
import { asAppError, callAction, desktop } from '../api.ts';
import { reportProblem } from './problems.ts';

/** What a finished file is told to be. */
export type Written = Pick<ExportResult, 'path' | 'manifest_path' | 'rows' | 'bytes' | 'sha256' | 'notes'> & {
  readonly guarded_cells: number;
  readonly complete: boolean;
};

interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExportProgress) => void;
}

export interface ExportTask {
  readonly id: number;
  readonly path: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: ExportProgress | undefined;
  readonly result: Written | undefined;
  readonly problem: AppError | undefined;
  /** Whether the file is as it was written; `checking` while that is found out. */
  readonly verification: Verification | 'checking' | undefined;
  /** Whether somebody looked at how it ended. */
  readonly seen: boolean;
  readonly run: (options: RunOptions) => Promise<Written>;
}

interface TasksState {
  readonly tasks: readonly ExportTask[];
  /** The task that the dialog shows: its end needs no notice. */
  readonly watched: number | undefined;
}

export const useExportTasks = create<TasksState>(() => ({ tasks: [], watched: undefined }));

/** An export that took longer than this is worth a notice outside of the window. */
const LONG_MS = 5_000;
/** Tasks that have ended and are remembered. */
const MAX_ENDED = 20;

const controllers = new Map<number, AbortController>();
let last = 0;

/** The words of a notice, in the language of the window. */
export interface NoticeWords {
  readonly done: (rows: number) => string;
  readonly failed: string;
}

/** Begins to write a file. @returns the task's id */
export function startTask(path: string, words: NoticeWords, run: ExportTask['run']): number {
  last += 1;
  const id = last;
  const task: ExportTask = {
    id,
    path,
    state: 'running',
    progress: undefined,
    result: undefined,
    problem: undefined,
    verification: undefined,
    seen: false,
    run,
  };
  useExportTasks.setState(({ tasks }) => ({ tasks: [...trimmed(tasks), task] }));
  void work(id, words);
  return id;
}

async function work(id: number, words: NoticeWords): Promise<void> {
  const task = useExportTasks.getState().tasks.find((one) => one.id === id);
  if (task === undefined) return;
  const controller = new AbortController();
  controllers.set(id, controller);
  const started = Date.now();
  try {
    const result = await task.run({
      signal: controller.signal,
      onProgress: (progress) => change(id, { progress }),
    });
    change(id, { state: 'done', result });
    tell(started, words.done(result.rows), task.path);
  } catch (error) {
    const problem = asAppError(error);
    change(id, isAbort(problem) ? { state: 'cancelled' } : { state: 'failed', problem });
    if (!isAbort(problem)) tell(started, words.failed, task.path);
  } finally {
    controllers.delete(id);
  }
}

/** A long export that ends while another window is in front is told outside of this one. */
function tell(started: number, title: string, body: string): void {
  if (document.hasFocus() || Date.now() - started < LONG_MS) return;
  desktop('notify', { title, text: body.slice(-500) }).catch((error: unknown) => reportProblem(asAppError(error)));
}

/** Ends a task; nothing is left of its file. */
export function cancelTask(id: number): void {
  controllers.get(id)?.abort();
}

/** Begins a failed task once more, at the same place. */
export function repeatTask(id: number, words: NoticeWords): void {
  change(id, { state: 'running', problem: undefined, progress: undefined, seen: false });
  void work(id, words);
}

export function watchTask(id: number | undefined): void {
  useExportTasks.setState({ watched: id });
  if (id !== undefined) change(id, { seen: true });
}

export function forgetTask(id: number): void {
  useExportTasks.setState(({ tasks }) => ({ tasks: tasks.filter((one) => one.id !== id) }));
}

export function markSeen(id: number): void {
  change(id, { seen: true });
}

/** Checks a written file against its manifest. */
export async function verifyTask(id: number): Promise<void> {
  const path = useExportTasks.getState().tasks.find((one) => one.id === id)?.result?.path;
  if (path === undefined) return;
  change(id, { verification: 'checking' });
  try {
    const { files } = await callAction('event_audit_verify', { paths: [path] });
    change(id, { verification: files[0] });
  } catch (error) {
    change(id, { verification: undefined });
    reportProblem(asAppError(error));
  }
}

/** How far all running tasks are together, 0 to 1. */
export function shareDone(tasks: readonly ExportTask[]): number {
  let [rows, total] = [0, 0];
  for (const { state, progress } of tasks) {
    if (state !== 'running') continue;
    rows += progress?.rows ?? 0;
    total += progress?.total ?? 0;
  }
  return total === 0 ? 0 : Math.min(1, rows / total);
}

function change(id: number, values: Partial<ExportTask>): void {
  useExportTasks.setState(({ tasks }) => ({
    tasks: tasks.map((one) => (one.id === id ? { ...one, ...values } : one)),
  }));
}

function trimmed(tasks: readonly ExportTask[]): readonly ExportTask[] {
  const ended = tasks.filter(({ state }) => state !== 'running');
  const surplus = new Set(ended.slice(0, Math.max(0, ended.length - MAX_ENDED)).map(({ id }) => id));
  return tasks.filter(({ id }) => !surplus.has(id));
}
