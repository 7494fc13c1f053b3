/** Finds the events of one snapshot again in another one of the same store, in which they have other numbers. */
import { listValue, type DuckDBConnection } from '@duckdb/node-api';
import { basisOf, digestSql } from './compare.ts';
import type { Relation, Snapshot } from './snapshot.ts';

interface Known {
  readonly n: number;
  readonly digest: string;
}

/**
 * For each number in `before` the event's number in `after`, or null for one that is not there any more. An event is
 * known by its source and id; of several with one id, equal records come first, then the k-th is taken for the k-th.
 * @throws AppError `cancelled`; `not_found` when a snapshot is closed meanwhile
 */
export async function matchEvents(
  before: Snapshot,
  after: Snapshot,
  numbers: readonly number[],
  signal: AbortSignal | undefined,
): Promise<(number | null)[]> {
  if (numbers.length === 0) return [];
  const digest = digestSql(basisOf(before, after));
  const ids = await before.read(signal, async (connection, { table }) => {
    const found = await connection.runAndReadAll(
      `SELECT DISTINCT id FROM ${table} WHERE n IN (${numbers.map(Number).join(', ')})`,
    );
    return found.getRows().map(([id]) => String(id));
  });
  const read = (snapshot: Snapshot): Promise<Map<string, Known[]>> =>
    snapshot.read(signal, (connection, relation) => withIds(connection, relation, ids, digest));
  const former = await read(before);
  const latter = await read(after);
  const matched = new Map<number, number>();
  for (const [key, events] of former) pair(events, latter.get(key) ?? [], matched);
  return numbers.map((n) => matched.get(n) ?? null);
}

/** By source and id, each in the order in which they were captured. */
async function withIds(
  connection: DuckDBConnection,
  { table, sources }: Relation,
  ids: readonly string[],
  digest: string,
): Promise<Map<string, Known[]>> {
  const found = await connection.runAndReadAll(
    `SELECT n, source, id, ${digest} FROM ${table} WHERE id IN (SELECT unnest($1::VARCHAR[])) ORDER BY n`,
    [listValue([...ids])],
  );
  const events = new Map<string, Known[]>();
  for (const [n, source, id, content] of found.getRows()) {
    const key = JSON.stringify([sources[Number(source)], String(id)]);
    const known = events.get(key) ?? [];
    known.push({ n: Number(n), digest: String(content) });
    events.set(key, known);
  }
  return events;
}

function pair(former: readonly Known[], latter: readonly Known[], matched: Map<number, number>): void {
  const equal = Map.groupBy(latter.toReversed(), ({ digest }) => digest);
  const taken = new Set<number>();
  const changed = former.filter(({ n, digest }) => {
    const other = equal.get(digest)?.pop();
    if (other === undefined) return true;
    matched.set(n, other.n);
    taken.add(other.n);
    return false;
  });
  const free = latter.filter(({ n }) => !taken.has(n));
  for (const [k, { n }] of changed.entries()) {
    const other = free[k];
    if (other !== undefined) matched.set(n, other.n);
  }
}
