/** `event-audit db upgrade`: brings the embedded databases to the schema of this version. */
import { Command } from 'commander';
import { EXIT } from '../../../shared/errors.ts';
import { say } from '../say.ts';
import { withEngine } from '../session.ts';
import { print } from '../table.ts';

export function dbCommand(): Command {
  const db = new Command('db').description('Looks after the embedded databases.');
  db.command('upgrade')
    .description('Brings them to the schema of this version, after keeping a copy. Every start does the same.')
    .option('--json', 'as one JSON object')
    .action(async ({ json }: { readonly json?: true }) => {
      const { databases } = await withEngine(({ engine, signal }) =>
        engine.run('event_audit_upgrade_databases', {}, { signal }),
      );
      if (json === true) process.stdout.write(`${JSON.stringify({ databases })}\n`);
      for (const { path, from, to, backup, problem } of databases) {
        if (problem !== null) {
          say(problem);
          process.exitCode = EXIT.failed;
        } else if (json !== true) {
          print([`${path}: ${done(from, to)}`, ...(backup === null ? [] : [`  kept as it was: ${backup}`])]);
        }
      }
    });
  return db;
}

function done(from: number | null, to: number | null): string {
  if (from === null || to === null) return 'not made yet';
  return from === to ? `schema ${to}, up to date` : `upgraded from schema ${from} to ${to}`;
}
