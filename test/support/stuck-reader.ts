/** Speaks the reading thread's protocol as far as the layout, then is stuck in one step of SQLite: for some seconds, or for ever. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const port = parentPort;
const { shown }: { readonly shown: string } = workerData;
const rows = shown === 'for ever' ? 1e15 : 20_000_000;
port?.postMessage({ type: 'layout', notes: [], records: 1 });
new Database(':memory:')
  .prepare(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${rows}) SELECT max(n) FROM numbers`,
  )
  .get();
port?.postMessage({ type: 'end' });
