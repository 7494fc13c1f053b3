/** The flags that say which events, the same for every command that reads, and the filter they mean. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FILTER_FIELDS, type FilterField } from '../../shared/event.ts';
import { AppError } from '../../shared/errors.ts';
import {
  conditionFromText,
  filterSchema,
  sortFieldSchema,
  type FieldCondition,
  type Filter,
  type PathCondition,
  type Sort,
} from '../../shared/filter.ts';
import { parsePath } from '../../shared/json-path.ts';

/** What commander hands over, by camel-case flag name. */
export type FlagValues = Readonly<Record<string, unknown>>;

function flagOf(field: FilterField): string {
  return field.replaceAll('_', '-');
}

function camel(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function collect(value: string, previous: unknown): string[] {
  return [...(Array.isArray(previous) ? previous.map(String) : []), value];
}

/** Adds `--plugin`. Naming a file here is the consent to run it. */
export function addPluginOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--plugin <file>',
      'an ES module that adds stores; it runs with all your rights, repeat for several',
    ).argParser(collect),
  );
}

export function pluginsFrom(flags: FlagValues): readonly string[] {
  return texts(flags, 'plugin');
}

/** Adds `--source`, the filter flags and their negations. @param source what help says of the source */
export function addFilterOptions(
  command: Command,
  source = 'the store to read, repeat for several, merged in time order (default: demo:, the bundled sample)',
): Command {
  command.addOption(new Option('--source <url>', source).argParser(collect));
  addPluginOption(command);
  for (const field of FILTER_FIELDS) {
    command.addOption(
      new Option(
        `--${flagOf(field)} <value>`,
        `only events with this ${field}; repeat for any of several, @empty for the empty value`,
      ).argParser(collect),
    );
    if (field === 'actor') command.addOption(new Option('--user-id <value>', 'the same as --actor').argParser(collect));
  }
  for (const field of FILTER_FIELDS) {
    command.addOption(
      new Option(`--not-${flagOf(field)} <value>`, `without this ${field}`).argParser(collect).hideHelp(),
    );
  }
  command.addOption(new Option('--not-user-id <value>', 'the same as --not-actor').argParser(collect).hideHelp());
  return command
    .option('--start-date <when>', 'from this date or time on, inclusive: 2024-03-01 or 2024-03-01T10:20:30+00:00')
    .option('--end-date <when>', 'up to this date (its whole day) or time, inclusive')
    .option('--timezone <zone>', 'IANA zone in which dates are read (default: UTC)')
    .option('--search <text>', 'only events that contain this text in any field, in whatever case')
    .addOption(
      new Option(
        '--where <path=value>',
        'a value inside result or payload, such as result.new.state=deleted',
      ).argParser(collect),
    )
    .addOption(new Option('--not-where <path=value>', 'without that value').argParser(collect).hideHelp())
    .addHelpText('after', '\nEach filter flag has a negation: --not-category=view, --not-where=…');
}

function texts(flags: FlagValues, flag: string): string[] {
  const value = flags[camel(flag)];
  return Array.isArray(value) ? value.map(String) : [];
}

function text(flags: FlagValues, flag: string): string | undefined {
  const value = flags[camel(flag)];
  return typeof value === 'string' ? value : undefined;
}

/** The filter that the flags mean. @throws AppError `invalid_input` for a `--where` that can't be read. */
export function filterFromFlags(flags: FlagValues): Filter {
  const conditions: FieldCondition[] = [];
  for (const negate of [false, true]) {
    const prefix = negate ? 'not-' : '';
    for (const field of FILTER_FIELDS) {
      const values = texts(flags, `${prefix}${flagOf(field)}`);
      if (field === 'actor') values.push(...texts(flags, `${prefix}user-id`));
      const condition = conditionFromText(field, values, negate);
      if (condition !== undefined) conditions.push(condition);
    }
  }
  return filterSchema.parse({
    conditions,
    time_from: text(flags, 'start-date') ?? '',
    time_to: text(flags, 'end-date') ?? '',
    time_zone: text(flags, 'timezone') ?? 'UTC',
    search: text(flags, 'search') ?? '',
    where: [
      ...texts(flags, 'where').map((each) => whereFrom(each, false)),
      ...texts(flags, 'not-where').map((each) => whereFrom(each, true)),
    ],
  });
}

/**
 * A filter as it is, for what can't be taken back: a value that would be trimmed, or be no filter since it is empty, is no
 * mistake that may be passed over there.
 * @throws AppError `invalid_input` naming the flag
 */
export function strictFilterFromFlags(flags: FlagValues): Filter {
  const named = ['', 'not-'].flatMap((prefix) =>
    [...FILTER_FIELDS.map(flagOf), 'user-id'].map((flag) => `${prefix}${flag}`),
  );
  const given = [
    ...named.flatMap((flag) => texts(flags, flag).map((value) => ({ flag, value }))),
    ...['start-date', 'end-date', 'search'].map((flag) => ({ flag, value: text(flags, flag) })),
  ];
  for (const { flag, value } of given) {
    if (value === undefined || (value !== '' && (flag === 'search' || value.trim() === value))) continue;
    throw new AppError(
      'invalid_input',
      value.trim() === ''
        ? `--${flag} is empty, which would be no filter at all. Leave it out, or write @empty for the empty value of a field.`
        : `--${flag}=“${value}” begins or ends with a space, which filters leave out, so that others would be met. Write it without.`,
    );
  }
  return filterFromFlags(flags);
}

function whereFrom(argument: string, negate: boolean): PathCondition {
  // A quoted key may hold an equals sign, so the first one outside quotes parts path from value.
  const match = /^((?:"(?:[^"\\]|\\.)*"|[^="])+)=(.*)$/s.exec(argument);
  const [, path, value] = match ?? [];
  if (path === undefined || value === undefined) {
    throw new AppError('invalid_input', `--where=${argument} lacks its value. Write --where=result.new.title=Budget.`);
  }
  parsePath(path.trim());
  return { path: path.trim(), value, negate };
}

/** Adds `--sort`, `--limit` and `--offset`. */
export function addOrderOptions(command: Command, limit?: number): Command {
  return command
    .option('--sort <field:direction>', 'timestamp or another field, asc or desc', sortFrom, {
      field: 'timestamp',
      direction: 'asc',
    } satisfies Sort)
    .option('--limit <count>', 'at most so many events', wholeNumber, limit)
    .option('--offset <count>', 'leave out so many at the start', wholeNumber, 0);
}

function sortFrom(argument: string): Sort {
  const [name = '', direction = 'asc', ...more] = argument.split(':');
  const field = sortFieldSchema.safeParse(name);
  if (!field.success)
    throw new InvalidArgumentError(`There is no field “${name}”. Fields are ${sortFieldSchema.options.join(', ')}.`);
  if (more.length > 0 || (direction !== 'asc' && direction !== 'desc'))
    throw new InvalidArgumentError('Write asc or desc after the colon.');
  return { field: field.data, direction };
}

export function wholeNumber(argument: string): number {
  if (!/^\d{1,15}$/.test(argument)) throw new InvalidArgumentError('Write a whole number, 0 or more.');
  return Number(argument);
}

/** The timezone flag as given, for exports that write times. */
export function timeZoneFlag(flags: FlagValues): string | undefined {
  return text(flags, 'timezone');
}

/** What `--sort`, `--limit`, `--offset` say. */
export function orderFromFlags(flags: FlagValues): { sort: Sort; limit: number | undefined; offset: number } {
  const sort = flags['sort'];
  return {
    sort: isSort(sort) ? sort : { field: 'timestamp', direction: 'asc' },
    limit: typeof flags['limit'] === 'number' ? flags['limit'] : undefined,
    offset: typeof flags['offset'] === 'number' ? flags['offset'] : 0,
  };
}

function isSort(value: unknown): value is Sort {
  return typeof value === 'object' && value !== null && 'field' in value && 'direction' in value;
}

/** The stores that were named. @throws AppError `invalid_input` for an empty name, as of a variable that is not set */
export function namedSources(flags: FlagValues): readonly string[] {
  const sources = texts(flags, 'source');
  if (sources.some((source) => source.trim() === '')) {
    throw new AppError('invalid_input', '--source names no store. Write --source=URL, or leave it out for the sample.');
  }
  return sources;
}

/** The stores that were named, or the bundled sample. */
export function sourcesFrom(flags: FlagValues): readonly string[] {
  const sources = namedSources(flags);
  return sources.length === 0 ? ['demo:'] : sources;
}
