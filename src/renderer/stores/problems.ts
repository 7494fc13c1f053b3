/** Failures that belong to no place on screen; the frame shows them as a notice. */
import { create } from 'zustand';
import { isAbort, type AppError } from '../../shared/errors.ts';

interface Problem {
  readonly id: number;
  readonly error: AppError;
}

interface ProblemsState {
  readonly problems: readonly Problem[];
}

export const useProblems = create<ProblemsState>(() => ({ problems: [] }));

let last = 0;

/** Shows a failure; withdrawn requests are none. */
export function reportProblem(error: AppError): void {
  if (isAbort(error)) return;
  last += 1;
  const problem = { id: last, error };
  useProblems.setState(({ problems }) => ({ problems: [...problems.slice(-2), problem] }));
}

export function dismissProblem(id: number): void {
  useProblems.setState(({ problems }) => ({ problems: problems.filter((one) => one.id !== id) }));
}
