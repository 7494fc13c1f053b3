/** An Electron application that does nothing but show an empty window: what `start.ts` measures the product beside. */
import { app, BrowserWindow } from 'electron';

async function open() {
  await app.whenReady();
  const window = new BrowserWindow({ width: 1280, height: 800, show: false });
  window.once('ready-to-show', () => window.show());
  await window.loadURL('data:text/html,<!doctype html><title>empty</title><p>nothing');
}

// Not awaited: Electron is not ready before this module has been loaded to its end.
void open();
