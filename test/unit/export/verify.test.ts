import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffRows, FindingList } from '../../../src/main/engine/export/row-diff.ts';
import { manifestPath } from '../../../src/main/engine/export/manifest.ts';
import { verifyFile } from '../../../src/main/engine/export/verify.ts';
import { exportFormatSchema, type ExportFormat, type Verification } from '../../../src/shared/contract.ts';
import { openTestView, type TestRow } from '../../support/duckdb-view.ts';
import { hostileRows, makeFolder, plainRows, runExport, type Folder } from './fixtures.ts';

const FORMATS = exportFormatSchema.options;
const TEXT_FORMATS = ['csv', 'tsv', 'json', 'jsonl'] as const;

async function exported(folder: Folder, format: ExportFormat, rows: readonly TestRow[]): Promise<string> {
  await using view = await openTestView(rows);
  const output = folder.file(`out.${format}`);
  await runExport(view, { format, output });
  return output;
}

const codes = (found: Verification): string[] => found.findings.map(({ code, row }) => `${code} ${row ?? '-'}`);

/** Exports plain rows, changes the lines of the file, verifies. */
async function afterEdit(
  format: (typeof TEXT_FORMATS)[number],
  edit: (lines: string[]) => string[] | string,
): Promise<Verification> {
  await using folder = await makeFolder();
  const path = await exported(folder, format, plainRows(20));
  const end = format === 'csv' || format === 'tsv' ? '\r\n' : '\n';
  const changed = edit((await readFile(path, 'utf8')).split(end));
  await writeFile(path, typeof changed === 'string' ? changed : changed.join(end));
  return await verifyFile(path);
}

describe('verification', () => {
  it.each(FORMATS)('%s: accepts what was exported', async (format) => {
    await using folder = await makeFolder();
    const path = await exported(folder, format, hostileRows());
    const seen: number[] = [];
    const found = await verifyFile(path, { onProgress: ({ bytes }) => seen.push(bytes) });
    expect(found).toMatchObject({ ok: true, findings: [], more_findings: 0, rows: hostileRows().length });
    expect(seen.length).toBeGreaterThan(0);
    expect(await verifyFile(manifestPath(path))).toMatchObject({ path, ok: true });
  });

  it.each(FORMATS)('%s: finds any changed byte', { timeout: 120_000 }, async (format) => {
    await using folder = await makeFolder();
    const path = await exported(folder, format, hostileRows().slice(0, 24));
    const original = await readFile(path);
    const step = Math.max(1, Math.floor(original.length / 150));
    for (let at = 0; at < original.length; at += step) {
      const bytes = Buffer.from(original);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(path, bytes);
      const found = await verifyFile(path);
      expect(found.ok, `byte ${at}`).toBe(false);
      expect(found.findings.length, `byte ${at}`).toBeGreaterThan(0);
    }
  });

  it.each(FORMATS)('%s: finds every cut', async (format) => {
    await using folder = await makeFolder();
    const path = await exported(folder, format, hostileRows().slice(0, 12));
    const original = await readFile(path);
    for (let size = 0; size < original.length; size += Math.max(1, Math.floor(original.length / 50))) {
      await writeFile(path, original);
      await truncate(path, size);
      const found = await verifyFile(path);
      expect(found.ok, `size ${size}`).toBe(false);
      expect(found.findings.length, `size ${size}`).toBeGreaterThan(0);
    }
  });

  it.each(TEXT_FORMATS)('%s: names a changed row, and no other', async (format) => {
    const found = await afterEdit(format, (lines) => lines.map((line) => line.replace('id-7', 'id-X')));
    expect(codes(found)).toEqual(['row_changed 8']);
  });

  it.each(TEXT_FORMATS)('%s: names a removed row', async (format) => {
    const found = await afterEdit(format, (lines) => lines.filter((line) => !line.includes('id-7')));
    expect(codes(found)).toEqual(['row_removed 8']);
  });

  it.each(TEXT_FORMATS)('%s: names an added row', async (format) => {
    const found = await afterEdit(format, (lines) =>
      lines.flatMap((line) => (line.includes('id-7') ? [line, line.replace('id-7', 'new')] : [line])),
    );
    expect(codes(found)).toEqual(['row_added 9']);
  });

  it.each(TEXT_FORMATS)('%s: names a copied row', async (format) => {
    const found = await afterEdit(format, (lines) =>
      lines.flatMap((line) => (line.includes('id-7') ? [line, line] : [line])),
    );
    expect(codes(found)).toEqual(['row_added 9']);
  });

  it.each(TEXT_FORMATS)('%s: names swapped rows', async (format) => {
    const found = await afterEdit(format, (lines) =>
      lines.map((line) =>
        /id-[37]\b/.test(line) ? line.replace(/id-[37]/, line.includes('id-3') ? 'id-7' : 'id-3') : line,
      ),
    );
    // Seconds differ too, so only the ids' exchange is seen as changes; a true swap is below.
    expect(found.ok).toBe(false);
    const swapped = await afterEdit(format, (lines) => {
      const first = lines.findIndex((line) => line.includes('id-3'));
      return lines.with(first, lines[first + 4] ?? '').with(first + 4, lines[first] ?? '');
    });
    expect(new Set(swapped.findings.map(({ code }) => code))).toEqual(new Set(['rows_reordered']));
    expect(swapped.findings.map(({ row }) => row)).toEqual(expect.arrayContaining([4]));
  });

  it.each(['csv', 'tsv'] as const)('%s: names a changed header and nothing else', async (format) => {
    const found = await afterEdit(format, (lines) => lines.with(0, (lines[0] ?? '').replace('actor', 'Actor')));
    expect(codes(found)).toEqual(['header_changed -']);
  });

  it('names a missing header', async () => {
    expect(codes(await afterEdit('csv', (lines) => lines.slice(1)))).toEqual(['header_changed -']);
  });

  it('recovers after a lost quote', async () => {
    const found = await afterEdit('csv', (lines) => lines.map((line) => line.replace('"id-7"', '"id-7')));
    expect(codes(found)).toEqual(['row_changed 8']);
  });

  it('does not take a line break in a cell for the end of a row', async () => {
    await using folder = await makeFolder();
    const rows = plainRows(6).map((row) => ({ ...row, actor: 'a\r\nb"\r\n"c' }));
    const path = await exported(folder, 'csv', rows);
    await writeFile(path, (await readFile(path, 'utf8')).replace('id-3', 'id-Y'));
    expect(codes(await verifyFile(path))).toEqual(['row_changed 4']);
  });

  it.each([
    ['csv', 'file_truncated 20'],
    ['jsonl', 'file_truncated 20'],
    ['json', 'file_truncated -'],
  ] as const)('%s: says that the file breaks off', async (format, wanted) => {
    const found = await afterEdit(format, (lines) => lines.join('\n').slice(0, -5));
    expect(found.findings.map(({ code }) => code)).toContain(wanted.split(' ')[0]);
  });

  it.each(TEXT_FORMATS)('%s: finds bytes after the end', async (format) => {
    const found = await afterEdit(format, (lines) => lines.join(format.endsWith('sv') ? '\r\n' : '\n') + 'x');
    expect(codes(found)).toEqual(['trailing_bytes -']);
  });

  it('says that only line ends were changed', async () => {
    const found = await afterEdit('csv', (lines) => lines.join('\n'));
    expect(new Set(found.findings.map(({ code }) => code))).toEqual(new Set(['header_changed', 'bytes_changed']));
  });

  it('lists a hundred findings and counts the rest', async () => {
    await using folder = await makeFolder();
    const path = await exported(folder, 'jsonl', plainRows(300));
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('changed', 'CHANGED'));
    const found = await verifyFile(path);
    expect(found.findings).toHaveLength(100);
    expect(found.more_findings).toBe(200);
  });

  it('needs the manifest, and says so', async () => {
    await using folder = await makeFolder();
    const path = await exported(folder, 'csv', plainRows(2));
    await rm(manifestPath(path));
    expect(codes(await verifyFile(path))).toEqual(['manifest_missing -']);
    await writeFile(manifestPath(path), '{"kind":');
    expect(codes(await verifyFile(path))).toEqual(['manifest_damaged -']);
    expect(codes(await verifyFile(folder.file('none.csv')))).toEqual(['file_missing -']);
    expect(codes(await verifyFile(folder.path))).toEqual(['file_unreadable -']);
  });

  it('finds every change of the manifest’s meaning', async () => {
    await using folder = await makeFolder();
    const path = await exported(folder, 'csv', plainRows(20));
    const original = await readFile(manifestPath(path));
    const meaning = JSON.stringify(JSON.parse(original.toString()));
    for (let at = 0; at < original.length; at += 7) {
      const bytes = Buffer.from(original);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 7));
      if (sameMeaning(bytes, meaning)) continue;
      await writeFile(manifestPath(path), bytes);
      const found = await verifyFile(path);
      expect(found.ok, `byte ${at}: ${bytes.subarray(at - 20, at + 20).toString()}`).toBe(false);
      expect(found.findings[0]?.code).toMatch(/^manifest_(changed|damaged)$/);
    }
  });

  it('only mentions that a file was renamed', async () => {
    await using folder = await makeFolder();
    const path = await exported(folder, 'csv', plainRows(2));
    const other = folder.file('other.csv');
    await rename(path, other);
    await rename(manifestPath(path), manifestPath(other));
    const found = await verifyFile(other);
    expect(found.ok).toBe(true);
    expect(codes(found)).toEqual(['file_renamed -']);
  });

  it('stops when it is told to', async () => {
    await using folder = await makeFolder();
    const path = await exported(folder, 'csv', plainRows(2));
    await expect(verifyFile(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('comparing rows', () => {
  it('finds nothing only where nothing changed, and accounts for every row', () => {
    const rows = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 30 });
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const findings = new FindingList();
        diffRows(BigUint64Array.from(before, BigInt), BigUint64Array.from(after, BigInt), 'Row', findings);
        const number = (code: string): number => findings.listed.filter((finding) => finding.code === code).length;
        expect(findings.isEmpty).toBe(JSON.stringify(before) === JSON.stringify(after));
        expect(before.length - number('row_removed') + number('row_added')).toBe(after.length);
      }),
    );
  });
});

function sameMeaning(bytes: Buffer, meaning: string): boolean {
  try {
    return JSON.stringify(JSON.parse(bytes.toString())) === meaning;
  } catch {
    // Not JSON any more: certainly not the same.
    return false;
  }
}
