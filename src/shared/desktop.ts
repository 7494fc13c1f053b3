/**
 * What only the desktop shell can do for the window: dialogs, secrets, the operating system. Everything about
 * events is an action of the contract instead.
 */
import { z } from 'zod';
import { exportFormatSchema } from './contract.ts';
import { nameChoiceSchema } from './export-columns.ts';

export const appInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  platform: z.string(),
  /** Locale of the operating system, BCP 47. */
  locale: z.string(),
  /** Whether the operating system keeps secrets for us; `basic_text` means it would store them as good as in clear. */
  secret_storage: z.enum(['available', 'basic_text', 'unavailable']),
  /** Sources named on the command line or opened from the file manager, oldest first. */
  open_requests: z.array(z.string()),
});
export type AppInfo = Readonly<z.infer<typeof appInfoSchema>>;

const preferenceShape = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'de']),
  time_zone: z.string(),
  row_height: z.enum(['compact', 'comfortable']),
  /** Whether actors and objects are shown by name, where one is known, or always by id. */
  names: z.enum(['names', 'ids']),
  /** Column order, with width in pixels; hidden columns are kept so that their place is. */
  columns: z.array(z.object({ field: z.string(), width: z.number(), hidden: z.boolean() })),
  panels: z.record(z.string(), z.number()),
  seen_welcome: z.boolean(),
  /** The format of the last export. */
  export_format: z.string(),
  /** What was chosen last for an export of each format. */
  export_choices: z.record(
    z.string(),
    z.object({
      whole: z.boolean(),
      columns: z.array(z.string()),
      names: nameChoiceSchema,
      pathValues: z.enum(['text', 'json']),
      timeZone: z.string(),
      guard: z.boolean(),
      manifest: z.boolean(),
      mask: z.array(z.string()),
    }),
  ),
  /** Notes that were begun and not kept yet. */
  note_drafts: z.record(z.string(), z.object({ text: z.string(), tags: z.string() })),
};

/** The window's own memory: small values that are kept between starts. */
export const preferencesSchema = z.object({
  theme: preferenceShape.theme.default('system'),
  language: preferenceShape.language.default('system'),
  time_zone: preferenceShape.time_zone.default('UTC'),
  row_height: preferenceShape.row_height.default('compact'),
  names: preferenceShape.names.default('names'),
  columns: preferenceShape.columns.default([]),
  panels: preferenceShape.panels.default({}),
  seen_welcome: preferenceShape.seen_welcome.default(false),
  export_format: preferenceShape.export_format.default('xlsx'),
  export_choices: preferenceShape.export_choices.default({}),
  note_drafts: preferenceShape.note_drafts.default({}),
});
/** Which key pseudonyms are made with. The key itself never reaches the window. */
export const maskKeyStateSchema = z.object({
  /** Names the key; `null` when there is none. */
  key_id: z.string().nullable(),
  /** Whether the operating system keeps it, or only this session has it. */
  kept: z.enum(['store', 'session', 'none']),
});
export type MaskKeyState = Readonly<z.infer<typeof maskKeyStateSchema>>;

export type Preferences = Readonly<z.infer<typeof preferencesSchema>>;

/** The tabs of the window, to be there again at the next start: each one's view as text, with its sources. */
export const tabsSchema = z.object({
  views: z.array(z.string()).max(200).default([]),
  /** Which of them was shown. */
  active: z.number().int().default(0),
});

/** A source that was read, for the menu and the start page. */
export const recentSchema = z.object({
  /** Without secrets. */
  url: z.string(),
  name: z.string(),
  /** When it was opened last; ISO 8601, UTC. */
  at: z.string(),
});
export type Recent = Readonly<z.infer<typeof recentSchema>>;

export const recentsSchema = z.object({ recents: z.array(recentSchema).default([]) });

/** What the menu, the palette and the keys can order. */
export const MENU_COMMANDS = [
  'open',
  'new_tab',
  'close_tab',
  'reopen_tab',
  'duplicate_tab',
  'next_tab',
  'previous_tab',
  'reload_source',
  'export',
  'save_snapshot',
  'verify',
  'plugins',
  'undo',
  'redo',
  'find',
  'palette',
  'toggle_sources',
  'toggle_detail',
  'findings',
  'names',
  'toggle_theme',
  'keys',
  'about',
] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];

/** What the menu has from the shell and the window may ask for, too. */
export const SHELL_DEEDS = ['zoom_in', 'zoom_out', 'zoom_reset', 'full_screen', 'quit'] as const;
export type ShellDeed = (typeof SHELL_DEEDS)[number];

/** A package of others that is part of the application. */
export const licenceSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression as the package names it. */
  licence: z.string(),
  text: z.string(),
});
export type Licence = Readonly<z.infer<typeof licenceSchema>>;
export const licencesSchema = z.object({ licences: z.array(licenceSchema).default([]) });

export const DESKTOP_CALLS = {
  get_app_info: { input: z.object({}), output: appInfoSchema },
  /** Native open dialog. Empty when it was closed. */
  choose_files: {
    input: z.object({
      purpose: z.enum(['sqlite', 'any', 'folder', 'certificate', 'ckan', 'snapshot', 'verify', 'names']),
    }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  /** The source URL of a file that was dropped on the window, by its content. */
  source_of_file: { input: z.object({ path: z.string().min(1) }), output: z.object({ url: z.string() }) },
  /** Native save dialog. `null` when it was closed. */
  choose_export_path: {
    input: z.object({ format: exportFormatSchema, suggested_name: z.string() }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Native save dialog for a snapshot. `null` when it was closed. */
  choose_snapshot_path: {
    input: z.object({ suggested_name: z.string() }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Native open dialog for a plugin. Only a plugin that was chosen in it, and is still the same file, can be agreed to. */
  choose_plugin: {
    input: z.object({}),
    output: z.object({ plugin: z.object({ path: z.string(), sha256: z.string() }).nullable() }),
  },
  show_in_folder: { input: z.object({ path: z.string() }), output: z.object({}) },
  do_in_shell: { input: z.object({ deed: z.enum(SHELL_DEEDS) }), output: z.object({}) },
  copy_text: { input: z.object({ text: z.string() }), output: z.object({}) },
  /**
   * Keeps secrets for a connection in the operating system's key store, beside those of other names that are kept already.
   * `stored` is false where there is none.
   */
  store_secrets: {
    input: z.object({
      connection_id: z.string(),
      secrets: z.record(z.string(), z.string()),
      allow_basic_text: z.boolean().default(false),
    }),
    output: z.object({ stored: z.boolean() }),
  },
  /** Whether secrets are kept for a connection. The secrets themselves never reach the window. */
  has_secrets: { input: z.object({ connection_id: z.string() }), output: z.object({ has: z.boolean() }) },
  forget_secrets: { input: z.object({ connection_id: z.string() }), output: z.object({}) },
  /** The licences of what the application is made of, as they were collected when it was built. */
  get_licences: { input: z.object({}), output: licencesSchema },
  /** Tells the person through the system that something is done, unless they look at the window. */
  notify: { input: z.object({ title: z.string().max(200), text: z.string().max(500) }), output: z.object({}) },
  get_tabs: { input: z.object({}), output: tabsSchema },
  set_tabs: { input: tabsSchema, output: z.object({}) },
  get_recents: { input: z.object({}), output: recentsSchema },
  /** Puts a source first among the recent ones. */
  add_recent: { input: z.object({ url: z.string().max(4_000), name: z.string().max(400) }), output: recentsSchema },
  clear_recents: { input: z.object({}), output: recentsSchema },
  /** Makes a key for pseudonyms where there is none, or another one in its place, and tells which there is. */
  make_mask_key: { input: z.object({ replace: z.boolean() }), output: maskKeyStateSchema },
  /** Puts the key on the clipboard, for the command or for a colleague. */
  copy_mask_key: { input: z.object({}), output: z.object({}) },
  /** Takes a key from the clipboard. */
  paste_mask_key: { input: z.object({}), output: maskKeyStateSchema },
  get_preferences: { input: z.object({}), output: preferencesSchema },
  /** Changes what is named and keeps the rest: an input with defaults would reset what is not named. */
  set_preferences: { input: z.object(preferenceShape).partial(), output: preferencesSchema },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type DesktopCall = keyof typeof DESKTOP_CALLS;
export type DesktopInput<N extends DesktopCall> = z.input<(typeof DESKTOP_CALLS)[N]['input']>;
export type DesktopOutput<N extends DesktopCall> = z.output<(typeof DESKTOP_CALLS)[N]['output']>;

/** What the shell tells the window unasked. */
export type DesktopEvent =
  | {
      readonly type: 'engine';
      readonly state: 'running' | 'restarting' | 'failed';
      /** After a restart: snapshots that could be opened again, and those that could not. */
      readonly reopened: readonly string[];
      readonly lost: readonly string[];
    }
  | { readonly type: 'menu'; readonly command: MenuCommand }
  | { readonly type: 'open'; readonly url: string };
