import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mark, placeTree, walkJson } from '../../../src/main/engine/export/mask/json-walk.ts';
import { MaskedValues } from '../../../src/main/engine/export/mask/masked-values.ts';
import { Pseudonyms } from '../../../src/main/engine/export/mask/pseudonyms.ts';
import { manifestPath, manifestSchema } from '../../../src/main/engine/export/manifest.ts';
import { verifyFile } from '../../../src/main/engine/export/verify.ts';
import { exportFormatSchema, exportInputSchema, type ExportInput } from '../../../src/shared/contract.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { EVENT_FIELDS } from '../../../src/shared/event.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { makeFolder, runExport } from './fixtures.ts';

const KEY = '0123456789abcdef'.repeat(4);
const OTHER_KEY = 'f'.repeat(64);

const masked = (values: readonly string[], text: string): string => {
  const set = new MaskedValues();
  for (const value of values) set.add(value);
  return set.replace(text, (value) => `<${value.length}>`);
};

describe('masked values', () => {
  it.each([
    [['ann'], 'ann', '<3>'],
    [['ann'], '/user/ann?x=ann', '/user/<3>?x=<3>'],
    [['ann'], 'annual joann ann2', 'annual joann ann2'],
    [['ann'], 'ann_x ann-x ann.x "ann"', '<3>_x <3>-x <3>.x "<3>"'],
    [['a-b', 'a-b-c'], 'a-b-c a-b a-b-cd', '<5> <3> <3>-cd'],
    [['@ann'], 'x@ann @ann', 'x<4> <4>'],
    [['ann weber'], 'by ann weber, ann', 'by <9>, ann'],
    [['äö'], 'äö xäö äö😀', '<2> xäö <2>😀'],
    [['田中'], '山田中村と田中さん', '山<2>村と<2>さん'],
    [['😀'], 'a😀b', 'a<2>b'],
    [[''], 'text', 'text'],
  ])('%j in %j', (values, text, expected) => {
    expect(masked(values, text)).toBe(expected);
  });

  it('leave no value standing by itself, whatever they are', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', ' ', '.', 'ä', '田'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.array(word, { maxLength: 8 }), (values, words) => {
        const set = new MaskedValues();
        for (const value of values) set.add(value);
        const text = words.join('/');
        const left = set.replace(text, () => '/');
        for (const value of values) expect(left.split('/')).not.toContain(value);
      }),
    );
  });
});

describe('the walk through JSON', () => {
  it('keeps every byte of what it does not replace', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.boolean(), (json, spaced) => {
        const text = spaced ? JSON.stringify(JSON.parse(json), null, 2) : json;
        expect(walkJson(text, undefined, () => undefined)).toBe(text);
      }),
    );
  });

  it('replaces what lies at and below marked places, and nothing else', () => {
    const tree = placeTree();
    mark(tree, ['user']);
    mark(tree, ['list', '1', 'x']);
    const text =
      '{"user": {"n" : "a", "k":1.50, "t":true, "z":null}, "list":[{"x":"p"},{"x":"q","y":"r"}], "user2":"s"}';
    expect(
      walkJson(text, tree, (value, kind, at) => (at === 'masked' && kind !== 'key' ? `<${value}>` : undefined)),
    ).toBe(
      '{"user": {"n" : "<a>", "k":"<1.50>", "t":"<true>", "z":null}, "list":[{"x":"p"},{"x":"<q>","y":"r"}], "user2":"s"}',
    );
  });

  it('is not stopped by depth', () => {
    const text = `${'['.repeat(200_000)}"a"${']'.repeat(200_000)}`;
    expect(walkJson(text, undefined, (value) => (value === 'a' ? 'b' : undefined))).toBe(text.replace('a', 'b'));
  });
});

describe('pseudonyms', () => {
  it('are the same for the same key and value, and tell nothing without the key', () => {
    const [one, again, other] = [new Pseudonyms(KEY), new Pseudonyms(KEY), new Pseudonyms(OTHER_KEY)];
    expect(one.of('ann')).toMatch(/^p-[a-z2-7]{16}$/);
    expect(again.of('ann')).toBe(one.of('ann'));
    expect(other.of('ann')).not.toBe(one.of('ann'));
    expect(one.of('anna')).not.toBe(one.of('ann'));
    expect(one.keyId).not.toBe(other.keyId);
    expect(KEY).not.toContain(one.keyId);
  });
});

const SECRET = 'u-4711';
const MAIL = 'ann@example.org';
const ROWS: readonly TestRow[] = [
  { id: '1', actor: SECRET, action: 'package_create', payload: `{"user":"${SECRET}","email":"${MAIL}","size":12}` },
  {
    id: '2',
    category: 'model',
    action_object: 'User',
    action_object_id: SECRET,
    result: `{"new":{"id":"${SECRET}","about":"wrote /user/${SECRET} and ${MAIL}"}}`,
  },
  {
    id: '3',
    actor: 'u-1',
    raw: `{"id":"3","actor":"u-1","note" : "seen by ${SECRET}","${SECRET}":{"email":"x@example.org"}}`,
    payload: '{"email":"x@example.org"}',
  },
];
const MASK = { fields: ['actor', 'payload.email'], secret: KEY };

/** Everything a file holds, as text that hides nothing. */
async function textOf(path: string, format: ExportInput['format']): Promise<string> {
  if (format === 'xlsx') return execFileSync('unzip', ['-p', path], { encoding: 'utf8' });
  if (format !== 'parquet') return readFile(path, 'utf8');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(`SELECT to_json(t)::VARCHAR FROM '${path}' t`);
  const text = rows.getRows().join('\n') + (await readFile(path, 'latin1'));
  connection.closeSync();
  instance.closeSync();
  return text;
}

const wish = async (mask: { fields: string[]; secret?: string }, fields: string[]): Promise<unknown> => {
  await using folder = await makeFolder();
  await using view = await openTestView(ROWS);
  return await runExport(view, { format: 'csv', output: folder.file('out.csv'), mask, fields }).catch(
    (error: unknown) => error,
  );
};

describe('a masked export', () => {
  it.each(exportFormatSchema.options)('shows no masked value anywhere, in file or manifest: %s', async (format) => {
    await using folder = await makeFolder();
    await using view = await openTestView(ROWS);
    const output = folder.file(`out.${format}`);
    const filter = {
      ...exportInputSchema.parse({ snapshot_id: 's', format, output }).filter,
      conditions: [
        { field: 'actor' as const, values: [SECRET], negate: true },
        { field: 'target_id' as const, values: [SECRET], negate: true },
      ],
      where: [{ path: 'payload.email', value: MAIL, negate: true }],
      search: 'u-47',
    };
    const isJson = format === 'json' || format === 'jsonl';
    const fields = isJson ? {} : { fields: [...EVENT_FIELDS, 'record', 'payload.user'] };
    const { notes } = await runExport(view, { format, output, mask: MASK, filter, ...fields });
    const manifest = await readFile(manifestPath(output), 'utf8');
    const text = (await textOf(output, format)) + manifest;
    for (const secret of [SECRET, MAIL, 'u-47', 'x@example.org', KEY]) expect(text).not.toContain(secret);
    const pseudonyms = new Pseudonyms(KEY);
    for (const value of [SECRET, 'u-1', MAIL]) expect(text).toContain(pseudonyms.of(value));
    expect(text).toContain('package_create');
    expect(manifestSchema.parse(JSON.parse(manifest)).masking).toEqual({
      fields: MASK.fields,
      key_id: pseudonyms.keyId,
      method: 'HMAC-SHA256, first 80 bits, base32',
    });
    expect(notes.map(({ code }) => code)).toContain('values_masked');
    expect(await verifyFile(output)).toMatchObject({ ok: true });
  });

  it('takes no word of the program apart that only contains a masked value', async () => {
    await using folder = await makeFolder();
    const rows = [
      { id: '1', actor: 'harvest', action: 'harvest_job_run', payload: '{"user":"harvest_x"}' },
      { id: '2', action: 'harvest', raw: '{"id":"2","action":"harvest","category":"harvest.a","note":"harvest.a"}' },
    ];
    await using view = await openTestView(rows);
    const output = folder.file('out.jsonl');
    await runExport(view, {
      format: 'jsonl',
      output,
      mask: { fields: ['actor'], secret: KEY },
      fields: ['action', 'payload', 'record'],
    });
    const name = new Pseudonyms(KEY).of('harvest');
    const [first = '', second = ''] = (await readFile(output, 'utf8')).split('\n');
    expect(first).toContain(`"action":"harvest_job_run","payload":{"user":"${name}_x"}`);
    const record = `{"id":"2","action":"${name}","category":"harvest.a","note":"${name}.a"}`;
    expect(second).toBe(`{"action":"${name}","record":${JSON.stringify(record)}}`);
  });

  it('keeps joins: an id is the same pseudonym in every field', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(ROWS);
    const output = folder.file('out.jsonl');
    await runExport(view, {
      format: 'jsonl',
      output,
      mask: MASK,
      fields: ['actor', 'action_object_id', 'result.new.id', 'payload.user'],
    });
    const name = new Pseudonyms(KEY).of(SECRET);
    const [first, second] = (await readFile(output, 'utf8')).split('\n');
    expect(first).toBe(`{"actor":"${name}","action_object_id":"","payload.user":"${name}"}`);
    expect(second).toBe(`{"actor":"","action_object_id":"${name}","result.new.id":"${name}"}`);
  });

  it('keeps everything else byte for byte', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(ROWS);
    const output = folder.file('out.jsonl');
    await runExport(view, { format: 'jsonl', output, mask: { fields: ['actor'], secret: KEY } });
    const pseudonyms = new Pseudonyms(KEY);
    const third = (await readFile(output, 'utf8')).split('\n')[2];
    const expected = (ROWS[2]?.raw ?? '')
      .replace('u-1', pseudonyms.of('u-1'))
      .replaceAll(SECRET, pseudonyms.of(SECRET));
    expect(third).toBe(expected);
  });

  it('is refused when a column would tell what is masked, or without a key', async () => {
    expect(await wish(MASK, ['id', 'actor_name'])).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('actor_name'),
    });
    expect(await wish(MASK, ['id', `payload."${SECRET}"`])).toBeInstanceOf(AppError);
    expect(await wish({ fields: ['actor'] }, ['id'])).toMatchObject({
      message: expect.stringContaining('EVENT_AUDIT_MASK_KEY'),
    });
  });

  it.each(['timestamp', 'source', 'record', 'nobody', 'payload..x'])('can’t mask %s', (name) => {
    const parsed = exportInputSchema.safeParse({
      snapshot_id: 's',
      format: 'csv',
      output: '/x',
      mask: { fields: [name], secret: KEY },
    });
    expect(parsed.success).toBe(false);
  });
});
