/** `event-audit remove`: removes the events that a filter shows, after keeping them. */
import { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { checkFilter } from '../check-filter.ts';
import {
  addFilterOptions,
  namedSources,
  pluginsFrom,
  strictFilterFromFlags,
  type FlagValues,
} from '../filter-options.ts';
import { evidenceOf, needConfirmation, removalProgress, tellRemoved } from '../removal.ts';
import { filterInput, withEngine } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';

export function removeCommand(): Command {
  const command = new Command('remove').description(
    'Removes exactly the events that a filter shows, after keeping them in a file with a manifest.',
  );
  addFilterOptions(command, 'the store');
  return command
    .option('--confirm', 'removes; without it, only says what would happen')
    .option('--evidence <file>', 'where to keep what is removed (default: a new file in the data folder)')
    .option('--json', 'the outcome as one JSON object')
    .addHelpText(
      'after',
      `
Example:
  event-audit remove --source=redis://localhost:6379/0 --category=test --end-date=2024-03-31 --confirm

The store is read whole first, and nothing is removed when it can’t be. What others change in the meantime is left, and
counted; the exit code is 4 then.`,
    )
    .action(run);
}

async function run(flags: FlagValues): Promise<void> {
  const [source, ...more] = namedSources(flags);
  if (source === undefined || more.length > 0) {
    throw new AppError('invalid_input', 'Name one store to remove events from, with --source=URL.');
  }
  const filter = strictFilterFromFlags(flags);
  checkFilter(filter);
  if (isEmptyFilter(filter)) {
    throw new AppError(
      'invalid_input',
      'Name the events to remove, with --id or other filters. All of them are removed by event-audit clear.',
    );
  }
  const evidence = evidenceOf(flags['evidence']);
  needConfirmation(flags['confirm'], source, 'every event that the filter shows', evidence);
  const [ref] = sourceRefs([source]);
  await withEngine(async ({ engine, signal }) => {
    const progress = removalProgress();
    const input = {
      source: ref?.url ?? source,
      secrets: ref?.secrets,
      filter: filterInput(filter),
      confirm: true as const,
      evidence,
    };
    const done = await engine
      .run('event_audit_remove_events', input, { signal, onProgress: progress.show })
      .finally(progress.clear);
    tellRemoved(done, flags['json'] === true, 'No event of the store passes this filter, so nothing was removed.');
  }, pluginsFrom(flags));
}
