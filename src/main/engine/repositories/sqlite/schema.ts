/** The embedded store's own table. */
export const DEFAULT_TABLE = 'event_audit_event';

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

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
