/** A small real ViewReader for tests: rows in an in-memory DuckDB, in the layout of a snapshot. */
import { DuckDBBlobValue, DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { throwIfAborted } from '../../src/shared/errors.ts';
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import type { RowBlock, ViewReader, ViewSpec } from '../../src/main/engine/snapshot/view.ts';

/** One row of the table; what is left out is empty. */
export interface TestRow {
  readonly id: string;
  readonly category?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly action_object?: string;
  readonly action_object_id?: string;
  readonly target_type?: string;
  readonly target_id?: string;
  readonly timestamp?: string;
  readonly ts?: bigint;
  readonly flags?: number;
  readonly source?: number;
  readonly result?: string | null;
  readonly payload?: string | null;
  readonly raw?: string | null;
}

export interface TestView extends ViewReader, AsyncDisposable {
  readonly connection: DuckDBConnection;
}

const TABLE = `CREATE TABLE event (n BIGINT, ${FLAT_FIELDS.map((field) => `${field} VARCHAR NOT NULL`).join(', ')},
  ts BIGINT, flags INTEGER, source SMALLINT, result VARCHAR, payload VARCHAR, raw VARCHAR)`;

/** Rows come back in the order given. Filters are not applied: only `offset`, `limit` and `only` are. */
export async function openTestView(
  rows: readonly TestRow[],
  status: Partial<SnapshotStatus> = {},
  fill?: string,
): Promise<TestView> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(TABLE);
  if (fill === undefined) await append(connection, rows);
  else await connection.run(`INSERT INTO event ${fill}`);
  const count = async (view: ViewSpec): Promise<number> => {
    const reader = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM (${select(view, ['n'])})`);
    return Number(reader.getRows()[0]?.[0]);
  };
  return {
    connection,
    status: () => ({ ...STATUS, read: rows.length, captured: rows.length, ...status }),
    count,
    async hasFlag(flag) {
      const reader = await connection.runAndReadAll(`SELECT 1 FROM event WHERE (flags & ${flag}) <> 0 LIMIT 1`);
      return reader.currentRowCount > 0;
    },
    async *blocks(view, expression, { separator }, signal): AsyncGenerator<RowBlock> {
      const from = view.offset ?? 0;
      const total = await count(view);
      for (let at = 0; at < total; at += BATCH_ROWS) {
        throwIfAborted(signal);
        const part = { ...view, offset: from + at, limit: Math.min(BATCH_ROWS, total - at) };
        const between = { '\n': 'chr(10)', '\r\n': 'chr(13) || chr(10)', ',\n': `',' || chr(10)` }[separator];
        const sql = `SELECT encode(string_agg(line, ${between} ORDER BY n)) FROM (${select(part, [`${expression} AS line`, 'n'])})`;
        const [blob] = (await connection.runAndReadAll(sql)).getRows()[0] ?? [];
        if (!(blob instanceof DuckDBBlobValue)) throw new TypeError('The rows came as something else than bytes');
        yield { bytes: Buffer.from(blob.bytes), rows: part.limit };
      }
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
      await Promise.resolve();
    },
  };
}

async function append(connection: DuckDBConnection, rows: readonly TestRow[]): Promise<void> {
  const appender = await connection.createAppender('event');
  rows.forEach((row, n) => {
    appender.appendBigInt(BigInt(n));
    for (const field of FLAT_FIELDS) appender.appendVarchar(row[field] ?? (field === 'timestamp' ? DEFAULT_TIME : ''));
    appender.appendBigInt(row.ts ?? 1_710_152_430_123_456n);
    appender.appendInteger(row.flags ?? 0);
    appender.appendSmallInt(row.source ?? 0);
    for (const text of [row.result ?? null, row.payload ?? null, row.raw ?? null]) {
      if (text === null) appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  });
  appender.closeSync();
}

const BATCH_ROWS = 4000;
const DEFAULT_TIME = '2024-03-11T10:20:30.123456+00:00';

function select(view: ViewSpec, expressions: readonly string[]): string {
  const only = view.only === undefined ? '' : `WHERE n IN (${[-1, ...view.only].join(', ')})`;
  const limit = view.limit === undefined ? '' : `LIMIT ${view.limit}`;
  return `SELECT ${expressions.join(', ')} FROM event ${only} ORDER BY n ${limit} OFFSET ${view.offset ?? 0}`;
}

const STATUS: SnapshotStatus = {
  snapshot_id: 'snapshot-1',
  source: { url: 'demo:', kind: 'demo', title: 'Demo' },
  sources: [
    {
      url: 'demo:',
      kind: 'demo',
      title: 'Demo',
      state: 'complete',
      read: 0,
      captured: 0,
      rejected: 0,
      duplicates: 0,
      expected: null,
      bytes_read: 0,
      reason: null,
    },
  ],
  state: 'complete',
  revision: 1,
  read: 0,
  captured: 0,
  rejected: 0,
  duplicates: 0,
  expected: null,
  bytes_read: 0,
  started_at: '2024-04-01T10:00:00.000Z',
  finished_at: '2024-04-01T10:00:05.000Z',
  elapsed_ms: 5000,
  reason: null,
  notes: [],
};
