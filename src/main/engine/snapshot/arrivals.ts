/** Events in the order in which they came, for whoever shows them as they come. */
import type { EventDetail } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import { filterToSql } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import { matchRefused } from './refused-json.ts';

/** @param after only events behind this position */
export async function arrivals(
  query: SnapshotQuery,
  filter: Filter,
  { after, limit }: { readonly after: number; readonly limit: number },
  signal: AbortSignal,
): Promise<{ events: EventDetail[] }> {
  const places = await query.snapshot.read(signal, async (connection, relation) => {
    const { sql, values } = filterToSql(filter, {
      ...relation,
      paths: await matchRefused(connection, relation, filter),
    });
    const rows = await connection.runAndReadAll(
      `SELECT n FROM ${relation.table} WHERE n > ${after} AND (${sql}) ORDER BY n LIMIT ${limit}`,
      [...values],
    );
    return rows.getRows().map(([n]) => Number(n));
  });
  const events: EventDetail[] = [];
  for (const n of places) events.push(...(await query.events({ n }, signal)));
  return { events };
}
