/** What the shell does for the window: one handler for each desktop call of the contract, with checked input. */
import { app, BrowserWindow, clipboard, shell, type WebContents } from 'electron';
import type { z } from 'zod';
import type { Reply } from '../../shared/contract.ts';
import { DESKTOP_CALLS, tabsSchema, type AppInfo, type DesktopCall, type ShellDeed } from '../../shared/desktop.ts';
import { AppError, assertNever, toErrorReply } from '../../shared/errors.ts';
import type { Dialogs } from './dialogs.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { readLicences } from './licences.ts';
import { notify } from './notify.ts';
import { sourceFromPath } from './open-requests.ts';
import type { MaskKey } from './mask-key.ts';
import type { PathGrants } from './path-grants.ts';
import type { ShownPlugins } from './shown-plugins.ts';
import type { PreferenceStore } from './preferences.ts';
import type { RecentSources } from './recents.ts';
import { secretStorage, type SecretStore } from './secrets.ts';

export type DesktopCalls = Readonly<
  Record<DesktopCall, (input: unknown, window: WebContents) => Promise<Reply<unknown>>>
>;

export interface DesktopCallsOptions {
  readonly preferences: PreferenceStore;
  readonly secrets: SecretStore;
  readonly dialogs: Dialogs;
  readonly grants: PathGrants;
  readonly plugins: ShownPlugins;
  readonly recents: RecentSources;
  /** Lists that the build wrote. */
  readonly licenceFiles: readonly string[];
  /** File that remembers the tabs. */
  readonly tabsFile: string;
  readonly maskKey: MaskKey;
  /** Sources that were asked for before the window could hear of it. */
  readonly openRequests: () => readonly string[];
}

/** The handlers. None of them rejects: whatever goes wrong is an error reply. */
export function desktopCalls(options: DesktopCallsOptions): DesktopCalls {
  const { preferences, secrets, dialogs, grants, plugins, recents, tabsFile, licenceFiles, maskKey } = options;
  return {
    get_app_info: answer(DESKTOP_CALLS.get_app_info, () => appInfo(options.openRequests())),
    choose_files: answer(DESKTOP_CALLS.choose_files, async ({ purpose }, window) => ({
      paths: [...(await dialogs.chooseFiles(window, purpose))],
    })),
    source_of_file: answer(DESKTOP_CALLS.source_of_file, ({ path }) => ({ url: sourceFromPath(path) })),
    choose_export_path: answer(DESKTOP_CALLS.choose_export_path, async ({ format, suggested_name }, window) => {
      const path = await dialogs.chooseExportPath(window, format, suggested_name);
      if (path !== null) grants.add(path);
      return { path };
    }),
    choose_snapshot_path: answer(DESKTOP_CALLS.choose_snapshot_path, async ({ suggested_name }, window) => {
      const path = await dialogs.chooseSnapshotPath(window, suggested_name);
      if (path !== null) grants.add(path);
      return { path };
    }),
    choose_plugin: answer(DESKTOP_CALLS.choose_plugin, async (_input, window) => {
      const path = await dialogs.choosePlugin(window);
      return { plugin: path === null ? null : await plugins.show(path) };
    }),
    show_in_folder: answer(DESKTOP_CALLS.show_in_folder, ({ path }) => {
      shell.showItemInFolder(path);
      return {};
    }),
    do_in_shell: answer(DESKTOP_CALLS.do_in_shell, ({ deed }, window) => {
      doInShell(deed, window);
      return {};
    }),
    copy_text: answer(DESKTOP_CALLS.copy_text, async ({ text }) => {
      await clipboard.writeText(text);
      return {};
    }),
    store_secrets: answer(DESKTOP_CALLS.store_secrets, (input) => ({
      stored: secrets.store(input.connection_id, input.secrets, input.allow_basic_text),
    })),
    has_secrets: answer(DESKTOP_CALLS.has_secrets, ({ connection_id }) => ({ has: secrets.has(connection_id) })),
    forget_secrets: answer(DESKTOP_CALLS.forget_secrets, ({ connection_id }) => {
      secrets.forget(connection_id);
      return {};
    }),
    get_licences: answer(DESKTOP_CALLS.get_licences, () => ({ licences: [...readLicences(licenceFiles)] })),
    notify: answer(DESKTOP_CALLS.notify, ({ title, text }, window) => {
      notify(window, title, text);
      return {};
    }),
    get_tabs: answer(DESKTOP_CALLS.get_tabs, () => readJsonFile(tabsFile, tabsSchema)),
    set_tabs: answer(DESKTOP_CALLS.set_tabs, (tabs) => {
      writeJsonFile(tabsFile, tabs);
      return {};
    }),
    get_recents: answer(DESKTOP_CALLS.get_recents, () => ({ recents: [...recents.list()] })),
    add_recent: answer(DESKTOP_CALLS.add_recent, ({ url, name }) => ({ recents: [...recents.add(url, name)] })),
    clear_recents: answer(DESKTOP_CALLS.clear_recents, () => ({ recents: [...recents.clear()] })),
    make_mask_key: answer(DESKTOP_CALLS.make_mask_key, ({ replace }) => maskKey.make(replace)),
    copy_mask_key: answer(DESKTOP_CALLS.copy_mask_key, async () => {
      await maskKey.copy();
      return {};
    }),
    paste_mask_key: answer(DESKTOP_CALLS.paste_mask_key, () => maskKey.paste()),
    get_preferences: answer(DESKTOP_CALLS.get_preferences, () => preferences.get()),
    set_preferences: answer(DESKTOP_CALLS.set_preferences, (change) => preferences.set(change)),
  };
}

interface Call<I extends z.ZodType, O extends z.ZodType> {
  readonly input: I;
  readonly output: O;
}

/** A handler as the gate calls it: input checked before, failure turned into a reply after. */
function answer<I extends z.ZodType, O extends z.ZodType>(
  call: Call<I, O>,
  handler: (input: z.output<I>, window: BrowserWindow) => z.input<O> | Promise<z.input<O>>,
): (input: unknown, contents: WebContents) => Promise<Reply<unknown>> {
  return async (input, contents) => {
    try {
      const parsed = call.input.safeParse(input);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new AppError('invalid_input', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
      }
      const window = BrowserWindow.fromWebContents(contents);
      if (window === null) throw new AppError('cancelled', 'The window was closed.');
      return { ok: true, value: await handler(parsed.data, window) };
    } catch (error) {
      return { ok: false, error: toErrorReply(error) };
    }
  };
}

function appInfo(openRequests: readonly string[]): AppInfo {
  return {
    name: 'Event Audit Viewer',
    version: app.getVersion(),
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    node: process.versions.node,
    platform: process.platform,
    locale: app.getLocale(),
    secret_storage: secretStorage(),
    open_requests: [...openRequests],
  };
}

/** A step of the menu's zoom. */
const ZOOM_STEP = 0.5;

/** What the roles of the menu do, asked for by the window. */
function doInShell(deed: ShellDeed, window: BrowserWindow): void {
  const { webContents: contents } = window;
  switch (deed) {
    case 'zoom_in':
      return contents.setZoomLevel(contents.getZoomLevel() + ZOOM_STEP);
    case 'zoom_out':
      return contents.setZoomLevel(contents.getZoomLevel() - ZOOM_STEP);
    case 'zoom_reset':
      return contents.setZoomLevel(0);
    case 'full_screen':
      return window.setFullScreen(!window.isFullScreen());
    case 'quit':
      return app.quit();
    default:
      return assertNever(deed);
  }
}
