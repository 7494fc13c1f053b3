/** `event-audit sources`: the kinds of store, and the connections that the app remembers. */
import { Command } from 'commander';
import { addPluginOption, pluginsFrom } from '../filter-options.ts';
import { withEngine } from '../session.ts';
import { print, table } from '../table.ts';

export function sourcesCommand(): Command {
  return addPluginOption(new Command('sources'))
    .description('Lists the kinds of store, what each can do, and the saved connections.')
    .option('--json', 'as one JSON object')
    .action(async (flags: { readonly json?: true; readonly plugin?: string[] }) => {
      const { json } = flags;
      await withEngine(async ({ engine, signal }) => {
        const { kinds, connections } = await engine.run('event_audit_list_sources', {}, { signal });
        if (json === true) {
          process.stdout.write(`${JSON.stringify({ kinds, connections })}\n`);
          return;
        }
        print(
          table(
            [{ title: 'kind' }, { title: 'store' }, { title: 'can' }, { title: 'source URL' }],
            kinds.map(({ kind, title, example, capabilities }) => [
              kind,
              title,
              [
                'read',
                ...(['write', 'remove', 'clear', 'follow'] as const).filter((ability) => capabilities[ability]),
              ].join(', '),
              example,
            ]),
          ),
        );
        if (connections.length > 0) {
          print([
            '',
            ...table(
              [{ title: 'saved connection' }, { title: 'source URL' }],
              connections.map(({ name, url }) => [name, url]),
            ),
          ]);
        }
      }, pluginsFrom(flags));
    });
}
