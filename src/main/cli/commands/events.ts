/** `event-audit events`: events as a table, or as JSON lines. */
import { Command } from 'commander';
import { EXIT } from '../../../shared/errors.ts';
import type { EventRow } from '../../../shared/event.ts';
import { checkFilter } from '../check-filter.ts';
import { eventText } from '../event-text.ts';
import {
  addFilterOptions,
  addOrderOptions,
  filterFromFlags,
  orderFromFlags,
  pluginsFrom,
  sourcesFrom,
  type FlagValues,
} from '../filter-options.ts';
import { follow } from '../follow.ts';
import { capture, filterInput, isIncomplete, withEngine } from '../session.ts';
import { countedEvents, grouped, say } from '../say.ts';
import { print, table, tableRow, type Column } from '../table.ts';

const DEFAULT_LIMIT = 100;
/** Rows fetched at once. */
const PAGE = 1_000;

export function eventsCommand(): Command {
  const command = new Command('events').description('Shows events, as a table or as JSON lines.');
  addFilterOptions(command);
  addOrderOptions(command, DEFAULT_LIMIT);
  return command
    .option('--json', 'whole events, one JSON object a line')
    .option(
      '--follow',
      'then show what comes, until Ctrl+C; --limit, --offset and --sort are about what is there already',
    )
    .addHelpText(
      'after',
      `
Examples:
  event-audit events --actor=m.weber --start-date=2024-08-01 --end-date=2024-08-31
  event-audit events --not-category=view --sort=timestamp:desc --limit=20
  event-audit events --where=result.new.state=deleted --json
  event-audit events --source=redis://localhost:6379/0 --follow --limit=0`,
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
    const status = await capture(session, sourcesFrom(flags), filter);
    const snapshot_id = status.snapshot_id;
    const urls = status.sources.map(({ url }) => url);
    if (flags['json'] === true && limit > 0) {
      await engine.run(
        'event_audit_export',
        { snapshot_id, ...view, format: 'jsonl', output: '-', limit, offset, manifest: false },
        { signal },
      );
    } else if (flags['json'] !== true) {
      const rows: string[][] = [];
      let total = 0;
      do {
        const page = await engine.run(
          'event_audit_page_events',
          { snapshot_id, ...view, offset: offset + rows.length, limit: Math.min(PAGE, limit - rows.length) },
          { signal },
        );
        total = page.total;
        rows.push(...page.rows.map((event) => cellsOf(event, urls)));
        if (page.rows.length === 0) break;
      } while (rows.length < Math.min(limit, total - offset));
      if (flags['follow'] !== true || rows.length > 0) print(table(columnsOf(urls), rows));
      const shown = `${grouped(rows.length)} of ${countedEvents(total)}`;
      say(`${shown}${rows.length < total ? ' (see --limit and --offset)' : ''}`);
    }
    if (flags['follow'] === true) {
      await follow(session, status, filter, (event) =>
        flags['json'] === true ? eventText(event) : tableRow(columnsOf(urls), cellsOf(event, urls)),
      );
      process.exitCode = EXIT.cancelled;
      return;
    }
    process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
  }, pluginsFrom(flags));
}

function cellsOf(event: EventRow, urls: readonly string[]): string[] {
  return [
    event.timestamp,
    event.category,
    event.action,
    event.actor,
    event.action_object,
    event.action_object_id,
    event.target_type === '' && event.target_id === '' ? '' : `${event.target_type} ${event.target_id}`.trim(),
    event.id,
    ...(urls.length > 1 ? [urls[event.source] ?? ''] : []),
  ];
}

/** With several sources, each event says which it came from. */
function columnsOf(urls: readonly string[]): readonly Column[] {
  return urls.length > 1 ? [...COLUMNS, { title: 'source', max: 60 }] : COLUMNS;
}

const COLUMNS: readonly Column[] = [
  { title: 'timestamp' },
  { title: 'category', max: 16 },
  { title: 'action', max: 28 },
  { title: 'actor', max: 36 },
  { title: 'action_object', max: 20 },
  { title: 'action_object_id', max: 36 },
  { title: 'target', max: 36 },
  { title: 'id', max: 36 },
];
