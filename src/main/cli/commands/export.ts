/** `event-audit export`: a view as a file, with its manifest. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { exportFormatSchema, type ExportFormat } from '../../../shared/contract.ts';
import { EXIT } from '../../../shared/errors.ts';
import { EVENT_FIELDS, eventFieldSchema, type EventField } from '../../../shared/event.ts';
import {
  addFilterOptions,
  addOrderOptions,
  filterFromFlags,
  orderFromFlags,
  pluginsFrom,
  sourceFrom,
  timeZoneFlag,
  type FlagValues,
} from '../filter-options.ts';
import { Progress } from '../progress.ts';
import { grouped, say } from '../say.ts';
import { capture, filterInput, isIncomplete, withEngine } from '../session.ts';

interface ExportFlags extends FlagValues {
  readonly format: ExportFormat;
  readonly output: string;
  readonly fields?: EventField[];
  readonly manifest: boolean;
  readonly raw?: true;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .description('Writes events to a file: CSV, TSV, JSON, JSON Lines or XLSX, with a manifest that proves it later.')
    .requiredOption('--format <format>', exportFormatSchema.options.join(', '), formatFrom)
    .requiredOption('--output <file>', 'the file to write, or - for standard output (without manifest)');
  addFilterOptions(command);
  addOrderOptions(command);
  return command
    .option('--fields <names>', 'which fields, in which order, separated by commas', fieldsFrom)
    .option('--no-manifest', 'write no manifest beside the file')
    .option('--raw', 'leave cells that a spreadsheet could take for a formula as they are')
    .addHelpText(
      'after',
      `
With --timezone, CSV, TSV and XLSX also write times in that zone; without, exactly as they were recorded.

Examples:
  event-audit export --format=xlsx --output=deletions.xlsx --action=deleted --start-date=2024-08-01 --end-date=2024-08-31
  event-audit export --source=redis://localhost:6379/0 --category=model --action-object=Package --format=json --output=out.json
  event-audit export --format=jsonl --output=- --search=budget | jq .actor`,
    )
    .action(run);
}

async function run(flags: ExportFlags): Promise<void> {
  const filter = filterFromFlags(flags);
  const { sort, limit, offset } = orderFromFlags(flags);
  const toStdout = flags.output === '-';
  const { checkFilter } = await import('../check-filter.ts');
  checkFilter(filter);
  if (!toStdout) {
    // Found out now rather than when a large store has been read.
    const { Target } = await import('../../engine/export/target.ts');
    await (await Target.open(resolve(flags.output))).discard();
  }
  await withEngine(async (session) => {
    const status = await capture(session, sourceFrom(flags), filter);
    const progress = new Progress('writing');
    const timeZone = timeZoneFlag(flags);
    try {
      const result = await session.engine.run(
        'event_audit_export',
        {
          snapshot_id: status.snapshot_id,
          filter: filterInput(filter),
          sort,
          format: flags.format,
          output: toStdout ? '-' : resolve(flags.output),
          offset,
          manifest: flags.manifest && !toStdout,
          raw: flags.raw === true,
          ...(limit === undefined ? {} : { limit }),
          ...(flags.fields === undefined ? {} : { fields: flags.fields }),
          ...(timeZone === undefined ? {} : { time_zone: timeZone }),
        },
        { signal: session.signal, onProgress: ({ rows, total }) => progress.show(rows, total) },
      );
      progress.clear();
      for (const note of result.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
      if (!toStdout) {
        say(`${grouped(result.rows)} events written to ${result.path}`);
        say(`SHA-256 ${result.sha256}${result.manifest_path === null ? '' : `, manifest ${result.manifest_path}`}`);
      }
      process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
    } finally {
      progress.clear();
    }
  }, pluginsFrom(flags));
}

function formatFrom(argument: string): ExportFormat {
  const format = exportFormatSchema.safeParse(argument.trim().toLowerCase());
  if (!format.success)
    throw new InvalidArgumentError(
      `There is no format “${argument}”. Formats are ${exportFormatSchema.options.join(', ')}.`,
    );
  return format.data;
}

function fieldsFrom(argument: string): EventField[] {
  const names = argument
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError(`Name at least one of ${EVENT_FIELDS.join(', ')}.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`The field “${twice}” is named twice.`);
  return names.map((name) => {
    const field = eventFieldSchema.safeParse(name);
    if (!field.success)
      throw new InvalidArgumentError(`There is no field “${name}”. Fields are ${EVENT_FIELDS.join(', ')}.`);
    return field.data;
  });
}
