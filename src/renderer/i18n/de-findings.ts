/** Die Wörter für Auffälligkeiten einer Aufzeichnung und dafür, warum ein Filter nichts übrig lässt; auf Deutsch. */
import type { Words } from './words.ts';

export const deFindings: Pick<Words, 'findings' | 'noHits'> = {
  findings: {
    heading: 'Was an dieser Aufzeichnung nicht stimmt',
    button: 'Befunde',
    buttonHint: 'Was an dieser Aufzeichnung nicht stimmt oder auffällt',
    counted_one: '{{formatted}} Befund',
    counted_other: '{{formatted}} Befunde',
    close: 'Befunde schließen',
    again: 'Erneut suchen',
    stop: 'Anhalten',
    progress: 'Gesucht wird: {{check}}',
    stopped: 'Angehalten. Was bis dahin gefunden wurde, steht unten.',
    done: '{{events}} durchgesehen in {{time}}. Übliche Stunden nach der Uhr von {{zone}}.',
    stale: 'Seit dieser Suche kamen Ereignisse hinzu.',
    otherZone: 'Die üblichen Stunden wurden nach der Uhr von {{zone}} bestimmt.',
    reading: 'Gesucht wird, sobald das Lesen beendet ist.',
    none: 'Es fand sich nichts, was nicht stimmt',
    noneText: 'Gesucht wurde nach: {{list}}.',
    show: 'Diese Ereignisse zeigen',
    showAll: 'Wieder alle Ereignisse zeigen',
    details: 'Erklärung und Beispiele',
    examples: 'Beispiele, die stärksten zuerst',
    moreExamples_one: '{{formatted}} weiteres',
    moreExamples_other: '{{formatted}} weitere',
    rejects: 'Unlesbare Datensätze zeigen',
    skipped: 'Nicht gesucht',
    chip: 'Befund',
    ofEvent: 'Befunde',
    ofEventNone: 'keine',
    ofEventUnknown: 'noch nicht gesucht',
    look: 'suchen',
    severity: { error: 'Stimmt nicht', warning: 'Einen Blick wert', info: 'Gut zu wissen' },
    unit: {
      events_one: '{{formatted}} Ereignis',
      events_other: '{{formatted}} Ereignisse',
      records_zero: 'kein Datensatz',
      records_one: '{{formatted}} Datensatz',
      records_other: '{{formatted}} Datensätze',
      stretches_one: '{{formatted}} Zeitraum',
      stretches_other: '{{formatted}} Zeiträume',
      objects_one: '{{formatted}} Objekt',
      objects_other: '{{formatted}} Objekte',
      ids_one: '{{formatted}} ID',
      ids_other: '{{formatted}} IDs',
    },
    check: {
      capture: 'was das Lesen ergab',
      times: 'unmögliche Zeiten',
      rhythm: 'Stille und Häufungen',
      causes: 'Änderungen ohne Anfrage',
      ids: 'mehrfache IDs',
      contents: 'Inhalte',
      routines: 'ausgebliebene Gewohnheiten',
      histories: 'Verläufe, die nicht zusammenpassen',
    },
    title: {
      incomplete: 'Nicht zu Ende gelesen',
      rejected: 'Unlesbare Datensätze',
      duplicates: 'Doppelt geliefert',
      dropped: 'Inhalt weggelassen',
      naive_time: 'Zeiten ohne Zeitzone',
      lone_surrogate: 'Beschädigte Zeichen',
      sub_microsecond: 'Zeiten feiner als eine Mikrosekunde',
      not_canonical: 'Von etwas anderem geschrieben',
      future: 'Aus der Zukunft',
      before_2010: 'Aus der Zeit vor 2010',
      out_of_order: 'Spät geschrieben oder eingefügt',
      write_lag: 'Stunden auseinander geschrieben',
      silence: 'Stille',
      burst: 'Häufung',
      routine_missed: 'Gewohnheit blieb aus',
      model_without_request: 'Änderungen ohne Anfrage',
      repeated_id: 'Eine ID, verschiedener Inhalt',
      repeated_event: 'Mehrfach vorhandene Ereignisse',
      none_string: '„None“ als Text',
      no_state: 'Änderungen ohne Inhalt',
      unusual_model_event: 'Ungewöhnliche Modellereignisse',
      contradiction: 'Ohne Ereignis geändert',
      created_twice: 'Zweimal angelegt',
      changed_after_deletion: 'Nach dem Löschen geändert',
      deleted_twice: 'Zweimal gelöscht',
      deleted_differs: 'In anderem Zustand gelöscht',
      creation_missing: 'Anlegen nicht aufgezeichnet',
    },
    text: {
      incomplete:
        'Die Quelle wurde nicht zu Ende gelesen; hier fehlen Ereignisse, die sie durchaus haben kann. Setzen Sie das Lesen fort, oder lesen Sie neu.',
      rejected:
        'Diese Datensätze sind keine Ereignisse und ließen sich nicht als solche lesen. Sie sind unverändert gesichert, jeder mit dem Grund.',
      duplicates:
        'Die Quelle lieferte denselben Datensatz mehrfach; er wurde einmal behalten. Manche Quellen tun das von Haus aus.',
      dropped:
        'Ergebnis und Nutzdaten fehlen beide. Der Schreiber für CloudWatch lässt sie ohne Hinweis weg, wenn ein Ereignis zu groß ist: Was geschah, ist diesen Ereignissen nicht anzusehen.',
      naive_time:
        'Die Zeit nennt keine Zeitzone und wird als UTC gelesen. War Ortszeit gemeint, geht sie um deren Abstand falsch, und mit ihr die Reihenfolge.',
      lone_surrogate:
        'Ein Text enthält ein halbes Zeichen, das kein korrektes Programm schreibt. Er wurde beschädigt oder so gemacht.',
      sub_microsecond:
        'Die Erweiterung schreibt höchstens Mikrosekunden. Etwas anderes hat diese Zeiten geschrieben oder umgeschrieben.',
      not_canonical:
        'Der Datensatz ist nicht so geschrieben, wie die Erweiterung es tut: andere Abstände, Reihenfolge oder weitere Schlüssel. Ein eigener Tracker oder ein Editor kann der Grund sein.',
      future:
        'Die Zeit liegt nach dem Augenblick des Lesens ({{read}}), die letzte bei {{last}}. Eine Uhr ging falsch, oder die Zeit ist erfunden.',
      before_2010:
        'Damals konnte kein Portal Ereignisse schreiben; das erste ist von {{first}}. Eine Uhr war zurückgesetzt, oder die Zeit ist erfunden.',
      out_of_order:
        'Die Quelle hält die Reihenfolge des Schreibens ein, und diese stehen hinter späteren: von einem anderen Prozess spät geschrieben oder nachträglich eingefügt.',
      write_lag:
        'Die Quelle sagt selbst, wann ein Ereignis geschrieben wurde: diese mehr als {{limit}} nach dem Geschehen oder schon davor, im äußersten Fall {{worst}} auseinander. Ein aufgehaltener Schreiber tut das; wer nachträglich Ereignisse hinzufügt oder eine falsche Uhr hat, ebenso.',
      silence:
        'Kein einziges Ereignis in ganzen Stunden, die sonst welche haben: {{threshold}} oder mehr wären üblich gewesen. Ein Ausfall, eine abgeschaltete Aufzeichnung oder entfernte Ereignisse. Die Liste zeigt die Ereignisse davor und danach.',
      burst:
        'Weit mehr Ereignisse als zu diesen Stunden üblich, {{events}} insgesamt. Oft ein Import oder eine Ernte, manchmal jemand in Eile.',
      routine_missed:
        'Etwas, das ein Konto an fast jedem Tag tat, blieb tagelang aus. Ein gescheiterter Auftrag, oder es fehlen Ereignisse.',
      model_without_request:
        'Etwas änderte sich, doch im Abstand einer Minute wurde keine Anfrage aufgezeichnet, obwohl davor und danach welche aufgezeichnet wurden. Auf der Kommandozeile, von einem Programm oder direkt in der Datenbank geändert.',
      repeated_id:
        'Datensätze mit derselben ID sagen Verschiedenes ({{records}} insgesamt). Eine ID muss einmalig sein: Einer wurde verändert, oder zwei Schreiber trafen aufeinander.',
      repeated_event: 'Dasselbe Ereignis mit demselben Inhalt liegt hier mehr als einmal ({{records}} Datensätze).',
      none_string:
        'Die Erweiterung schreibt „None“ für „kein Wert“. Ob es das war oder das Wort selbst, kann niemand sagen.',
      no_state:
        'Von allen Modellereignissen, {{of}} an der Zahl, sagen diese, dass sich etwas änderte, aber nicht was: Als sie geschrieben wurden, zwischen {{first}} und {{last}}, wurden Inhalte nicht aufgezeichnet.',
      unusual_model_event:
        'Der eigene Tracker der Erweiterung schreibt Modellereignisse ohne handelndes Konto, als created, changed oder deleted, und mit einem Objekt. Diese sind anders.',
      contradiction:
        'Der frühere Zustand, den ein Ereignis nennt, ist nicht der, den das Ereignis davor hinterließ. Dazwischen änderte sich etwas ohne Spur: in der Datenbank, oder das Ereignis fehlt.',
      created_twice: 'Angelegt, obwohl es schon da war. Ein Löschen fehlt, oder ein Ereignis wurde wiederholt.',
      changed_after_deletion:
        'Geändert, obwohl es gelöscht und nicht wieder angelegt wurde. Ein Ereignis fehlt, oder die Reihenfolge stimmt nicht.',
      deleted_twice: 'Gelöscht, obwohl es schon gelöscht war. Ein Anlegen fehlt, oder ein Ereignis wurde wiederholt.',
      deleted_differs:
        'Der Zustand beim Löschen ist nicht der, den das Ereignis davor hinterließ. Eine Änderung dazwischen fehlt.',
      creation_missing:
        'Das erste Ereignis zu einem Objekt ist nicht sein Anlegen. Meist ist das Objekt älter als die Aufzeichnung.',
    },
    item: {
      silence: '{{from}} bis {{to}}: {{expected}} wären üblich',
      burst: '{{from}} bis {{to}}: {{count}} statt {{expected}}',
      routine_one: '{{actor}}, {{action}}: {{formatted}} Tag ab {{from}}',
      routine_other: '{{actor}}, {{action}}: {{formatted}} Tage ab {{from}}',
      object: '{{type}} {{id}}: {{count}}',
      lag: '{{id}}: {{time}}',
      type: '{{type}}: {{count}}',
      id: '{{id}}: {{count}} Datensätze',
      source: '{{source}}: {{count}}',
      reason: '{{reason}}: {{count}}',
      noType: 'ohne Objekttyp',
      why: {
        has_actor: 'nennt ein Konto',
        other_action: 'andere Aktion',
        no_object: 'ohne Objekt',
      },
    },
    why: {
      not_kept: 'Nur CloudWatch sagt, wann ein Ereignis geschrieben wurde, und eine gesicherte Kopie bewahrt es nicht.',
      too_short: 'Ein üblicher Rhythmus braucht Ereignisse aus mindestens drei Wochen.',
      no_requests: 'Es wurden keine Anfragen aufgezeichnet, an denen Änderungen zu messen wären.',
      store_has_no_order: 'Diese Art von Quelle kennt keine Reihenfolge des Schreibens.',
      not_kept_in_order: 'Die Datensätze liegen in ihrer Quelle nicht in zeitlicher Reihenfolge.',
    },
  },
  noHits: {
    label: 'Was der Filter ausschließt',
    looking: 'Es wird gesucht, welcher Teil des Filters am meisten ausschließt …',
    one: 'Ohne diese Bedingung ist alles da.',
    several: 'Was ohne den jeweiligen Teil da wäre:',
    together: 'Kein Teil ist es allein: Auch ohne einen von ihnen bleibt nichts übrig.',
    nothing: 'In dieser Quelle ist kein einziges Ereignis.',
    without_one: 'Ohne diesen Teil: {{formatted}} Ereignis',
    without_other: 'Ohne diesen Teil: {{formatted}} Ereignisse',
    stillNone: 'Ohne diesen Teil: weiterhin keines',
    alone_zero: 'Zu diesem Teil passt auch für sich allein nichts.',
    alone_one: 'Für sich allein ließe er {{formatted}} Ereignis übrig.',
    alone_other: 'Für sich allein ließe er {{formatted}} Ereignisse übrig.',
    search: 'Suche: {{text}}',
    set: 'eine Menge aus einem Vergleich',
  },
};
