/** The rows of XLSX files as events: every sheet whose header names the fields of an event, one after the other. */
import { open } from 'node:fs/promises';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { WorkbookReader, type NumberText, type SheetRow } from '../../export/xlsx-reader.ts';
import { ArchiveError } from '../../export/zip-reader.ts';
import type { RecordBatch } from '../repository.ts';
import { fileProblem } from './bytes.ts';
import { cellDates } from './cell-dates.ts';
import { eventRow, isHeader, readHeader, type TableHeader } from './header.ts';
import { CUT_MARK, OverflowTexts } from './overflow-texts.ts';

const BATCH_ROWS = 500;
/** A header may stand below a title. */
const HEADER_WITHIN = 10;

export interface WorkbookSource {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
}

/** @throws AppError `source_*` when no sheet holds events, and where the archive is damaged */
export async function* workbookRecords(source: WorkbookSource): AsyncIterable<RecordBatch> {
  const { path, name } = source;
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileProblem(error, path);
  });
  let read = 0;
  try {
    const workbook = await WorkbookReader.open(file, (await file.stat()).size);
    for await (const batch of sheets(workbook, source)) {
      if (batch.kind === 'rows') read += batch.rows.length;
      yield batch;
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const message = /xl\/(_rels\/)?workbook/.test(error.message)
      ? `${name} is a ZIP archive without a workbook in it. Unpack it first.`
      : `${name} is damaged: ${error.message}. ${read === 0 ? 'Nothing' : `${read} rows`} could be read.`;
    throw new AppError('source_invalid', message, { cause: error });
  } finally {
    await file.close();
  }
}

async function* sheets(workbook: WorkbookReader, source: WorkbookSource): AsyncIterable<RecordBatch> {
  const { name, note } = source;
  const numberText = await cellDates(workbook);
  const headers = new Map<string, TableHeader>();
  const others: string[] = [];
  let firstCells: SheetRow = [];
  for (const sheet of workbook.sheetNames) {
    const { header, first } = await headerOf(workbook, sheet, name, numberText);
    if (firstCells.length === 0) firstCells = first;
    if (header === undefined) others.push(sheet);
    else headers.set(sheet, header);
  }
  // Says what is missing in the words of any table.
  if (headers.size === 0) readHeader(firstCells, `${name}, sheet “${workbook.sheetNames[0] ?? ''}”,`);
  const [header] = headers.values();
  for (const each of header?.notes ?? []) note(each);
  const unknown = others.filter((sheet) => !/^(?:About this export|Overflow(?: \(\d+\))?)$/.test(sheet));
  if (unknown.length > 0) {
    note({
      severity: 'info',
      code: 'sheets_left_out',
      message: `${name}: the sheets ${unknown.map((each) => `“${each}”`).join(', ')} hold no events and were not read.`,
    });
  }
  const overflow = new OverflowTexts(workbook, others);
  let row = 0;
  try {
    for (const sheet of headers.keys()) {
      for await (const batch of rowsOf(workbook, sheet, source, numberText, overflow, row)) {
        row += batch.rows.length;
        yield batch;
      }
    }
  } finally {
    await overflow.close();
  }
  if (overflow.unmatched > 0) {
    note({
      severity: 'warning',
      code: 'cells_cut',
      message: `${name}: ${overflow.unmatched} cells are cut, and what was cut off is not where it was written. They are shown cut.`,
    });
  }
}

async function headerOf(
  workbook: WorkbookReader,
  sheet: string,
  name: string,
  numberText: NumberText,
): Promise<{ readonly header: TableHeader | undefined; readonly first: SheetRow }> {
  let first: SheetRow = [];
  let seen = 0;
  for await (const cells of workbook.rows(sheet, numberText)) {
    if (first.length === 0) first = cells;
    if (isHeader(cells)) return { header: readHeader(cells, name), first };
    seen += 1;
    if (seen === HEADER_WITHIN) break;
  }
  return { header: undefined, first };
}

async function* rowsOf(
  workbook: WorkbookReader,
  sheet: string,
  { name, signal }: WorkbookSource,
  numberText: NumberText,
  overflow: OverflowTexts,
  before: number,
): AsyncIterable<Extract<RecordBatch, { readonly kind: 'rows' }>> {
  let header: TableHeader | undefined;
  let rows: (string | null)[][] = [];
  let keys: string[] = [];
  let number = before;
  for await (const cells of workbook.rows(sheet, numberText)) {
    if (header === undefined) {
      if (isHeader(cells)) header = readHeader(cells, name);
      continue;
    }
    if (cells.every((cell) => cell === '')) continue;
    number += 1;
    const row = eventRow(header, cells);
    for (const [index, cell] of row.entries()) {
      if (cell !== null && CUT_MARK.test(cell))
        row[index] = await overflow.whole(number, EVENT_FIELDS[index] ?? '', cell);
    }
    rows.push(row);
    keys.push(`${name}, sheet “${sheet}”, row ${number}`);
    if (rows.length < BATCH_ROWS) continue;
    yield { kind: 'rows', rows, keys };
    throwIfAborted(signal);
    rows = [];
    keys = [];
  }
  if (rows.length > 0) yield { kind: 'rows', rows, keys };
}
