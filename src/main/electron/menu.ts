/** The application menu. Its commands go to the window, which knows what they mean at the moment. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { DesktopEvent } from '../../shared/desktop.ts';
import type { ShellTexts } from './shell-texts.ts';

export type MenuCommand = Extract<DesktopEvent, { type: 'menu' }>['command'];

/** Sets the menu, replacing the one of another language. */
export function setMenu(texts: ShellTexts, send: (command: MenuCommand) => void): void {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: command,
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const file: MenuItemConstructorOptions = {
    label: texts.file,
    submenu: [
      item(texts.open, 'open', 'CmdOrCtrl+O'),
      item(texts.reloadSource, 'reload_source', 'F5'),
      separator,
      item(texts.export, 'export', 'CmdOrCtrl+E'),
      item(texts.saveSnapshot, 'save_snapshot', 'CmdOrCtrl+S'),
      item(texts.verify, 'verify'),
      item(texts.plugins, 'plugins'),
      separator,
      { role: 'quit', label: texts.quit },
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: texts.edit,
    submenu: [
      { role: 'undo', label: texts.undo },
      { role: 'redo', label: texts.redo },
      separator,
      { role: 'cut', label: texts.cut },
      { role: 'copy', label: texts.copy },
      { role: 'paste', label: texts.paste },
      { role: 'selectAll', label: texts.selectAll },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: texts.view,
    submenu: [
      item(texts.find, 'find', 'CmdOrCtrl+F'),
      item(texts.palette, 'palette', 'CmdOrCtrl+K'),
      item(texts.findings, 'findings'),
      item(texts.names, 'names'),
      separator,
      item(texts.toggleTheme, 'toggle_theme'),
      { role: 'resetZoom', label: texts.zoomReset },
      { role: 'zoomIn', label: texts.zoomIn },
      { role: 'zoomOut', label: texts.zoomOut },
      { role: 'togglefullscreen', label: texts.fullScreen },
      ...developerItems(texts),
    ],
  };
  const help: MenuItemConstructorOptions = { role: 'help', label: texts.help, submenu: [item(texts.about, 'about')] };
  const own: readonly MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(Menu.buildFromTemplate([...own, file, edit, view, help]));
}

function developerItems(texts: ShellTexts): readonly MenuItemConstructorOptions[] {
  return app.isPackaged ? [] : [{ type: 'separator' }, { role: 'toggleDevTools', label: texts.developerTools }];
}
