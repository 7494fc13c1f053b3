/** `event-audit clear`: removes everything from a store, after keeping it. */
import { Command } from 'commander';
import { addPluginOption, pluginsFrom, type FlagValues } from '../filter-options.ts';
import { evidenceOf, needConfirmation, removalProgress, tellRemoved } from '../removal.ts';
import { withEngine } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';

interface Flags extends FlagValues {
  readonly source: string;
}

export function clearCommand(): Command {
  return addPluginOption(new Command('clear'))
    .description('Removes everything from a store, after keeping it in a file with a manifest.')
    .requiredOption('--source <url>', 'the store')
    .option('--confirm', 'removes; without it, only says what would happen')
    .option('--evidence <file>', 'where to keep what is removed (default: a new file in the data folder)')
    .option('--json', 'the outcome as one JSON object')
    .addHelpText(
      'after',
      `
Example:
  event-audit clear --source=basic: --confirm

What is no event is kept, too, with all its bytes, in FILE.rejects.jsonl. What comes while the store is read stays in it. Of
CloudWatch Logs, the log group is deleted (with stream= in the source, that stream), unless anything came meanwhile.`,
    )
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { source } = flags;
  const evidence = evidenceOf(flags['evidence']);
  needConfirmation(flags['confirm'], source, 'everything in it', evidence);
  const [ref] = sourceRefs([source]);
  await withEngine(async ({ engine, signal }) => {
    const progress = removalProgress();
    const input = { source: ref?.url ?? source, secrets: ref?.secrets, confirm: true as const, evidence };
    const done = await engine
      .run('event_audit_clear_source', input, { signal, onProgress: progress.show })
      .finally(progress.clear);
    tellRemoved(done, flags['json'] === true, 'The store is empty already.');
  }, pluginsFrom(flags));
}
