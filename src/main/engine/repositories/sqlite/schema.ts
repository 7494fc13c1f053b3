/** Names in SQLite: the table that holds events unless another is named, and how names are written. */
export const DEFAULT_TABLE = 'event_audit_event';

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
