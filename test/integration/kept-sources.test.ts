/** Nothing that is read is lost by what is written, and nothing is removed that was not named. */
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../support/cli.ts';
import { recordText } from '../support/record-text.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { testEngine } from '../support/test-engine.ts';

const own = createTempDir();
const dataDir = join(own.path, 'data');
const folder = join(own.path, 'files');
mkdirSync(dataDir);
afterAll(own.remove);
const cli = (...args: string[]): Promise<CliResult> => runCli(args, { dataDir });
const REFUSED = { code: 2, stdout: '', stderr: expect.stringContaining('is what is read') };

describe('a file that is read', () => {
  const store = join(folder, 'store.db');
  const lines = join(folder, 'events.jsonl');
  const link = join(folder, 'link.db');
  const hard = join(folder, 'hard.db');
  const list = join(folder, 'list');
  mkdirSync(list, { recursive: true });
  fillSqlite(store, 20);
  symlinkSync(store, link);
  linkSync(store, hard);
  for (const path of [lines, join(list, 'one.jsonl')]) writeFileSync(path, `${recordText()}\n`);

  it.each([
    ['export', '--format=csv', `--source=sqlite:${store}`, `--output=${store}`],
    ['export', '--format=csv', `--source=sqlite:${store}`, `--output=${link}`],
    ['export', '--format=csv', `--source=sqlite:${hard}`, `--output=${store}`],
    ['export', '--format=csv', `--source=sqlite:${store}?table=event_audit_event`, `--output=${store}`],
    ['export', '--format=csv', `--source=sqlite:${store}`, `--output=${folder}/o.csv`, `--rejects=${store}`],
    ['export', '--format=jsonl', '--source=demo:', `--source=file:${lines}`, `--output=${lines}`, '--action=none'],
    ['export', '--format=jsonl', `--source=file:${list}/one.jsonl|${lines}`, `--output=${folder}/./events.jsonl`],
    ['export', '--format=jsonl', `--source=file:${list}`, `--output=${list}/one.jsonl`],
    ['capture', `--source=sqlite:${store}`, `--output=${store}`],
  ])('is not written over: %s %s %s %s %s', async (...args) => {
    const before = [store, lines, join(list, 'one.jsonl')].map((path) => readFileSync(path));
    expect(await cli(...args.filter((each) => each !== undefined))).toMatchObject(REFUSED);
    expect([store, lines, join(list, 'one.jsonl')].map((path) => readFileSync(path))).toEqual(before);
  });

  it('is not written over by the window either', async () => {
    await using engine = await testEngine();
    const { snapshot_id } = await engine.capture(`sqlite:${store}`);
    const before = readFileSync(store);
    const asked = [
      engine.engine.run('event_audit_export', { snapshot_id, format: 'csv', output: store }),
      engine.engine.run('event_audit_save_snapshot', { snapshot_id, path: link }),
      engine.engine.run('event_audit_export_rejects', { snapshot_id, output: store }),
      engine.engine.run('event_audit_export_notes', { snapshot_id, format: 'csv', output: store }),
    ];
    for (const asking of await Promise.allSettled(asked)) {
      expect(asking).toMatchObject({ status: 'rejected', reason: { code: 'invalid_input' } });
    }
    expect(readFileSync(store)).toEqual(before);
  });

  it('and beside it, a file of the same content, can be written', async () => {
    const output = join(folder, 'new.csv');
    expect(await cli('export', '--format=csv', `--source=sqlite:${store}`, `--output=${output}`)).toMatchObject({
      code: 0,
    });
    expect(await cli('export', '--format=csv', `--source=sqlite:${store}`, `--output=${output}`)).toMatchObject({
      code: 0,
    });
  });
});

it.each([
  ['y.csv', 'y.csv.manifest.json'],
  ['y.rej.manifest.json', 'y.rej'],
  ['y.csv', 'y.csv'],
])('an export to %s and rejects to %s, one of which would take the other’s place, are refused', async (one, other) => {
  const [output, rejects] = [one, other].map((name) => join(dataDir, name));
  const done = await cli('export', '--format=csv', `--output=${output}`, `--rejects=${rejects}`, '--limit=1');
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining('different names') });
});

it('a store that is named by an empty text is none, not the sample', async () => {
  for (const command of [['events'], ['export', '--format=csv', `--output=${join(dataDir, 'x.csv')}`], ['facets']]) {
    expect(await cli(...command, '--source=')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--source names no store'),
    });
  }
});

it.each([
  '--actor=',
  '--actor= ',
  '--not-actor=',
  '--end-date=',
  '--start-date=',
  '--search=',
  '--action=b ',
  '--id= b',
])('a removal by “%s” beside another filter is refused, since it would meet others', async (flag) => {
  const done = await cli('remove', '--source=basic:', '--category=a', flag, '--confirm');
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining(flag.split('=')[0] ?? '') });
});

it.each([['events', '--json', '--limit=1000'], ['facets'], ['export', '--format=csv', '--output=-']])(
  '%s whose output has no place says so in one line',
  async (...args) => {
    const done = await runCli(
      args.filter((each) => each !== undefined),
      { dataDir, shell: '"$@" >/dev/full' },
    );
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('disk is full') });
    expect(done.stderr).not.toMatch(/^\s+at |node:/m);
  },
);
