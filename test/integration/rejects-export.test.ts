/** What was set aside can be handed over: all its bytes, where it lay and why, in a file that anybody can check. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { oneEvent } from '../support/events.ts';
import { runCli } from '../support/cli.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { putRecords } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const lineSchema = z.strictObject({
  seq: z.number().int(),
  code: z.string(),
  reason: z.string(),
  key: z.string().nullable(),
  key_base64: z.string(),
  size: z.number().int(),
  part: z.number().int(),
  parts: z.number().int(),
  base64: z.string(),
  text: z.string().nullable(),
});

function linesIn(path: string): readonly z.infer<typeof lineSchema>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => lineSchema.parse(JSON.parse(line)));
}

async function captured(own: TestEngine, records: readonly Buffer[]): Promise<string> {
  await using server = await startRedis();
  const good = oneEvent();
  await putRecords(server, [
    { field: good.field, bytes: Buffer.from(good.json) },
    ...records.map((bytes, index) => ({ field: Buffer.from(`field ${index} \u00fc`), bytes })),
  ]);
  const status = await own.capture(server.url);
  expect(status).toMatchObject({ state: 'complete', captured: 1, rejected: records.length });
  return status.snapshot_id;
}

test('every record that was set aside stands in the file, byte for byte', async () => {
  await using own = await testEngine();
  const snapshot_id = await captured(
    own,
    REJECTED_RECORDS.map(({ bytes }) => bytes),
  );
  const output = join(tempDir(), 'aside.jsonl');
  const result = await own.engine.run('event_audit_export_rejects', { snapshot_id, output });
  expect(result).toMatchObject({ path: output, records: REJECTED_RECORDS.length, bytes: readFileSync(output).length });
  expect(result.sha256).toBe(createHash('sha256').update(readFileSync(output)).digest('hex'));
  const lines = linesIn(output);
  for (const [index, { bytes, code, name }] of REJECTED_RECORDS.entries()) {
    const line = lines.find(({ key }) => key === `field ${index} ü`);
    const text = bytes.toString('utf8');
    expect({ name, ...line }).toMatchObject({
      name,
      code,
      size: bytes.length,
      part: 1,
      parts: 1,
      base64: bytes.toString('base64'),
      text: Buffer.from(text).equals(bytes) ? text : null,
    });
  }
});

test('event-audit verify accepts the file, and finds a record that was changed or taken out', async () => {
  await using own = await testEngine();
  const snapshot_id = await captured(
    own,
    ['not JSON', '[]', '{"id":1}'].map((text) => Buffer.from(text)),
  );
  const output = join(tempDir(), 'aside.jsonl');
  await own.engine.run('event_audit_export_rejects', { snapshot_id, output });
  const verify = async () => (await own.engine.run('event_audit_verify', { paths: [output] })).files[0];
  expect(await verify()).toMatchObject({ ok: true, rows: 3, findings: [] });
  const [first = '', ...rest] = readFileSync(output, 'utf8').split('\n');
  writeFileSync(output, [first.replace('"code":"', '"code":"X'), ...rest].join('\n'));
  expect(await verify()).toMatchObject({ ok: false, findings: [{ code: 'row_changed', row: 1 }] });
  writeFileSync(output, rest.join('\n'));
  expect(await verify()).toMatchObject({ ok: false, findings: [{ code: 'row_removed', row: 1 }] });
});

test('a record of 50 megabytes is spread over lines that join to its bytes', async () => {
  await using own = await testEngine();
  const huge = Buffer.from(`{"id":"huge","payload":{"text":"${'0123456789'.repeat(5_000_000)}"}}`);
  const snapshot_id = await captured(own, [huge]);
  const output = join(tempDir(), 'aside.jsonl');
  expect(await own.engine.run('event_audit_export_rejects', { snapshot_id, output })).toMatchObject({ records: 1 });
  const lines = linesIn(output);
  expect(lines.map(({ part, parts, text }) => [part, parts, text])).toEqual([1, 2, 3].map((part) => [part, 3, null]));
  expect(Buffer.concat(lines.map(({ base64 }) => Buffer.from(base64, 'base64'))).equals(huge)).toBe(true);
});

describe('an export of what was set aside', () => {
  test('of nothing is an empty file with a manifest', async () => {
    await using own = await testEngine();
    const { snapshot_id } = await own.capture('demo:');
    const output = join(tempDir(), 'aside.jsonl');
    expect(await own.engine.run('event_audit_export_rejects', { snapshot_id, output })).toMatchObject({ records: 0 });
    expect(readFileSync(output, 'utf8')).toBe('');
    const { files } = await own.engine.run('event_audit_verify', { paths: [output] });
    expect(files).toMatchObject([{ ok: true, rows: 0 }]);
  });

  test('that is cancelled, or can’t be written, leaves nothing', async () => {
    await using own = await testEngine();
    const snapshot_id = await captured(own, [Buffer.from('x'), Buffer.from('y')]);
    const folder = tempDir();
    const output = join(folder, 'aside.jsonl');
    const controller = new AbortController();
    const running = own.engine.run(
      'event_audit_export_rejects',
      { snapshot_id, output },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
    const nowhere = join(folder, 'none', 'aside.jsonl');
    await expect(own.engine.run('event_audit_export_rejects', { snapshot_id, output: nowhere })).rejects.toMatchObject({
      code: 'target_unwritable',
    });
    await expect(
      own.engine.run('event_audit_export_rejects', { snapshot_id, output: 'aside.jsonl' }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

test('the command writes them beside its export, from one reading of the whole store', async () => {
  await using server = await startRedis();
  const [good, other] = [oneEvent({ category: 'api' }, 1), oneEvent({ category: 'view' }, 2)];
  await putRecords(server, [
    { field: good.field, bytes: Buffer.from(good.json) },
    { field: other.field, bytes: Buffer.from(other.json) },
    { field: 'broken', bytes: Buffer.from('no event') },
  ]);
  const dataDir = tempDir();
  const file = (name: string): string => join(dataDir, name);
  const args = [
    'export',
    `--source=${server.url}`,
    '--category=api',
    '--format=jsonl',
    `--output=${file('events.jsonl')}`,
  ];
  const cli = await runCli([...args, `--rejects=${file('aside.jsonl')}`], { dataDir });
  expect(cli).toMatchObject({ code: 4, stdout: '' });
  expect(cli.stderr).toContain(`1 records that were set aside written to ${file('aside.jsonl')}`);
  expect(readFileSync(file('events.jsonl'), 'utf8')).toBe(`${good.json}\n`);
  expect(linesIn(file('aside.jsonl'))).toMatchObject([{ key: 'broken', text: 'no event', code: 'not_json' }]);
  const verified = await runCli(['verify', file('events.jsonl'), file('aside.jsonl')], { dataDir });
  expect(verified.code).toBe(0);
  const same = await runCli([...args, `--rejects=${file('events.jsonl')}`], { dataDir });
  expect(same).toMatchObject({ code: 2, said: [expect.stringContaining('same file')] });
  expect(existsSync(file('events.jsonl'))).toBe(true);
});
