/** The command `event-audit`: its program, and what it exits with. */
import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeFor, toErrorReply } from '../../shared/errors.ts';
import { captureCommand } from './commands/capture.ts';
import { compareCommand } from './commands/compare.ts';
import { configCommand } from './commands/config.ts';
import { createCommand } from './commands/create.ts';
import { clearCommand } from './commands/clear.ts';
import { removeCommand } from './commands/remove.ts';
import { dbCommand } from './commands/db.ts';
import { leaveStuckThreads } from '../engine/repositories/sqlite/reader-thread.ts';
import { eventsCommand } from './commands/events.ts';
import { exportCommand } from './commands/export.ts';
import { facetsCommand } from './commands/facets.ts';
import { sourcesCommand } from './commands/sources.ts';
import { testCommand } from './commands/test.ts';
import { verifyCommand } from './commands/verify.ts';
import { readSettingFlags } from './session.ts';
import { endByInterrupt } from './end.ts';
import { packageVersion } from '../engine/package-root.ts';
import { printable } from './printable.ts';

function program(): Command {
  const root = new Command('event-audit')
    .description('Looks into audit trails: filters the events of a store, counts them, and exports them with proof.')
    .version(packageVersion(), '-V, --version')
    .helpOption('-h, --help')
    .showSuggestionAfterError()
    .option(
      '--set <NAME=VALUE>',
      'a setting for this run; see event-audit config --help',
      (each: string, before: readonly string[] | undefined) => [...(before ?? []), each],
    )
    .option('--config <FILE>', 'a ckan.ini that settings are read from')
    .hook('preAction', (command) => readSettingFlags(command.opts()))
    .addHelpText(
      'after',
      `
Examples:
  event-audit events --category=model --action=deleted --limit=20
  event-audit export --source=redis://localhost:6379/0 --start-date=2024-03-01 --end-date=2024-03-31 --format=xlsx --output=march.xlsx
  event-audit facets --source=sqlite:audit.db --search=budget
  event-audit verify march.xlsx

Sources are URLs: demo: (the bundled sample, used when none is named), basic: (what this product recorded),
sqlite:PATH?table=NAME, redis://HOST:PORT/DATABASE?key=NAME, rediss://…, postgres://USER@HOST/DATABASE?table=NAME,
cloudwatch:REGION/GROUP, file:PATH (CSV, TSV, JSON, JSON Lines, XLSX, Parquet, gzip of each, a folder of them),
ckan:PATH of a ckan.ini, snapshot:FILE. A password may come from EVENT_AUDIT_PASSWORD (of several sources
EVENT_AUDIT_PASSWORD_1, _2, …), a saved snapshot’s passphrase from EVENT_AUDIT_PASSPHRASE.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 store not reachable or refused, 4 done but incomplete,
5 verification failed, 130 cancelled; compare: 1 when there are differences.`,
    );
  for (const command of [
    exportCommand(),
    eventsCommand(),
    facetsCommand(),
    sourcesCommand(),
    testCommand(),
    captureCommand(),
    compareCommand(),
    verifyCommand(),
    createCommand(),
    removeCommand(),
    clearCommand(),
    configCommand(),
    dbCommand(),
  ]) {
    root.addCommand(command);
  }
  for (const each of [root, ...root.commands]) {
    each.exitOverride();
    each.configureOutput({
      outputError: (text, write) =>
        write(
          `event-audit: ${printable(
            text
              .replace(/^error: /, '')
              .trim()
              .replaceAll(/\s*\n\s*/g, ' '),
          )}\n`,
        ),
    });
  }
  return root;
}

async function main(): Promise<number> {
  try {
    await program().parseAsync(process.argv);
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (isReaderGone || outputFailure !== undefined) return EXIT.done;
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const reply = toErrorReply(error);
    process.stderr.write(`event-audit: ${printable(reply.message)}\n`);
    if (process.env['EVENT_AUDIT_DEBUG'] === '1' && error instanceof Error)
      process.stderr.write(`${error.stack ?? ''}\n`);
    return exitCodeFor(reply.code);
  }
}

/** A reader that closes early, such as head, has what it wanted. */
let isReaderGone = false;
let outputFailure: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') isReaderGone = true;
  else outputFailure ??= error;
});

// What is said has no reader once its terminal is gone.
process.stderr.on('error', () => undefined);

const code = await main();
process.exitCode = isReaderGone ? EXIT.done : code;
if (outputFailure !== undefined) {
  const what = outputFailure.code === 'ENOSPC' ? 'the disk is full' : printable(outputFailure.message);
  process.stderr.write(`event-audit: Standard output can’t be written: ${what}. What was written is not whole.\n`);
  process.exitCode = EXIT.failed;
}
// A thread that is stuck in a long step of its driver would hold the end up for as long as the step takes.
if (code === EXIT.cancelled && (await leaveStuckThreads())) endByInterrupt();
