/** The rows of XLSX files as events: every sheet whose header names the fields of an event, one after the other. */
import { open } from 'node:fs/promises';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { WorkbookReader, type NumberedRow, type NumberText, type SheetRow } from '../../export/xlsx-reader.ts';
import { ArchiveError } from '../../export/zip-reader.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';
import { fileProblem } from './bytes.ts';
import { cellDates } from './cell-dates.ts';
import { columnLetters, eventRow, isHeader, readHeader, UnnamedColumns, type TableHeader } from './header.ts';
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
  const { name, note, signal } = source;
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
  const rows = new SheetRows(name, overflow);
  try {
    for (const sheet of headers.keys()) {
      for await (const row of workbook.numberedRows(sheet, numberText)) {
        await rows.take(sheet, row);
        if (rows.waiting < BATCH_ROWS) continue;
        yield* rows.batches();
        throwIfAborted(signal);
      }
      yield* rows.batches();
      for (const each of rows.endOfSheet(sheet)) note(each);
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
  for await (const { cells } of workbook.numberedRows(sheet, numberText)) {
    if (first.length === 0) first = cells;
    if (isHeader(cells)) return { header: readHeader(cells, name), first };
    seen += 1;
    if (seen === HEADER_WITHIN) break;
  }
  return { header: undefined, first };
}

/** Makes events of the rows behind a sheet's header. */
class SheetRows {
  readonly #name: string;
  readonly #overflow: OverflowTexts;
  #header: TableHeader | undefined;
  #unnamed = new UnnamedColumns();
  /** Rows with something in them, counted through all sheets, as our own overflow sheets do. */
  #count = 0;
  #rows: (string | null)[][] = [];
  #keys: string[] = [];
  #broken: BrokenBatch['records'][number][] = [];

  constructor(name: string, overflow: OverflowTexts) {
    this.#name = name;
    this.#overflow = overflow;
  }

  get waiting(): number {
    return this.#rows.length + this.#broken.length;
  }

  async take(sheet: string, { cells, number, unknown }: NumberedRow): Promise<void> {
    if (this.#header === undefined) {
      if (isHeader(cells)) this.#header = readHeader(cells, this.#name);
      return;
    }
    const { columns } = this.#header;
    const lost = unknown.filter((column) => columns.includes(column));
    if (lost.length === 0 && cells.every((cell) => cell === '')) return;
    this.#count += 1;
    this.#unnamed.see(this.#header, cells);
    const place = `${this.#name}, sheet “${sheet}”, row ${number}`;
    if (lost.length > 0) {
      const reason = `It has formulas without a stored result in ${lost.map(columnLetters).join(', ')}: open the file in a spreadsheet program and save it.`;
      this.#broken.push({ code: 'no_result', reason, bytes: Buffer.from(JSON.stringify(cells)), place });
      return;
    }
    const row = eventRow(this.#header, cells);
    for (const [index, cell] of row.entries()) {
      if (cell === null || !CUT_MARK.test(cell)) continue;
      row[index] = await this.#overflow.whole(this.#count, EVENT_FIELDS[index] ?? '', cell);
    }
    this.#rows.push(row);
    this.#keys.push(place);
  }

  *batches(): Iterable<RecordBatch> {
    if (this.#rows.length > 0) yield { kind: 'rows', rows: this.#rows, keys: this.#keys };
    if (this.#broken.length > 0) yield { kind: 'broken', records: this.#broken };
    this.#rows = [];
    this.#keys = [];
    this.#broken = [];
  }

  /** What is to be said of a sheet that was read. */
  endOfSheet(sheet: string): readonly Note[] {
    const notes = this.#unnamed.notes(`${this.#name}, sheet “${sheet}”,`);
    this.#header = undefined;
    this.#unnamed = new UnnamedColumns();
    return notes;
  }
}
