/** The command’s exports beyond plain fields: Parquet, JSON paths, names, masks. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runCli, type CliResult } from '../support/cli.ts';
import { tempDir } from '../support/temp-dir.ts';

async function ask(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS().map((row) => [...row]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const cells = z.array(z.array(z.string()));

it('writes Parquet that another reader opens and verify accepts, and reads it again with the same events', async () => {
  const dataDir = tempDir();
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { dataDir });
  const output = join(dataDir, 'out.parquet');
  expect(await cli('export', '--format=parquet', `--output=${output}`, '--category=model')).toMatchObject({ code: 0 });
  const [[rows]] = z.tuple([z.tuple([z.bigint()])]).parse(await ask(`SELECT count(*) FROM '${output}'`));
  expect(Number(rows)).toBeGreaterThan(100);
  expect((await cli('verify', output)).code).toBe(0);
  const [first, again] = [
    await cli('events', '--category=model', '--json', '--limit=100000'),
    await cli('events', `--source=file:${output}`, '--json', '--limit=100000'),
  ];
  expect([first.code, again.code, first.stderr]).toEqual([0, 0, '']);
  expect(again.stdout).toBe(first.stdout);
  await ask(
    `COPY (SELECT * REPLACE (CASE row_number() OVER () WHEN 3 THEN 'x' ELSE actor END AS actor) FROM '${output}') TO '${output}.2' (FORMAT parquet)`,
  );
  writeFileSync(output, readFileSync(`${output}.2`));
  const found = await cli('verify', output);
  expect(found.code).toBe(5);
  expect(found.stdout).toContain('row_changed: Row 3 was changed.');
});

it('writes JSON paths and names as columns', async () => {
  const dataDir = tempDir();
  const names = join(dataDir, 'out.csv');
  const args = [
    'export',
    '--format=csv',
    `--output=${names}`,
    '--action=changed',
    '--action-object=Package',
    '--fields=action_object_id,result.new.title,actor',
    '--names=both',
  ];
  expect(await runCli(args, { dataDir })).toMatchObject({ code: 0 });
  const [header, ...rows] = cells.parse(parse(readFileSync(names)));
  expect(header).toEqual(['action_object_id', 'action_object_name', 'result.new.title', 'actor', 'actor_name']);
  expect(rows.some(([, name, title]) => name !== '' && title !== '')).toBe(true);
  // Model events carry no actor; a guess of who it was is none of the export’s business.
  expect(rows.every(([, , , actor, name]) => actor === '' && name === '')).toBe(true);
});

it('masks with a key of its own file, so that exports can be joined, and shows the key nowhere', async () => {
  const dataDir = tempDir();
  const [csv, jsonl, key] = [join(dataDir, 'out.csv'), join(dataDir, 'out.jsonl'), join(dataDir, 'portal.key')];
  const mask = ['--mask=actor', `--mask-key-file=${key}`];
  const first = await runCli(['export', '--format=csv', `--output=${csv}`, '--fields=id,actor', ...mask], { dataDir });
  expect(first).toMatchObject({ code: 0 });
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const secret = readFileSync(key, 'utf8').trim();
  expect(first.stderr).not.toContain(secret);
  expect(await runCli(['export', '--format=jsonl', `--output=${jsonl}`, ...mask], { dataDir })).toMatchObject({
    code: 0,
  });
  const plain = await runCli(['events', '--json', '--limit=100000'], { dataDir });
  const event = z.object({ id: z.string(), actor: z.string() });
  const lines = (text: string): z.infer<typeof event>[] =>
    text
      .trim()
      .split('\n')
      .map((line) => event.parse(JSON.parse(line)));
  const actors = new Map(lines(plain.stdout).map(({ id, actor }) => [id, actor]));
  const masked = new Map(
    cells
      .parse(parse(readFileSync(csv)))
      .slice(1)
      .map(([id = '', actor = '']) => [id, actor]),
  );
  const byActor = new Map<string, string>();
  for (const { id, actor } of lines(readFileSync(jsonl, 'utf8'))) {
    const original = actors.get(id) ?? '';
    expect(actor).toBe(masked.get(id));
    expect(actor === '').toBe(original === '');
    expect(byActor.get(original) ?? actor).toBe(actor);
    byActor.set(original, actor);
  }
  const written = [csv, jsonl]
    .flatMap((path) => [readFileSync(path, 'utf8'), readFileSync(`${path}.manifest.json`, 'utf8')])
    .join('\n');
  expect(written).not.toContain(secret);
  const long = [...byActor.keys()].filter((original) => original.length > 8);
  expect(long.filter((original) => written.includes(original))).toEqual([]);
  expect((await runCli(['verify', csv, jsonl], { dataDir })).code).toBe(0);
});

it.each([
  [['--mask=actor'], /EVENT_AUDIT_MASK_KEY/],
  [['--mask=timestamp', '--mask-key-file=k'], /timestamp/],
  [['--mask=actor', '--mask-key-file=k', '--names=both', '--fields=actor'], /actor_name/],
  [['--mask=actor', '--mask-key-file=k', '--rejects=r'], /--rejects/],
  [['--fields=new.title'], /new\.title/],
  [['--fields=result.new.,id'], /result\.new\./],
])('refuses %j in one line, and writes nothing', async (flags, what) => {
  const dataDir = tempDir();
  const { code, said } = await runCli(['export', '--format=csv', '--output=out.csv', ...flags], { dataDir });
  expect(code).toBe(2);
  expect(said.find((line) => !/key was made|events? read/.test(line))).toMatch(what);
  expect(existsSync(join(dataDir, 'out.csv'))).toBe(false);
});
