/** `event-audit export`: a view as a file, with its manifest. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { exportFormatSchema, type ExportFormat } from '../../../shared/contract.ts';
import { AppError, EXIT } from '../../../shared/errors.ts';
import { EXPORT_FIELDS, exportFieldSchema, type ExportField } from '../../../shared/event.ts';
import {
  addFilterOptions,
  addOrderOptions,
  filterFromFlags,
  orderFromFlags,
  pluginsFrom,
  sourcesFrom,
  timeZoneFlag,
  type FlagValues,
} from '../filter-options.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { Progress } from '../progress.ts';
import { grouped, say } from '../say.ts';
import { capture, filterInput, isIncomplete, withEngine, type Run } from '../session.ts';

interface ExportFlags extends FlagValues {
  readonly format: ExportFormat;
  readonly output: string;
  readonly fields?: ExportField[];
  readonly manifest: boolean;
  readonly raw?: true;
  /** Where records that were set aside go. */
  readonly rejects?: string;
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
    .option('--rejects <file>', 'write the records that are no events to this file: JSON Lines, with all their bytes')
    .addHelpText(
      'after',
      `
With --rejects, the whole store is read, whatever the filter: what is no event passes none.
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
  const outputs = [...(toStdout ? [] : [flags.output]), ...(flags.rejects === undefined ? [] : [flags.rejects])];
  await checkTargets(outputs.map((path) => resolve(path)));
  await withEngine(async (session) => {
    const status = await capture(session, sourcesFrom(flags), flags.rejects === undefined ? filter : EMPTY_FILTER);
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
      if (flags.rejects !== undefined) await writeRejects(session, status.snapshot_id, flags.rejects, flags.manifest);
      process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
    } finally {
      progress.clear();
    }
  }, pluginsFrom(flags));
}

/** Finds out now rather than when a large store has been read whether the files can be written. */
async function checkTargets(paths: readonly string[]): Promise<void> {
  if (new Set(paths).size < paths.length) {
    throw new AppError('invalid_input', '--output and --rejects name the same file. Give them different names.');
  }
  const { Target } = await import('../../engine/export/target.ts');
  for (const path of paths) await (await Target.open(path)).discard();
}

async function writeRejects({ engine, signal }: Run, id: string, file: string, manifest: boolean): Promise<void> {
  const progress = new Progress('writing');
  try {
    const { records, path } = await engine.run(
      'event_audit_export_rejects',
      { snapshot_id: id, output: resolve(file), manifest },
      { signal, onProgress: ({ rows, total }) => progress.show(rows, total) },
    );
    progress.clear();
    say(`${grouped(records)} records that were set aside written to ${path}`);
  } finally {
    progress.clear();
  }
}

function formatFrom(argument: string): ExportFormat {
  const format = exportFormatSchema.safeParse(argument.trim().toLowerCase());
  if (!format.success)
    throw new InvalidArgumentError(
      `There is no format “${argument}”. Formats are ${exportFormatSchema.options.join(', ')}.`,
    );
  return format.data;
}

function fieldsFrom(argument: string): ExportField[] {
  const names = argument
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError(`Name at least one of ${EXPORT_FIELDS.join(', ')}.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`The field “${twice}” is named twice.`);
  return names.map((name) => {
    const field = exportFieldSchema.safeParse(name);
    if (!field.success)
      throw new InvalidArgumentError(`There is no field “${name}”. Fields are ${EXPORT_FIELDS.join(', ')}.`);
    return field.data;
  });
}
