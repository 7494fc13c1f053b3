import { truncate } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPORTERS } from '../../../src/main/engine/export/exporter.ts';
import { parquetWithGroupsOf } from '../../../src/main/engine/export/parquet/parquet.ts';
import { verifyFile } from '../../../src/main/engine/export/verify.ts';
import { readable } from '../../../src/main/engine/snapshot/schema.ts';
import { EVENT_FIELDS } from '../../../src/shared/event.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { hostileRows, makeFolder, plainRows, runExport, type ExportWish } from './fixtures.ts';

const COLUMNS = [...EVENT_FIELDS, 'instant', 'record'];
const TIME = '2024-03-11T10:20:30.123456+00:00';

async function exportRows(
  path: string,
  rows: readonly TestRow[],
  wish: Partial<ExportWish> = {},
  groupRows = 65_536,
): Promise<Awaited<ReturnType<typeof runExport>>> {
  await using view = await openTestView(rows);
  const exporters = { ...EXPORTERS, parquet: parquetWithGroupsOf(groupRows) };
  return await runExport(view, { format: 'parquet', output: path, ...wish }, { exporters });
}

/** What a query gives, all values as text. */
async function ask(sql: string): Promise<(string | null)[][]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(sql)).getRows();
    return rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function readAll(path: string, columns: readonly string[] = COLUMNS): Promise<(string | null)[][]> {
  const cells = columns.map((name) => (name === 'instant' ? 'epoch_us(instant)::VARCHAR' : readable(`"${name}"`)));
  return ask(`SELECT ${cells.join(', ')} FROM '${path}'`);
}

const cellsOf = (row: TestRow): (string | null)[] => [
  ...EVENT_FIELDS.map((field) =>
    field === 'result' || field === 'payload'
      ? (row[field] ?? null)
      : (row[field] ?? (field === 'timestamp' ? TIME : '')),
  ),
  String(row.ts ?? 1_710_152_430_123_456n),
  row.raw ?? null,
];

describe('Parquet', () => {
  it('gives every hostile value back to DuckDB, byte for byte, missing ones as NULL', async () => {
    await using folder = await makeFolder();
    const path = folder.file('hostile.parquet');
    const rows = [...hostileRows(), { id: 'kept', raw: '{ "id": "kept" }', payload: '{}' }];
    await exportRows(path, rows);
    expect(await readAll(path)).toEqual(rows.map(cellsOf));
  });

  it('says of each column what it is: texts, and the instant as a moment in UTC', async () => {
    await using folder = await makeFolder();
    const path = folder.file('types.parquet');
    await exportRows(path, plainRows(3));
    expect(await ask(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`)).toEqual(
      COLUMNS.map((name) => [name, name === 'instant' ? 'TIMESTAMP WITH TIME ZONE' : 'VARCHAR']),
    );
    const kept = await ask(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${path}')`);
    expect(kept).toEqual([['event_audit_viewer', '1']]);
  });

  it('is readable with no rows, and with more rows than a row group holds', async () => {
    await using folder = await makeFolder();
    const [none, many] = [folder.file('none.parquet'), folder.file('many.parquet')];
    await exportRows(none, []);
    expect(await ask(`SELECT count(*) FROM '${none}'`)).toEqual([['0']]);
    const rows = plainRows(10_000);
    await exportRows(many, rows, {}, 1_000);
    expect(
      await ask(
        `SELECT max(row_group_id), sum(num_values) FROM parquet_metadata('${many}') WHERE path_in_schema = 'id'`,
      ),
    ).toEqual([['9', '10000']]);
    expect(await readAll(many)).toEqual(rows.map(cellsOf));
    // The statistics of instants let readers leave row groups out; a wrong one would lose rows here.
    const last = rows.at(-1)?.ts ?? 0n;
    expect(await ask(`SELECT id FROM '${many}' WHERE epoch_us(instant) >= ${last}`)).toEqual([['id-9999']]);
    expect(await ask(`SELECT count(*) FROM '${many}' WHERE instant < make_timestamptz(${last})`)).toEqual([['9999']]);
  });

  it('holds any texts and any pattern of missing ones', { timeout: 120_000 }, async () => {
    await using folder = await makeFolder();
    const text = fc.string({ unit: 'binary', maxLength: 30 }).map((one) => one.toWellFormed());
    const json = fc.option(fc.json(), { nil: null });
    const row = fc.record({ id: text, actor: text, result: json, payload: json, raw: json });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), async (rows, group) => {
        const path = folder.file(`${(run += 1)}.parquet`);
        await exportRows(path, rows, {}, group);
        expect(await readAll(path)).toEqual(rows.map(cellsOf));
        expect(await verifyFile(path)).toMatchObject({ ok: true, rows: rows.length });
      }),
      { numRuns: 15 },
    );
  });

  it('writes times in a zone, and the instant as it is', async () => {
    await using folder = await makeFolder();
    const path = folder.file('zone.parquet');
    await exportRows(path, plainRows(1), { time_zone: 'Europe/Berlin', fields: ['timestamp', 'instant'] });
    expect(await readAll(path, ['timestamp', 'instant'])).toEqual([
      ['2024-03-11T11:20:30.123456+01:00', '1710152430123456'],
    ]);
  });
});

/** Exports twenty rows, writes the file anew with DuckDB as a query has it, verifies. */
async function afterRewriting(query: (path: string) => string): Promise<string[]> {
  await using folder = await makeFolder();
  const [path, copy] = [folder.file('out.parquet'), folder.file('copy.parquet')];
  await exportRows(path, plainRows(20));
  await ask(`COPY (${query(path)}) TO '${copy}' (FORMAT parquet)`);
  await ask(`COPY (SELECT * FROM '${copy}') TO '${path}' (FORMAT parquet)`);
  const { ok, findings } = await verifyFile(path);
  expect(ok).toBe(false);
  return findings.map(({ code, row }) => `${code} ${row ?? '-'}`);
}

describe('verification of Parquet', () => {
  it.each<[string, (path: string) => string, string[]]>([
    [
      'a changed row',
      (path) => `SELECT * REPLACE (CASE id WHEN 'id-4' THEN 'x' ELSE actor END AS actor) FROM '${path}'`,
      ['row_changed 5'],
    ],
    [
      'a changed instant',
      (path) =>
        `SELECT * REPLACE (CASE id WHEN 'id-4' THEN instant + INTERVAL 1 SECOND ELSE instant END AS instant) FROM '${path}'`,
      ['row_changed 5'],
    ],
    ['a removed row', (path) => `SELECT * FROM '${path}' WHERE id <> 'id-4'`, ['row_removed 5']],
    [
      'an added row',
      (path) => `SELECT * FROM '${path}' UNION ALL SELECT * REPLACE ('new' AS id) FROM '${path}' WHERE id = 'id-0'`,
      ['row_added 21'],
    ],
    ['rows in another order', (path) => `SELECT * FROM '${path}' ORDER BY id = 'id-0'`, ['rows_reordered 1']],
    [
      'an empty text for a missing one',
      (path) => `SELECT * REPLACE (CASE id WHEN 'id-4' THEN '' ELSE result END AS result) FROM '${path}'`,
      ['row_changed 5'],
    ],
    ['a column less', (path) => `SELECT * EXCLUDE (record) FROM '${path}'`, ['header_changed -']],
    ['nothing but its bytes', (path) => `SELECT * FROM '${path}'`, ['bytes_changed -']],
  ])('names %s', async (_name, query, expected) => {
    expect((await afterRewriting(query)).slice(0, expected.length)).toEqual(expected);
  });

  it('says that the file is damaged when it breaks off', async () => {
    await using folder = await makeFolder();
    const path = folder.file('out.parquet');
    const { bytes } = await exportRows(path, plainRows(20));
    await truncate(path, bytes - 9);
    expect((await verifyFile(path)).findings.map(({ code }) => code)).toEqual(['archive_damaged']);
  });
});
