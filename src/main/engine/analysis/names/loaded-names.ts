/** Names that were given for a snapshot from outside: kept in its scratch database for as long as it is open. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { numberOf } from '../event-rows.ts';

/** A name from outside the snapshot. */
export interface GivenName {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly kind: string;
}

/** Columns: `id`, `name`, `title`, `kind`, `origin` (`file` or `ckan`), `place` (file or URL), `seq` (later ones are newer). */
export const LOADED_TABLE = 'views.loaded_name';
const COLUMNS = 'id VARCHAR, name VARCHAR, title VARCHAR, kind VARCHAR, origin VARCHAR, place VARCHAR, seq BIGINT';

export async function prepareLoaded(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TABLE IF NOT EXISTS ${LOADED_TABLE} (${COLUMNS})`);
}

/**
 * Takes names in, all or, when reading them fails, none. What the same place gave before is replaced.
 * @param read begins to read them; called again when the database wants to begin again
 */
export async function loadNames(
  snapshot: Snapshot,
  origin: 'file' | 'ckan',
  place: string,
  read: () => AsyncIterable<readonly GivenName[]>,
  signal: AbortSignal | undefined,
): Promise<{ readonly loaded: number; readonly byKind: Record<string, number> }> {
  const byKind: Record<string, number> = {};
  let loaded = 0;
  await snapshot.read(signal, async (connection) => {
    await prepareLoaded(connection);
    loaded = 0;
    for (const kind of Object.keys(byKind)) delete byKind[kind];
    const before = await numberOf(connection, `SELECT coalesce(max(seq), 0) FROM ${LOADED_TABLE}`);
    await connection.run('BEGIN');
    try {
      await connection.run(`DELETE FROM ${LOADED_TABLE} WHERE origin = $1 AND place = $2`, [origin, place]);
      for await (const batch of read()) {
        const appender = await connection.createAppender('loaded_name', 'main', 'views');
        for (const { id, name, title, kind } of batch) {
          loaded += 1;
          for (const text of [id, name, title, kind, origin, place]) appender.appendVarchar(text);
          appender.appendBigInt(BigInt(before + loaded));
          appender.endRow();
          byKind[kind] = (byKind[kind] ?? 0) + 1;
        }
        appender.closeSync();
      }
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
  return { loaded, byKind };
}

/** Forgets all of them; returns how many there were. */
export async function forgetNames(snapshot: Snapshot): Promise<number> {
  return snapshot.read(undefined, async (connection) => {
    await prepareLoaded(connection);
    const count = await numberOf(connection, `SELECT count(*) FROM ${LOADED_TABLE}`);
    await connection.run(`DELETE FROM ${LOADED_TABLE}`);
    return count;
  });
}
