/** `event-audit remove` and `event-audit clear`: events go from a store, after they were kept in a file. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ActionOutput, ActionProgress } from '../../../shared/contract.ts';
import { AppError, EXIT } from '../../../shared/errors.ts';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { checkFilter } from '../check-filter.ts';
import { addFilterOptions, addPluginOption, filterFromFlags, pluginsFrom, type FlagValues } from '../filter-options.ts';
import { Progress } from '../progress.ts';
import { grouped, say } from '../say.ts';
import { filterInput, withEngine } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';

type Removed = ActionOutput<'event_audit_remove_events'>;
type Phase = ActionProgress<'event_audit_remove_events'>['phase'];

const PHASES: Readonly<Record<Phase, string>> = { reading: 'reading', keeping: 'keeping', removing: 'removing' };

export function removeCommand(): Command {
  return removal(addFilterOptions(new Command('remove')))
    .description('Removes exactly the events that a filter shows, after keeping them in a file with a manifest.')
    .action(async (flags: FlagValues) => {
      const filter = filterFromFlags(flags);
      checkFilter(filter);
      if (isEmptyFilter(filter)) {
        throw new AppError(
          'invalid_input',
          'Say which events: --id=… or any filter. All of them are removed by event-audit clear.',
        );
      }
      const { source, secrets } = theSource(flags);
      requireConfirmation(flags, `This removes the events that the filter shows from ${source}`);
      await run(flags, (engine, options) =>
        engine.run(
          'event_audit_remove_events',
          { source, secrets, confirm: true, filter: filterInput(filter), ...evidenceOf(flags) },
          options,
        ),
      );
    });
}

export function clearCommand(): Command {
  return removal(
    addPluginOption(new Command('clear')).addOption(
      new Option('--source <url>', 'the store to clear').argParser((value: string) => [value]),
    ),
  )
    .description('Removes everything from a store, after keeping it in a file with a manifest.')
    .action(async (flags: FlagValues) => {
      const { source, secrets } = theSource(flags);
      requireConfirmation(flags, `This removes everything from ${source}, for everybody`);
      await run(flags, (engine, options) =>
        engine.run('event_audit_clear_source', { source, secrets, confirm: true, ...evidenceOf(flags) }, options),
      );
    });
}

function removal(command: Command): Command {
  return command
    .option('--confirm', 'does it; without, nothing is removed')
    .option('--evidence <file>', 'where what is removed is kept (default: a new file in the data folder)')
    .option('--json', 'prints the outcome as one JSON object');
}

function theSource(flags: FlagValues): { readonly source: string; readonly secrets: Record<string, string> } {
  const named = flags['source'];
  const urls = Array.isArray(named) ? named.map(String) : [];
  const [ref] = sourceRefs(urls);
  if (urls.length !== 1 || ref === undefined) {
    throw new AppError('invalid_input', 'Name the one store to remove from: --source=URL.');
  }
  return { source: ref.url, secrets: { ...ref.secrets } };
}

function requireConfirmation(flags: FlagValues, what: string): void {
  if (flags['confirm'] === true) return;
  throw new AppError('invalid_input', `${what}. What goes is kept in a file first. Add --confirm to do it.`);
}

function evidenceOf(flags: FlagValues): { readonly evidence?: string } {
  const { evidence } = flags;
  return typeof evidence === 'string' ? { evidence: resolve(evidence) } : {};
}

type Engine = Parameters<Parameters<typeof withEngine>[0]>[0]['engine'];

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ActionProgress<'event_audit_remove_events'>) => void;
}

async function run(flags: FlagValues, work: (engine: Engine, options: Options) => Promise<Removed>): Promise<void> {
  await withEngine(async ({ engine, signal }) => {
    let phase: Phase = 'reading';
    let progress = new Progress(PHASES[phase]);
    const onProgress: Options['onProgress'] = (now) => {
      if (now.phase !== phase) {
        progress.clear();
        phase = now.phase;
        progress = new Progress(PHASES[phase]);
      }
      progress.show(now.done, now.total);
    };
    const done = await work(engine, { signal, onProgress }).finally(() => progress.clear());
    if (flags['json'] === true) process.stdout.write(`${JSON.stringify(done)}\n`);
    else process.stdout.write(`${grouped(done.removed)} removed\n`);
    for (const note of done.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
    if (done.evidence !== null) say(`kept in ${done.evidence}`);
    if (done.left > 0) {
      say(
        `warning: ${grouped(done.left)} records were left: they had been changed or were gone, or can’t be told apart.`,
      );
      process.exitCode = EXIT.incomplete;
    }
  }, pluginsFrom(flags));
}
