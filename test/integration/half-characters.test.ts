/** Half of a surrogate pair, which JSON can spell and no text file can hold: where it is replaced, that is said. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExportFormat, ExportInput } from '../../src/shared/contract.ts';
import { fileWith } from '../support/file-fill.ts';
import { testEngine } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

const RECORDS = [
  { id: 'a', actor: 'an\\ud800na', payload: '{}' },
  { id: 'b', actor: 'b\\ufffdrta', payload: '{}' },
  { id: 'c', actor: 'cora', payload: '{"x":"\\udc00"}' },
  { id: 'd', actor: 'd\\ud83d\\ude00ra', payload: '{}' },
];
const LINES = RECORDS.map(
  ({ id, actor, payload }) =>
    `{"id":"${id}","category":"api","action":"x","actor":"${actor}","timestamp":"2024-01-01T00:00:00Z","payload":${payload}}`,
).join('\n');

async function exported(
  request: Partial<ExportInput>,
): Promise<{ readonly said: readonly string[]; readonly bytes: Buffer }> {
  await using host = await testEngine();
  const { snapshot_id } = await host.engine.run('event_audit_capture_source', {
    url: `file:${await fileWith('x.jsonl', LINES)}`,
  });
  const output = join(tempDir(), 'out');
  const { notes } = await host.engine.run('event_audit_export', {
    snapshot_id,
    format: 'csv',
    ...request,
    output,
  });
  return {
    said: notes.flatMap(({ code, message }) => (code === 'half_characters' ? [message] : [])),
    bytes: await readFile(output),
  };
}

test.each(['csv', 'tsv', 'xlsx', 'parquet'] satisfies ExportFormat[])(
  'an export to %s says what it replaced',
  async (format) => {
    expect((await exported({ format })).said).toEqual([
      expect.stringMatching(/^1 row has a text with half a character/),
    ]);
  },
);

test.each(['json', 'jsonl'] satisfies ExportFormat[])('an export to %s replaces nothing', async (format) => {
  const { said, bytes } = await exported({ format });
  expect(said).toEqual([]);
  for (const text of ['an\\ud800na', 'x":"\\udc00"']) expect(bytes.toString()).toContain(text);
});

test('only rows and columns that are in the file count, and values at a path', async () => {
  expect((await exported({ fields: ['id', 'timestamp', 'payload'] })).said).toEqual([]);
  expect((await exported({ offset: 1 })).said).toEqual([]);
  expect((await exported({ fields: ['id', 'payload.x'], offset: 1 })).said).toHaveLength(1);
});
