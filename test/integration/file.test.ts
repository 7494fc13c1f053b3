import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import type { ExportFormat } from '../../src/shared/contract.ts';
import { EVENT_FIELDS, FLAT_FIELDS, type EventDetail } from '../../src/shared/event.ts';
import { generateEvents, HOSTILE_TEXTS, oneEvent, type EventOptions, type WrittenEvent } from '../support/events.ts';
import { HOSTILE_EVENTS } from '../support/hostile.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { captureSource, failureOf, testEngine, type CapturedSource } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Writes a file of the running test's own and returns its path. */
async function fileWith(name: string, content: string | Uint8Array, folder = tempDir()): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function captureFile(content: string | Uint8Array, name = 'handed-over'): Promise<CapturedSource> {
  return captureSource(`file:${await fileWith(name, content)}`);
}

function jsonLines(count: number, options: EventOptions = {}): string {
  return [...generateEvents(count, options)].map(({ json }) => `${json}\n`).join('');
}

function cell(event: WrittenEvent, field: (typeof EVENT_FIELDS)[number]): string {
  const value = event[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function csv(
  events: readonly WrittenEvent[],
  separator = ',',
  fields: readonly (typeof EVENT_FIELDS)[number][] = EVENT_FIELDS,
): string {
  const line = (cells: readonly string[]): string =>
    `${cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator)}\r\n`;
  return line(fields) + events.map((event) => line(fields.map((field) => cell(event, field)))).join('');
}

function events(count: number, options: EventOptions = {}): readonly WrittenEvent[] {
  return [...generateEvents(count, options)].map(({ event }) => event);
}

type Plain = Pick<EventDetail, (typeof EVENT_FIELDS)[number]>;

function plain(found: readonly EventDetail[]): readonly Plain[] {
  return found
    .map((event) => Object.fromEntries(EVENT_FIELDS.map((field) => [field, event[field]])) as unknown as Plain)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function expected(written: readonly WrittenEvent[], fields: readonly string[] = EVENT_FIELDS): readonly unknown[] {
  return written
    .map((event) =>
      Object.fromEntries(EVENT_FIELDS.map((field) => [field, fields.includes(field) ? cell(event, field) : null])),
    )
    .toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}

describe('what this product exported', () => {
  it.each(['csv', 'tsv', 'json', 'jsonl', 'xlsx'] satisfies ExportFormat[])(
    'is read back exactly: %s',
    async (format) => {
      const folder = tempDir();
      const first = await fileWith('all.jsonl', jsonLines(300, { hostile: 0.5, seed: 3 }), folder);
      const { engine, ...rest } = await testEngine();
      await using _host = rest;
      const { snapshot_id } = await engine.run('event_audit_capture_source', { url: `file:${first}` });
      const output = join(folder, `out.${format}`);
      await engine.run('event_audit_export', { snapshot_id, format, output, fields: [...EVENT_FIELDS] });
      const original = await captureSource(`file:${first}`);
      const again = await captureSource(`file:${output}`);
      expect(again.status).toMatchObject({
        state: 'complete',
        captured: 300,
        rejected: 0,
        duplicates: 0,
        expected: 300,
      });
      expect(plain(await again.events())).toEqual(plain(await original.events()));
      expect(again.noteCodes).toEqual([]);
      const packed = await fileWith('packed', gzipSync(await readFile(output)), folder);
      expect((await captureSource(`file:${packed}`)).status).toMatchObject({ captured: 300, rejected: 0 });
    },
  );

  it('has its formula guards taken back only on the word of an intact manifest', async () => {
    const folder = tempDir();
    const text = jsonLines(1).replace(/"actor":"[^"]*"/, '"actor":"=1+1"');
    const first = await fileWith('all.jsonl', text, folder);
    const { engine, ...rest } = await testEngine();
    await using _host = rest;
    const { snapshot_id } = await engine.run('event_audit_capture_source', { url: `file:${first}` });
    const output = join(folder, 'out.csv');
    await engine.run('event_audit_export', { snapshot_id, format: 'csv', output });
    expect(await readFile(output, 'utf8')).toContain(`"'=1+1"`);
    const actorOf = async (path: string): Promise<readonly unknown[]> => {
      const captured = await captureSource(`file:${path}`);
      return [(await captured.events())[0]?.actor, captured.noteCodes];
    };
    expect(await actorOf(output)).toEqual(['=1+1', ['missing_columns']]);
    const alone = await fileWith('alone.csv', await readFile(output), folder);
    expect(await actorOf(alone)).toEqual(["'=1+1", ['missing_columns', 'guard_kept']]);
    await writeFile(output, (await readFile(output, 'utf8')).replace('1+1', '1+2'));
    expect(await actorOf(output)).toEqual(["'=1+2", ['manifest_mismatch', 'missing_columns', 'guard_kept']]);
  });

  it('has cells that are too long for a spreadsheet joined from their pieces', async () => {
    const folder = tempDir();
    const long = oneEvent(
      { payload: { text: 'lang ü'.repeat(20_000) }, result: { text: 'x_x0041_'.repeat(9_000) } },
      5,
    );
    const short = oneEvent({ id: 'short' }, 6);
    const first = await fileWith(
      'all.jsonl',
      `${long.json}\n${short.json}\n${oneEvent({ id: 'z', actor: 'y'.repeat(40_000) }, 7).json}\n`,
      folder,
    );
    const { engine, ...rest } = await testEngine();
    await using _host = rest;
    const { snapshot_id } = await engine.run('event_audit_capture_source', { url: `file:${first}` });
    const output = join(folder, 'out.xlsx');
    await engine.run('event_audit_export', { snapshot_id, format: 'xlsx', output, fields: [...EVENT_FIELDS] });
    const original = await captureSource(`file:${first}`);
    const again = await captureSource(`file:${output}`);
    expect(plain(await again.events())).toEqual(plain(await original.events()));
    expect(again.noteCodes).toEqual([]);
  });
});

describe('JSON', () => {
  it.each([
    ['lines', (records: readonly string[]) => records.join('\n')],
    ['lines that end in CR LF', (records: readonly string[]) => `${records.join('\r\n')}\r\n`],
    ['an array', (records: readonly string[]) => `[${records.join(',')}]`],
    ['an array with a line each', (records: readonly string[]) => `\ufeff[\n${records.join(',\n')}\n]\n`],
    ['objects in a row', (records: readonly string[]) => `{\n}${records.join('')}`],
  ])('keeps every record byte for byte: %s', async (_name, write) => {
    const compact = HOSTILE_EVENTS.filter(({ bytes }) => !/[\r\n]/.test(bytes.toString('utf8').trim()));
    const captured = await captureFile(write(compact.map(({ bytes }) => bytes.toString('utf8'))));
    expect(captured.status.captured).toBe(compact.length);
    const found = (await captured.events()).toSorted((a, b) => a.n - b.n);
    for (const [index, { columns, result, payload }] of compact.entries()) {
      expect(found[index]).toMatchObject({
        ...columns,
        ...(result === undefined ? {} : { result }),
        ...(payload === undefined ? {} : { payload }),
      });
    }
  });

  it('sets lines aside that are no events, and says where they were', async () => {
    const garbage = REJECTED_RECORDS.filter(
      ({ bytes, code }) => code !== 'empty' && !bytes.includes(0x0a) && bytes.length < 50_000 && bytes[0] !== 0x22,
    );
    const good = oneEvent().json;
    const content = Buffer.concat([
      Buffer.from(`${good}\n`),
      ...garbage.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]),
      Buffer.from(`${good}\n`),
    ]);
    const captured = await captureFile(content, 'lines');
    expect(captured.status).toMatchObject({
      state: 'complete',
      captured: 2,
      rejected: garbage.length,
      read: garbage.length + 2,
    });
    const rejects = await captured.rejects();
    expect(rejects.map(({ code }) => code)).toEqual(garbage.map(({ code }) => code));
    expect(rejects[0]?.key).toMatch(/lines, record 2$/);
  });

  it('reads one pretty-printed event, and several as jq prints them', async () => {
    const one = JSON.stringify(oneEvent().event, null, 2);
    expect((await captureFile(`${one}\n`)).status).toMatchObject({ captured: 1, rejected: 0 });
    expect((await captureFile(`${one}\n${one}\n${one}`)).status).toMatchObject({ captured: 3, rejected: 0 });
  });

  it('reads an empty array as no events', async () => {
    expect((await captureFile(' [ \n ] ')).status).toMatchObject({ state: 'complete', read: 0 });
  });

  it.each([
    [
      'aws logs filter-log-events',
      (list: readonly object[]) => JSON.stringify({ events: list, searchedLogStreams: [] }, null, 4),
    ],
    ['the same, packed', (list: readonly object[]) => JSON.stringify({ events: list })],
    [
      'with its list last',
      (list: readonly object[]) =>
        JSON.stringify({ searchedLogStreams: [{ events: 1 }], nextToken: null, events: list }),
    ],
    [
      'several pages',
      (list: readonly object[]) =>
        `${JSON.stringify({ events: list }, null, 2)}\n${JSON.stringify({ events: list })}\n`,
    ],
    ['jq -c on its events', (list: readonly object[]) => list.map((each) => JSON.stringify(each)).join('\n')],
  ])('finds the messages in %s', async (_name, write) => {
    const written = events(20, { hostile: 0.5 });
    const list = written.map((event, index) => ({
      logStreamName: 's',
      timestamp: 1_700_000_000_000 + index,
      message: JSON.stringify(event),
      ingestionTime: 1,
      eventId: `id-${index}`,
    }));
    const captured = await captureFile(write(list));
    const { read, duplicates } = captured.status;
    expect(captured.status).toMatchObject({ state: 'complete', captured: 20, rejected: 0 });
    expect(read).toBe(20 + duplicates);
    expect(plain(await captured.events())).toEqual(expected(written));
  });

  it.each([
    ['redis-cli hvals', (list: readonly { field: string; json: string }[]) => list.map(({ json }) => json).join('\n')],
    [
      'redis-cli hgetall',
      (list: readonly { field: string; json: string }[]) =>
        list.map(({ field, json }) => `${field}\n${json}`).join('\n'),
    ],
    ['redis-cli --json hvals', (list: readonly { json: string }[]) => JSON.stringify(list.map(({ json }) => json))],
    [
      'redis-cli on a terminal',
      (list: readonly { field: string; json: string }[]) =>
        list
          .map(
            ({ field, json }, index) => `${index * 2 + 1}) ${terminal(field)}\n${index * 2 + 2}) ${terminal(json)}\n`,
          )
          .join(''),
    ],
    ['jq of messages', (list: readonly { json: string }[]) => list.map(({ json }) => JSON.stringify(json)).join('\n')],
    [
      'aws logs tail',
      (list: readonly { json: string }[]) =>
        list.map(({ json }) => `2024-11-11T10:20:30.123000+00:00 stream ${json}`).join('\n'),
    ],
  ])('finds the values in %s', async (_name, write) => {
    const list = [...generateEvents(20, { seed: 4 })];
    const captured = await captureFile(write(list));
    expect(captured.status).toMatchObject({ state: 'complete', captured: 20, rejected: 0, read: 20 });
    expect(plain(await captured.events())).toEqual(expected(list.map(({ event }) => event)));
  });

  function terminal(text: string): string {
    const bytes = [...Buffer.from(text)].map((byte) =>
      byte === 0x22 || byte === 0x5c
        ? `\\${String.fromCharCode(byte)}`
        : byte < 0x20 || byte > 0x7e
          ? `\\x${byte.toString(16).padStart(2, '0')}`
          : String.fromCharCode(byte),
    );
    return `"${bytes.join('')}"`;
  }
});

describe('CSV and its kin', () => {
  it.each([
    ['comma', ',', (text: string) => Buffer.from(text)],
    ['semicolon, as German Excel writes it', ';', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['tab, in UTF-16', '\t', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['tab, in UTF-16 without a mark', '\t', (text: string) => Buffer.from(text, 'utf16le')],
    ['bar', '|', (text: string) => Buffer.from(text)],
    ['comma, gzip', ',', (text: string) => gzipSync(text)],
    ['separator as a hint', ';', (text: string) => Buffer.from(`sep=;\r\n${text}`)],
  ])('is read with its %s', async (_name, separator, encode) => {
    const written = events(200, { hostile: 0.4, seed: 9 });
    const captured = await captureFile(encode(csv(written, separator)));
    expect(captured.status).toMatchObject({ state: 'complete', captured: 200, rejected: 0 });
    expect(plain(await captured.events())).toEqual(expected(written));
  });

  it('is what the extension’s own export writes, without result and payload', async () => {
    const written = events(50, { seed: 2 });
    const captured = await captureFile(csv(written, ',', FLAT_FIELDS));
    expect(plain(await captured.events())).toEqual(expected(written, FLAT_FIELDS));
    expect(captured.noteCodes).toEqual(['missing_columns']);
  });

  it('keeps quotes, separators, line breaks and spaces of any text', async () => {
    const written = HOSTILE_TEXTS.map(
      (text, index) => oneEvent({ id: `id ${index}`, actor: text, action: ` ${text}`, payload: { text } }).event,
    );
    for (const end of ['\r\n', '\n']) {
      const captured = await captureFile(csv(written).replaceAll('"\r\n', `"${end}`));
      expect(plain(await captured.events())).toEqual(expected(written));
    }
  });

  it('matches columns in any case and order, and says what is missing or further', async () => {
    const captured = await captureFile(
      'Timestamp;CATEGORY;Action Object;remark;Action;ID\n2024-01-01 10:00:00;api;Package;x;created;7\n',
    );
    expect(await captured.events()).toMatchObject([
      {
        id: '7',
        category: 'api',
        action: 'created',
        action_object: 'Package',
        timestamp: '2024-01-01 10:00:00',
        flags: 1 | 4,
      },
    ]);
    expect(captured.noteCodes).toEqual(['missing_columns', 'extra_columns']);
    expect(captured.status.notes[1]?.message).toContain('remark');
  });

  it('names what was found when a required column is missing', async () => {
    const failure = await failureOf(captureFile('when,what,id\n2024-01-01,x,1\n'));
    expect(failure.code).toBe('source_invalid');
    expect(failure.message).toMatch(/lacks category, action, timestamp\. It has “when”, “what”, “id”/);
    const twice = await failureOf(captureFile('id,ID,category,action,timestamp\n1,2,a,b,2024-01-01\n'));
    expect(twice.message).toMatch(/more than one column id/);
  });

  it('sets single damaged rows aside with their bytes', async () => {
    const rows = [
      'id,category,action,timestamp,payload',
      'a,c,x,2024-01-01T00:00:00Z,{}',
      'b,c,x',
      'c,c,x,2024-01-01T00:00:00Z,{},more',
      'd,c,"x"y,2024-01-01T00:00:00Z,{}',
      'e,c,x,2024-01-01T00:00:00Z,{oops',
      'f,c,x,yesterday,{}',
      '',
      'g,,x,2024-01-01T00:00:00Z,',
      'h,c,6" pipe,2024-01-01T00:00:00Z,',
    ];
    const content = Buffer.concat([
      Buffer.from(`${rows.join('\n')}\ni,c,Stra`),
      Buffer.from([0xdf]),
      Buffer.from('e,2024-01-01T00:00:00Z,\nj,c,x,2024-01-01T00:00:00Z,'),
    ]);
    const captured = await captureFile(content, 'rows.csv');
    expect(captured.status).toMatchObject({ state: 'complete', captured: 3, read: 10 });
    expect((await captured.events()).map(({ id, action }) => [id, action])).toEqual([
      ['a', 'x'],
      ['h', '6" pipe'],
      ['j', 'x'],
    ]);
    const rejects = await captured.rejects();
    expect(rejects.map(({ code }) => code).toSorted()).toEqual(
      ['wrong_cells', 'wrong_cells', 'bad_quotes', 'not_json', 'bad_timestamp', 'empty_field', 'not_utf8'].toSorted(),
    );
    expect(rejects.find(({ code }) => code === 'wrong_cells')).toMatchObject({
      preview: 'b,c,x',
      key: expect.stringMatching(/rows\.csv, row 3$/),
    });
    expect(captured.noteCodes).toContain('not_utf8');
  });

  it('is read in the encoding that is named', async () => {
    const text = csv([oneEvent({ actor: 'Straße €' }).event], ';');
    const bytes = Buffer.from(text.replaceAll('€', '\u0080'), 'latin1');
    const path = await fileWith('ansi.csv', bytes);
    expect((await (await captureSource(`file:${path}?encoding=windows-1252`)).events())[0]?.actor).toBe('Straße €');
    expect(await failureOf(captureSource(`file:${path}?encoding=klingon`))).toMatchObject({ code: 'invalid_input' });
  });
});

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
    await book.xlsx.writeFile(path);
    const captured = await captureSource(`file:${path}`);
    expect(captured.noteCodes).toEqual(['missing_columns', 'sheets_left_out']);
    expect((await captured.events()).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      { id: '42', actor: 'anna', timestamp: '2024-05-06T07:08:09.250', flags: 1, payload: '{"a":1}' },
      { id: 'x', actor: 'ünï <&>"', timestamp: '2024-05-06T07:08:10.000001+02:00', payload: null },
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

describe('several files', () => {
  it('are one source: a list, or a folder', async () => {
    const folder = tempDir();
    await fileWith('a.csv', csv(events(10, { seed: 1 })), folder);
    await fileWith('b.jsonl.gz', gzipSync(jsonLines(20, { seed: 2 })), folder);
    await fileWith('c.json', `[${oneEvent({}, 3).json}]`, folder);
    await fileWith('a.csv.manifest.json', '{}', folder);
    await fileWith('.hidden', 'x', folder);
    await mkdir(join(folder, 'further'));
    const listed = await captureSource(`file:${join(folder, 'a.csv')}|${join(folder, 'b.jsonl.gz')}`);
    expect(listed.status).toMatchObject({ state: 'complete', captured: 30, expected: null });
    await fileWith('read me.txt', 'Dear auditor,\nhere are the files.\n', folder);
    const whole = await captureSource(`file:${folder}`);
    expect(whole.status).toMatchObject({ state: 'complete', captured: 31, rejected: 0 });
    expect(whole.noteCodes).toContain('file_left_out');
    await using host = await testEngine();
    const found = await host.engine.run('event_audit_test_source', { url: `file:${folder}` });
    expect(found).toMatchObject({
      kind: 'file',
      product: '4 files: 1 CSV, 1 JSON Lines (gzip), 1 JSON',
      records: null,
    });
  });

  it('are read to the last, also when one is damaged', async () => {
    const folder = tempDir();
    await fileWith('a.json', `[${oneEvent({}, 1).json},`, folder);
    await fileWith('b.csv', csv(events(10)), folder);
    const captured = await captureSource(`file:${folder}`);
    expect(captured.status).toMatchObject({ state: 'partial', captured: 11, reason: { code: 'source_invalid' } });
    expect(captured.status.reason?.message).toMatch(/^a\.json is cut off/);
  });

  it('may have a bar, a question mark or a blank in a name', async () => {
    const path = await fileWith('what? a|b 100%.jsonl', jsonLines(3));
    expect((await captureSource(`file:${path}`)).status.captured).toBe(3);
    expect((await captureSource(`file://${encodeURI(path).replace('?', '%3F')}`)).status.captured).toBe(3);
  });
});

describe('a file that is cut off', () => {
  it.each([
    ['JSON Lines', (): Buffer => Buffer.from(jsonLines(500).slice(0, -30)), 500],
    [
      'a JSON array',
      (): Buffer =>
        Buffer.from(
          `[${events(500)
            .map((each) => JSON.stringify(each))
            .join(',')}`,
        ),
      500,
    ],
    [
      'a JSON array within a record',
      (): Buffer =>
        Buffer.from(
          `[${events(500)
            .map((each) => JSON.stringify(each))
            .join(',')}`.slice(0, -30),
        ),
      499,
    ],
    ['CSV within quotes', (): Buffer => Buffer.from(csv(events(500)).slice(0, -5)), 500],
    [
      'TSV within a row',
      (): Buffer => Buffer.from(csv(events(500), '\t', FLAT_FIELDS).replaceAll('"', '').slice(0, -60)),
      500,
    ],
    ['gzip', (): Buffer => gzipSync(jsonLines(5_000)).subarray(0, 60_000), undefined],
  ])('keeps what could be read, and says that it is not all: %s', async (_name, make, read) => {
    const captured = await captureFile(make());
    expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'source_invalid' } });
    expect(captured.status.captured).toBeGreaterThanOrEqual(498);
    const { status } = captured;
    expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
    expect(read ?? status.read).toBe(status.read);
    expect(status.reason?.message).toMatch(/cut off|damaged/);
  });

  it('is damaged midway in an array', async () => {
    const [a, b] = [oneEvent({}, 1).json, oneEvent({}, 2).json];
    const captured = await captureFile(`[${a},${b}oops,${a}]`, 'broken.json');
    expect(captured.status).toMatchObject({ state: 'partial', captured: 2 });
    expect(captured.status.reason?.message).toMatch(
      /broken\.json is damaged: at byte \d+, after 2 records, a comma or the end of the list is expected/,
    );
  });
});

describe('what is no file of events', () => {
  it.each([
    ['nothing at all', '', /is empty/],
    ['white space', '  \n \n', /nothing but white space/],
    ['a letter', 'Dear auditor, the files follow.\nYours', /lacks id/],
    ['a page', '<html><body>Please log in</body></html>', /none of CSV/],
    ['a SQLite file', 'SQLite format 3\0abc', /sqlite:PATH/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), /\.xls/],
    ['an archive', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)]), /damaged|ZIP/],
    ['bytes', Buffer.from([1, 2, 3, 0, 255, 254, 9]), /none of CSV/],
  ])('is refused in words that help: %s', async (_name, content, message) => {
    const failure = await failureOf(captureFile(content));
    expect(failure.code).toBe('source_invalid');
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain('\n');
  });

  it('is refused: no path, no file, no such parameter, an empty folder', async () => {
    expect(await failureOf(captureSource('file:'))).toMatchObject({ code: 'invalid_input' });
    expect(await failureOf(captureSource('file:/no/such/file'))).toMatchObject({ code: 'source_unreachable' });
    expect(await failureOf(captureSource(`file:${tempDir()}?table=x`))).toMatchObject({ code: 'invalid_input' });
    expect(await failureOf(captureSource(`file:${tempDir()}`))).toMatchObject({ code: 'source_invalid' });
  });
});

it('ends early when the reading is cancelled', async () => {
  const path = await fileWith('large.jsonl', jsonLines(30_000));
  const controller = new AbortController();
  const captured = await captureSource(`file:${path}`, {
    signal: controller.signal,
    onProgress: ({ read }) => {
      if (read > 0) controller.abort();
    },
  });
  expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
  expect(captured.status.read).toBeLessThan(30_000);
});
