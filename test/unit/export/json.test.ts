import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text as streamText } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { members, oneLine } from '../../../src/main/engine/export/json-text.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { hostileRows, runExport, type ExportWish } from './fixtures.ts';

async function exportText(rows: readonly TestRow[], wish: Omit<ExportWish, 'output'>): Promise<string> {
  await using view = await openTestView(rows);
  const stream = new PassThrough();
  const [text] = await Promise.all([
    streamText(stream),
    runExport(view, { ...wish, output: '-' }, { stream }).finally(() => stream.end()),
  ]);
  return text;
}

const RAW =
  '{"id":9007199254740993,"category":"model","\\u0061ction":"changed","actor":"\\ud800","timestamp":"t","n":1.10,' +
  '"big":1e400,"__proto__":{"x":"\\u0000"},"result":{"a":1,"a":2},"id":-0.0}';

const WHOLE = {
  id: 'a',
  category: 'model',
  action: 'changed',
  result: '{"n":9007199254740993,"x":1.10}',
} satisfies TestRow;

describe('JSON Lines', () => {
  it('copies a kept record byte for byte', async () => {
    expect(await exportText([{ id: '9007199254740993', raw: RAW }], { format: 'jsonl' })).toBe(`${RAW}\n`);
  });

  it('drops only whitespace that breaks the line', async () => {
    const raw = ' {\r\n  "id" : "a\\n b",\n  "x":[1.0 ,\n 2]\n}\n';
    expect(await exportText([{ id: 'a', raw }], { format: 'jsonl' })).toBe('{"id" : "a\\n b","x":[1.0 ,2]}\n');
  });

  it('rebuilds what the columns say, with result as it was written and without keys the record had not', async () => {
    expect(await exportText([WHOLE], { format: 'jsonl' })).toBe(
      '{"id":"a","category":"model","action":"changed","actor":"","action_object":"","action_object_id":"",' +
        '"target_type":"","target_id":"","timestamp":"2024-03-11T10:20:30.123456+00:00",' +
        '"result":{"n":9007199254740993,"x":1.10}}\n',
    );
  });

  it('takes asked-for fields from the record’s own text, in the asked-for order', async () => {
    const rows = [{ id: '9007199254740993', raw: RAW }, WHOLE];
    expect(await exportText(rows, { format: 'jsonl', fields: ['result', 'action', 'id', 'payload'] })).toBe(
      '{"result":{"a":1,"a":2},"action":"changed","id":9007199254740993,"id":-0.0}\n' +
        '{"result":{"n":9007199254740993,"x":1.10},"action":"changed","id":"a"}\n',
    );
  });

  it('rebuilds an event whose kept record is no JSON object', async () => {
    const text = await exportText([{ id: 'a', raw: 'a;b;c' }], { format: 'jsonl', fields: ['id'] });
    expect(text).toBe('{"id":"a"}\n');
  });

  it('keeps a pretty-printed column on one line', async () => {
    const rows = [{ id: 'a', result: '{\n  "x": 1\n}' }];
    expect(await exportText(rows, { format: 'jsonl', fields: ['result'] })).toBe('{"result":{"x": 1}}\n');
  });

  it('gives every hostile value back', async () => {
    const rows = hostileRows();
    const text = await exportText(rows, { format: 'jsonl', fields: ['id', 'category', 'action', 'actor'] });
    const found: unknown[] = text
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    expect(found).toEqual(rows.map(({ id, category, action, actor }) => ({ id, category, action, actor })));
  });
});

describe('JSON', () => {
  it('is one array, one event a line', async () => {
    const rows = [
      { id: 'a', raw: '{"id":"a"}' },
      { id: 'b', raw: '{"id":"b"}' },
    ];
    expect(await exportText(rows, { format: 'json' })).toBe('[\n{"id":"a"},\n{"id":"b"}\n]\n');
    expect(await exportText([], { format: 'json' })).toBe('[\n]\n');
  });

  it('is read by Python with the numbers as they were', async () => {
    const text = await exportText([{ id: 'x', raw: RAW }, ...hostileRows()], { format: 'json' });
    const script = 'import json,sys\nprint(json.loads(sys.stdin.buffer.read().decode())[0]["n"], end="")';
    expect(execFileSync('/usr/bin/python3', ['-c', script], { input: text, encoding: 'utf8' })).toBe('1.1');
  });
});

describe('JSON as text', () => {
  it('on one line means the same, and is the same when it was on one line', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, 4, '\t'), (json, indent) => {
        const pretty = JSON.stringify(JSON.parse(json), null, indent);
        const line = oneLine(pretty);
        expect(line).not.toMatch(/[\n\r]/);
        expect(JSON.parse(line)).toEqual(JSON.parse(json));
        expect(indent !== 0 || line === pretty).toBe(true);
      }),
    );
  });

  it('tells the members of any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
        const found = members(JSON.stringify(object, null, indent));
        const plain: unknown = JSON.parse(JSON.stringify(object));
        expect(found?.map(({ key, value }): unknown => [key, JSON.parse(value)])).toEqual(Object.entries(plain ?? {}));
      }),
    );
  });

  it.each(['', '[]', '{', '{"a"}', '{"a":}', '{"a":1', 'x'])('is no object: %s', (text) => {
    expect(members(text)).toBeNull();
  });
});
