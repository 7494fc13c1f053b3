/** `event-audit create`: writes events, one from flags or many from standard input. */
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import type { ActionInput } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { exactObject } from '../exact-json.ts';
import { addPluginOption, pluginsFrom } from '../filter-options.ts';
import { grouped, say } from '../say.ts';
import { withEngine, type Run } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';

interface Flags {
  readonly source?: string;
  readonly id?: string;
  readonly category?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly actionObject?: string;
  readonly actionObjectId?: string;
  readonly targetType?: string;
  readonly targetId?: string;
  readonly timestamp?: string;
  readonly payload?: string;
  readonly result?: string;
  readonly stdin?: true;
  readonly json?: true;
}

type NewEvent = ActionInput<'event_audit_create_events'>['events'][number];
type Target = Pick<ActionInput<'event_audit_create_events'>, 'source' | 'secrets'>;

const BATCH = 500;

export function createCommand(): Command {
  return addPluginOption(new Command('create'))
    .description('Writes an event into a store, or many from standard input.')
    .option(
      '--source <url>',
      'the store to write to (default: the one that the settings name, by the rules of tracking)',
    )
    .option('--category <text>', 'such as api, model or one of your own')
    .option('--action <text>', 'what was done')
    .option('--actor <id>', 'who did it')
    .option('--action-object <name>', 'what kind of thing it was done to')
    .option('--action-object-id <id>', 'which one')
    .option('--target-type <name>', 'what kind of thing else is concerned')
    .option('--target-id <id>', 'which one')
    .option('--timestamp <when>', 'ISO 8601 (default: now, UTC)')
    .option('--id <id>', 'the event’s id (default: a new UUID)')
    .option('--payload <json>', 'a JSON object: the request')
    .option('--result <json>', 'a JSON object: what came of it')
    .option('--stdin', 'events from standard input instead, one JSON object a line')
    .option('--json', 'prints what was written as JSON lines')
    .addHelpText(
      'after',
      `
Examples:
  event-audit create --source=redis://localhost:6379/0 --category=robot --action=nightly_cleanup --payload='{"deleted": 12}'
  jq -c '.[]' events.json | event-audit create --source=basic: --stdin`,
    )
    .action(async (flags: Flags) => {
      const [ref] = flags.source === undefined ? [] : sourceRefs([flags.source]);
      const target: Target = ref === undefined ? {} : { source: ref.url, secrets: { ...ref.secrets } };
      await withEngine(
        async (run) => {
          if (flags.stdin === true) await fromStdin(run, target, flags);
          else await fromFlags(run, target, flags);
        },
        pluginsFrom({ ...flags }),
      );
    });
}

async function fromFlags({ engine, signal }: Run, target: Target, flags: Flags): Promise<void> {
  const { category, action, payload, result } = flags;
  if (category === undefined || action === undefined) {
    throw new AppError('invalid_input', 'An event needs --category and --action. Several come with --stdin.');
  }
  const { event, source, notes } = await engine.run(
    'event_audit_create_event',
    {
      ...target,
      category,
      action,
      ...given({
        id: flags.id,
        actor: flags.actor,
        action_object: flags.actionObject,
        action_object_id: flags.actionObjectId,
        target_type: flags.targetType,
        target_id: flags.targetId,
        timestamp: flags.timestamp,
      }),
      ...(payload === undefined ? {} : { payload: exactObject(payload, '--payload') }),
      ...(result === undefined ? {} : { result: exactObject(result, '--result') }),
    },
    { signal },
  );
  for (const note of notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
  process.stdout.write(`${flags.json === true ? JSON.stringify(event) : String(event.id)}\n`);
  say(`1 event written to ${source}`);
}

function given<T extends Record<string, string | undefined>>(fields: T): Partial<Record<keyof T, string>> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only entries without a value were left out
  return Object.fromEntries(kept) as Partial<Record<keyof T, string>>;
}

/** A line that is no event ends the command; those before it are written, and how many is said. */
async function fromStdin(run: Run, target: Target, flags: Flags): Promise<void> {
  let batch: NewEvent[] = [];
  let written = 0;
  let source = target.source ?? '';
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const done = await run.engine.run(
      'event_audit_create_events',
      { ...target, events: batch },
      { signal: run.signal },
    );
    for (const note of done.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
    for (const id of done.ids) process.stdout.write(`${flags.json === true ? JSON.stringify({ id }) : String(id)}\n`);
    written += done.ids.length;
    source = done.source;
    batch = [];
  };
  let line = 0;
  try {
    for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() === '') continue;
      // The engine checks the fields; here only the line is told from what is none.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever it is, the contract checks it
      batch.push(exactObject(text, `Line ${line}`) as unknown as NewEvent);
      if (batch.length === BATCH) await flush();
    }
    await flush();
  } catch (error) {
    say(`${grouped(written)} events were written before this.`);
    throw error;
  }
  say(`${grouped(written)} events written${source === '' ? '' : ` to ${source}`}`);
}
