/** Die Wörter für Notizen an Ereignissen und für das Kopieren mehrerer, auf Deutsch. */
import type { Words } from './words.ts';

export const deNotes: Pick<Words, 'notes' | 'copyPicked'> = {
  notes: {
    heading: 'Notizen',
    add: 'Notiz hinzufügen',
    edit: 'Notiz ändern',
    text: 'Notiz',
    tags: 'Schlagwörter, durch Leerzeichen getrennt',
    save: 'Behalten',
    unsaved: 'Nicht gespeicherter Entwurf',
    continue: 'Weiterschreiben',
    discard: 'Verwerfen',
    remove: 'Löschen',
    changed: 'Der Datensatz ist nicht mehr derselbe wie damals.',
    none: 'Noch ist nichts notiert. Öffnen Sie ein Ereignis und fügen Sie eine Notiz hinzu.',
    hint: 'Notizen bleiben auf diesem Rechner. Die Quelle selbst wird nie verändert.',
    go: 'Ereignis öffnen',
    copyAll: 'Alle als JSON kopieren',
    marker: 'Notiert: {{text}}',
  },
  copyPicked: {
    text_one: '{{formatted}} ausgewähltes Ereignis als Text kopieren',
    text_other: '{{formatted}} ausgewählte Ereignisse als Text kopieren',
    json_one: '{{formatted}} ausgewähltes Ereignis als JSON kopieren',
    json_other: '{{formatted}} ausgewählte Ereignisse als JSON kopieren',
    markdown_one: '{{formatted}} ausgewähltes Ereignis als Markdown kopieren',
    markdown_other: '{{formatted}} ausgewählte Ereignisse als Markdown kopieren',
    export_one: '{{formatted}} ausgewähltes Ereignis exportieren …',
    export_other: '{{formatted}} ausgewählte Ereignisse exportieren …',
    done_one: '{{formatted}} Ereignis ist in der Zwischenablage.',
    done_other: '{{formatted}} Ereignisse sind in der Zwischenablage.',
    tooMany: 'Höchstens {{max}} Ereignisse lassen sich auf einmal kopieren. Exportieren Sie sie stattdessen.',
  },
};
