/** `event-audit verify`: are exported files still what their manifests say? */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, EXIT } from '../../../shared/errors.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { withEngine } from '../session.ts';
import { countedEvents, grouped } from '../say.ts';

interface Flags {
  readonly json?: true;
  readonly journal?: true;
  readonly head?: string;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Checks exported files against their manifests and names what was changed, removed, added or reordered.',
    )
    .argument('[file...]', 'exported files; each manifest lies beside its file')
    .option(
      '--journal',
      'checks the embedded store’s journal instead; files are then manifests whose heads it must hold',
    )
    .option('--head <seq:hash>', 'a head that the journal must hold; with --journal')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  event-audit verify march.xlsx april.csv')
    .action(async (files: string[], { json, journal, head }: Flags) => {
      if (journal === true) {
        await verifyJournal(files, head, json === true);
        return;
      }
      if (files.length === 0) throw new AppError('invalid_input', 'Name the files to check, or --journal.');
      await withEngine(async ({ engine, signal }) => {
        const progress = new Progress('checking');
        const { files: checked } = await engine
          .run(
            'event_audit_verify',
            { paths: files.map((file) => resolve(file)) },
            { signal, onProgress: ({ bytes, total }) => progress.show(bytes, total) },
          )
          .finally(() => progress.clear());
        if (json === true) {
          process.stdout.write(`${JSON.stringify({ files: checked })}\n`);
        } else {
          for (const { path, ok, rows, findings, more_findings } of checked) {
            const counted = rows === null ? '' : ` (${grouped(rows)} rows)`;
            process.stdout.write(`${ok ? 'verified' : 'FAILED  '}  ${printable(path)}${counted}\n`);
            for (const { code, message } of findings)
              process.stdout.write(`          ${code}: ${printable(message)}\n`);
            if (more_findings > 0) process.stdout.write(`          and ${grouped(more_findings)} more findings\n`);
          }
        }
        process.exitCode = checked.every(({ ok }) => ok) ? EXIT.done : EXIT.verification;
      });
    });
}

async function verifyJournal(files: readonly string[], head: string | undefined, json: boolean): Promise<void> {
  const heads = head === undefined ? [] : [headFrom(head)];
  await withEngine(async ({ engine, signal }) => {
    const found = await engine.run(
      'event_audit_verify_journal',
      { heads, manifests: files.map((file) => resolve(file)) },
      { signal },
    );
    const { path, ok, entries, findings, more_findings } = found;
    if (json) {
      process.stdout.write(`${JSON.stringify(found)}\n`);
    } else {
      process.stdout.write(
        `${ok ? 'verified' : 'FAILED  '}  ${printable(path)} (${countedEvents(found.events)}, ${grouped(entries)} entries, head ${found.head.seq}:${found.head.hash})\n`,
      );
      for (const { code, message } of findings) process.stdout.write(`          ${code}: ${printable(message)}\n`);
      if (more_findings > 0) process.stdout.write(`          and ${grouped(more_findings)} more findings\n`);
    }
    process.exitCode = ok ? EXIT.done : EXIT.verification;
  });
}

function headFrom(text: string): { readonly seq: number; readonly hash: string } {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new AppError(
      'invalid_input',
      `--head=${text} is no head. It is written as --journal prints it: 12:9f86d081….`,
    );
  }
  return { seq: Number(seq), hash };
}
