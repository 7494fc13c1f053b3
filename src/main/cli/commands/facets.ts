/** `event-audit facets`: the most frequent values of each field. */
import { Command } from 'commander';
import { EXIT } from '../../../shared/errors.ts';
import { checkFilter } from '../check-filter.ts';
import {
  addFilterOptions,
  filterFromFlags,
  pluginsFrom,
  sourcesFrom,
  wholeNumber,
  type FlagValues,
} from '../filter-options.ts';
import { capture, filterInput, isIncomplete, withEngine } from '../session.ts';
import { countedEvents, grouped } from '../say.ts';
import { print, table } from '../table.ts';

export function facetsCommand(): Command {
  const command = new Command('facets').description('Counts the most frequent values of each field.');
  addFilterOptions(command);
  return command
    .option('--top <count>', 'values per field', wholeNumber, 10)
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  event-audit facets --category=api --start-date=2024-08-01
  event-audit facets --source=sqlite:audit.db --json`,
    )
    .action(run);
}

async function run(flags: FlagValues): Promise<void> {
  const filter = filterFromFlags(flags);
  checkFilter(filter);
  const view = { filter: filterInput(filter) };
  await withEngine(async (session) => {
    const status = await capture(session, sourcesFrom(flags), filter);
    const top = Math.min(1_000, typeof flags['top'] === 'number' ? flags['top'] : 10);
    const options = { signal: session.signal };
    const snapshot_id = status.snapshot_id;
    const { total } = await session.engine.run('event_audit_count_events', { snapshot_id, ...view }, options);
    const { facets } = await session.engine.run(
      'event_audit_get_facets',
      { snapshot_id, ...view, limit: top },
      options,
    );
    if (flags['json'] === true) {
      process.stdout.write(`${JSON.stringify({ total, facets })}\n`);
    } else {
      print([
        countedEvents(total),
        ...facets.flatMap(({ field, distinct, values }) => [
          '',
          `${field}: ${grouped(distinct)} ${distinct === 1 ? 'value' : 'values'}`,
          ...table(
            [
              { title: 'events', align: 'right' },
              { title: 'value', max: 80 },
            ],
            values.map(({ value, count }) => [grouped(count), value === '' ? '(empty)' : value]),
          ).slice(1),
        ]),
      ]);
    }
    process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
  }, pluginsFrom(flags));
}
