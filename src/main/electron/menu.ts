/** The application menu. Its commands go to the window, which knows what they mean at the moment. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand, Recent } from '../../shared/desktop.ts';
import type { ShellTexts } from './shell-texts.ts';

export interface MenuOptions {
  readonly texts: ShellTexts;
  /** The sources opened last, the last one first. */
  readonly recents: readonly Recent[];
  readonly onCommand: (command: MenuCommand) => void;
  readonly onOpen: (url: string) => void;
  readonly onClearRecents: () => void;
}

const LABEL_LENGTH = 80;

/** Sets the menu, replacing the one of another language or with other recent sources. */
export function setMenu({ texts, recents, onCommand: send, onOpen, onClearRecents }: MenuOptions): void {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: command,
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  // In a text these keys undo typing. Only on a Mac does the menu get them before the page, which then tells the two apart.
  const registerAccelerator = process.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const file: MenuItemConstructorOptions = {
    label: texts.file,
    submenu: [
      item(texts.newTab, 'new_tab', 'CmdOrCtrl+T'),
      item(texts.open, 'open', 'CmdOrCtrl+O'),
      {
        id: 'recents',
        label: texts.recents,
        enabled: recents.length > 0,
        submenu: [
          ...recents.map(({ url, name }): MenuItemConstructorOptions => ({
            // A single ampersand would become an underlined letter.
            label: name.slice(0, LABEL_LENGTH).toWellFormed().replaceAll('&', '&&'),
            toolTip: url,
            click: () => onOpen(url),
          })),
          separator,
          { id: 'clear_recents', label: texts.clearRecents, click: onClearRecents },
        ],
      },
      item(texts.reloadSource, 'reload_source', 'F5'),
      separator,
      item(texts.export, 'export', 'CmdOrCtrl+E'),
      item(texts.saveSnapshot, 'save_snapshot', 'CmdOrCtrl+S'),
      item(texts.verify, 'verify'),
      item(texts.plugins, 'plugins'),
      separator,
      item(texts.duplicateTab, 'duplicate_tab', 'CmdOrCtrl+Shift+D'),
      item(texts.closeTab, 'close_tab', 'CmdOrCtrl+W'),
      item(texts.reopenTab, 'reopen_tab', 'CmdOrCtrl+Shift+T'),
      separator,
      { role: 'quit', label: texts.quit },
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: texts.edit,
    submenu: [
      { ...item(texts.undo, 'undo', 'CmdOrCtrl+Z'), registerAccelerator },
      { ...item(texts.redo, 'redo', 'CmdOrCtrl+Shift+Z'), registerAccelerator },
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
      item(texts.nextTab, 'next_tab', 'Control+Tab'),
      item(texts.previousTab, 'previous_tab', 'Control+Shift+Tab'),
      item(texts.toggleSources, 'toggle_sources', 'CmdOrCtrl+B'),
      item(texts.toggleDetail, 'toggle_detail', 'CmdOrCtrl+I'),
      separator,
      item(texts.toggleTheme, 'toggle_theme'),
      { role: 'resetZoom', label: texts.zoomReset },
      { role: 'zoomIn', label: texts.zoomIn },
      { role: 'zoomOut', label: texts.zoomOut },
      { role: 'togglefullscreen', label: texts.fullScreen },
      ...developerItems(texts),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: texts.help,
    submenu: [item(texts.keys, 'keys', 'F1'), item(texts.about, 'about')],
  };
  const own: readonly MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(Menu.buildFromTemplate([...own, file, edit, view, help]));
}

function developerItems(texts: ShellTexts): readonly MenuItemConstructorOptions[] {
  return app.isPackaged ? [] : [{ type: 'separator' }, { role: 'toggleDevTools', label: texts.developerTools }];
}
