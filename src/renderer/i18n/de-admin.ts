/** Die Wörter der Verwaltung auf Deutsch. */
import type { Words } from './words.ts';

export const deAdmin: Pick<Words, 'admin'> = {
  admin: {
    title: 'Verwaltung',
    settings: 'Einstellungen',
    tracking: 'Aufzeichnung',
    stores: 'Speicher',
    palette: 'Verwaltung …',
    settingsText:
      'Was in dieser Anwendung getan wird, wird nach diesen Regeln aufgezeichnet. Änderungen gelten ab der nächsten Handlung.',
    fromIni: 'Einstellungen werden auch aus {{path}} gelesen.',
    origin: {
      command_line: 'von der Befehlszeile',
      environment: 'aus {{place}}',
      ini: 'aus {{place}}',
      settings: 'hier gesetzt',
      default: 'Vorgabe',
    },
    fixed: 'Das ist anderswo gesetzt, und dort hat es Vorrang. Bitte dort ändern.',
    fixedSecret:
      'Kann ein Geheimnis enthalten, und die werden hier nie gespeichert. Bitte in der Umgebung oder in einer ckan.ini setzen.',
    takeBack: 'Zurück zur Vorgabe: {{text}}',
    empty: 'leer',
    recorded: 'Was getan wird, wird aufgezeichnet',
    notRecorded: 'Was getan wird, wird nicht aufgezeichnet',
    destination: 'Geschrieben nach',
    nowhere: 'nirgendwohin: Die Einstellungen sind falsch',
    waiting_zero: 'Nichts wartet darauf, geschrieben zu werden.',
    waiting_one: '{{formatted}} Ereignis wartet darauf, geschrieben zu werden. Es liegt sicher auf der Platte.',
    waiting_other: '{{formatted}} Ereignisse warten darauf, geschrieben zu werden. Sie liegen sicher auf der Platte.',
    refused_one: '{{formatted}} Ereignis hat der Speicher abgelehnt; es ist hier aufgehoben.',
    refused_other: '{{formatted}} Ereignisse hat der Speicher abgelehnt; sie sind hier aufgehoben.',
    lastWritten: 'Zuletzt geschrieben {{time}}',
    failingSince: 'Gelingt nicht seit {{time}}',
    nextTry: 'Nächster Versuch {{time}}',
    writeNow: 'Jetzt schreiben',
    openTrail: 'Meine Aktivität öffnen',
    storesText:
      'Speicher, die diese Anwendung kennt. Geleert wird einer erst, wenn alles daraus in einer Datei aufgehoben ist.',
    embedded: 'Meine Aktivität (eingebauter Speicher)',
    test: 'Prüfen',
    clear: 'Leeren …',
    clearTitle: '{{name}} leeren?',
    clearText:
      'Alles in diesem Speicher wird entfernt, für alle. Zuvor wird alles in einer Datei mit Manifest aufgehoben. Dass geleert wurde, wird aufgezeichnet.',
    clearType: 'Zur Bestätigung eintippen: {{text}}',
    clearDo: 'Alles aufheben, dann leeren',
    clearing: {
      reading: 'Alles wird gelesen …',
      keeping: 'Es wird in einer Datei aufgehoben …',
      removing: 'Es wird entfernt …',
    },
    cleared_zero: 'Es gab nichts zu entfernen.',
    cleared_one: '{{formatted}} Ereignis entfernt.',
    cleared_other: '{{formatted}} Ereignisse entfernt.',
    evidence: 'Aufgehoben in',
    status_one: '{{formatted}} Ereignis wartet auf die Aufzeichnung',
    status_other: '{{formatted}} Ereignisse warten auf die Aufzeichnung',
    statusHint:
      'Der Speicher, in den Ereignisse geschrieben werden, ist nicht erreichbar. Sie warten auf diesem Rechner, nichts geht verloren: {{message}}',
    statusOff: 'nicht aufgezeichnet',
  },
};
