/** What a CKAN configuration says about its audit trail: where the events are, and which were never recorded. */
import type { Note } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { formatSourceUrl, parseSourceUrl, type ParsedSource } from '../../../shared/source-url.ts';
import { filledIn, placeOf, readIniSection, type IniSection, type IniValue } from './ini-file.ts';

const SECTION = 'app:main';
const PREFIX = 'ckanext.event_audit.';
const DEFAULT_REDIS = 'redis://localhost:6379/0';
const REDIS_KEY = 'event-audit';

/** The repositories that a configuration can name and this product can open. */
const REPOSITORIES = ['redis', 'cloudwatch', 'postgres'] as const;
type RepositoryName = (typeof REPOSITORIES)[number];

/** What `active_repo` names: one of ours, or the name by which a plugin registered a store. */
type Named = { readonly name: RepositoryName } | { readonly name: string; readonly isCustom: true };

/** The settings that decide which events were recorded, in the order in which they are shown. */
const LISTS = ['ignore.categories', 'ignore.actions', 'ignore.models', 'track.models'] as const;
const SWITCHES = [
  'track_api',
  'track_model',
  'track_models',
  'track.store_previous_model_state',
  'store_payload_and_result',
] as const;

const TRUE = new Set(['true', 'yes', 'on', '1', 't', 'y']);
const FALSE = new Set(['false', 'no', 'off', '0', 'f', 'n']);

export interface CkanConfig {
  /** The store that `active_repo` names; its secrets are apart, as always. */
  readonly source: ParsedSource;
  readonly notes: readonly Note[];
}

/**
 * @param custom names under which plugins registered stores
 * @throws AppError `source_*` naming file, line and what is allowed there
 */
export async function readCkanConfig(path: string, custom: readonly string[] = []): Promise<CkanConfig> {
  if (path === '') {
    throw new AppError('invalid_input', 'No file is named. Write ckan: and the path, such as ckan:/etc/ckan/ckan.ini.');
  }
  const section = await readIniSection(path, SECTION);
  const source = sourceOf(section, path, custom);
  return {
    source,
    notes: [
      {
        severity: 'info',
        code: 'ckan_setting_active_repo',
        message: `${PREFIX}active_repo is ${activeRepository(section, custom).name}: ${source.url.text} is read.`,
      },
      ...repeatedNotes(section),
      ...settingNotes(section),
    ],
  };
}

function get(section: IniSection, key: string): IniValue | undefined {
  const found = section.get(key);
  return found === undefined || found.value.trim() === '' ? undefined : found;
}

function text(section: IniSection, key: string): string | undefined {
  const found = get(section, key);
  return found === undefined ? undefined : filledIn(section, found).trim();
}

/** A list as CKAN's users write it: by white space or by commas. */
function list(section: IniSection, key: string): readonly string[] {
  return (text(section, key) ?? '').split(/[\s,]+/).filter((each) => each !== '');
}

function activeRepository(
  section: IniSection,
  custom: readonly string[],
): Named & { readonly at: IniValue | undefined } {
  const key = `${PREFIX}active_repo`;
  const at = get(section, key);
  const wanted = text(section, key) ?? 'redis';
  const name = REPOSITORIES.find((each) => each === wanted);
  if (name !== undefined) return { name, at };
  if (!custom.includes(wanted)) {
    throw new AppError(
      'source_invalid',
      `${at === undefined ? '' : `${placeOf(at)}: `}${key} is “${wanted}”, which can’t be opened here. Allowed are ${[...REPOSITORIES, ...custom].join(', ')}. Another one needs the plugin that registers it.`,
    );
  }
  return { name: wanted, isCustom: true, at };
}

function sourceOf(section: IniSection, path: string, custom: readonly string[]): ParsedSource {
  const active = activeRepository(section, custom);
  const { name, at } = active;
  const key = `${PREFIX}restrict_available_repos`;
  const allowed = list(section, key);
  if (allowed.length > 0 && !allowed.includes(name)) {
    const restricted = get(section, key);
    const chosen = at === undefined ? `${name}, the default,` : `${name} (${placeOf(at)})`;
    throw new AppError(
      'source_invalid',
      `${restricted === undefined ? path : placeOf(restricted)}: ${PREFIX}active_repo is ${chosen} but ${key} allows only ${allowed.join(', ')}.`,
    );
  }
  if ('isCustom' in active) return parseSourceUrl(`${name}:`);
  switch (active.name) {
    case 'redis':
      return redisSource(section);
    case 'cloudwatch':
      return cloudWatchSource(section, path);
    case 'postgres':
      return postgresSource(section, path);
    default:
      return active satisfies never;
  }
}

/** What redis-py's URLs call otherwise than ours. */
const REDIS_PARAMETERS: Readonly<Record<string, string>> = {
  ssl_ca_certs: 'ca',
  ssl_certfile: 'client_cert',
  ssl_keyfile: 'client_key',
};

function redisSource(section: IniSection): ParsedSource {
  const at = get(section, 'ckan.redis.url');
  return redisTrail(parse(at, text(section, 'ckan.redis.url') ?? DEFAULT_REDIS, ['redis', 'rediss']));
}

/** The audit trail in the Redis of a CKAN, by the URL that CKAN has of it. */
export function redisTrail(found: ParsedSource): ParsedSource {
  const { db, ...others } = found.url.parameters;
  const parameters: Record<string, string> = { key: REDIS_KEY };
  for (const [name, value] of Object.entries(others)) {
    const known = REDIS_PARAMETERS[name];
    // What is left tunes the Python client and does not change which data is meant.
    if (known !== undefined) parameters[known] = value;
  }
  const url = { ...found.url, path: db ?? (found.url.path === '' ? '0' : found.url.path), parameters };
  return { url: { ...url, text: formatSourceUrl(url) }, secrets: found.secrets };
}

/** What SQLAlchemy hands to the Python driver and does not change which data is meant. */
const POSTGRES_TUNING =
  /^(?:client_encoding|(?:fallback_)?application_name|keepalives(?:_idle|_interval|_count)?|tcp_user_timeout|gssencmode|sslcompression)$/;

function postgresSource(section: IniSection, path: string): ParsedSource {
  const at = get(section, 'sqlalchemy.url');
  if (at === undefined) throw missing(path, 'sqlalchemy.url', 'postgres://USER:PASSWORD@HOST/DATABASE');
  // SQLAlchemy names the Python driver in the scheme, which is of no matter here.
  const written = (text(section, 'sqlalchemy.url') ?? '').replace(/^(postgres(?:ql)?)\+\w+:/, '$1:');
  const { url: found, secrets } = parse(at, written, ['postgres', 'postgresql']);
  const parameters = Object.fromEntries(
    Object.entries(found.parameters).filter(([name]) => !POSTGRES_TUNING.test(name)),
  );
  const url = { ...found, parameters };
  return { url: { ...url, text: formatSourceUrl(url) }, secrets };
}

function cloudWatchSource(section: IniSection, path: string): ParsedSource {
  const setting = (name: string): string | undefined => text(section, `${PREFIX}cloudwatch.${name}`);
  const region = setting('region');
  if (region === undefined) throw missing(path, `${PREFIX}cloudwatch.region`, 'eu-central-1');
  const { url } = cloudWatchTrail(
    region,
    setting('log_group') ?? '/ckan/event-audit',
    setting('log_stream') ?? 'event-audit-stream',
  );
  const secrets: Record<string, string> = {};
  for (const name of ['access_key', 'secret_key']) {
    const value = setting(name);
    if (value !== undefined) secrets[name] = value;
  }
  return { url, secrets };
}

/** The audit trail in a stream of CloudWatch Logs. */
export function cloudWatchTrail(region: string, group: string, stream: string): ParsedSource {
  const url = {
    kind: 'cloudwatch',
    scheme: 'cloudwatch',
    host: '',
    port: 0,
    username: '',
    path: `${region}/${group}`,
    parameters: { stream },
  };
  return { url: { ...url, text: formatSourceUrl(url) }, secrets: {} };
}

/** Reads a URL of the configuration. What can't be read is not repeated: it may hold a password. */
function parse(at: IniValue | undefined, written: string, schemes: readonly string[]): ParsedSource {
  let found: ParsedSource | undefined;
  try {
    found = parseSourceUrl(written);
  } catch {
    // The message would repeat the URL, whose password can't be told apart in one that can't be read.
    found = undefined;
  }
  if (found === undefined || !schemes.includes(found.url.scheme) || found.url.host === '') {
    throw new AppError(
      'source_invalid',
      `${at === undefined ? 'The default' : placeOf(at)}: this URL can’t be opened. It must begin with ${schemes.map((each) => `${each}://`).join(' or ')}, then user:password@host:port/database, with special signs in the password written as %40 and the like (%%40 in this file).`,
    );
  }
  return found;
}

function missing(path: string, key: string, example: string): AppError {
  return new AppError('source_invalid', `${path}: [${SECTION}] does not set ${key}. It would be ${key} = ${example}.`);
}

/** Python’s configparser refuses a file with a key twice; who wrote it may have meant either value. */
function repeatedNotes(section: IniSection): readonly Note[] {
  return [...section.values()].flatMap((at): Note[] =>
    at.before === undefined
      ? []
      : [
          {
            severity: 'warning',
            code: 'ckan_setting_repeated',
            message: `${placeOf(at)}: ${at.name} is set here and in line ${at.before} of the same section. The later value is used here; CKAN refuses such a file, so it ran with another one.`,
          },
        ],
  );
}

function settingNotes(section: IniSection): readonly Note[] {
  const notes: Note[] = [];
  const say = (name: string, message: string, severity: Note['severity'] = 'info'): void => {
    notes.push({ severity, code: `ckan_setting_${name.replaceAll('.', '_')}`, message });
  };
  for (const name of LISTS) {
    const at = get(section, PREFIX + name);
    if (at === undefined) continue;
    const values = list(section, PREFIX + name);
    const effect = name === 'track.models' ? 'only these models were recorded' : 'these were not recorded';
    say(name, `${placeOf(at)}: ${PREFIX}${name} = ${values.join(' ')}; ${effect}.`);
  }
  for (const name of SWITCHES) {
    const at = get(section, PREFIX + name);
    if (at === undefined) continue;
    say(name, `${placeOf(at)}: ${PREFIX}${name} = ${isOn(section, at, PREFIX + name) ? 'true' : 'false'}.`);
  }
  if (get(section, `${PREFIX}track.models`) !== undefined && get(section, `${PREFIX}ignore.models`) !== undefined) {
    say(
      'ignore.models_without_effect',
      `${PREFIX}ignore.models has no effect, because ${PREFIX}track.models is set.`,
      'warning',
    );
  }
  return notes;
}

function isOn(section: IniSection, at: IniValue, key: string): boolean {
  const value = filledIn(section, at).trim().toLowerCase();
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new AppError('source_invalid', `${placeOf(at)}: ${key} is “${at.value}”. Allowed are true and false.`);
}
