/** Tells through the system that something is done; a click brings the window back. */
import { Notification, type BrowserWindow } from 'electron';

/** Nothing while the person looks at the window: there it is seen anyway. */
export function notify(window: BrowserWindow, title: string, text: string): void {
  if (window.isFocused() || !Notification.isSupported()) return;
  const notice = new Notification({ title, body: text });
  notice.on('click', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  notice.show();
}
