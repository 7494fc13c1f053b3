/** One question, asked of a snapshot's table and of its index: whoever answers, the answer is the same. */
import { expect } from 'vitest';
import { SnapshotQuery } from '../../src/main/engine/snapshot/query.ts';
import type { Snapshot } from '../../src/main/engine/snapshot/snapshot.ts';

interface Ways {
  readonly table: SnapshotQuery;
  readonly index: SnapshotQuery;
}

const known = new WeakMap<Snapshot, Promise<Ways>>();

async function waysOf(snapshot: Snapshot): Promise<Ways> {
  const index = new SnapshotQuery(snapshot);
  await index.prepare();
  return { table: new SnapshotQuery(snapshot, { indexed: false }), index };
}

/** The answer of both, or the error of both. */
export async function askedBothWays<T>(snapshot: Snapshot, ask: (query: SnapshotQuery) => Promise<T>): Promise<T> {
  const ways = known.get(snapshot) ?? waysOf(snapshot);
  known.set(snapshot, ways);
  const { table, index } = await ways;
  const [fromTable, fromIndex] = await Promise.allSettled([ask(table), ask(index)]);
  expect(fromIndex).toEqual(fromTable);
  if (fromTable.status === 'rejected') throw fromTable.reason;
  return fromTable.value;
}
