import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { cellsOf, DelimitedReader, type Delimiter } from '../../../src/main/engine/repositories/file/delimited.ts';

fc.configureGlobal({ seed: 20_240_301 });

const LF = 0x0a;

function read(text: string | Buffer, size: number, delimiter: Delimiter = ',', lineEnd = LF): readonly unknown[] {
  const reader = new DelimitedReader(delimiter, lineEnd, 'it');
  const bytes = Buffer.from(text);
  const rows = [];
  for (let at = 0; at < bytes.length; at += size) rows.push(...reader.push(bytes.subarray(at, at + size)));
  rows.push(...reader.end().rows);
  return rows.map(({ cells, problem }) => cells ?? problem);
}

function line(cells: readonly string[], force: boolean): string {
  return cells.map((text) => (force || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}

function endsOpen(text: string): boolean {
  const reader = new DelimitedReader(',', LF, 'it');
  reader.push(Buffer.from(text));
  return reader.end().open;
}

describe('delimited text', () => {
  it('is taken apart like other readers do, wherever its pieces are cut', () => {
    const character = fc.constantFrom('a', '"', "'", ',', ';', '\r', '\n', '\t', ' ', 'é', '😀');
    const cell = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(''));
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (rows, force, end, last, size) => {
          const text = rows.map((cells) => line(cells, force)).join(end) + (last ? end : '');
          const found = read(text, size);
          expect(found).toEqual(rows);
          const other: unknown = parse(text, { relax_column_count: true, record_delimiter: end });
          expect(found).toEqual(other);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('leaves quotes inside a cell alone, and finds those that do not fit', () => {
    expect(cellsOf('6" pipe,a"b"c,""', ',')).toEqual(['6" pipe', 'a"b"c', '']);
    expect(cellsOf('"a"b,c', ',')).toBeUndefined();
    expect(cellsOf('"a', ',')).toBeUndefined();
    for (const size of [1, 2, 3, 100]) {
      expect(read('a,"x"y,b\nc,d\n', size)).toEqual(['bad_quotes', ['c', 'd']]);
      expect(read('a;b\n\n\nc;"d\n;e"\n', size, ';')).toEqual([
        ['a', 'b'],
        ['c', 'd\n;e'],
      ]);
      expect(read('a\tb\rc\td', size, '\t', 0x0d)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      expect(read(Buffer.from([0x61, 0x2c, 0xff, 0x0a, 0x62, 0x0a]), size)).toEqual(['not_utf8', ['b']]);
    }
  });

  it('knows whether it ends inside quotes', () => {
    expect(['a,"b', 'a,"b""', 'a,"b\nc,d\n'].map(endsOpen)).toEqual([true, true, true]);
    expect(['a,"b"', 'a,b"', 'a,"b"""', ''].map(endsOpen)).toEqual([false, false, false, false]);
  });

  it('takes a row of many megabytes, and those behind it, as one that is short', () => {
    const reader = new DelimitedReader(',', LF, 'it');
    const cell = 'x\n'.repeat(2_500_000);
    const text = Buffer.from(`a,"${cell}"\nb,c\nd,"e"`);
    const rows = [];
    for (let at = 0; at < text.length; at += 131_072) rows.push(...reader.push(text.subarray(at, at + 131_072)));
    const end = reader.end();
    expect(end.open).toBe(false);
    expect([...rows, ...end.rows].map(({ cells }) => cells)).toEqual([
      ['a', cell],
      ['b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('can’t fill the memory with a quote that is never closed', () => {
    const reader = new DelimitedReader(',', LF, 'it');
    reader.push(Buffer.from('a,"'));
    const piece = Buffer.alloc(12 * 1024 * 1024, 0x61);
    expect(() => {
      for (let i = 0; i < 12; i += 1) reader.push(piece);
    }).toThrow(/row 1 is not closed/);
  });
});
