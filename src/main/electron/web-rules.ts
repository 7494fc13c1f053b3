/** What no page in this app may do: leave, open windows, ask for permissions, embed others. */
import { app, type Session, type WebContents } from 'electron';
import { APP_PAGE } from './app-scheme.ts';
import { log } from './log.ts';

/** Applies to every page that is ever created. */
export function restrictPages(): void {
  app.on('web-contents-created', (_event, contents) => restrictPage(contents));
}

/** Refuses every permission in this session: the app needs none. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
}

function restrictPage(contents: WebContents): void {
  contents.setWindowOpenHandler(() => {
    log('a new window was refused');
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (event.url === APP_PAGE) return;
    event.preventDefault();
    log('a navigation away from the app was refused');
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
