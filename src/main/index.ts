/** The desktop app's entry: who is who, and nothing more. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, nativeTheme, session, type BrowserWindow } from 'electron';
import { z } from 'zod';
import { CHANNELS } from '../shared/channels.ts';
import type { DesktopEvent } from '../shared/desktop.ts';
import { VIEW_SCHEME } from '../shared/view-text.ts';
import { registerAppScheme, serveApp } from './electron/app-scheme.ts';
import { desktopCalls } from './electron/desktop-calls.ts';
import { createDialogs } from './electron/dialogs.ts';
import { engineCalls } from './electron/engine-calls.ts';
import { EngineHost, type EngineState } from './electron/engine-host.ts';
import { openGate } from './electron/ipc-gate.ts';
import { maskKey as openMaskKey } from './electron/mask-key.ts';
import { setMenu } from './electron/menu.ts';
import { sourceFromPath, sourcesFromArguments } from './electron/open-requests.ts';
import { pathGrants } from './electron/path-grants.ts';
import { openPreferences } from './electron/preferences.ts';
import { openRecents } from './electron/recents.ts';
import { openSecrets } from './electron/secrets.ts';
import { shellTexts } from './electron/shell-texts.ts';
import { shownPlugins } from './electron/shown-plugins.ts';
import { denyPermissions, restrictPages } from './electron/web-rules.ts';
import { openWindow } from './electron/window.ts';
import { dataDir } from './engine/config/data-dir.ts';
import { sessionName } from './engine/session.ts';

/** What a second start hands over. */
const secondStartSchema = z.object({ sources: z.array(z.string()).default([]) }).catch({ sources: [] });

const dist = join(import.meta.dirname, '..');
/** What is read and never written: beside the app in a package, in the checkout otherwise. */
const resources = join(app.isPackaged ? process.resourcesPath : app.getAppPath(), 'resources');
const dataFolder = dataDir();
const desktopFolder = join(dataFolder, 'desktop');
mkdirSync(desktopFolder, { recursive: true, mode: 0o700 });
app.setPath('userData', desktopFolder);

let window: BrowserWindow | undefined;
/** Sources asked for before a window listened. */
let openRequests = sourcesFromArguments(process.argv, !app.isPackaged, process.cwd());
let isListening = false;

function tell(event: DesktopEvent): void {
  if (window !== undefined && !window.isDestroyed()) window.webContents.send(CHANNELS.event, event);
}

function requestOpen(urls: readonly string[]): void {
  if (!isListening) openRequests = [...openRequests, ...urls];
  else for (const url of urls) tell({ type: 'open', url });
}

function engineEvent(state: EngineState): DesktopEvent {
  return { type: 'engine', reopened: [], lost: [], ...state };
}

function start(): void {
  const preferences = openPreferences(join(desktopFolder, 'preferences.json'), () => applyPreferences());
  const texts = () => shellTexts(preferences.get().language, app.getLocale());
  const recents = openRecents(join(desktopFolder, 'recents.json'), () => applyPreferences());
  const applyPreferences = (): void => {
    nativeTheme.themeSource = preferences.get().theme;
    setMenu({
      texts: texts(),
      recents: recents.list(),
      onCommand: (command) => tell({ type: 'menu', command }),
      onOpen: (url) => tell({ type: 'open', url }),
      onClearRecents: () => recents.clear(),
    });
  };
  applyPreferences();

  const engine = new EngineHost({
    entry: join(dist, 'main/engine.js'),
    start: {
      type: 'start',
      data_dir: dataFolder,
      resources_dir: resources,
      session_dir: join(dataFolder, 'captures', sessionName('app')),
    },
    onState: (state) => tell(engineEvent(state)),
  });
  stopOnQuit(engine);

  const secrets = openSecrets(join(desktopFolder, 'secrets.json'));
  const grants = pathGrants();
  const plugins = shownPlugins();
  const maskKey = openMaskKey(secrets);
  const dialogs = createDialogs(texts);
  const calls = desktopCalls({
    preferences,
    secrets,
    dialogs,
    grants,
    plugins,
    recents,
    tabsFile: join(desktopFolder, 'tabs.json'),
    licenceFiles: ['main', 'renderer'].map((part) => join(dist, part, 'licences.json')),
    maskKey,
    openRequests: () => {
      isListening = true;
      return openRequests;
    },
  });
  openGate(engineCalls({ engine, secrets, grants, plugins, maskKey }), calls);

  serveApp(session.defaultSession, join(dist, 'renderer'));
  denyPermissions(session.defaultSession);
  const open = (): void => {
    window = openWindow({
      preload: join(dist, 'preload/index.cjs'),
      placeFile: join(desktopFolder, 'window.json'),
      icon: join(resources, 'icon.png'),
    });
    window.webContents.on('did-finish-load', () => {
      if (engine.trouble !== undefined) tell(engineEvent(engine.trouble));
    });
    window.on('closed', () => {
      window = undefined;
    });
  };
  open();
  app.on('activate', () => {
    if (window === undefined) open();
  });
}

/** The engine removes this session's captures before the app ends. */
function stopOnQuit(engine: EngineHost): void {
  let isStopped = false;
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void engine.stop().finally(() => {
      isStopped = true;
      app.quit();
    });
  });
}

function focusWindow(): void {
  if (window?.isMinimized() === true) window.restore();
  window?.focus();
}

// Links to views are ours; a checkout must not take them from an installed application.
if (app.isPackaged) app.setAsDefaultProtocolClient(VIEW_SCHEME);

// A second start hands its sources to the first one and ends: Chromium reorders the arguments themselves on the way.
if (app.requestSingleInstanceLock({ sources: openRequests })) {
  registerAppScheme();
  restrictPages();
  app.on('second-instance', (_event, _argv, _folder, data) => {
    focusWindow();
    requestOpen(secondStartSchema.parse(data).sources);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    requestOpen([sourceFromPath(path)]);
  });
  // A link to a view that somebody clicked.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    focusWindow();
    requestOpen([url]);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Not awaited: Electron is not ready before this module has been loaded to its end.
  void app.whenReady().then(start);
} else {
  app.quit();
}
