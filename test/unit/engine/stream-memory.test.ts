/** The database's memory, which questions and exports lower for a while, is never lowered for what fills a table. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, onTestFinished, test } from 'vitest';
import { capture } from '../../../src/main/engine/snapshot/capture.ts';
import { SnapshotQuery } from '../../../src/main/engine/snapshot/query.ts';
import { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import { StreamMemory } from '../../../src/main/engine/snapshot/stream-memory.ts';
import { BatchRepository, filterOf } from '../../support/captured.ts';
import { generateEvents } from '../../support/events.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const USUAL = '122.0 MiB';

async function limitOf(connection: DuckDBConnection): Promise<string> {
  return String((await connection.runAndReadAll("SELECT current_setting('memory_limit')")).getRows()[0]?.[0]);
}

/** Ends with the test. */
async function emptySnapshot(): Promise<Snapshot> {
  const parent = createTempDir();
  const snapshot = await Snapshot.create(join(parent.path, 'snapshot'), 'snapshot', [
    { url: 'batches:', kind: 'batches', title: 'Batches' },
  ]);
  onTestFinished(async () => {
    await snapshot.close();
    parent.remove();
  });
  return snapshot;
}

test('a limit that was lowered when rows began to be put in order is the usual one afterwards', async () => {
  const snapshot = await emptySnapshot();
  const memory = new StreamMemory();
  const limits: string[] = [];
  const values = Array.from(generateEvents(2_000), ({ json }) => Buffer.from(json));
  const query = new SnapshotQuery(snapshot);
  const repository = new BatchRepository(() => [{ kind: 'json', values, keys: [] }]);
  await snapshot.read(undefined, async (connection) => {
    limits.push(await limitOf(connection));
    await memory.begin(connection);
    limits.push(await limitOf(connection));
  });
  await capture(snapshot, [repository], { signal: new AbortController().signal, onProgress: () => undefined });
  await snapshot.read(undefined, async (connection) => {
    limits.push(await limitOf(connection));
    await memory.end(connection);
    limits.push(await limitOf(connection));
  });
  expect(limits).toEqual([USUAL, '22.8 MiB', USUAL, USUAL]);
  expect(await query.total(filterOf({}))).toMatchObject({ total: 2_000 });
});

test('an order that is asked for while rows come in leaves the memory to them', async () => {
  const snapshot = await emptySnapshot();
  const query = new SnapshotQuery(snapshot);
  const statements: string[] = [];
  await snapshot.read(undefined, async (connection, relation) => {
    expect(relation.ordered).toBe(false);
    const spec = { filter: filterOf({}), sort: { field: 'id', direction: 'asc' } } as const;
    const run = connection.run.bind(connection);
    connection.run = (sql, ...rest) => {
      statements.push(sql);
      return run(sql, ...rest);
    };
    await query.views.use(connection, relation, spec, () => Promise.resolve());
    connection.run = run;
  });
  expect(statements.some((sql) => sql.startsWith('CREATE TABLE views.'))).toBe(true);
  expect(statements.filter((sql) => sql.includes('memory_limit'))).toEqual([]);
});
