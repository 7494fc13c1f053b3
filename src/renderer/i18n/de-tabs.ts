/** Die Wörter für Tabs, die Startseite und die Aufteilung des Fensters auf Deutsch. */
import type { Words } from './words.ts';

export const deTabs: Pick<Words, 'tabs' | 'columns' | 'licences' | 'notice'> = {
  licences: {
    title: 'Lizenzen anderer',
    open: 'Lizenzen anderer …',
    text: '{{formatted}} Pakete sind Teil dieses Programms. Electron und Chromium bringen ihre eigene Liste mit: LICENSES.chromium.html neben dem Programm.',
  },
  notice: {
    read_one: '{{formatted}} Ereignis gelesen.',
    read_other: '{{formatted}} Ereignisse gelesen.',
    failed: 'Das Lesen endete vorzeitig. Das Fenster sagt, warum.',
  },
  columns: {
    search: 'Spalten und Pfade suchen',
    paths: 'In Ergebnis und Nutzdaten',
    looking: 'Pfade werden gesucht …',
    sampled: 'Gefunden in einer Stichprobe von {{looked}} der {{total}} Ereignisse.',
    noPath: 'Kein Pfad gefunden',
    remove: 'Spalte {{field}} entfernen',
    add: '{{field}} als Spalte zeigen',
    failed: 'Die Pfade lassen sich nicht auflisten.',
  },
  tabs: {
    label: 'Tabs',
    empty: 'Neuer Tab',
    new: 'Neuer Tab',
    close: '{{name}} schließen',
    closeThis: 'Schließen',
    closeOthers: 'Alle anderen schließen',
    closeRight: 'Alle rechts davon schließen',
    reopen: 'Geschlossenen Tab wieder öffnen',
    duplicate: 'Duplizieren',
    rename: 'Umbenennen …',
    renameTitle: 'Tab umbenennen',
    nameLabel: 'Name',
    nameHint: 'Ohne Namen heißt der Tab nach dem, was er zeigt.',
    doRename: 'Umbenennen',
    show: 'Tab: {{name}}',
    asleepTitle: '{{name}} ist nicht geöffnet',
    asleepText:
      'Dieser Tab ist vom letzten Mal. Filter, Reihenfolge und Spalten sind da; die Ereignisse werden erst gelesen, wenn Sie es wünschen.',
    wake: 'Ereignisse lesen',
    openNow: 'Geöffnet',
    openNowHint: 'Ein zweiter Blick auf dieselbe Kopie. Es wird nichts neu gelesen.',
    recent: 'Zuletzt geöffnet',
    clearRecent: 'Leeren',
    dropHint: 'oder eine Datei irgendwo auf das Fenster ziehen',
  },
};
