import { describe, expect, it } from 'vitest';
import { recognise, shapeTitle } from '../../../src/main/engine/repositories/file/recognise.ts';

function titleOf(content: string | Buffer, whole = true): string {
  return shapeTitle(recognise({ head: Buffer.from(content), whole }, { name: 'it', named: true }, undefined));
}

const HEADER = ['id', 'category', 'action', 'timestamp'];

describe('a file', () => {
  it.each([
    [HEADER.join(','), 'CSV'],
    [`\ufeff${HEADER.map((name) => `"${name.toUpperCase()}"`).join(';')}\r\n`, 'CSV (semicolon)'],
    [HEADER.join('|'), 'CSV (bar)'],
    [HEADER.join('\t'), 'TSV'],
    [Buffer.from(`\ufeff${HEADER.join('\t')}\n`, 'utf16le'), 'TSV (UTF-16LE)'],
    [Buffer.from(`\ufeff${HEADER.join('\t')}\n`, 'utf16le').swap16(), 'TSV (UTF-16BE)'],
    ['{"id":1}\n{"id":2}\n', 'JSON Lines'],
    ['{"id":1}', 'JSON Lines'],
    ['{\n  "id": 1\n}\n', 'JSON'],
    ['\ufeff [\n', 'JSON'],
    ['[{"message":"{}","timestamp":1}]', 'JSON (log events)'],
    ['{"events":[{"message":"{}"}]}', 'JSON (log events)'],
    ['{"message":"{}","timestamp":1}\n', 'JSON Lines (log events)'],
    ['id:1|category:a|action:b|actor:|ts:2024\n{"id":1}\n', 'JSON Lines'],
    ['starting up\n{"id":1}\n', 'JSON Lines'],
    ['{oops\n{"id":1}\n', 'JSON Lines'],
    ['PAR1....', 'Parquet'],
    ['PK\u0003\u0004....', 'XLSX'],
  ])('is recognised by what it begins with: %j', (content, title) => {
    expect(titleOf(content)).toBe(title);
  });

  it('is recognised when its first record is longer than what is looked at', () => {
    expect(titleOf(`{"id":1,"payload":{"text":"${'x'.repeat(1_000)}`, false)).toBe('JSON Lines');
    expect(titleOf(`{\n  "id": 1,\n  "payload": "${'x'.repeat(1_000)}`, false)).toBe('JSON');
    expect(titleOf(`[{"id":"${'x'.repeat(1_000)}`, false)).toBe('JSON');
  });
});
