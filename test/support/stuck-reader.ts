/** Speaks the reading thread's protocol as far as the layout, then is stuck in one step of SQLite for some seconds. */
import { parentPort } from 'node:worker_threads';
import Database from 'better-sqlite3';

const port = parentPort;
port?.postMessage({ type: 'layout', notes: [], records: 1 });
new Database(':memory:')
  .prepare(
    'WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 20000000) SELECT max(n) FROM numbers',
  )
  .get();
port?.postMessage({ type: 'end' });
