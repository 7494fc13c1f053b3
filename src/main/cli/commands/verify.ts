/** `event-audit verify`: are exported files still what their manifests say? */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../../../shared/errors.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { withEngine } from '../session.ts';
import { grouped } from '../say.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Checks exported files against their manifests and names what was changed, removed, added or reordered.',
    )
    .argument('<file...>', 'exported files; each manifest lies beside its file')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  event-audit verify march.xlsx april.csv')
    .action(async (files: string[], { json }: { readonly json?: true }) => {
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
