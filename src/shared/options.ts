/**
 * Every setting of event auditing, once: name, type, default, what it does. The checks, the settings page, the command's
 * help and docs/configuration.md are all made from this table.
 * Source of names and defaults: the configuration of ckanext-event-audit releases up to 1.2.13.
 */

/** What settings in a ckan.ini begin with; names here leave it out. */
export const OPTION_PREFIX = 'ckanext.event_audit.';

/** What environment variables of settings begin with. */
export const OPTION_ENVIRONMENT_PREFIX = 'EVENT_AUDIT_';

interface OptionBase {
  /** One sentence, in the present: what it does. */
  readonly summary: string;
  /** A secret is shown as dots, and is never stored by us. */
  readonly secret?: true;
  /** The whole name in a ckan.ini, where it is not ours. */
  readonly ini?: string;
  /** Further names under which it is met in a ckan.ini. */
  readonly aliases?: readonly string[];
}

export interface SwitchOption extends OptionBase {
  readonly type: 'switch';
  readonly default: boolean;
}

export interface NumberOption extends OptionBase {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

export interface ListOption extends OptionBase {
  readonly type: 'list';
  readonly default: readonly string[];
}

export interface TextOption extends OptionBase {
  readonly type: 'text';
  readonly default: string;
}

export type Option = SwitchOption | NumberOption | ListOption | TextOption;

/**
 * Our own reads that happen many times a minute and say nothing: pages, counts and lists for the screen. Opening a
 * source, exporting and everything that changes something is not among them.
 */
export const CHATTY_ACTIONS = [
  'event_audit_page_events',
  'event_audit_count_events',
  'event_audit_locate_event',
  'event_audit_match_events',
  'event_audit_get_facets',
  'event_audit_get_histogram',
  'event_audit_get_names',
  'event_audit_get_path_values',
  'event_audit_get_event_findings',
  'event_audit_infer_actor',
  'event_audit_explain_empty',
  'event_audit_list_paths',
  'event_audit_list_rejects',
  'event_audit_list_arrivals',
  'event_audit_page_differences',
  'event_audit_preview_export',
  'event_audit_list_sources',
  'event_audit_list_snapshots',
  'event_audit_list_plugins',
  'event_audit_list_actions',
  'event_audit_get_options',
  'event_audit_get_tracking',
  'event_audit_get_journal',
  'event_audit_list_views',
  'event_audit_list_annotations',
  'event_audit_list_export_jobs',
  'event_audit_list_saved_snapshots',
] as const;

export const OPTIONS = {
  active_repo: {
    type: 'text',
    default: 'basic',
    summary:
      'The repository that events are written to: basic (the embedded store), redis, cloudwatch, postgres, or a name that a plugin registered.',
  },
  restrict_available_repos: {
    type: 'list',
    default: [],
    summary: 'The only repositories that may be written to; empty allows all.',
  },
  track_api: {
    type: 'switch',
    default: true,
    summary: 'Records every action that is called, by whatever door.',
  },
  track_model: {
    type: 'switch',
    default: true,
    aliases: ['track_models'],
    summary: 'Records every change of the product’s own data: connections, views, notes, settings, exports, plugins.',
  },
  'ignore.categories': {
    type: 'list',
    default: [],
    summary: 'Events of these categories are not recorded.',
  },
  'ignore.actions': {
    type: 'list',
    default: [
      'resource_view_list',
      'editable_config_list',
      'editable_config_change',
      'get_site_user',
      'ckanext_pages_list',
      'user_show',
      'package_search',
      'package_show',
      'task_status_update',
      'task_status_show',
      ...CHATTY_ACTIONS,
    ],
    summary: 'Calls of these actions are not recorded. A list of one’s own replaces the default.',
  },
  'ignore.models': {
    type: 'list',
    default: ['Option'],
    summary: 'Changes of these models are not recorded. Has no effect when track.models is set.',
  },
  'track.models': {
    type: 'list',
    default: [],
    summary: 'When set, only changes of these models are recorded. Names are case-sensitive.',
  },
  'track.store_previous_model_state': {
    type: 'switch',
    default: false,
    summary: 'Keeps, with each change of a model, what was there before and after.',
  },
  store_payload_and_result: {
    type: 'switch',
    default: false,
    summary: 'Keeps the request and the reply of each action. Secrets are left out, whatever is switched on.',
  },
  'batch.size': {
    type: 'number',
    default: 50,
    min: 1,
    max: 10_000,
    unit: 'events',
    summary: 'So many waiting events are written together at once.',
  },
  'batch.timeout': {
    type: 'number',
    default: 3600,
    min: 1,
    max: 86_400,
    unit: 'seconds',
    summary: 'Waiting events are written at the latest after this time.',
  },
  threaded_mode: {
    type: 'switch',
    default: true,
    summary:
      'Writes in the background. Switched off, an action is answered only when its event is written or queued for good.',
  },
  enable_admin_panel: {
    type: 'switch',
    default: false,
    summary: 'Shows administration: settings, trackers, plugins, stores, and the clearing of a store.',
  },
  'cloudwatch.access_key': {
    type: 'text',
    default: '',
    secret: true,
    summary: 'AWS access key id; empty uses the environment, a profile or single sign-on.',
  },
  'cloudwatch.secret_key': {
    type: 'text',
    default: '',
    secret: true,
    summary: 'AWS secret access key.',
  },
  'cloudwatch.region': {
    type: 'text',
    default: '',
    summary: 'AWS region of the log group, such as eu-central-1.',
  },
  'cloudwatch.log_group': {
    type: 'text',
    default: '/ckan/event-audit',
    summary: 'CloudWatch Logs group that events are written to.',
  },
  'cloudwatch.log_stream': {
    type: 'text',
    default: 'event-audit-stream',
    summary: 'Stream in that group.',
  },
  'ckan.redis.url': {
    type: 'text',
    default: 'redis://localhost:6379/0',
    secret: true,
    ini: 'ckan.redis.url',
    summary: 'The Redis that the repository redis writes to.',
  },
  'sqlalchemy.url': {
    type: 'text',
    default: '',
    secret: true,
    ini: 'sqlalchemy.url',
    summary: 'The PostgreSQL that the repository postgres writes to.',
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** A setting's value, by the type of its option. */
type ValueOf<O extends Option> = O extends SwitchOption
  ? boolean
  : O extends NumberOption
    ? number
    : O extends ListOption
      ? readonly string[]
      : string;

export type OptionValues = { readonly [N in OptionName]: ValueOf<(typeof OPTIONS)[N]> };
export type OptionValue = boolean | number | string | readonly string[];

/** What holds where nothing else was said. */
export const DEFAULT_OPTIONS: OptionValues = defaults();

export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS).filter(isOptionName);

function defaults(): OptionValues {
  const values = Object.fromEntries(Object.entries(OPTIONS).map(([name, option]) => [name, option.default]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every option is there with a default of its own type
  return values as unknown as OptionValues;
}

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** An option by name, as the general type. */
export function optionOf(name: OptionName): Option {
  return OPTIONS[name];
}

/** The whole name of a setting in a ckan.ini. */
export function iniNameOf(name: OptionName): string {
  return optionOf(name).ini ?? OPTION_PREFIX + name;
}

/** All names under which a setting is met in a ckan.ini, the proper one first. */
export function iniNamesOf(name: OptionName): readonly string[] {
  return [iniNameOf(name), ...(optionOf(name).aliases ?? []).map((alias) => OPTION_PREFIX + alias)];
}

/** The environment variable of a setting: `EVENT_AUDIT_IGNORE_ACTIONS`. */
export function environmentNameOf(name: OptionName): string {
  return OPTION_ENVIRONMENT_PREFIX + name.replaceAll('.', '_').toUpperCase();
}

const TRUE: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1', 't', 'y']);
const FALSE: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'f', 'n']);

export type ReadOption =
  { readonly ok: true; readonly value: OptionValue } | { readonly ok: false; readonly problem: string };

/**
 * Reads a setting as people write it: switches as true/false, yes/no, on/off or 1/0 in any case; lists by white space or
 * commas. An empty text is the default, except that it empties a list.
 * @returns the value, or what is wrong with it and what is allowed, as a clause: “must be …”
 */
export function readOption(name: OptionName, text: string): ReadOption {
  const option = optionOf(name);
  const trimmed = text.trim();
  switch (option.type) {
    case 'switch': {
      const lower = trimmed.toLowerCase();
      if (lower === '') return { ok: true, value: option.default };
      if (TRUE.has(lower)) return { ok: true, value: true };
      if (FALSE.has(lower)) return { ok: true, value: false };
      return { ok: false, problem: 'must be true or false' };
    }
    case 'number': {
      if (trimmed === '') return { ok: true, value: option.default };
      const value = Number(trimmed);
      const { min, max, unit } = option;
      return /^\d+$/.test(trimmed) && value >= min && value <= max
        ? { ok: true, value }
        : { ok: false, problem: `must be a whole number of ${unit} from ${min} to ${max}` };
    }
    case 'list':
      return { ok: true, value: trimmed.split(/[\s,]+/).filter((each) => each !== '') };
    case 'text':
      return { ok: true, value: trimmed === '' ? option.default : trimmed };
    default:
      return option satisfies never;
  }
}

/** A setting's value as it would be written in a ckan.ini. */
export function optionText(value: OptionValue): string {
  return typeof value === 'object' ? value.join(' ') : String(value);
}
