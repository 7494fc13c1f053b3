/** Starts the real, built app for a spec: on its own data folder, watched for everything a page should never say. */
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, expect, type ElectronApplication, type Page, type TestInfo } from '@playwright/test';
import { _electron } from '@playwright/test';
import type { Bridge } from '../../../src/shared/bridge.ts';
import type { Preferences } from '../../../src/shared/desktop.ts';

declare global {
  interface Window {
    readonly eventAudit: Bridge;
  }
}

/** A machine that is busy with other things needs long for a start; what hangs, the spec’s own limit ends. */
const PATIENCE_MS = 120_000;

const ROOT = resolve(import.meta.dirname, '../../..');

export interface LaunchOptions {
  /** What the window remembers from "last time"; a theme and English unless said. */
  readonly preferences?: Partial<Preferences>;
  /** Further arguments, such as a source URL or a path. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the native dialogs answer. */
  readonly dialogs?: {
    readonly export?: string;
    readonly snapshot?: string;
    readonly plugin?: string;
    readonly open?: readonly string[];
  };
  /** A data folder to use again, which an earlier start left with {@link RunningApp.end}. */
  readonly dataDir?: string;
}

export interface RunningApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly dataDir: string;
  /** Console errors, uncaught errors and reports of the content policy so far. A spec that expects one removes it. */
  readonly problems: string[];
  /** Ends the app and keeps the data folder for another start. */
  readonly end: () => Promise<void>;
  /** Ends the app and removes the data folder. */
  readonly close: () => Promise<void>;
}

/** Starts the app and waits for its window. */
export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'event-audit-e2e-')));
  await writePreferences(dataDir, options.preferences ?? {});
  const electron = await _electron.launch({
    // No executablePath: Playwright then holds the app back until it listens, and misses nothing of the first page.
    args: appArguments(options.args ?? []),
    timeout: PATIENCE_MS,
    env: {
      ...appEnv(dataDir),
      ...(options.dialogs === undefined ? {} : { EVENT_AUDIT_TEST_DIALOGS: JSON.stringify(options.dialogs) }),
      ...options.env,
    },
  });
  const problems: string[] = [];
  electron.on('window', (page) => watch(page, problems));
  electron.context().setDefaultTimeout(PATIENCE_MS);
  const page = await electron.firstWindow({ timeout: PATIENCE_MS });
  watch(page, problems);
  await page.waitForLoadState('load', { timeout: PATIENCE_MS });
  return {
    electron,
    page,
    dataDir,
    problems,
    end: () => electron.close(),
    close: async () => {
      await electron.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts the app again beside a running one, as a file manager does; returns the second process's exit code. */
export function startSecond(app: RunningApp, args: readonly string[]): Promise<number | null> {
  return new Promise((done, fail) => {
    const second = spawn(electronPath(), appArguments(args), { env: appEnv(app.dataDir), stdio: 'ignore' });
    second.on('error', fail);
    second.on('exit', done);
  });
}

interface Fixtures {
  readonly setup: LaunchOptions;
  /** The app of one spec; anything the page complained of fails it. */
  readonly app: RunningApp;
}

/** Specs say `test.use({ setup: {…} })` and take `app`. */
export const test = base.extend<Fixtures>({
  setup: [{}, { option: true }],
  app: async ({ setup }, use, testInfo) => {
    const app = await launchApp(setup);
    await use(app);
    if (testInfo.status !== testInfo.expectedStatus) await screenshot(app, testInfo, 'at failure');
    await app.close();
    expect(app.problems, 'what the page complained of').toEqual([]);
  },
});
export { expect };

/** Keeps a picture of the window beside the spec's results; returns its path. */
export async function screenshot(app: RunningApp, testInfo: TestInfo, name: string): Promise<string> {
  const path = testInfo.outputPath(`${name}.png`);
  // The window's own picture: the page's would cut off what a zoom has made larger.
  const png = await app.electron.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return (await window?.webContents.capturePage())?.toPNG().toString('base64');
  });
  if (png === undefined) throw new Error('There is no window to take a picture of.');
  await writeFile(path, Buffer.from(png, 'base64'));
  await testInfo.attach(name, { path, contentType: 'image/png' });
  return path;
}

const watched = new WeakSet<Page>();

function watch(page: Page, problems: string[]): void {
  if (watched.has(page)) return;
  watched.add(page);
  // Refusals by the content policy are console errors, too.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('crash', () => problems.push('the page crashed'));
}

async function writePreferences(dataDir: string, preferences: Partial<Preferences>): Promise<void> {
  const folder = join(dataDir, 'desktop');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const content: Partial<Preferences> = { theme: 'light', language: 'en', ...preferences };
  await writeFile(join(folder, 'preferences.json'), JSON.stringify(content), { flag: 'wx' }).catch((error: unknown) => {
    // A folder used again keeps what the app wrote there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}

/** What the package `electron` names outside Electron: the program, here the one `npm run test:e2e` has chosen. */
function electronPath(): string {
  const path: unknown = createRequire(import.meta.url)('electron');
  return String(path);
}

/** Chromium's sandbox refuses to run as root on Linux. */
function appArguments(args: readonly string[]): string[] {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...args];
}

function appEnv(dataDir: string): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _unwanted, ...env } = process.env;
  const inherited = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), EVENT_AUDIT_DATA_DIR: dataDir, TZ: 'UTC' };
}
