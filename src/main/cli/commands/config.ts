/** `event-audit config`: every setting, what it is now, and where that comes from. */
import { Command } from 'commander';
import { AppError, toErrorReply } from '../../../shared/errors.ts';
import { environmentNameOf, OPTION_NAMES, optionOf, optionText } from '../../../shared/options.ts';
import { say } from '../say.ts';
import { withEngine, type Run } from '../session.ts';
import { print, table } from '../table.ts';

interface Flags {
  readonly json?: true;
  readonly save?: readonly string[];
  readonly forget?: readonly string[];
}

const ORIGINS = {
  command_line: 'command line',
  environment: 'environment',
  ini: 'ckan.ini',
  settings: 'settings',
  default: 'default',
} as const;

function collect(each: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), each];
}

export function configCommand(): Command {
  return new Command('config')
    .description('Prints each setting of event auditing, its effective value and where it comes from.')
    .option('--json', 'as one JSON object')
    .option('--save <NAME=VALUE>', 'keeps a setting; may be given more than once', collect)
    .option('--forget <NAME>', 'takes a kept setting back; may be given more than once', collect)
    .addHelpText('after', settingsHelp())
    .action(async (flags: Flags) => {
      const heard: string[] = [];
      let failure = '';
      try {
        await withEngine(
          (run) => showSettings(run, flags),
          [],
          (message) => heard.push(message),
        );
      } catch (error) {
        failure = toErrorReply(error).message;
        throw error;
      } finally {
        // What is wrong with the settings is what this command fails with; recording only says it, too.
        for (const message of heard) if (failure === '' || !message.includes(failure)) say(`warning: ${message}`);
      }
    });
}

async function showSettings({ engine, signal }: Run, { json, save = [], forget = [] }: Flags): Promise<void> {
  for (const assignment of save) {
    const at = assignment.indexOf('=');
    if (at === -1) throw new AppError('invalid_input', `--save “${assignment}”: write NAME=VALUE.`);
    const [name, text] = [assignment.slice(0, at).trim(), assignment.slice(at + 1)];
    await engine.run('event_audit_set_option', { name, text }, { signal });
  }
  for (const name of forget) {
    await engine.run('event_audit_set_option', { name: name.trim(), text: null }, { signal });
  }
  const found = await engine.run('event_audit_get_options', {}, { signal });
  if (json === true) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  if (found.ini !== null) print([`ckan.ini: ${found.ini}`, '']);
  print(
    table(
      [{ title: 'setting' }, { title: 'value', max: 60 }, { title: 'from' }, { title: 'where' }],
      found.options.map(({ name, text, origin, place }) => [
        name,
        text === '' ? '(empty)' : text,
        ORIGINS[origin],
        place,
      ]),
    ),
  );
}

/** The settings as the help of `event-audit config` lists them. */
function settingsHelp(): string {
  const lines = OPTION_NAMES.map((name) => {
    const option = optionOf(name);
    const text = optionText(option.default);
    const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
    return `  ${name}\n      ${option.summary}\n      ${option.type}; default ${shown === '' ? 'empty' : shown}; environment ${environmentNameOf(name)}`;
  });
  return `\nSettings (--set NAME=VALUE for one run of any command, --config=FILE reads them from a ckan.ini):\n${lines.join('\n')}`;
}
