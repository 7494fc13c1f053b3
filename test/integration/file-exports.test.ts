import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { oneEvent } from '../support/events.ts';
import { fileWith, jsonLines, plain } from '../support/file-fill.ts';
import { captureSource, testEngine } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { ExportFormat } from '../../src/shared/contract.ts';

async function actorOf(path: string): Promise<readonly unknown[]> {
  const captured = await captureSource(`file:${path}`);
  return [(await captured.events())[0]?.actor, captured.noteCodes];
}

describe('what this product exported', () => {
  it.each(['csv', 'tsv', 'json', 'jsonl', 'xlsx', 'parquet'] satisfies ExportFormat[])(
    'is read back exactly: %s',
    async (format) => {
      const folder = tempDir();
      const first = await fileWith('all.jsonl', jsonLines(300, { hostile: 0.5, seed: 3 }), folder);
      await using host = await testEngine();
      const { engine } = host;
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
    await using host = await testEngine();
    const { engine } = host;
    const { snapshot_id } = await engine.run('event_audit_capture_source', { url: `file:${first}` });
    const output = join(folder, 'out.csv');
    await engine.run('event_audit_export', { snapshot_id, format: 'csv', output });
    expect(await readFile(output, 'utf8')).toContain(`"'=1+1"`);
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
    await using host = await testEngine();
    const { engine } = host;
    const { snapshot_id } = await engine.run('event_audit_capture_source', { url: `file:${first}` });
    const output = join(folder, 'out.xlsx');
    await engine.run('event_audit_export', { snapshot_id, format: 'xlsx', output, fields: [...EVENT_FIELDS] });
    const original = await captureSource(`file:${first}`);
    const again = await captureSource(`file:${output}`);
    expect(plain(await again.events())).toEqual(plain(await original.events()));
    expect(again.noteCodes).toEqual([]);
  });
});
