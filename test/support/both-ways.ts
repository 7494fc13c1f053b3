/** One question, asked of a snapshot's table and of its indexes: whoever answers, the answer is the same. */
import { expect } from 'vitest';
import { SnapshotQuery } from '../../src/main/engine/snapshot/query.ts';
import type { Snapshot } from '../../src/main/engine/snapshot/snapshot.ts';

interface Ways {
  readonly table: SnapshotQuery;
  /** With the index of rows alone, as while that of what is searched is being made. */
  readonly rows: SnapshotQuery;
  readonly all: SnapshotQuery;
}

const known = new WeakMap<Snapshot, Promise<Ways>>();

async function waysOf(snapshot: Snapshot): Promise<Ways> {
  const rows = new SnapshotQuery(snapshot, { searchIndexRows: Infinity });
  const all = new SnapshotQuery(snapshot, { searchIndexRows: 0 });
  await rows.prepare();
  await all.prepare();
  return { table: new SnapshotQuery(snapshot, { indexed: false }), rows, all };
}

/** The answer of all, or the error of all. */
export async function askedBothWays<T>(snapshot: Snapshot, ask: (query: SnapshotQuery) => Promise<T>): Promise<T> {
  const ways = known.get(snapshot) ?? waysOf(snapshot);
  known.set(snapshot, ways);
  const { table, rows, all } = await ways;
  const [fromTable, fromRows, fromAll] = await Promise.allSettled([ask(table), ask(rows), ask(all)]);
  expect(fromRows).toEqual(fromTable);
  expect(fromAll).toEqual(fromTable);
  if (fromTable.status === 'rejected') throw fromTable.reason;
  return fromTable.value;
}
