/** `event-audit capture`: a store kept as one file that opens without it. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, EXIT } from '../../../shared/errors.ts';
import { checkFilter } from '../check-filter.ts';
import { addFilterOptions, filterFromFlags, pluginsFrom, sourcesFrom, type FlagValues } from '../filter-options.ts';
import { Progress } from '../progress.ts';
import { countedEvents, say } from '../say.ts';
import { capture, isIncomplete, withEngine } from '../session.ts';

interface CaptureFlags extends FlagValues {
  readonly output: string;
  readonly passphraseEnv?: string;
}

export function captureCommand(): Command {
  const command = new Command('capture')
    .description('Reads a store and keeps it as one file that opens without the store, with a manifest.')
    .requiredOption('--output <file>', 'the file to write, by custom with the ending .duckdb');
  addFilterOptions(command);
  return command
    .option('--passphrase-env <name>', 'encrypt the file with the passphrase in this environment variable')
    .addHelpText(
      'after',
      `
Filters only spare the reading of what can't pass, from stores that can narrow; the file holds all that was read.
The file opens as snapshot:FILE wherever a source is asked for; its passphrase is then taken from EVENT_AUDIT_PASSPHRASE.

Examples:
  event-audit capture --source=redis://localhost:6379/0 --output=march.duckdb
  event-audit events --source=snapshot:march.duckdb --action=deleted
  event-audit verify march.duckdb`,
    )
    .action(run);
}

async function run(flags: CaptureFlags): Promise<void> {
  const filter = filterFromFlags(flags);
  checkFilter(filter);
  const path = resolve(flags.output);
  const passphrase = passphraseFrom(flags.passphraseEnv);
  // Found out now rather than when a large store has been read.
  const { refuseSources } = await import('../../engine/export/refuse-sources.ts');
  await refuseSources([path], sourcesFrom(flags));
  const { Target } = await import('../../engine/export/target.ts');
  await (await Target.open(path)).discard();
  await withEngine(async (session) => {
    const status = await capture(session, sourcesFrom(flags), filter);
    const progress = new Progress('writing');
    try {
      const saved = await session.engine.run(
        'event_audit_save_snapshot',
        { snapshot_id: status.snapshot_id, path, ...(passphrase === undefined ? {} : { passphrase }) },
        { signal: session.signal, onProgress: ({ bytes, total }) => progress.show(bytes, total) },
      );
      progress.clear();
      say(`${countedEvents(saved.events)} kept in ${saved.path}${passphrase === undefined ? '' : ', encrypted'}`);
      say(`SHA-256 ${saved.sha256}, manifest ${saved.path}.manifest.json`);
    } finally {
      progress.clear();
    }
    process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
  }, pluginsFrom(flags));
}

function passphraseFrom(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const passphrase = process.env[name] ?? '';
  if (passphrase.length >= 8) return passphrase;
  throw new AppError(
    'invalid_input',
    passphrase === ''
      ? `The environment variable ${name} is empty or not there. Put the passphrase into it.`
      : `The passphrase in ${name} is shorter than eight characters. Choose a longer one.`,
  );
}
