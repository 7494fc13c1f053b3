/** Die Wörter für gespeicherte und geteilte Ansichten auf Deutsch. */
import type { Words } from './words.ts';

export const deViews: Pick<Words, 'views'> = {
  views: {
    heading: 'Ansichten',
    save: 'Diese Ansicht speichern …',
    more: 'Mehr zu {{name}}',
    inNewTab: 'In neuem Tab öffnen',
    rename: 'Umbenennen …',
    replace: 'Durch das Gezeigte ersetzen',
    copyText: 'Als Link kopieren',
    remove: 'Löschen',
    undo: 'Rückgängig',
    replaced: '„{{name}}“ enthält jetzt, was gezeigt wird.',
    removed: '„{{name}}“ wurde gelöscht.',
    unknownColumns: 'Diese Spalten kennt das Fenster nicht: {{names}}.',
    saveTitle: 'Ansicht speichern',
    renameTitle: 'Ansicht umbenennen',
    saveText: 'Filter, Reihenfolge, Spalten und Zeitzone unter einem Namen. Ereignisse werden nicht gespeichert.',
    name: 'Name',
    withSources: 'Auch ihre Quellen öffnen',
    withSourcesHint: 'Sonst gilt die Ansicht für das, was gerade gezeigt wird.',
    taken: 'Eine andere Ansicht heißt schon so.',
    willReplace: 'Eine Ansicht mit diesem Namen gibt es schon. Sie wird ersetzt.',
    doSave: 'Speichern',
    doReplace: 'Ersetzen',
    pasteTitle: 'Ansicht aus einem Link öffnen',
    fromOutside:
      'Dieser Link kam von außen und nennt Quellen, die hier noch nicht geöffnet waren. Öffnen Sie ihn nur, wenn Sie wissen, woher er stammt.',
    pasteLabel: 'Link',
    opens: 'Öffnet:',
    doShow: 'Öffnen',
    linkCopied:
      'Der Link ist in der Zwischenablage. Er enthält Filterwerte und Adressen der Quellen, aber keine Geheimnisse.',
    paste: 'Ansicht aus einem Link öffnen …',
    show: 'Ansicht: {{name}}',
  },
};
