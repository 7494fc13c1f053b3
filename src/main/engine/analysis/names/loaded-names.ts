/** Names that were given for a snapshot from outside: kept in its scratch database for as long as it is open. */
import { LOADED_NAMES } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { numberOf } from '../event-rows.ts';

/** A name from outside the snapshot. */
export interface GivenName {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly kind: string;
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
    loaded = 0;
    for (const kind of Object.keys(byKind)) delete byKind[kind];
    const before = await numberOf(connection, `SELECT coalesce(max(seq), 0) FROM ${LOADED_NAMES}`);
    await connection.run('BEGIN');
    try {
      await connection.run(`DELETE FROM ${LOADED_NAMES} WHERE origin = $1 AND place = $2`, [origin, place]);
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
    const count = await numberOf(connection, `SELECT count(*) FROM ${LOADED_NAMES}`);
    await connection.run(`DELETE FROM ${LOADED_NAMES}`);
    return count;
  });
}
