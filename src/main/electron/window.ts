/** The window: a sandboxed page of our own that can go nowhere else. */
import { BrowserWindow, nativeTheme } from 'electron';
import { APP_PAGE } from './app-scheme.ts';
import { log } from './log.ts';
import { MINIMUM_SIZE, readWindowPlace, rememberWindowPlace } from './window-state.ts';

const TITLE = 'Event Audit Viewer';
/** The page's own background in each theme, so that nothing flashes before it is drawn. */
const BACKGROUND = { light: '#ffffff', dark: '#1a1b1e' } as const;
const MAX_RELOADS_A_MINUTE = 3;

export interface WindowOptions {
  readonly preload: string;
  /** File that remembers the window's place. */
  readonly placeFile: string;
  /** PNG for the task bar, where the system doesn't take it from the package. */
  readonly icon: string;
}

/** Opens the window; it shows itself as soon as there is something to see. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const place = readWindowPlace(options.placeFile);
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: TITLE,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      // The dictionaries would come from the network.
      spellcheck: false,
    },
  });
  if (place.maximized) window.maximize();
  rememberWindowPlace(options.placeFile, window);
  window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault());
  reloadAfterCrash(window);
  window.loadURL(APP_PAGE).catch((error: unknown) => log(`the window could not load: ${String(error)}`));
  return window;
}

function reloadAfterCrash(window: BrowserWindow): void {
  let reloads: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    log(`the window's process ended (${details.reason})`);
    const now = Date.now();
    reloads = [...reloads.filter((at) => now - at < 60_000), now];
    if (reloads.length <= MAX_RELOADS_A_MINUTE) window.webContents.reload();
  });
}
