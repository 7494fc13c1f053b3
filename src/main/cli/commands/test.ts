/** `event-audit test`: does the store answer, and what is in it? */
import { Command } from 'commander';
import { addPluginOption, pluginsFrom } from '../filter-options.ts';
import { estimateText } from '../estimate-text.ts';
import { withEngine } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';
import { grouped, say } from '../say.ts';
import { print, table } from '../table.ts';

export function testCommand(): Command {
  return addPluginOption(new Command('test'))
    .description('Connects to a store and says what is there. Reads no events.')
    .requiredOption('--source <url>', 'the store')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  event-audit test --source=redis://localhost:6379/0')
    .action(async (flags: { readonly source: string; readonly json?: true; readonly plugin?: string[] }) => {
      const { source, json } = flags;
      await withEngine(async ({ engine, signal }) => {
        const [ref = { url: source, secrets: {} }] = sourceRefs([source]);
        const found = await engine.run('event_audit_test_source', ref, { signal });
        const estimate = await engine.run('event_audit_estimate_source', ref, { signal });
        if (json === true) {
          process.stdout.write(`${JSON.stringify({ ...found, estimate })}\n`);
          return;
        }
        const records =
          found.records === null ? 'unknown until read' : `${found.estimated ? 'about ' : ''}${grouped(found.records)}`;
        const size = found.bytes === null ? 'unknown' : `${grouped(found.bytes)} bytes`;
        print(
          table(
            [{ title: 'source' }, { title: found.url }],
            [
              ['store', found.product],
              ['records', records],
              ['size', size],
              ['reading takes', estimateText(estimate)],
            ],
          ),
        );
        const said = new Set([...found.notes, ...estimate.notes].map(({ message }) => message));
        for (const message of said) say(message);
      }, pluginsFrom(flags));
    });
}
