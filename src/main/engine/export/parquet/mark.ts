/** The key under which a Parquet file says that this program wrote it, and so what its further columns mean. */
export const MARK = 'event_audit_viewer';
