import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import { fileWith } from '../support/file-fill.ts';
import { captureSource, failureOf } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

async function parquet(select: string): Promise<string> {
  const path = join(tempDir(), 'trail');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'America/New_York'");
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

describe('XLSX', () => {
  it('is read as other programs write it, dates and numbers included', async () => {
    const path = join(tempDir(), 'other.xlsx');
    const book = new ExcelJS.Workbook();
    const intro = book.addWorksheet('Notes');
    intro.addRow(['Handed over by somebody']);
    const sheet = book.addWorksheet('Data');
    sheet.addRow(['Audit trail']);
    sheet.addRow(['ID', 'Category', 'Action', 'Actor', 'Timestamp', 'Payload']);
    sheet.addRow([
      42,
      'api',
      'created',
      { richText: [{ text: 'an' }, { text: 'na', font: { bold: true } }] },
      new Date('2024-05-06T07:08:09.250Z'),
      '{"a":1}',
    ]);
    sheet.addRow([]);
    sheet.addRow(['x', 'api', 'changed', 'ünï <&>"', '2024-05-06T07:08:10.000001+02:00', '']);
    sheet.addRow(['y', false, 'changed', true, '2024-05-06T07:08:11+02:00', { formula: 'A1', result: '{"b":2}' }]);
    await book.xlsx.writeFile(path);
    const captured = await captureSource(`file:${path}`);
    expect(captured.noteCodes).toEqual(['missing_columns', 'sheets_left_out']);
    expect((await captured.events()).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      { id: '42', actor: 'anna', timestamp: '2024-05-06T07:08:09.250', flags: 1, payload: '{"a":1}' },
      { id: 'x', actor: 'ünï <&>"', timestamp: '2024-05-06T07:08:10.000001+02:00', payload: null },
      { id: 'y', category: 'false', actor: 'true', payload: '{"b":2}' },
    ]);
  });

  it('continues on further sheets with the same header', async () => {
    const path = join(tempDir(), 'two.xlsx');
    const book = new ExcelJS.Workbook();
    for (const [name, ids] of Object.entries({
      'Event Audit Data 2024-01-01': ['a', 'b'],
      'Event Audit Data 2024-01-01 (2)': ['c'],
    })) {
      const sheet = book.addWorksheet(name);
      sheet.addRow([...FLAT_FIELDS]);
      for (const id of ids) sheet.addRow([id, 'api', 'x', '', '', '', '', '', '2024-01-01T00:00:00+00:00']);
    }
    await book.xlsx.writeFile(path);
    const captured = await captureSource(`file:${path}`);
    expect((await captured.events()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('sets rows aside that hold a formula without its result, and names them by their numbers', async () => {
    const path = join(tempDir(), 'formulas.xlsx');
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Data');
    sheet.addRow(['Audit trail']);
    sheet.addRow(['id', 'category', 'action', 'actor', 'timestamp', 'remark']);
    const time = '2024-05-06T07:08:10Z';
    sheet.addRow(['a', 'api', 'x', { formula: 'A1', result: 'anna' }, time]);
    sheet.addRow([]);
    sheet.addRow(['b', 'api', 'x', { formula: 'A1' }, time]);
    sheet.addRow(['c', 'api', 'x', { formula: 'T("")', result: '' }, time, { formula: 'A1' }]);
    sheet.addRow(['d', 'api', 'x', 'dora', 'yesterday']);
    await book.xlsx.writeFile(path);
    const captured = await captureSource(`file:${path}`);
    expect(captured.status).toMatchObject({ state: 'complete', captured: 2, rejected: 2 });
    expect((await captured.events()).map(({ id, actor }) => [id, actor])).toEqual([
      ['a', 'anna'],
      ['c', ''],
    ]);
    expect(await captured.rejects()).toMatchObject([
      { code: 'bad_timestamp', key: expect.stringMatching(/sheet “Data”, row 7$/) },
      {
        code: 'no_result',
        key: expect.stringMatching(/sheet “Data”, row 5$/),
        reason: expect.stringContaining('in D:'),
      },
    ]);
  });

  it('tells times of day from dates, and says which columns without a heading have values', async () => {
    const path = join(tempDir(), 'times.xlsx');
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Data');
    sheet.addRow(['id', 'category', 'action', 'actor', 'timestamp']);
    const time = '2024-05-06T07:08:10Z';
    const formats = ['h:mm', 'hh:mm:ss.000', '[h]:mm', 'dd.mm.yyyy hh:mm', 'mmm', '0.00', '"d" 0.0'];
    for (const [index, format] of formats.entries()) {
      const row = sheet.addRow([`${index}a`, 'api', 'x', 0.5, time]);
      row.getCell(4).numFmt = format;
      const other = sheet.addRow([`${index}b`, 'api', 'x', 45_418.25, time]);
      other.getCell(4).numFmt = format;
    }
    sheet.getCell('H3').value = 'a remark';
    await book.xlsx.writeFile(path);
    const captured = await captureSource(`file:${path}`);
    const at = '2024-05-06T06:00:00';
    const shown = new Map((await captured.events()).map(({ id, actor }) => [id, actor]));
    expect(formats.map((_, index) => [shown.get(`${index}a`), shown.get(`${index}b`)])).toEqual([
      // A row of each format: half a day, and a day with six hours.
      ['12:00:00', at],
      ['12:00:00', at],
      ['12:00:00', at],
      ['0.5', at],
      ['0.5', at],
      ['0.5', '45418.25'],
      ['0.5', '45418.25'],
    ]);
    expect(captured.status.notes.at(-1)?.message).toMatch(
      /sheet “Data”, has values in columns without a heading.*: H\.$/,
    );
  });

  it('is refused when it is damaged, no workbook, or holds no events', async () => {
    const folder = tempDir();
    const path = join(folder, 'other.xlsx');
    const book = new ExcelJS.Workbook();
    book.addWorksheet('Prices').addRow(['article', 'price']);
    await book.xlsx.writeFile(path);
    const nothing = await failureOf(captureSource(`file:${path}`));
    expect(nothing.message).toMatch(/sheet “Prices”.*lacks id, category, action, timestamp.*“article”, “price”/);
    await truncate(path, 2_000);
    expect((await failureOf(captureSource(`file:${path}`))).message).toMatch(/damaged: its directory is missing/);
  });
});

describe('Parquet', () => {
  it('is read with its own types', async () => {
    const path = await parquet(
      `SELECT 'a' AS id, 'api' AS category, 'x' AS "ACTION", NULL::VARCHAR AS actor, chr(65279) || 'ü' AS target_id,
         TIMESTAMPTZ '2024-01-02 03:04:05.000006+00' AS timestamp, {'new': {'n': 9007199254740993}} AS result, '{"s": 1.10}' AS payload
       UNION ALL SELECT 'b', 'api', 'x', 'ann', '', TIMESTAMPTZ '2024-01-02 03:04:06+00', NULL, NULL`,
    );
    const captured = await captureSource(`file:${path}`);
    expect(captured.status).toMatchObject({ state: 'complete', captured: 2, rejected: 0, expected: 2 });
    expect(await captured.events()).toMatchObject([
      {
        id: 'a',
        actor: '',
        target_id: '\ufeffü',
        timestamp: '2024-01-02T03:04:05.000006+00:00',
        result: '{"new":{"n":9007199254740993}}',
        payload: '{"s": 1.10}',
      },
      { id: 'b', actor: 'ann', timestamp: '2024-01-02T03:04:06+00:00', result: null, payload: null },
    ]);
  });

  it('tells naive times from others, and reads packed files', async () => {
    const path = await parquet(
      "SELECT 7 AS id, 'api' AS category, 'x' AS action, TIMESTAMP '2024-01-02 03:04:05.5' AS timestamp",
    );
    const packed = await fileWith('packed', gzipSync(await readFile(path)));
    const captured = await captureSource(`file:${packed}`);
    expect(await captured.events()).toMatchObject([{ id: '7', timestamp: '2024-01-02T03:04:05.5', flags: 1 | 4 }]);
  });

  it('is refused when it is damaged or holds no events', async () => {
    const path = await parquet('SELECT 1 AS article');
    expect((await failureOf(captureSource(`file:${path}`))).message).toMatch(
      /lacks id, category, action, timestamp\. It has article/,
    );
    await truncate(path, 60);
    expect(await failureOf(captureSource(`file:${path}`))).toMatchObject({ code: 'source_invalid' });
  });
});
