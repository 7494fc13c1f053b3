/** The ids of what is called by a name: the way back from {@link namesFor}. */
import { LOADED_NAMES, readable } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { rowsOf } from '../event-rows.ts';
import { seenNames, seenNamesSettled } from './seen-names.ts';

/** Whoever gets so many has searched for too little. */
const MOST_IDS = 1_000;

/**
 * Ids of which a name or title holds a text, without regard to case: whatever was loaded, and whatever the snapshot shows once
 * its rows are in order. At most {@link MOST_IDS}.
 * @throws AppError `cancelled`
 */
export async function idsNamed(
  snapshot: Snapshot,
  text: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  await seenNamesSettled(snapshot);
  return snapshot.read(signal, async (connection, relation) => {
    const given = ['name', 'title'].map((column) => `SELECT id, ${column} AS value FROM ${LOADED_NAMES}`);
    const seen = relation.ordered
      ? [`SELECT id, value FROM ${(await seenNames(snapshot, connection, relation)).table}`]
      : [];
    const rows = await rowsOf(
      connection,
      `SELECT DISTINCT ${readable('id')} FROM (${[...given, ...seen].join(' UNION ALL ')})
       WHERE contains(lower(value), lower($1)) LIMIT ${MOST_IDS}`,
      [text],
    );
    return rows.map(([id]) => String(id));
  });
}
