/** Names beside ids in an export: a table that its rows are joined with. */
import { readable } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { LOADED_TABLE, prepareLoaded } from './loaded-names.ts';
import { seenNames } from './seen-names.ts';

export interface Labels extends AsyncDisposable {
  /** SQL for the name of the id in a column, `''` when none is known; for the expressions that a ViewReader takes. */
  readonly label: (column: string) => string;
}

let tables = 0;

/**
 * The present names of all ids: as `event_audit_get_names` gives them without a moment. An exporter puts `label('actor')`
 * among its expressions; the id stays what identifies. Dispose of it when the export has ended.
 * @throws AppError `cancelled`
 */
export async function labelsFor(snapshot: Snapshot, signal?: AbortSignal): Promise<Labels> {
  tables += 1;
  const table = `views.label_${tables}`;
  await snapshot.read(signal, async (connection, relation) => {
    await prepareLoaded(connection);
    const seen = await seenNames(snapshot, connection, relation);
    await connection.run(
      `CREATE OR REPLACE TABLE ${table} AS
       SELECT id, arg_min(label, rank) AS label FROM (
         SELECT id, CASE WHEN title = '' THEN name ELSE title END AS label,
           (CASE WHEN origin = 'file' THEN 0 ELSE 1 END, -seq) AS rank FROM ${LOADED_TABLE}
         UNION ALL
         SELECT id, arg_max(value, (first_ts, n)) AS label, (CASE WHEN field = 'title' THEN 2 ELSE 3 END, 0::BIGINT) AS rank
         FROM ${seen.table} GROUP BY id, field)
       GROUP BY id`,
    );
  });
  return {
    label: (column) => `coalesce((SELECT ${readable('l.label')} FROM ${table} AS l WHERE l.id = ${column}), '')`,
    [Symbol.asyncDispose]: async () => {
      await snapshot.read(undefined, (connection) => connection.run(`DROP TABLE IF EXISTS ${table}`)).catch(() => undefined);
    },
  };
}
