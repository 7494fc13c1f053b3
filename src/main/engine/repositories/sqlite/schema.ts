/** The embedded store's own table, and how the columns of a foreign one are matched with it. */
import { EVENT_FIELDS, type EventField } from '../../../../shared/event.ts';

export const DEFAULT_TABLE = 'event_audit_event';

/** The columns without which a table holds no audit trail. */
export const REQUIRED: readonly EventField[] = ['id', 'category', 'action', 'timestamp'];

/** `PRAGMA user_version` of an embedded store made by this build. */
export const BASIC_VERSION = 1;

/** Makes the embedded store's table: texts exactly as written, JSON as text. */
export const CREATE_BASIC = `
CREATE TABLE ${DEFAULT_TABLE} (
  id TEXT PRIMARY KEY,
  category TEXT NOT NULL,
  action TEXT NOT NULL,
  actor TEXT,
  action_object TEXT,
  action_object_id TEXT,
  target_type TEXT,
  target_id TEXT,
  timestamp TEXT NOT NULL,
  result TEXT,
  payload TEXT
);
PRAGMA user_version = ${BASIC_VERSION};`;

/** For each event field, the table's column that holds it, matched without regard to case. */
export function matchColumns(columns: readonly string[]): ReadonlyMap<EventField, string> {
  const byName = new Map(columns.map((column) => [column.toLowerCase(), column]));
  const matched = new Map<EventField, string>();
  for (const field of EVENT_FIELDS) {
    const column = byName.get(field);
    if (column !== undefined) matched.set(field, column);
  }
  return matched;
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
