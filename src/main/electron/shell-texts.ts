/** The words of the menus and native dialogs. */
import type { Preferences } from '../../shared/desktop.ts';

const en = {
  file: '&File',
  open: '&Open…',
  reloadSource: '&Read the source again',
  export: '&Export…',
  verify: '&Verify files…',
  quit: '&Quit',
  edit: '&Edit',
  undo: '&Undo',
  redo: '&Redo',
  cut: 'Cu&t',
  copy: '&Copy',
  paste: '&Paste',
  selectAll: 'Select &all',
  view: '&View',
  find: '&Find',
  palette: '&Commands…',
  toggleTheme: '&Light or dark',
  zoomIn: 'Zoom &in',
  zoomOut: 'Zoom &out',
  zoomReset: '&Actual size',
  fullScreen: 'F&ull screen',
  developerTools: '&Developer tools',
  help: '&Help',
  about: '&About Event Audit Viewer',
  openTitle: 'Open a file',
  verifyTitle: 'Choose the exported files to verify',
  exportTitle: 'Export events',
  allFiles: 'All files',
};
export type ShellTexts = Readonly<Record<keyof typeof en, string>>;

const de: ShellTexts = {
  file: '&Datei',
  open: 'Ö&ffnen …',
  reloadSource: 'Quelle &neu einlesen',
  export: '&Exportieren …',
  verify: 'Dateien &prüfen …',
  quit: '&Beenden',
  edit: '&Bearbeiten',
  undo: '&Rückgängig',
  redo: '&Wiederholen',
  cut: '&Ausschneiden',
  copy: '&Kopieren',
  paste: '&Einfügen',
  selectAll: 'A&lles auswählen',
  view: '&Ansicht',
  find: '&Suchen',
  palette: '&Befehle …',
  toggleTheme: '&Hell oder dunkel',
  zoomIn: 'Ver&größern',
  zoomOut: 'Ver&kleinern',
  zoomReset: '&Originalgröße',
  fullScreen: '&Vollbild',
  developerTools: '&Entwicklerwerkzeuge',
  help: '&Hilfe',
  about: '&Über Event Audit Viewer',
  openTitle: 'Datei öffnen',
  verifyTitle: 'Exportierte Dateien zum Prüfen auswählen',
  exportTitle: 'Ereignisse exportieren',
  allFiles: 'Alle Dateien',
};

/** The words in the chosen language; `system` follows the operating system's locale, with English for all but German. */
export function shellTexts(language: Preferences['language'], locale: string): ShellTexts {
  const chosen = language === 'system' ? locale.toLowerCase().split('-')[0] : language;
  return chosen === 'de' ? de : en;
}
