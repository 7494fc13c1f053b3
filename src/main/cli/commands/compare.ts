/** `event-audit compare`: what changed from one store, or saved snapshot of it, to another. */
import { once } from 'node:events';
import { Command } from 'commander';
import type { Comparison, Difference } from '../../../shared/contract.ts';
import { EXIT } from '../../../shared/errors.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { eventText } from '../event-text.ts';
import { addPluginOption, pluginsFrom, type FlagValues } from '../filter-options.ts';
import { captureEach, withEngine, type Run } from '../session.ts';
import { grouped, say } from '../say.ts';
import { print, table } from '../table.ts';

/** Differences fetched at once. */
const PAGE = 500;
const CHANGES = ['gone', 'changed', 'added'] as const;

export function compareCommand(): Command {
  return addPluginOption(new Command('compare'))
    .description('Compares two stores, or saved snapshots of them, event by event.')
    .argument('<before>', 'a source URL, such as snapshot:march.duckdb')
    .argument('<after>', 'another one, such as redis://localhost:6379/0')
    .option('--json', 'every difference, one JSON object a line, the counts on standard error')
    .addHelpText(
      'after',
      `
Events are compared by id, and those that share one by their content as it is stored. Stores of one kind are compared to the
byte; stores of different kinds by the eleven fields. Passwords: EVENT_AUDIT_PASSWORD_1 for the first, _2 for the second.
Exit codes: 0 no difference, 1 differences, 4 a store was not read whole, so that the answer is not either.

Examples:
  event-audit compare snapshot:march.duckdb redis://localhost:6379/0
  event-audit compare --json file:old.jsonl file:new.jsonl | jq -r 'select(.change == "gone").id'`,
    )
    .action(run);
}

async function run(before: string, after: string, flags: FlagValues): Promise<void> {
  await withEngine(async (session) => {
    const { engine, signal } = session;
    const [first, second] = await captureEach(session, [before, after], EMPTY_FILTER);
    if (first === undefined || second === undefined) return;
    const found = await engine.run(
      'event_audit_compare_snapshots',
      { before: first.snapshot_id, after: second.snapshot_id },
      { signal },
    );
    const differences = found.added.count + found.gone.count + found.changed.count;
    if (flags['json'] === true) {
      for (const change of CHANGES) await printDifferences(session, found, change);
      say(
        `${grouped(found.same)} same, ${CHANGES.map((change) => `${grouped(found[change].count)} ${change}`).join(', ')}`,
      );
    } else {
      const rows = [['same', found.same] as const, ...CHANGES.map((change) => [change, found[change].count] as const)];
      print(
        table(
          [{ title: 'events' }, { title: 'count', align: 'right' }],
          rows.map(([name, count]) => [name, grouped(count)]),
        ),
      );
    }
    if (found.basis === 'fields') {
      say('The stores are of different kinds, so the eleven fields were compared, not the records to the byte.');
    }
    if (!found.complete) say('warning: not everything was read, so what is “gone” may only not have been read.');
    process.exitCode = !found.complete ? EXIT.incomplete : differences > 0 ? EXIT.failed : EXIT.done;
  }, pluginsFrom(flags));
}

async function printDifferences(
  { engine, signal }: Run,
  { before, after }: Comparison,
  change: Difference['change'],
): Promise<void> {
  for (let offset = 0; ; offset += PAGE) {
    const { differences } = await engine.run(
      'event_audit_page_differences',
      { before, after, change, offset, limit: PAGE },
      { signal },
    );
    if (differences.length === 0) return;
    const lines = differences.map((each) => {
      const id = JSON.stringify((each.after ?? each.before)?.id ?? '');
      const [old, now] = [each.before, each.after].map((event) => (event === null ? 'null' : eventText(event)));
      return `{"change":"${change}","id":${id},"before":${old},"after":${now}}\n`;
    });
    if (!process.stdout.write(lines.join(''))) await once(process.stdout, 'drain');
  }
}
