import { execFileSync } from 'node:child_process';
import { copyFile, open, readFile, stat } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXPORTERS } from '../../../src/main/engine/export/exporter.ts';
import { manifestPath, manifestSchema } from '../../../src/main/engine/export/manifest.ts';
import { verifyFile } from '../../../src/main/engine/export/verify.ts';
import { escapeText, fittingStart, pieces, unescapeText } from '../../../src/main/engine/export/xlsx-text.ts';
import { WorkbookReader } from '../../../src/main/engine/export/xlsx-reader.ts';
import { sheetName, xlsxWithSheetsOf } from '../../../src/main/engine/export/xlsx.ts';
import { EVENT_FIELDS, FLAT_FIELDS, type EventField } from '../../../src/shared/event.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { HOSTILE, hostileRows, makeFolder, plainRows, runExport, type ExportWish } from './fixtures.ts';

const SHEET = 'Event Audit Data 2024-05-06';
const workbookSchema = z.record(z.string(), z.array(z.array(z.string().nullable())));
const DUMP = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
for sheet in book:
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.value is None or cell.data_type in ('s', 'inlineStr'), (cell.coordinate, cell.data_type)
print(json.dumps({sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}))
print(json.dumps([book.worksheets[0].freeze_panes, book.worksheets[0].auto_filter.ref]))`;

/** Every sheet as openpyxl reads it: it refuses what is no text. */
function readWithPython(path: string): z.infer<typeof workbookSchema> {
  const [sheets = ''] = execFileSync('/usr/bin/python3', ['-c', DUMP, path], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  }).split('\n');
  return workbookSchema.parse(JSON.parse(sheets));
}

function cellsOf(row: TestRow, fields: readonly EventField[]): string[] {
  return fields.map((field) => row[field] ?? (field === 'timestamp' ? '2024-03-11T10:20:30.123456+00:00' : ''));
}

async function exportRows(
  path: string,
  rows: readonly TestRow[],
  wish: Partial<ExportWish> = {},
  sheetRows = 1_048_575,
): Promise<Awaited<ReturnType<typeof runExport>>> {
  await using view = await openTestView(rows);
  const exporters = { ...EXPORTERS, xlsx: xlsxWithSheetsOf(sheetRows) };
  return await runExport(view, { format: 'xlsx', output: path, ...wish }, { exporters });
}

describe('XLSX', () => {
  it('gives every hostile value back to openpyxl, as texts', async () => {
    await using folder = await makeFolder();
    const path = folder.file('hostile.xlsx');
    const rows = hostileRows();
    await exportRows(path, rows, { fields: [...EVENT_FIELDS] });
    const sheets = readWithPython(path);
    expect(Object.keys(sheets)).toEqual([SHEET, 'About this export']);
    const found = sheets[SHEET]?.map((row) => row.map((cell) => unescapeText(cell ?? '')));
    expect(found).toEqual([EVENT_FIELDS, ...rows.map((row) => cellsOf(row, EVENT_FIELDS))]);
  });

  it('is read by exceljs, header frozen and filtered', async () => {
    await using folder = await makeFolder();
    const path = folder.file('plain.xlsx');
    await exportRows(path, plainRows(3));
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    const sheet = book.getWorksheet(SHEET);
    expect(sheet?.getCell('A4').value).toBe('id-2');
    expect(sheet?.getCell('A4').numFmt).toBe('@');
    expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    expect(sheet?.autoFilter).toBe('A1:I4');
    expect(sheet?.getColumn(1).width).toBe(38);
  });

  it('says on a second sheet what it is', async () => {
    await using folder = await makeFolder();
    const path = folder.file('about.xlsx');
    await using view = await openTestView(plainRows(3), {
      sources: [
        {
          url: 'redis://auditor:s3cret@host/0',
          kind: 'redis',
          title: 'Portal',
          state: 'partial',
          read: 3,
          captured: 3,
          rejected: 0,
          duplicates: 0,
          expected: null,
          bytes_read: 0,
          reason: null,
        },
      ],
      state: 'partial',
    });
    const condition = { field: 'category' as const, values: ['model', ''], negate: false };
    const filter = {
      conditions: [condition],
      time_from: '2024-03-01',
      time_to: '',
      time_zone: 'UTC',
      search: '',
      where: [],
      sources: [],
      set: '',
    };
    await runExport(view, { format: 'xlsx', output: path, filter, time_zone: 'Pacific/Auckland' });
    const sheets = readWithPython(path);
    const about = new Map(sheets['About this export']?.map(([name, value]) => [name, value]));
    expect(Object.keys(sheets)[0]).toBe('Event Audit Data 2024-05-07');
    expect(about.get('Source')).toBe('Portal (redis): redis://auditor@host/0');
    expect(about.get('Filter')).toBe('category is “model” or empty\nfrom 2024-03-01 (inclusive, UTC)');
    expect(about.get('Rows')).toBe('3');
    expect(about.get('Time zone')).toBe('Pacific/Auckland');
    expect(about.get('Capture')).toMatch(/^partial/);
  });

  it('writes timestamps in a zone', async () => {
    await using folder = await makeFolder();
    const path = folder.file('zone.xlsx');
    await exportRows(
      path,
      [
        { id: 'a', ts: 0n },
        { id: '<', ts: 0n },
      ],
      { fields: ['id', 'timestamp'], time_zone: 'Asia/Kolkata' },
    );
    const time = '1970-01-01T05:30:00.000000+05:30';
    expect(readWithPython(path)['Event Audit Data 2024-05-07']?.slice(1)).toEqual([
      ['a', time],
      ['<', time],
    ]);
    expect(await verifyFile(path)).toMatchObject({ ok: true });
  });

  it('writes a header alone for an empty view', async () => {
    await using folder = await makeFolder();
    const path = folder.file('empty.xlsx');
    expect(await exportRows(path, [], { fields: ['id'] })).toMatchObject({ rows: 0 });
    expect(readWithPython(path)[SHEET]).toEqual([['id']]);
    expect(await verifyFile(path)).toMatchObject({ ok: true, rows: 0 });
  });

  it('continues on further sheets', async () => {
    await using folder = await makeFolder();
    const path = folder.file('many.xlsx');
    const { notes } = await exportRows(path, plainRows(25), { fields: ['id'] }, 10);
    const sheets = readWithPython(path);
    const names = [SHEET, 'About this export', `${SHEET} (2)`, `${SHEET} (3)`];
    expect(Object.keys(sheets)).toEqual(names);
    expect(sheets[names[2] ?? '']?.[1]).toEqual(['id-10']);
    expect(sheets[names[3] ?? '']).toHaveLength(6);
    expect(notes.map((note) => note.code)).toEqual(['several_sheets']);
    expect(await verifyFile(path)).toMatchObject({ ok: true, rows: 25 });
  });

  it('keeps sheet names within the limit', () => {
    for (const index of [0, 1, 8, 9, 98, 99, 998])
      expect(sheetName('2024-05-06', index).length).toBeLessThanOrEqual(31);
    expect(new Set(Array.from({ length: 2000 }, (_none, index) => sheetName('2024-05-06', index))).size).toBe(2000);
  });

  it('cuts, marks and keeps whole what is too long for a cell', async () => {
    await using folder = await makeFolder();
    const path = folder.file('long.xlsx');
    const exact = 'x'.repeat(32_767);
    const long = '😀_x0041_\u0001<&>'.repeat(4000);
    const rows = [{ id: exact }, { id: `${exact}y`, actor: long }, { id: 'z', actor: '\0'.repeat(9000) }];
    const { notes } = await exportRows(path, rows, { fields: ['id', 'actor'] }, 2);
    const sheets = readWithPython(path);
    const cells = [...(sheets[SHEET] ?? []).slice(1), ...(sheets[`${SHEET} (2)`] ?? []).slice(1)];
    expect(cells[0]).toEqual([exact, null]);
    expect(cells[1]?.[0]).toMatch(/^x{30000,} … \[cut; whole on sheet “Overflow” from row 2\]$/);
    expect(cells[2]?.[1]).toMatch(/whole on sheet “Overflow \(\d\)” from row \d\]$/);
    for (const cell of cells.flat()) expect(cell?.length ?? 0).toBeLessThanOrEqual(32_767);
    const kept = Object.entries(sheets)
      .filter(([name]) => name.startsWith('Overflow'))
      .flatMap(([, lines]) => lines.slice(1));
    const whole = (row: number, field: string): string =>
      kept
        .filter((line) => line[0] === String(row) && line[1] === field)
        .map((line) => unescapeText(line[4] ?? ''))
        .join('');
    expect(whole(2, 'id')).toBe(`${exact}y`);
    expect(whole(2, 'actor')).toBe(long);
    expect(whole(3, 'actor')).toBe('\0'.repeat(9000));
    expect(notes.map((note) => note.code)).toEqual(['cells_cut', 'several_sheets']);
    expect(await verifyFile(path)).toMatchObject({ ok: true });
    const { overflow } = manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), 'utf8')));
    expect(overflow).toMatchObject({ cells: 3, count: kept.length });
  });

  it('holds what its manifest says, by an independent reader', async () => {
    await using folder = await makeFolder();
    const path = folder.file('reader.xlsx');
    await exportRows(path, hostileRows());
    const file = await open(path);
    const book = await WorkbookReader.open(file, (await stat(path)).size);
    const rows: (readonly string[])[] = [];
    for await (const row of book.rows(SHEET)) rows.push(row);
    await book.check();
    await file.close();
    const padded = rows.map((row) =>
      [...row, ...FLAT_FIELDS.slice(row.length).fill('id')].map((cell, at) => (at < row.length ? cell : '')),
    );
    expect(padded.slice(1)).toEqual(hostileRows().map((row) => cellsOf(row, FLAT_FIELDS)));
  });
});

/** Exports, lets openpyxl change and save the workbook, verifies. */
async function afterEdit(edit: string): Promise<string[]> {
  await using folder = await makeFolder();
  const path = folder.file('out.xlsx');
  await exportRows(path, [...plainRows(20), ...hostileRows()]);
  const script = `import sys, openpyxl\nbook = openpyxl.load_workbook(sys.argv[1])\nsheet = book.worksheets[0]\n${edit}\nbook.save(sys.argv[1])`;
  execFileSync('/usr/bin/python3', ['-c', script, path]);
  const found = await verifyFile(path);
  expect(found.ok).toBe(false);
  return found.findings.map(({ code, row }) => `${code} ${row ?? '-'}`);
}

describe('a changed workbook', () => {
  it('names the row in which a cell was changed, though another program saved it', async () => {
    expect(await afterEdit("sheet['C8'] = 'deleted'")).toEqual(['row_changed 7']);
  });

  it('names removed and added rows', async () => {
    expect(await afterEdit('sheet.delete_rows(5)')).toEqual(['row_removed 4']);
    expect(await afterEdit('sheet.insert_rows(5)\nsheet["A5"] = "new"')).toEqual(['row_added 4']);
  });

  it('names a changed header and a missing sheet', async () => {
    expect(await afterEdit("sheet['A1'] = 'ID'")).toEqual(['header_changed -']);
    expect(await afterEdit("sheet.title = 'x'")).toContain('sheet_missing -');
  });

  it('says that only something else was changed', async () => {
    expect(await afterEdit("book.worksheets[1]['B2'] = 'x'")).toEqual(['bytes_changed -']);
  });

  it('says that it is no archive any more', async () => {
    await using folder = await makeFolder();
    const path = folder.file('out.xlsx');
    await exportRows(path, plainRows(3));
    await copyFile(import.meta.filename, path);
    expect((await verifyFile(path)).findings.map(({ code }) => code)).toEqual(['archive_damaged']);
  });
});

describe('texts of a sheet', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('_', 'x', '0', '4', '1', 'A', '_x0041_', '\u0001', '\r', '\n', '\uFFFE', ' ') }),
    fc.constantFrom(...HOSTILE),
  );

  it('come back from their escapes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(unescapeText(escapeText(text))).toBe(text);
      }),
    );
  });

  it('are cut within the room, between characters', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 20 }), (text, room) => {
        const start = fittingStart(text, room);
        expect(text.startsWith(start)).toBe(true);
        expect(escapeText(start).length).toBeLessThanOrEqual(room);
        expect(start.isWellFormed()).toBe(true);
      }),
    );
  });

  it('come back from their pieces', () => {
    for (const text of ['', '😀'.repeat(20_000), '\0'.repeat(20_000), '_x0041_'.repeat(9000)]) {
      expect(pieces(text).join('')).toBe(text);
    }
  });
});
