/** What the export tests share: a folder of their own, hostile rows, and the shortest way to an export. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportInputSchema, type ExportInput, type ExportResult } from '../../../src/shared/contract.ts';
import { exportView, type ExportOptions } from '../../../src/main/engine/export/job.ts';
import type { ViewReader } from '../../../src/main/engine/snapshot/view.ts';
import type { TestRow } from '../../support/duckdb-view.ts';

export const NOW = new Date('2024-05-06T23:30:00.000Z');

export interface Folder extends AsyncDisposable {
  readonly path: string;
  readonly file: (name: string) => string;
}

export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'export-test-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

export type ExportWish = Partial<ExportInput> & Pick<ExportInput, 'format' | 'output'>;

export async function runExport(
  view: ViewReader,
  wish: ExportWish,
  options: Partial<ExportOptions> = {},
): Promise<ExportResult> {
  const input = exportInputSchema.parse({ snapshot_id: 'snapshot-1', ...wish });
  return await exportView(view, input, { version: '1.2.3', now: () => NOW, ...options });
}

/** Texts that break careless writers and readers. */
export const HOSTILE = [
  '',
  ' ',
  ' padded ',
  'plain',
  '"',
  'a"b',
  '""',
  ',',
  ';',
  '\t',
  'a\tb',
  '\n',
  '\r',
  '\r\n',
  'a\r\nb\nc\rd',
  '"\r\n"',
  '\0',
  'a\0b',
  '\u0001',
  'a\u0001=b',
  '\u001f\u007f\u0085\u2028\u2029',
  '=cmd()',
  "='",
  "'=x",
  "''=x",
  "'",
  "''",
  "'x",
  '+1',
  '-1',
  '@a',
  '＝a',
  '＋',
  '－',
  '＠',
  '\uFEFF',
  '\uFEFF=1',
  'x\uFEFF',
  "'\uFEFF",
  '😀',
  '👩‍👩‍👧',
  'é e\u0301',
  '\uFFFE\uFFFF',
  '_x0041_',
  '_x000D_',
  '_x005F_x0041_',
  '_X0041_',
  '<a>&amp;"\'</a>',
  ']]>',
  '9007199254740993',
  '1e400',
  '__proto__',
  '{"a":1}',
  '=HYPERLINK("http://x","y")',
  '\u202Eevil',
] as const;

/** Every hostile text in every text field, each row with its own id. */
export function hostileRows(): readonly TestRow[] {
  return HOSTILE.map((text, at) => ({
    id: `${at}-${text}`,
    category: text,
    action: `${text}${text}`,
    actor: HOSTILE[(at + 1) % HOSTILE.length] ?? '',
    target_id: `x${text}`,
    result: at % 3 === 0 ? null : JSON.stringify({ new: { text } }),
    payload: at % 3 === 1 ? '{}' : null,
  }));
}

/** Plain rows that differ from one another. */
export function plainRows(count: number): readonly TestRow[] {
  return Array.from({ length: count }, (_none, at) => ({
    id: `id-${at}`,
    category: 'model',
    action: 'changed',
    action_object: 'Package',
    ts: 1_710_152_430_123_456n + BigInt(at) * 1_000_000n,
  }));
}
