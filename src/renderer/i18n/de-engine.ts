import type { OptionName } from '../../shared/options.ts';

/**
 * Was die Engine über Quellen sagt, auf Deutsch, nach dem Code der Nachricht. Das Original mit allen Einzelheiten steht
 * immer dabei: Namen, Zahlen und Pfade kommen von dort.
 */
export const deNotes: Readonly<Record<string, string>> = {
  saved_file_changed: 'Die gesicherte Kopie ist nicht mehr genau die Datei, die ihr Manifest beschreibt.',
  saved_partial: 'Die gesicherte Kopie ist unvollständig.',
  opened_from_file: 'Aus einer gesicherten Kopie geöffnet.',
  engine_stopped: 'Die Engine blieb beim Lesen stehen. Für alles muss die Quelle neu gelesen werden.',
  ckan_setting_active_repo: 'Die Quelle, die active_repo in der Konfiguration nennt:',
  ckan_setting_ignore_categories: 'Diese Kategorien wurden nicht aufgezeichnet:',
  ckan_setting_ignore_actions: 'Diese Aktionen wurden nicht aufgezeichnet:',
  ckan_setting_ignore_models: 'Diese Modelle wurden nicht aufgezeichnet:',
  ckan_setting_track_models: 'Nur diese Modelle wurden aufgezeichnet:',
  ckan_setting_track_api: 'Ob API-Aufrufe aufgezeichnet wurden:',
  ckan_setting_track_model: 'Ob Änderungen an Modellen aufgezeichnet wurden:',
  ckan_setting_track_store_previous_model_state: 'Ob der frühere Zustand festgehalten wurde:',
  ckan_setting_store_payload_and_result: 'Ob Nutzdaten und Ergebnis festgehalten wurden:',
  ckan_setting_repeated: 'Ein Schlüssel steht in der Konfiguration zweimal im selben Abschnitt; hier gilt der spätere.',
  ckan_setting_ignore_models_without_effect: 'ignore.models wirkt nicht, weil track.models gesetzt ist.',
  values_masked: 'Werte sind durch Pseudonyme ersetzt.',
  old_manifest_removed: 'Das Manifest eines früheren Exports wurde entfernt.',
  capture_incomplete: 'Die Kopie ist unvollständig: Es können Ereignisse fehlen.',
  records_rejected: 'Nicht alle Datensätze ließen sich als Ereignis lesen.',
  snapshot_changed: 'Die Kopie änderte sich während des Exports.',
  changed_since_partial:
    'Einige Datensätze wurden zwischen den beiden Lesungen geändert oder entfernt. Sie bleiben erhalten.',
  resumed: 'Das Lesen brach ab und wurde später fortgesetzt. Die Kopie zeigt nicht einen einzigen Augenblick.',
  cost_basis: 'Worauf die Kosten beruhen:',
  counted_by_time_only: 'Vom Filter zählte nur der Zeitraum.',
  estimate_is_of_all: 'Das gilt für die ganze Quelle; was der Filter wegließe, ist nicht abgezogen.',
  insights_scanned: 'Was das Zählen gekostet hat, und was gezählt wurde:',
  live_tail_unavailable: 'Das laufende Zusehen ist hier nicht erlaubt; die Log-Gruppe wird alle paar Sekunden gelesen.',
  not_remembered: 'Der Export ist vollständig, steht aber nicht in der Liste der Exporte.',
  payload_dropped: 'Einige Ereignisse waren für CloudWatch zu groß; ihr Ergebnis und ihre Nutzdaten fehlen.',
  records_removed: 'Beim Zusehen verschwanden Datensätze aus der Quelle. Neu lesen zeigt, welche.',
  value_changed: 'Bekannte Datensätze wurden in der Quelle geändert. Sie erscheinen noch einmal, wie sie jetzt sind.',
  watch_gap: 'Die Verbindung war unterbrochen. Was in der Zwischenzeit kam und wieder ging, fehlt.',
  watched: 'So lange wurde zugesehen. Was zwischen zwei Blicken kam und wieder ging, ist nicht dabei.',
  rejects_kept: 'Datensätze, die keine Ereignisse sind, wurden in einer Datei gesichert.',
  folder_left_out: 'Unterordner und tote Verknüpfungen in diesem Ordner wurden nicht gelesen:',
  left_in_store: 'Einige Datensätze stehen noch in der Quelle oder waren schon weg.',
  journal_unread: 'Das Journal ließ sich nicht lesen.',
  skipped: 'Regeln haben verhindert, dass einige Ereignisse aufgezeichnet wurden.',
  cells_guarded: 'Zellen, die wie Formeln beginnen, wurden geschützt.',
  half_characters:
    'Einige Texte enthalten halbe Zeichen, die keine Textdatei halten kann: Dafür steht U+FFFD (�). In JSON stehen sie, wie sie gespeichert sind.',
  cells_cut: 'Zu lange Zellen wurden gekürzt.',
  several_sheets: 'Die Zeilen verteilen sich auf mehrere Blätter.',
  no_manifest: 'Ohne Manifest lässt sich diese Datei nicht prüfen.',
  no_last_line_end:
    'Die letzte Zeile endet nicht mit einem Zeilenende. Wurde die Datei abgeschnitten, ist sie es vielleicht auch.',
  guard_kept: 'Ein Apostroph vor möglichen Formeln blieb stehen: Kein Manifest sagt, dass ein Export ihn gesetzt hat.',
  not_utf8: 'Einige Zeilen sind kein UTF-8. Eine andere Kodierung lässt sich unter „Weiteres“ angeben.',
  same_file: 'Eine Datei ist mehrmals genannt. Sie wurde einmal gelesen.',
  unnamed_columns: 'Spalten ohne Überschrift enthalten Werte, die nicht gelesen wurden.',
  sheets_left_out: 'Einige Blätter enthalten keine Ereignisse und wurden nicht gelesen.',
  changed_while_read: 'Die Quelle änderte sich beim Lesen. Die Kopie zeigt nicht einen einzigen Augenblick.',
  file_left_out: 'Eine Datei des Ordners wurde weggelassen.',
  field_names_left_out: 'Zeilen mit Feldnamen eines Redis-Hashs wurden übergangen; sie wiederholen nur die Werte.',
  manifest_mismatch: 'Die Datei ist nicht mehr die, die ihr Manifest beschreibt: Sie wurde geändert.',
  key_missing: 'Diesen Schlüssel gibt es in der Datenbank nicht, also auch keine Ereignisse.',
  server_restarted: 'Der Server wurde beim Lesen neu gestartet.',
  reconnected: 'Die Verbindung brach ab und wurde wieder aufgenommen.',
  throttled: 'Die Quelle bremste und wurde erneut gefragt. Verloren geht dadurch nichts.',
  read_from: 'Gelesen wird von diesem Server:',
  read_from_replica: 'Gelesen wird von einem Replikat. Es kann kurz hinter seinem Master liegen.',
  live_tail_sampled: 'Es kam mehr, als CloudWatch laufend zeigt; dies ist eine Auswahl. Beim Lesen kommt alles.',
  narrowed: 'Es wurde nur nach einem Teil der Datensätze gefragt; die übrigen blieben in der Quelle.',
  group_unknown: 'Die Log-Gruppe lässt sich nicht beschreiben.',
  token_expired: 'Eine Seitenmarke war abgelaufen; weitergelesen wurde nach dem letzten Ereignis.',
  credentials_renewed: 'Die Anmeldung lief beim Lesen ab, wurde erneuert, und es ging weiter.',
  capture_size: 'So groß ist die Log-Gruppe etwa:',
  masked: 'CloudWatch verdeckt Teile der Ereignisse.',
  columns_refused: 'Einige Spalten der Tabelle darf dieser Benutzer nicht lesen. Sie sind hier in jedem Ereignis leer.',
  row_security: 'Die Tabelle hat Zeilensicherheit: Gelesen wird nur, was diesem Benutzer gezeigt wird.',
  not_encrypted: 'Die Verbindung ist nicht verschlüsselt.',
  integrity_not_checked: 'Die Datei ließ sich nicht auf Unversehrtheit prüfen.',
  copied: 'SQLite würde die Datei beim Lesen ändern; gelesen wurde darum eine private Kopie.',
  wal_empty:
    'Die -wal-Datei neben der Datei ist leer: Alles ist in der Datei, oder das Kopieren schlug fehl. Wurde im Betrieb kopiert, fehlen die neuesten Ereignisse.',
  wal_missing: 'Neben der Datei fehlt ihre -wal-Datei. Wurde sie im Betrieb kopiert, fehlen die neuesten Ereignisse.',
  journal_rolled_back:
    'Neben der Datei lag ein unfertiger Schreibvorgang. Er wurde in einer privaten Kopie zurückgenommen.',
  not_made_yet: 'In den eingebauten Speicher wurde noch nichts geschrieben.',
  computed_columns: 'Berechnete Spalten wurden nicht gelesen: Was sie berechnet, kam mit der Datei.',
  missing_columns: 'Der Tabelle fehlen Spalten; diese Felder sind überall leer.',
  other_tables: 'Auch andere Tabellen könnten ein Protokoll enthalten; gelesen wurde nur diese.',
  extra_columns: 'Die Tabelle hat weitere Spalten, die keine Felder eines Ereignisses sind und nicht gelesen wurden.',
};

/** Wie die Engine eine gefundene Quelle nennt, und wie es auf Deutsch heißt. Eigennamen stehen in beiden Sprachen gleich da. */
export const deProducts: readonly (readonly [english: RegExp, german: string])[] = [
  [/^Embedded store$/, 'Eingebauter Speicher'],
  [
    /^Bundled sample store \(a fictional portal, one year\)$/,
    'Mitgeliefertes Beispiel (ein erfundenes Portal, ein Jahr)',
  ],
  [/^SQLite file, table (.+)$/s, 'SQLite-Datei, Tabelle $1'],
  [/^(PostgreSQL [^,]*), table (.+)$/s, '$1, Tabelle $2'],
  [/^CloudWatch Logs in (.+)$/s, 'CloudWatch Logs in $1'],
  [/^Snapshot of (.+), captured at (\S+), saved at (\S+)$/s, 'Kopie von $1, gelesen $2, gesichert $3'],
  [/^(\d+) files: (.+)$/s, '$1 Dateien: $2'],
  [/^(.+) file$/s, '$1-Datei'],
];

/** Was die Einstellungen bewirken, auf Deutsch. */
export const deSettings: Readonly<Record<OptionName, string>> = {
  active_repo:
    'Wohin Ereignisse geschrieben werden: basic (der eingebaute Speicher), redis, cloudwatch, postgres oder ein Name, den eine Erweiterung angemeldet hat.',
  restrict_available_repos: 'Nur in diese Speicher darf geschrieben werden; leer erlaubt alle.',
  track_api: 'Zeichnet jede Aktion auf, die aufgerufen wird, auf welchem Weg auch immer.',
  track_model:
    'Zeichnet jede Änderung der eigenen Daten auf: Verbindungen, Ansichten, Notizen, Einstellungen, Exporte, Erweiterungen.',
  'ignore.categories': 'Ereignisse dieser Kategorien werden nicht aufgezeichnet.',
  'ignore.actions': 'Aufrufe dieser Aktionen werden nicht aufgezeichnet. Eine eigene Liste ersetzt die Vorgabe.',
  'ignore.models': 'Änderungen dieser Modelle werden nicht aufgezeichnet. Wirkt nicht, wenn track.models gesetzt ist.',
  'track.models': 'Wenn gesetzt, werden nur Änderungen dieser Modelle aufgezeichnet. Groß und klein sind verschieden.',
  'track.store_previous_model_state': 'Hält bei jeder Änderung eines Modells fest, was vorher und nachher dastand.',
  store_payload_and_result:
    'Hält Anfrage und Antwort jeder Aktion fest. Geheimnisse bleiben weg, was auch immer eingeschaltet ist.',
  'batch.size': 'So viele wartende Ereignisse werden auf einmal geschrieben.',
  'batch.timeout': 'Spätestens nach dieser Zeit werden wartende Ereignisse geschrieben.',
  threaded_mode:
    'Schreibt im Hintergrund. Ausgeschaltet wird eine Aktion erst beantwortet, wenn ihr Ereignis geschrieben ist oder sicher in der Schlange steht.',
  enable_admin_panel:
    'Zeigt die Verwaltung: Einstellungen, Tracker, Erweiterungen, Speicher und das Leeren eines Speichers.',
  'cloudwatch.access_key':
    'AWS-Zugriffsschlüssel (ID); leer nimmt die Umgebung, ein Profil oder die einmalige Anmeldung.',
  'cloudwatch.secret_key': 'Geheimer AWS-Zugriffsschlüssel.',
  'cloudwatch.region': 'AWS-Region der Log-Gruppe, etwa eu-central-1.',
  'cloudwatch.log_group': 'Log-Gruppe von CloudWatch, in die Ereignisse geschrieben werden.',
  'cloudwatch.log_stream': 'Stream in dieser Gruppe.',
  'ckan.redis.url': 'Das Redis, in das der Speicher redis schreibt.',
  'sqlalchemy.url': 'Das PostgreSQL, in das der Speicher postgres schreibt.',
};
