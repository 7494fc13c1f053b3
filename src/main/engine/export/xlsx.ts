/**
 * XLSX, streamed: all cells are texts, so nothing becomes a formula, a number or a date. Rows beyond what a sheet holds
 * continue on further sheets; a text beyond what a cell holds is cut, marked, and kept whole on an overflow sheet.
 *
 * exceljs was measured and not chosen: its stream writer alters control characters, `_x0041_` and CR LF silently.
 */
import type { ExportColumn } from '../../../shared/export-columns.ts';
import { viewLines } from '../snapshot/view.ts';
import { columnsOf, sqlField } from './columns.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { aboutSheet, ABOUT_NAME } from './xlsx-about.ts';
import { isSimple, readRows } from './rows.ts';
import { OverflowSheets } from './xlsx-overflow.ts';
import {
  CONTENT_TYPES,
  MAX_DATA_ROWS,
  ROOT_RELATIONS,
  STYLES,
  workbook,
  workbookRelations,
  type SheetPart,
} from './xlsx-parts.ts';
import { SheetRun } from './xlsx-sheet.ts';
import { MAX_CELL } from './xlsx-text.ts';
import { ZipWriter } from './zip-writer.ts';
import { ZoneClock } from './zone.ts';

const MAX_NAME = 31;

/** Column widths in characters. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    id: 38,
    category: 12,
    action: 26,
    actor: 38,
    action_object: 18,
    action_object_id: 38,
    target_type: 14,
    target_id: 38,
    timestamp: 34,
    result: 60,
    payload: 60,
    source: 44,
    instant: 28,
    record: 60,
    actor_name: 26,
    action_object_name: 38,
    target_name: 38,
    note: 44,
    tags: 20,
  }),
);
const PATH_WIDTH = 34;

/**
 * A row's JSON text that holds nothing to escape, to keep space for, or to cut: no backslash (so no quote and no
 * control character in any cell), no XML mark-up, nothing that looks like an escape, no fragile space.
 */
const SPECIAL = /[\\&<>\ufffe\uffff]|_x|" | "| {2}/;

export const xlsxExporter = xlsxWithSheetsOf(MAX_DATA_ROWS);

/** The exporter with another number of rows per sheet, which tests use. */
export function xlsxWithSheetsOf(maxRows: number): Exporter {
  return { format: 'xlsx', guards: false, write: (request) => write(request, maxRows) };
}

/** The name of the sheet with the rows, or of the one that continues it; never longer than a spreadsheet allows. */
export function sheetName(date: string, index: number): string {
  if (index === 0) return `Event Audit Data ${date}`;
  const names = [`Event Audit Data ${date} (${index + 1})`, `Event Audit Data ${date}(${index + 1})`];
  return names.find((name) => name.length <= MAX_NAME) ?? `Audit ${date} (${index + 1})`;
}

async function write(request: ExportRequest, maxRows: number): Promise<ExportSummary> {
  const columns = columnsOf(request);
  const fields = columns.map(({ name }) => name);
  const { sink, about, spool } = request;
  const zip = new ZipWriter(sink, about.createdAt);
  const paths = sheetPaths();
  const overflow = new OverflowSheets(spool, paths, maxRows);
  try {
    await zip.entry('[Content_Types].xml', CONTENT_TYPES);
    await zip.entry('_rels/.rels', ROOT_RELATIONS);
    const date = (request.clock ?? new ZoneClock('UTC')).date(about.createdAt);
    const data = new SheetRun({
      header: fields,
      widths: fields.map((field) => WIDTHS.get(field) ?? PATH_WIDTH),
      nameOf: (index) => sheetName(date, index),
      digests: request.digests,
      maxRows,
      async open() {
        const path = paths();
        const deflater = await zip.begin(`xl/${path}`);
        const output = {
          write: (xml: string) => deflater.write(xml),
          end: () => zip.finish(),
          size: () => deflater.size,
        };
        return { path, output };
      },
    });
    if (isSimple(columns, request)) await writeRows(request, fields, data, overflow);
    else await writeMade(request, columns, data, overflow);
    const aboutPart: SheetPart = { name: ABOUT_NAME, path: paths(), filtered: null };
    const kept = await overflow.finish(zip);
    const [first, ...further] = data.parts;
    const sheets = [...(first === undefined ? [] : [first]), aboutPart, ...further, ...overflow.parts];
    const names = data.parts.map(({ name }) => name);
    const facts = { rows: request.digests.rows, cutCells: overflow.cells, sheets: sheets.map(({ name }) => name) };
    await zip.entry(`xl/${aboutPart.path}`, aboutSheet(request, fields, facts));
    await zip.entry('xl/styles.xml', STYLES);
    await zip.entry('xl/workbook.xml', workbook(sheets));
    await zip.entry('xl/_rels/workbook.xml.rels', workbookRelations(sheets));
    await zip.end();
    return { fields, guardedCells: 0, cutCells: overflow.cells, sheets: names, overflow: kept };
  } finally {
    zip.dispose();
    overflow.dispose();
  }
}

async function writeRows(
  request: ExportRequest,
  fields: readonly string[],
  data: SheetRun,
  overflow: OverflowSheets,
): Promise<void> {
  const { view, spec, signal, onRows } = request;
  const clock = fields.includes('timestamp') ? request.clock : null;
  const timeAt = fields.indexOf('timestamp');
  // A timestamp that is to be written in a zone comes as its instant.
  const texts = fields.map((field) =>
    clock !== null && field === 'timestamp' ? 'ts::VARCHAR' : sqlField(field, request),
  );
  let rows = 0;
  for await (const lines of viewLines(view, spec, `to_json([${texts.join(', ')}])::VARCHAR`, signal)) {
    for (const line of lines) {
      rows += 1;
      const room = data.room();
      if (room !== null) await room;
      const plain = line.length <= MAX_CELL && !SPECIAL.test(line);
      const cells = plain ? line.slice(2, -2).split('","') : parseCells(line);
      if (clock !== null) cells[timeAt] = clock.format(BigInt(cells[timeAt] ?? 0));
      else if (plain) {
        data.add(cells, line, true);
        continue;
      }
      const kept = plain ? cells : await overflow.shorten(cells, fields, rows);
      // DuckDB writes control characters with capital hexadecimals; the digest is over what JSON.stringify writes.
      data.add(kept, JSON.stringify(kept), plain);
    }
    onRows(rows);
  }
  await data.end(true);
}

/** Rows with what the database can't build. */
async function writeMade(
  request: ExportRequest,
  columns: readonly ExportColumn[],
  data: SheetRun,
  overflow: OverflowSheets,
): Promise<void> {
  const fields = columns.map(({ name }) => name);
  let rows = 0;
  for await (const batch of readRows(request, columns)) {
    for (const row of batch) {
      rows += 1;
      const room = data.room();
      if (room !== null) await room;
      const cells = columns.map((column) => row.cell(column) ?? '');
      const kept = await overflow.shorten(cells, fields, rows);
      data.add(kept, JSON.stringify(kept), false);
    }
    request.onRows(rows);
  }
  await data.end(true);
}

function parseCells(line: string): string[] {
  const cells: unknown = JSON.parse(line);
  if (!Array.isArray(cells)) throw new Error('A row of the snapshot is no list of cells');
  return cells.map(String);
}

/** Numbers the sheets' parts. */
function sheetPaths(): () => string {
  let count = 0;
  return () => `worksheets/sheet${(count += 1)}.xml`;
}
