/** Finds what was changed in a workbook: reads its rows with the independent reader and compares their digests. */
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../../../shared/errors.ts';
import { FLAT_FIELDS } from '../../../shared/event.ts';
import { decodeDigests, DigestList } from './digest-list.ts';
import type { Manifest } from './manifest.ts';
import { diffRows, type FindingList, type RowNoun } from './row-diff.ts';
import { WorkbookReader } from './xlsx-reader.ts';
import { ArchiveError } from './zip-reader.ts';

const OVERFLOW_HEADER = ['row', 'field', 'piece', 'pieces', 'text'];

/** Adds findings; none when all rows are as they were, so that the change lies outside them. */
export async function locateInWorkbook(
  path: string,
  size: number,
  manifest: Manifest,
  expected: BigUint64Array,
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const workbook = await WorkbookReader.open(file, size);
    const fields = manifest.file.fields ?? FLAT_FIELDS;
    const rows = manifest.file.sheets;
    if (!(await compareSheets(workbook, rows, fields, expected, 'Row', findings, signal))) return;
    const { overflow } = manifest;
    const kept = decodeDigests(manifest.overflow_digests)?.values;
    if (overflow !== null && kept !== undefined) {
      const { sheets } = overflow;
      if (!(await compareSheets(workbook, sheets, OVERFLOW_HEADER, kept, 'Overflow row', findings, signal))) return;
    }
    await workbook.check();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    findings.add('archive_damaged', `The workbook is damaged: ${error.message}.`);
  } finally {
    await file.close();
  }
}

/** Returns `false` when a sheet can't be read to its end. */
async function compareSheets(
  workbook: WorkbookReader,
  sheets: readonly string[],
  header: readonly string[],
  expected: BigUint64Array,
  noun: RowNoun,
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const digests = new DigestList();
  for (const sheet of sheets) {
    if (!workbook.sheetNames.includes(sheet)) {
      findings.add('sheet_missing', `The sheet “${sheet}” is missing.`);
      continue;
    }
    try {
      await readSheet(workbook, sheet, header, digests, findings, signal);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      const odd = digests.values().findIndex((digest, row) => digest !== expected[row]);
      const row = odd === -1 ? digests.length + 1 : odd + 1;
      findings.add(
        'archive_damaged',
        `The workbook is damaged from ${noun.toLowerCase()} ${row} on: ${error.message}.`,
        row,
      );
      return false;
    }
  }
  diffRows(expected, digests.values(), noun, findings);
  return true;
}

async function readSheet(
  workbook: WorkbookReader,
  sheet: string,
  header: readonly string[],
  digests: DigestList,
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<void> {
  let first = true;
  for await (const row of workbook.rows(sheet)) {
    throwIfAborted(signal);
    const cells = [...row, ...header.slice(row.length).fill('')];
    if (first && JSON.stringify(cells) !== JSON.stringify(header)) {
      findings.add('header_changed', `The header row of the sheet “${sheet}” was changed.`);
    } else if (!first) digests.addRow(JSON.stringify(cells));
    first = false;
  }
}
