/** What each setting is now, and where it comes from: command line, environment, a named ckan.ini, settings, default. */
import { AppError } from '../../../shared/errors.ts';
import {
  environmentNameOf,
  iniNameOf,
  iniNamesOf,
  isOptionName,
  OPTION_ENVIRONMENT_PREFIX,
  OPTION_NAMES,
  OPTION_PREFIX,
  optionOf,
  readOption,
  type OptionName,
  type OptionValue,
  type OptionValues,
} from '../../../shared/options.ts';
import { filledIn, placeOf, readIniSection } from './ini-file.ts';

const SECTION = 'app:main';

/** Variables of ours that are no settings of event auditing. Of several sources, each has one with its number. */
export const OTHER_VARIABLES = [
  'EVENT_AUDIT_CONFIG',
  'EVENT_AUDIT_DATA_DIR',
  'EVENT_AUDIT_DEBUG',
  'EVENT_AUDIT_MASK_KEY',
  'EVENT_AUDIT_PASSPHRASE',
  'EVENT_AUDIT_PASSWORD',
  'EVENT_AUDIT_TEST_DIALOGS',
] as const;

export type OptionOrigin = 'command_line' | 'environment' | 'ini' | 'settings' | 'default';

/** A setting as one place has it. */
interface Found {
  readonly text: string;
  readonly origin: OptionOrigin;
  /** Where exactly: the flag, the variable, `FILE:LINE`. */
  readonly place: string;
}

export interface EffectiveOption {
  readonly name: OptionName;
  readonly value: OptionValue;
  readonly origin: OptionOrigin;
  readonly place: string;
}

export interface EffectiveOptions {
  readonly options: readonly EffectiveOption[];
  readonly values: OptionValues;
  /** What was found and has no effect, such as an unknown variable of the environment. */
  readonly warnings: readonly string[];
}

/** The places where settings are looked up, those that win first. */
export interface OptionPlaces {
  /** `NAME=VALUE`, as given to `--set`. */
  readonly commandLine?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A ckan.ini that the user named. */
  readonly ini?: string | undefined;
  /** Settings that were made in the product, by name. */
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * Finds every setting's value and checks it.
 * @param repositories the names that `active_repo` may have here
 * @throws AppError `invalid_input` that names each wrong value, where it stands and what is allowed; also when the
 * ckan.ini can't be read: naming it is a setting, too
 */
export async function resolveOptions(places: OptionPlaces, repositories: readonly string[]): Promise<EffectiveOptions> {
  const warnings: string[] = [];
  const problems: string[] = [];
  const layers = [
    commandLineLayer(places.commandLine ?? [], problems),
    environmentLayer(places.environment, warnings, problems),
    places.ini === undefined ? new Map<OptionName, Found>() : await namedIni(places.ini, problems),
    settingsLayer(places.settings, warnings),
  ];
  const options = OPTION_NAMES.map((name): EffectiveOption => {
    const found = layers.map((layer) => layer.get(name)).find((each) => each !== undefined);
    if (found === undefined) return { name, value: optionOf(name).default, origin: 'default', place: '' };
    const read = readOption(name, found.text);
    if (!read.ok) {
      const shown = optionOf(name).secret === true ? '…' : found.text.trim();
      problems.push(`${found.place}: ${nameIn(found, name)} is “${shown}”; it ${read.problem}.`);
    }
    const value = read.ok ? read.value : optionOf(name).default;
    return { name, value, origin: found.origin, place: found.place };
  });
  const values = valuesOf(options);
  problems.push(...repositoryProblems(options, values, repositories));
  if (
    values['track.models'].length > 0 &&
    options.some(({ name, origin }) => name === 'ignore.models' && origin !== 'default')
  ) {
    warnings.push('ignore.models has no effect, because track.models is set.');
  }
  if (problems.length > 0) throw new AppError('invalid_input', problems.join(' '), { details: problems });
  return { options, values, warnings };
}

function nameIn({ origin }: Found, name: OptionName): string {
  return origin === 'ini' ? iniNameOf(name) : name;
}

function valuesOf(options: readonly EffectiveOption[]): OptionValues {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name is there, and readOption gives the type that its option says
  return Object.fromEntries(options.map(({ name, value }) => [name, value])) as unknown as OptionValues;
}

function repositoryProblems(
  options: readonly EffectiveOption[],
  values: OptionValues,
  repositories: readonly string[],
): string[] {
  const place = (name: OptionName): string => {
    const found = options.find((each) => each.name === name);
    return found === undefined || found.place === '' ? 'The default' : found.place;
  };
  const active = values.active_repo;
  const allowed = values.restrict_available_repos;
  if (!repositories.includes(active)) {
    return [`${place('active_repo')}: active_repo is “${active}”; allowed are ${repositories.join(', ')}.`];
  }
  if (allowed.length > 0 && !allowed.includes(active)) {
    return [
      `${place('restrict_available_repos')}: active_repo is “${active}” (${place('active_repo')}), but restrict_available_repos allows only ${allowed.join(', ')}.`,
    ];
  }
  return [];
}

/** A setting by any of its names, with or without the prefix of a ckan.ini. */
export function optionNamed(text: string): OptionName | undefined {
  return OPTION_NAMES.find(
    (name) => name === text || iniNamesOf(name).includes(text) || iniNamesOf(name).includes(OPTION_PREFIX + text),
  );
}

function commandLineLayer(assignments: readonly string[], problems: string[]): Map<OptionName, Found> {
  const layer = new Map<OptionName, Found>();
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    const name = at === -1 ? undefined : optionNamed(assignment.slice(0, at).trim());
    if (name === undefined) {
      const given = at === -1 ? assignment : assignment.slice(0, at);
      problems.push(
        `--set: there is no setting “${given}”${at === -1 ? ' with a value; write NAME=VALUE' : allowedNames(given)}.`,
      );
      continue;
    }
    layer.set(name, { text: assignment.slice(at + 1), origin: 'command_line', place: '--set' });
  }
  return layer;
}

function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  warnings: string[],
  problems: string[],
): Map<OptionName, Found> {
  const layer = new Map<OptionName, Found>();
  const byVariable = new Map(OPTION_NAMES.map((name) => [environmentNameOf(name), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(OPTION_ENVIRONMENT_PREFIX)) continue;
    const name = byVariable.get(variable);
    if (name !== undefined) layer.set(name, { text, origin: 'environment', place: variable });
    else if (!OTHER_VARIABLES.some((other) => other === variable.replace(/_\d+$/, ''))) {
      // A near miss was meant to be a setting; anything else may be somebody else's.
      const meant = suggestion(variable);
      if (meant === '') warnings.push(`The environment variable ${variable} is no setting and has no effect.`);
      else problems.push(`${variable}: there is no such setting${meant}.`);
    }
  }
  return layer;
}

/** A file that was named by mistake is a wrong setting, not a store that can’t be reached. */
async function namedIni(path: string, problems: string[]): Promise<Map<OptionName, Found>> {
  try {
    return await iniLayer(path, problems);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('invalid_input', error.message, { cause: error });
  }
}

async function iniLayer(path: string, problems: string[]): Promise<Map<OptionName, Found>> {
  const section = await readIniSection(path, SECTION);
  const layer = new Map<OptionName, Found>();
  const known = new Set<string>();
  for (const name of OPTION_NAMES) {
    for (const iniName of iniNamesOf(name)) {
      known.add(iniName);
      const value = section.get(iniName);
      if (value === undefined || layer.has(name)) continue;
      layer.set(name, { text: filledIn(section, value), origin: 'ini', place: placeOf(value) });
    }
  }
  for (const [key, value] of section) {
    if (!key.startsWith(OPTION_PREFIX) || known.has(key)) continue;
    problems.push(`${placeOf(value)}: ${key} is no setting that this version knows${allowedNames(key)}.`);
  }
  return layer;
}

function settingsLayer(settings: ReadonlyMap<string, string>, warnings: string[]): Map<OptionName, Found> {
  const layer = new Map<OptionName, Found>();
  for (const [name, text] of settings) {
    if (isOptionName(name)) layer.set(name, { text, origin: 'settings', place: 'the settings' });
    else warnings.push(`The settings hold “${name}”, which this version does not know.`);
  }
  return layer;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** What an unknown name should have been: the nearest one or, where none is near, all that there are. */
export function allowedNames(given: string): string {
  return suggestion(given) || `; known are ${OPTION_NAMES.join(', ')}`;
}

/** ` (did you mean ignore.actions?)` for a name that is nearly one. */
function suggestion(given: string): string {
  const wanted = plain(given.replace(OPTION_PREFIX, '').replace(OPTION_ENVIRONMENT_PREFIX, ''));
  const near = OPTION_NAMES.map((name) => ({ name, distance: distance(plain(name), wanted) })).toSorted(
    (a, b) => a.distance - b.distance,
  )[0];
  return near !== undefined && near.distance <= Math.max(2, wanted.length / 4) ? ` (did you mean ${near.name}?)` : '';
}

/** How many letters must be put in, taken out or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
