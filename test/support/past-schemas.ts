/**
 * Databases as past versions of the product made them, with something in every table. The statements are frozen here: they
 * are what those versions ran, whatever the product's own list says today.
 */
import Database from 'better-sqlite3';

interface PastSchema {
  readonly version: number;
  /** What this version made, on top of the one before, and rows as it wrote them. */
  readonly statements: string;
}

export const PAST_STATE_SCHEMAS: readonly PastSchema[] = [
  {
    version: 1,
    statements: `
      CREATE TABLE connection (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL UNIQUE, last_opened_at TEXT NOT NULL);
      INSERT INTO connection VALUES ('c1', 'Production', 'redis://auditor@h/0', '2024-03-11T10:20:30.000Z');
      INSERT INTO connection VALUES ('c2', 'sqlite:/ä.db', 'sqlite:/ä.db', '2024-03-12T10:20:30.000Z');`,
  },
  {
    version: 2,
    statements: `
      CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
      INSERT INTO setting VALUES ('batch.size', '7');`,
  },
  {
    version: 3,
    statements: `
      CREATE TABLE plugin (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, added_at TEXT NOT NULL);
      INSERT INTO plugin VALUES ('p1', '/opt/plugin.js', 'abc', '2024-03-11T10:20:30.000Z');`,
  },
];

export const PAST_JOURNAL_SCHEMAS: readonly PastSchema[] = [
  {
    version: 1,
    statements: `
      CREATE TABLE event_audit_event (id TEXT PRIMARY KEY, category TEXT NOT NULL, action TEXT NOT NULL, actor TEXT,
        action_object TEXT, action_object_id TEXT, target_type TEXT, target_id TEXT, timestamp TEXT NOT NULL, result TEXT, payload TEXT);
      INSERT INTO event_audit_event VALUES ('a', 'api', 'package_show', 'ada', '', '', '', '', '2024-03-11T10:20:30.123456+00:00', '{}', '{"id":1.10}');
      INSERT INTO event_audit_event VALUES ('b', 'model', 'created', NULL, 'Package', 'x', NULL, NULL, '2024-03-11T10:20:31+00:00', '{}', '{}');`,
  },
];

/** Makes a file as that version would have left it. */
export function makePastDatabase(path: string, schemas: readonly PastSchema[], version: number): void {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  for (const schema of schemas) if (schema.version <= version) database.exec(schema.statements);
  database.pragma(`user_version = ${version}`);
  database.close();
}
