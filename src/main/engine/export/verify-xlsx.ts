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
    await compareSheets(workbook, manifest.file.sheets, fields, expected, 'Row', findings, signal);
    const { overflow } = manifest;
    const kept = decodeDigests(manifest.overflow_digests)?.values;
    if (overflow !== null && kept !== undefined) {
      await compareSheets(workbook, overflow.sheets, OVERFLOW_HEADER, kept, 'Overflow row', findings, signal);
    }
    await workbook.check();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    findings.add('archive_damaged', `The workbook is damaged: ${error.message}.`);
  } finally {
    await file.close();
  }
}

async function compareSheets(
  workbook: WorkbookReader,
  sheets: readonly string[],
  header: readonly string[],
  expected: BigUint64Array,
  noun: RowNoun,
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<void> {
  const digests = new DigestList();
  for (const sheet of sheets) {
    if (!workbook.sheetNames.includes(sheet)) {
      findings.add('sheet_missing', `The sheet “${sheet}” is missing.`);
      continue;
    }
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
  diffRows(expected, digests.values(), noun, findings);
}
