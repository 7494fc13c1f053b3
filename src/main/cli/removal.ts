/** What the commands that remove events have in common: where the evidence goes, progress, and the outcome. */
import { resolve } from 'node:path';
import type { ActionOutput, ActionProgress } from '../../shared/contract.ts';
import { AppError, EXIT } from '../../shared/errors.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';
import { Progress } from './progress.ts';
import { grouped, say } from './say.ts';
import { print, table } from './table.ts';

type Removed = ActionOutput<'event_audit_remove_events'>;
type Phase = ActionProgress<'event_audit_remove_events'>['phase'];

/** The path as given, from where the command was called. */
export function evidenceOf(path: unknown): string | undefined {
  return typeof path === 'string' ? resolve(path) : undefined;
}

/**
 * Refuses without `--confirm`, saying what would happen.
 * @param what such as “every event that the filter shows”
 * @throws AppError `invalid_input`
 */
export function needConfirmation(confirm: unknown, source: string, what: string, evidence: string | undefined): void {
  if (confirm === true) return;
  const { text } = parseSourceUrl(source).url;
  const file = evidence ?? 'a new file in the folder “evidence” of the data folder';
  throw new AppError(
    'invalid_input',
    `Nothing was removed. With --confirm, ${text} is read whole, ${what} is kept in ${file}, with a manifest, and then removed from ${text} for good.`,
  );
}

/** Shows how far a removal is, each phase with its own word. */
export function removalProgress(): {
  readonly show: (progress: ActionProgress<'event_audit_remove_events'>) => void;
  readonly clear: () => void;
} {
  const lines = new Map<Phase, Progress>();
  let shown: Progress | undefined;
  return {
    show: ({ phase, done, total }) => {
      const line = lines.get(phase) ?? new Progress(phase);
      lines.set(phase, line);
      if (shown !== line) shown?.clear();
      shown = line;
      line.show(done, total);
    },
    clear: () => shown?.clear(),
  };
}

/** Prints the outcome. What was left makes it incomplete. */
export function tellRemoved(done: Removed, json: boolean, nothing: string): void {
  for (const note of done.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
  if (json) process.stdout.write(`${JSON.stringify(done)}\n`);
  else {
    print(
      table(
        [{ title: 'removed' }, { title: grouped(done.removed) }],
        [
          ['left', grouped(done.left)],
          ['kept in', done.evidence ?? ''],
        ],
      ),
    );
  }
  if (done.evidence === null) say(nothing);
  process.exitCode = done.left > 0 ? EXIT.incomplete : EXIT.done;
}
