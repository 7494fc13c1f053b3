/** `event-audit export`: a view as a file, with its manifest. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { exportFormatSchema, type ExportFormat } from '../../../shared/contract.ts';
import { AppError, EXIT } from '../../../shared/errors.ts';
import { EVENT_FIELDS, FLAT_FIELDS } from '../../../shared/event.ts';
import { nameChoiceSchema, withNames, type NameChoice } from '../../../shared/export-columns.ts';
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
import { columnsFrom, masksFrom } from '../column-lists.ts';
import { Progress } from '../progress.ts';
import { countedEvents, grouped, say } from '../say.ts';
import { capture, filterInput, isIncomplete, withEngine, type Run } from '../session.ts';

interface ExportFlags extends FlagValues {
  readonly format: ExportFormat;
  readonly output: string;
  readonly fields?: readonly string[];
  readonly names: NameChoice;
  readonly pathValues: 'text' | 'json';
  readonly mask?: readonly string[];
  readonly maskKeyFile?: string;
  readonly manifest: boolean;
  readonly raw?: true;
  /** Where records that were set aside go. */
  readonly rejects?: string;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .description(
      'Writes events to a file: CSV, TSV, JSON, JSON Lines, XLSX or Parquet, with a manifest that proves it later.',
    )
    .requiredOption('--format <format>', exportFormatSchema.options.join(', '), formatFrom)
    .requiredOption('--output <file>', 'the file to write, or - for standard output (without manifest)');
  addFilterOptions(command);
  addOrderOptions(command);
  return command
    .option(
      '--fields <names>',
      'which columns, in which order, separated by commas: fields, JSON paths such as result.new.title, source, instant, record, actor_name, action_object_name, target_name',
      columnsFrom,
    )
    .addOption(
      new Option('--names <choice>', 'actors and objects by id, by name, or both')
        .choices(nameChoiceSchema.options)
        .default('id'),
    )
    .addOption(
      new Option('--path-values <form>', 'values at JSON paths as text, or as the JSON that was recorded')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option(
      '--mask <names>',
      'put pseudonyms in the place of these values, wherever they stand: actor, target_id, payload.user.email, …',
      masksFrom,
    )
    .option(
      '--mask-key-file <file>',
      'the key of the pseudonyms; made if it is not there (else EVENT_AUDIT_MASK_KEY: 64 hexadecimal digits)',
    )
    .option('--no-manifest', 'write no manifest beside the file')
    .option('--raw', 'leave cells that a spreadsheet could take for a formula as they are')
    .option('--rejects <file>', 'write the records that are no events to this file: JSON Lines, with all their bytes')
    .addHelpText(
      'after',
      `
With --rejects, the whole store is read, whatever the filter: what is no event passes none.
With --timezone, times are also written in that zone, except in JSON; without, exactly as they were recorded.
The same key gives a value the same pseudonym in every export. It is in no file that is handed over: keep it.

Examples:
  event-audit export --format=xlsx --output=deletions.xlsx --action=deleted --start-date=2024-08-01 --end-date=2024-08-31
  event-audit export --source=redis://localhost:6379/0 --category=model --action-object=Package --format=json --output=out.json
  event-audit export --format=parquet --output=out.parquet --fields=timestamp,actor,action,result.new.title
  event-audit export --format=csv --output=out.csv --mask=actor,payload.user.email --mask-key-file=portal.key
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
  const mask = await maskOf(flags);
  const fields = fieldsOf(flags);
  const outputs = [...(toStdout ? [] : [flags.output]), ...(flags.rejects === undefined ? [] : [flags.rejects])];
  await checkTargets(
    outputs.map((path) => resolve(path)),
    sourcesFrom(flags),
  );
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
          path_values: flags.pathValues,
          ...(fields === undefined ? {} : { fields: [...fields] }),
          ...(mask === undefined ? {} : { mask }),
          ...(timeZone === undefined ? {} : { time_zone: timeZone }),
        },
        { signal: session.signal, onProgress: ({ rows, total }) => progress.show(rows, total) },
      );
      progress.clear();
      for (const note of result.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
      if (!toStdout) {
        say(`${countedEvents(result.rows)} written to ${result.path}`);
        say(`SHA-256 ${result.sha256}${result.manifest_path === null ? '' : `, manifest ${result.manifest_path}`}`);
      }
      if (flags.rejects !== undefined) await writeRejects(session, status.snapshot_id, flags.rejects, flags.manifest);
      process.exitCode = isIncomplete(status) ? EXIT.incomplete : EXIT.done;
    } finally {
      progress.clear();
    }
  }, pluginsFrom(flags));
}

/** The columns that were asked for, with those of names; `undefined` for the format's own choice. */
function fieldsOf({ fields, names, format }: ExportFlags): readonly string[] | undefined {
  if (fields !== undefined || names === 'id') return fields === undefined ? undefined : withNames(fields, names);
  const isWhole = format === 'json' || format === 'jsonl' || format === 'parquet';
  return withNames(isWhole ? EVENT_FIELDS : FLAT_FIELDS, names);
}

/** @throws AppError `invalid_input` without a key, or for what can't be masked */
async function maskOf({
  mask,
  maskKeyFile,
  rejects,
}: ExportFlags): Promise<{ fields: string[]; secret: string } | undefined> {
  if (mask === undefined) return undefined;
  if (rejects !== undefined) {
    throw new AppError(
      'invalid_input',
      'Records that were set aside are written byte for byte, so that --mask can’t hold in them. Leave out --rejects or --mask.',
    );
  }
  const { maskKey } = await import('../mask-key.ts');
  return { fields: [...mask], secret: await maskKey(maskKeyFile, process.env['EVENT_AUDIT_MASK_KEY']) };
}

/** Finds out now rather than when a large store has been read whether the files can be written. */
async function checkTargets(paths: readonly string[], sources: readonly string[]): Promise<void> {
  const [{ Target }, { manifestPath }, { refuseSources }] = await Promise.all([
    import('../../engine/export/target.ts'),
    import('../../engine/export/manifest.ts'),
    import('../../engine/export/refuse-sources.ts'),
  ]);
  const written = paths.flatMap((path) => [path, manifestPath(path)]);
  if (new Set(written).size < written.length) {
    throw new AppError(
      'invalid_input',
      '--output and --rejects name the same file, or one of them the other’s manifest. Give them different names.',
    );
  }
  await refuseSources(paths, sources);
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
