import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatLine } from '../../../src/main/engine/export/csv.ts';
import { GUARDED, guardCell, unguardCell } from '../../../src/main/engine/export/guard.ts';
import { FLAT_FIELDS, type EventField } from '../../../src/shared/event.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { HOSTILE, hostileRows, makeFolder, runExport, type ExportWish } from './fixtures.ts';

const table = z.array(z.array(z.string()));

async function exportText(rows: readonly TestRow[], wish: Omit<ExportWish, 'output'>): Promise<string> {
  await using view = await openTestView(rows);
  const stream = new PassThrough();
  const [bytes] = await Promise.all([
    buffer(stream),
    runExport(view, { ...wish, output: '-' }, { stream }).finally(() => stream.end()),
  ]);
  return bytes.toString('utf8');
}

function cellsOf(row: TestRow, fields: readonly EventField[]): string[] {
  return fields.map((field) => row[field] ?? (field === 'timestamp' ? '2024-03-11T10:20:30.123456+00:00' : ''));
}

function expected(
  rows: readonly TestRow[],
  format: 'csv' | 'tsv',
  guard: boolean,
  fields: readonly EventField[],
): string {
  const header = formatLine([...fields], format, false);
  return [header, ...rows.map((row) => formatLine(cellsOf(row, fields), format, guard)), ''].join('\r\n');
}

const textArbitrary = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: fc.constantFrom("'", '=', '"', '\t', '\r', '\n', '\0', '\uFEFF', '＝', 'a', ',', '\u0001') }),
);

describe('the formula guard', () => {
  it('can always be undone by stripping one apostrophe', () => {
    fc.assert(
      fc.property(textArbitrary, (text) => {
        expect(unguardCell(guardCell(text))).toBe(text);
      }),
    );
  });

  it('leaves no cell that a spreadsheet could run', () => {
    fc.assert(
      fc.property(textArbitrary, (text) => {
        expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r\n\0\uFEFF＝＋－＠]/);
      }),
    );
  });

  it('guards a cell that already looks guarded once more', () => {
    expect(guardCell("'=x")).toBe("''=x");
    expect(guardCell("'x")).toBe("'x");
    expect("''=x").toMatch(GUARDED);
  });
});

describe('CSV', () => {
  it('quotes every field, ends rows with CR LF and leaves result and payload out', async () => {
    expect(await exportText([{ id: 'a"b', category: 'model', action: 'x', result: '{}' }], { format: 'csv' })).toBe(
      '"id","category","action","actor","action_object","action_object_id","target_type","target_id","timestamp"\r\n' +
        '"a""b","model","x","","","","","","2024-03-11T10:20:30.123456+00:00"\r\n',
    );
  });

  it('writes only the header for an empty view', async () => {
    expect(await exportText([], { format: 'csv', fields: ['id', 'payload'] })).toBe('"id","payload"\r\n');
  });

  it.each(['csv', 'tsv'] as const)('%s: what DuckDB builds is what the reference writes', async (format) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ id: textArbitrary, category: textArbitrary, actor: textArbitrary, target_id: textArbitrary }),
          { minLength: 1, maxLength: 20 },
        ),
        fc.boolean(),
        fc.constantFrom<readonly EventField[]>(FLAT_FIELDS, ['id'], ['actor', 'id'], ['id', 'result', 'payload']),
        async (rows, raw, fields) => {
          const text = await exportText(rows, { format, raw, fields: [...fields] });
          expect(text).toBe(expected(rows, format, !raw, fields));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('survives Python’s csv module with every hostile value', async () => {
    await using folder = await makeFolder();
    const rows = hostileRows();
    await using view = await openTestView(rows);
    for (const [format, dialect] of [
      ['csv', 'excel'],
      ['tsv', 'excel-tab'],
    ] as const) {
      const output = folder.file(`hostile.${format}`);
      const fields: EventField[] = [...FLAT_FIELDS, 'result', 'payload'];
      const { guarded_cells } = await runExport(view, { format, output, fields });
      const script =
        'import csv,json,sys\nsys.stdout.write(json.dumps(list(csv.reader(open(sys.argv[1],newline="",encoding="utf-8"),sys.argv[2]))))';
      const found = table.parse(
        JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, output, dialect], { encoding: 'utf8' })),
      );
      const wanted = rows.map((row) => cellsOf(row, fields));
      expect(found[0]).toEqual(fields);
      expect(found.slice(1).map((cells) => cells.map(unguardCell))).toEqual(wanted);
      expect(guarded_cells).toBe(wanted.flat().filter((cell) => guardCell(cell) !== cell).length);
    }
  });

  it('keeps a byte order mark at the start of a raw TSV line', async () => {
    const text = await exportText([{ id: '\uFEFFx' }], { format: 'tsv', raw: true, fields: ['id'] });
    expect(text).toBe('id\r\n\uFEFFx\r\n');
  });

  it('parses back from a file of many batches', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(
      [],
      {},
      `SELECT range, 'id-' || range, 'm', 'a', '', '', '', '', '', 't', 0, 0, 0, NULL, NULL, NULL FROM range(10000)`,
    );
    const output = folder.file('many.csv');
    const result = await runExport(view, { format: 'csv', output, offset: 3, limit: 9000 });
    const found = table.parse(parse(await readFile(output)));
    expect(result.rows).toBe(9000);
    expect(found).toHaveLength(9001);
    expect(found[1]?.[0]).toBe('id-3');
    expect(found.at(-1)?.[0]).toBe('id-9002');
  });
});

const row = (ts: bigint): TestRow => ({ id: 'a', timestamp: 'as written', ts });

describe('timestamps in a zone', () => {
  it('are written as they were when no zone is given', async () => {
    expect(await exportText([row(0n)], { format: 'csv', fields: ['timestamp'] })).toContain('"as written"');
  });

  it.each([
    ['UTC', 1_710_152_430_123_456n, '2024-03-11T10:20:30.123456+00:00'],
    ['Europe/Berlin', 1_710_152_430_123_456n, '2024-03-11T11:20:30.123456+01:00'],
    ['Europe/Berlin', 1_711_846_799_999_999n, '2024-03-31T01:59:59.999999+01:00'],
    ['Europe/Berlin', 1_711_846_800_000_000n, '2024-03-31T03:00:00.000000+02:00'],
    ['Asia/Kathmandu', 0n, '1970-01-01T05:30:00.000000+05:30'],
    ['Asia/Kathmandu', 1_710_152_430_000_001n, '2024-03-11T16:05:30.000001+05:45'],
    ['America/New_York', -1n, '1969-12-31T18:59:59.999999-05:00'],
    ['UTC', -62_135_596_800_000_000n, '0001-01-01T00:00:00.000000+00:00'],
    ['UTC', 253_402_300_799_999_999n, '9999-12-31T23:59:59.999999+00:00'],
    ['Europe/Berlin', -2_500_000_000_000_000n, '1890-10-11T20:26:48.000000+00:53:28'],
  ])('%s %s is %s', async (time_zone, ts, wanted) => {
    const text = await exportText([row(ts)], { format: 'csv', fields: ['id', 'timestamp', 'actor'], time_zone });
    expect(text).toBe(`"id","timestamp","actor"\r\n"a","${wanted}",""\r\n`);
  });

  it('stand in the middle of a guarded TSV line', async () => {
    const rows = [{ id: '=a', actor: '\tb', ts: 0n }];
    const text = await exportText(rows, { format: 'tsv', fields: ['id', 'timestamp', 'actor'], time_zone: 'UTC' });
    expect(text).toBe(`id\ttimestamp\tactor\r\n'=a\t1970-01-01T00:00:00.000000+00:00\t"'\tb"\r\n`);
  });

  it('refuse a zone that does not exist', async () => {
    await expect(exportText([], { format: 'csv', time_zone: 'Mars/Olympus' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
