import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import { HOSTILE_TEXTS, oneEvent } from '../support/events.ts';
import { captureFile, csv, events, expected, fileWith, plain } from '../support/file-fill.ts';
import { captureSource, failureOf } from '../support/source-capture.ts';

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

  it('says that columns without a heading have values in them', async () => {
    const captured = await captureFile(
      'id,,category,action,timestamp,\n1,,a,b,2024-01-01T00:00:00Z,\n2,,a,b,2024-01-01T00:00:01Z,left behind\n',
    );
    expect(captured.status).toMatchObject({ captured: 2, rejected: 0 });
    expect(captured.noteCodes).toEqual(['missing_columns', 'unnamed_columns']);
    expect(captured.status.notes.at(-1)?.message).toMatch(/not read: F\.$/);
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
