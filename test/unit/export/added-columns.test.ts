import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NameBook, NoteBook } from '../../../src/main/engine/export/beside.ts';
import { manifestPath, manifestSchema } from '../../../src/main/engine/export/manifest.ts';
import { verifyFile } from '../../../src/main/engine/export/verify.ts';
import { exportFormatSchema, exportInputSchema, type ExportInput } from '../../../src/shared/contract.ts';
import { withNames } from '../../../src/shared/export-columns.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { makeFolder, runExport } from './fixtures.ts';

const PATH = 'result.new.title';
/** What stands at the path, from nothing at all to what no reader may write anew. */
const VALUES = [
  undefined,
  'null',
  '""',
  '"null"',
  '"5"',
  '5',
  '1.10',
  '9007199254740993',
  'true',
  '{"a": [1, 2]}',
  String.raw`"\u00fc \"q\""`,
  '"=1+1"',
];
const ROWS: readonly TestRow[] = [
  ...VALUES.map((value, at) => ({
    id: `id-${at}`,
    result: value === undefined ? '{"new":{}}' : `{"new":{"title":${value}}}`,
  })),
  { id: 'no-result', result: null },
];

async function exported(
  format: ExportInput['format'],
  wish: Partial<ExportInput> = {},
): Promise<{ text: string; manifest: z.infer<typeof manifestSchema> }> {
  await using folder = await makeFolder();
  await using view = await openTestView(ROWS);
  const output = folder.file(`out.${format}`);
  await runExport(view, { format, output, fields: ['id', PATH], raw: true, ...wish });
  expect(await verifyFile(output)).toMatchObject({ ok: true, rows: ROWS.length });
  const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestPath(output), 'utf8')));
  return { text: await readFile(output, 'utf8'), manifest };
}

const cellsSchema = z.array(z.array(z.string()));

describe('JSON paths as columns', () => {
  it('hold the text of a text, and any other value as it was written', async () => {
    const { text, manifest } = await exported('csv');
    const [header, ...rows] = cellsSchema.parse(parse(text));
    expect(header).toEqual(['id', PATH]);
    expect(rows.map(([, cell]) => cell)).toEqual([
      '',
      'null',
      '',
      'null',
      '5',
      '5',
      '1.10',
      '9007199254740993',
      'true',
      '{"a": [1, 2]}',
      'ü "q"',
      '=1+1',
      '',
    ]);
    expect(manifest).toMatchObject({ path_values: 'text', file: { fields: ['id', PATH] } });
  });

  it('tell everything apart as JSON', async () => {
    const { text, manifest } = await exported('tsv', { path_values: 'json' });
    const rows = cellsSchema.parse(parse(text, { delimiter: '\t' })).slice(1);
    expect(rows.map(([, cell]) => cell)).toEqual([...VALUES.map((value) => value ?? ''), '']);
    expect(manifest).toMatchObject({ path_values: 'json' });
  });

  it('are members of JSON where they lead somewhere', async () => {
    const { text } = await exported('jsonl');
    expect(text.trimEnd().split('\n')).toEqual([
      ...VALUES.map((value, at) => `{"id":"id-${at}"${value === undefined ? '' : `,"${PATH}":${value}`}}`),
      '{"id":"no-result"}',
    ]);
  });

  it('are guarded in a spreadsheet’s text formats', async () => {
    const { text } = await exported('csv', { raw: false });
    expect(text).toContain(`"'=1+1"`);
  });

  it.each(['result', 'result.', 'result..a', 'new.title', 'payload[', 'nobody', ''])(
    'are refused when they are none: %s',
    (name) => {
      expect(
        exportInputSchema.safeParse({ snapshot_id: 's', format: 'csv', output: '/x', fields: [name] }).success,
      ).toBe(name === 'result');
    },
  );
});

describe('names beside ids', () => {
  it('are put behind or in the place of their ids', () => {
    expect(withNames(['timestamp', 'actor', 'action_object_id'], 'both')).toEqual([
      'timestamp',
      'actor',
      'actor_name',
      'action_object_id',
      'action_object_name',
    ]);
    expect(withNames(['actor', 'target_id'], 'name')).toEqual(['actor_name', 'target_name']);
    expect(withNames(['actor', 'actor_name'], 'both')).toEqual(['actor', 'actor_name']);
  });

  it.each(exportFormatSchema.options)(
    'stand beside the id, empty where none is known, never a guess: %s',
    async (format) => {
      await using folder = await makeFolder();
      const rows = [
        { id: '1', actor: 'u-1' },
        { id: '2', actor: 'u-2' },
        { id: '3', actor: '', category: 'model', action_object_id: 'u-1' },
      ];
      await using view = await openTestView(rows);
      const output = folder.file(`out.${format}`);
      const asked: string[][] = [];
      const names = new NameBook((ids) => {
        asked.push([...ids]);
        const best = {
          name: 'weber',
          title: 'Anna Weber',
          kind: 'user',
          origin: 'file' as const,
          where: '/home/x/names.csv',
          n: null,
          first_seen: null,
          last_seen: null,
        };
        return Promise.resolve(
          ids.filter((id) => id === 'u-1').map((id) => ({ id, label: 'Anna Weber', best, changed: false, others: [] })),
        );
      });
      await runExport(
        view,
        { format, output, fields: ['id', 'actor', 'actor_name'] },
        { beside: { names, notes: new NoteBook([]) } },
      );
      expect(asked).toEqual([['u-1', 'u-2']]);
      expect(await verifyFile(output)).toMatchObject({ ok: true });
      const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestPath(output), 'utf8')));
      expect(manifest.names).toEqual([{ origin: 'file', place: 'names.csv', ids: 1 }]);
      if (format !== 'csv') return;
      expect(parse(await readFile(output))).toEqual([
        ['id', 'actor', 'actor_name'],
        ['1', 'u-1', 'Anna Weber'],
        ['2', 'u-2', ''],
        ['3', '', ''],
      ]);
    },
  );
});

describe('notes beside events', () => {
  it('stand in columns of their own, of the event’s own source only', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView([{ id: '1' }, { id: '2' }]);
    const output = folder.file('out.csv');
    const note = {
      id: 'a',
      source: 'demo:',
      event_id: '1',
      event_hash: '',
      tags: ['odd', 'ask'],
      note: 'Who was that?',
      author: 'me',
      created_at: '2024-01-02',
      updated_at: '2024-01-02',
    };
    const earlier = { ...note, id: 'b', tags: ['odd'], note: 'First.', created_at: '2024-01-01' };
    const elsewhere = { ...note, id: 'c', source: 'redis://other', event_id: '2' };
    const beside = { names: new NameBook(() => Promise.resolve([])), notes: new NoteBook([note, earlier, elsewhere]) };
    await runExport(view, { format: 'csv', output, fields: ['id', 'tags', 'note'] }, { beside });
    expect(parse(await readFile(output))).toEqual([
      ['id', 'tags', 'note'],
      ['1', 'odd ask', 'First.\n\nWho was that?'],
      ['2', '', ''],
    ]);
  });
});
