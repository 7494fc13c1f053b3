/** `event-audit events`: events as a table, or as JSON lines. */
import { Command } from 'commander';
import { EXIT } from '../../../shared/errors.ts';
import { checkFilter } from '../check-filter.ts';
import {
  addFilterOptions,
  addOrderOptions,
  filterFromFlags,
  orderFromFlags,
  pluginsFrom,
  sourceFrom,
  type FlagValues,
} from '../filter-options.ts';
import { capture, filterInput, isIncomplete, withEngine } from '../session.ts';
import { grouped, say } from '../say.ts';
import { print, table } from '../table.ts';

const DEFAULT_LIMIT = 100;
/** Rows fetched at once. */
const PAGE = 1_000;

export function eventsCommand(): Command {
  const command = new Command('events').description('Shows events, as a table or as JSON lines.');
  addFilterOptions(command);
  addOrderOptions(command, DEFAULT_LIMIT);
  return command
    .option('--json', 'whole events, one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  event-audit events --actor=m.weber --start-date=2024-08-17 --end-date=2024-08-18
  event-audit events --not-category=view --sort=timestamp:desc --limit=20
  event-audit events --where=result.new.state=deleted --json`,
    )
    .action(run);
}

async function run(flags: FlagValues): Promise<void> {
  const filter = filterFromFlags(flags);
  checkFilter(filter);
  const view = {
    filter: filterInput(filter),
    sort: orderFromFlags(flags).sort,
  };
  const { limit = DEFAULT_LIMIT, offset } = orderFromFlags(flags);
  await withEngine(async (session) => {
    const { engine, signal } = session;
    const status = await capture(session, sourceFrom(flags), filter);
    const snapshot_id = status.snapshot_id;
    if (flags['json'] === true) {
      await engine.run(
        'event_audit_export',
        { snapshot_id, ...view, format: 'jsonl', output: '-', limit, offset, manifest: false },
        { signal },
      );
    } else {
      const rows: string[][] = [];
      let total = 0;
      do {
        const page = await engine.run(
          'event_audit_page_events',
          { snapshot_id, ...view, offset: offset + rows.length, limit: Math.min(PAGE, limit - rows.length) },
          { signal },
        );
        total = page.total;
        rows.push(
          ...page.rows.map((event) => [
            event.timestamp,
            event.category,
            event.action,
            event.actor,
            event.action_object,
            event.action_object_id,
            event.target_type === '' && event.target_id === '' ? '' : `${event.target_type} ${event.target_id}`.trim(),
            event.id,
          ]),
        );
        if (page.rows.length === 0) break;
      } while (rows.length < Math.min(limit, total - offset));
      print(table(COLUMNS, rows));
      const shown = `${grouped(rows.length)} of ${grouped(total)} events`;
      say(`${shown}${rows.length < total ? ' (see --limit and --offset)' : ''}`);
    }
    process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
  }, pluginsFrom(flags));
}

const COLUMNS = [
  { title: 'timestamp' },
  { title: 'category', max: 16 },
  { title: 'action', max: 28 },
  { title: 'actor', max: 36 },
  { title: 'action_object', max: 20 },
  { title: 'action_object_id', max: 36 },
  { title: 'target', max: 36 },
  { title: 'id', max: 36 },
];
