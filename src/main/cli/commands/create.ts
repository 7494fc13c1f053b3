/** `event-audit create`: writes an event, or the events of standard input. */
import { Command, Option } from 'commander';
import { z } from 'zod';
import { auditEventSchema, FILTER_FIELDS, type AuditEvent } from '../../../shared/event.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ActionInput } from '../../../shared/contract.ts';
import { eventJson } from '../../engine/repositories/event-json.ts';
import { eventLines, type EventLine } from '../event-lines.ts';
import { addPluginOption, pluginsFrom, type FlagValues } from '../filter-options.ts';
import { printable } from '../printable.ts';
import { countedEvents, grouped, say } from '../say.ts';
import { withEngine, type Run } from '../session.ts';
import { sourceRefs } from '../source-refs.ts';

const FIELDS = [...FILTER_FIELDS, 'timestamp', 'payload', 'result'] as const;
const BATCH_EVENTS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

type Target = Pick<ActionInput<'event_audit_create_event'>, 'source' | 'secrets'>;

export function createCommand(): Command {
  const command = addPluginOption(new Command('create')).description(
    'Writes an event into a store: its id goes to standard output.',
  );
  command.addOption(
    new Option('--source <url>', 'the store (default: the one that active_repo names, through the queue of tracking)'),
  );
  for (const field of FIELDS) command.addOption(new Option(`--${flagOf(field)} <value>`, WORDS[field]));
  return command
    .option('--stdin', 'writes the events on standard input instead: JSON Lines, one event a line')
    .option('--json', 'prints what was written as JSON, one event a line (of --stdin: its id)')
    .addHelpText(
      'after',
      `
Examples:
  event-audit create --source=redis://localhost:6379/0 --category=backup --action=finished --actor=cron --payload='{"bytes":1204331}'
  jq -c '.events[]' audit.json | event-audit create --source=basic: --stdin

What is left out is filled in: a new id, the time. Payload and result are written as they are given, numbers and the order of
keys included; only white space between them goes. An event that is there already, the same in every field, is not written again.`,
    )
    .action(run);
}

const WORDS: Readonly<Record<(typeof FIELDS)[number], string>> = {
  id: 'its id (default: a new UUID)',
  category: 'what kind of event it is; needed',
  action: 'what was done; needed',
  actor: 'who did it',
  action_object: 'what kind of thing it was done to',
  action_object_id: 'which one',
  target_type: 'what kind of thing was meant by it',
  target_id: 'which one',
  timestamp: 'when, ISO 8601; without an offset it is read as UTC (default: now)',
  payload: 'a JSON object',
  result: 'a JSON object',
};

function flagOf(field: string): string {
  return field.replaceAll('_', '-');
}

function valueOf(flags: FlagValues, field: string): string | undefined {
  const value = flags[field.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())];
  return typeof value === 'string' ? value : undefined;
}

function neededOf(flags: FlagValues, field: string): string {
  const value = valueOf(flags, field) ?? '';
  if (value !== '') return value;
  throw new AppError(
    'invalid_input',
    `An event needs --${field}, and not an empty one. See event-audit create --help.`,
  );
}

async function run(flags: FlagValues): Promise<void> {
  const json = flags['json'] === true;
  const source = valueOf(flags, 'source');
  const [ref] = source === undefined ? [] : sourceRefs([source]);
  const target: Target = ref === undefined ? {} : { source: ref.url, secrets: ref.secrets };
  const given = FIELDS.filter((field) => valueOf(flags, field) !== undefined);
  const [field] = given;
  if (flags['stdin'] === true) {
    if (field !== undefined) {
      throw new AppError('invalid_input', `With --stdin, events come whole: leave --${flagOf(field)} out.`);
    }
    await withEngine((session) => writeLines(session, target, json), pluginsFrom(flags));
    return;
  }
  const category = neededOf(flags, 'category');
  const action = neededOf(flags, 'action');
  const values = Object.fromEntries(given.map((name) => [name, valueOf(flags, name)]));
  await withEngine(async ({ engine, signal }) => {
    const input = { ...target, ...values, category, action };
    const { event, notes } = await engine.run('event_audit_create_event', input, { signal });
    for (const note of notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
    printIds([event.id], json ? eventJson(event) : undefined);
  }, pluginsFrom(flags));
}

/** Writes standard input batch by batch. What is printed is in the store, also when writing ends early. */
async function writeLines(session: Run, target: Target, json: boolean): Promise<void> {
  let written = 0;
  let batch: EventLine[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    written += await writeBatch(session, target, batch, json);
    batch = [];
    bytes = 0;
  };
  try {
    for await (const line of eventLines(process.stdin)) {
      batch.push(line);
      bytes += line.bytes;
      if (batch.length >= BATCH_EVENTS || bytes >= BATCH_BYTES) await flush();
    }
    await flush();
  } catch (error) {
    if (error instanceof PartWritten) written += error.written;
    say(`${wereWritten(written)}; their ids are on standard output.`);
    throw error instanceof PartWritten ? error.cause : error;
  }
  say(`${wereWritten(written)}.`);
}

function wereWritten(count: number): string {
  return `${countedEvents(count)} ${count === 1 ? 'was' : 'were'} written`;
}

/** What stopped a batch, of which some was written. */
class PartWritten extends Error {
  readonly written: number;

  constructor(cause: unknown, written: number) {
    super('Not all of it was written.', { cause });
    this.written = written;
  }
}

async function writeBatch(
  { engine, signal }: Run,
  target: Target,
  batch: readonly EventLine[],
  json: boolean,
): Promise<number> {
  const [first, last] = [batch[0]?.number ?? 0, batch.at(-1)?.number ?? 0];
  try {
    const events = batch.map(({ event }) => event);
    const { ids, notes } = await engine.run('event_audit_create_events', { ...target, events }, { signal });
    for (const note of notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
    for (const id of ids) printIds([id], json ? JSON.stringify({ id }) : undefined);
    return ids.length;
  } catch (error) {
    say(`Writing stopped within lines ${grouped(first)} to ${grouped(last)}.`);
    const ids = writtenBefore(error);
    for (const id of ids) printIds([id], json ? JSON.stringify({ id }) : undefined);
    throw new PartWritten(error, ids.length);
  }
}

/** The ids that an error says were written before it. */
function writtenBefore(error: unknown): readonly AuditEvent['id'][] {
  if (!(error instanceof AppError) || typeof error.details !== 'object' || error.details === null) return [];
  const written: unknown = 'written' in error.details ? error.details.written : undefined;
  return z.array(auditEventSchema.shape.id).safeParse(written).data ?? [];
}

function printIds(ids: readonly AuditEvent['id'][], text: string | undefined): void {
  process.stdout.write(`${text ?? ids.map((id) => printable(String(id))).join('\n')}\n`);
}
