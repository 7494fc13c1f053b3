/** Makes SQLite files that hold an audit trail, as the extension's table and ours are defined. */
import Database from 'better-sqlite3';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { generateEvents, type EventOptions } from './events.ts';

const CREATE = `CREATE TABLE event_audit_event (
  id TEXT PRIMARY KEY, category TEXT NOT NULL, action TEXT NOT NULL,
  actor TEXT, action_object TEXT, action_object_id TEXT, target_type TEXT, target_id TEXT,
  timestamp TEXT NOT NULL, result TEXT, payload TEXT)`;

/** Makes a file at `path` with generated events, in one transaction. The file must not exist yet, or be empty. */
export function fillSqlite(path: string, count: number, options: EventOptions = {}): void {
  const database = new Database(path);
  try {
    database.exec(CREATE);
    database.pragma('user_version = 1');
    const insert = database.prepare(
      `INSERT INTO event_audit_event (${EVENT_FIELDS.join(', ')}) VALUES (${EVENT_FIELDS.map(() => '?').join(', ')})`,
    );
    database.transaction(() => {
      for (const { event } of generateEvents(count, options)) {
        insert.run(
          EVENT_FIELDS.map((name) => {
            const value = event[name];
            return typeof value === 'string' ? value : JSON.stringify(value);
          }),
        );
      }
    })();
  } finally {
    database.close();
  }
}
