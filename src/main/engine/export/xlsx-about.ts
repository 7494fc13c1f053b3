/** The sheet “About this export”: where the rows come from, which they are, and how to check them. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { isNameColumn } from '../../../shared/export-columns.ts';
import { redact } from '../../../shared/source-url.ts';
import type { ExportRequest } from './exporter.ts';
import { describeCapture, describeFilter, describeSort } from './words.ts';
import { sheetEnd, sheetStart, STYLE } from './xlsx-parts.ts';
import { rowWriter } from './xlsx-sheet.ts';
import { fittingStart } from './xlsx-text.ts';

export const ABOUT_NAME = 'About this export';

/** A value that a person reads; far below what a cell holds. */
const MAX_VALUE = 8000;

export interface AboutFacts {
  readonly rows: number;
  readonly cutCells: number;
  readonly sheets: readonly string[];
}

/** The one source, or every one of several with what was read from it. */
function sourceLines({ sources }: SnapshotStatus): readonly (readonly [string, string])[] {
  return sources.map((source, at) => {
    const name = `${source.title} (${source.kind}): ${redact(source.url)}`;
    if (sources.length === 1) return ['Source', name];
    const counts = `${source.read} records read: ${source.captured} captured, ${source.rejected} rejected, ${source.duplicates} duplicates`;
    const why = source.reason === null ? '' : ` (${source.reason.message})`;
    return [`Source ${at + 1}`, `${name}\n${source.state === 'complete' ? 'complete' : 'partial'}${why}; ${counts}`];
  });
}

/** The sheet's XML. */
export function aboutSheet(request: ExportRequest, fields: readonly string[], facts: AboutFacts): string {
  const write = rowWriter(2, STYLE.wrapped);
  const lines = aboutLines(request, fields, facts).map(([name, value], at) =>
    write([name, fittingStart(value, MAX_VALUE)], at + 2, false),
  );
  const header = rowWriter(2, STYLE.header)(['what', 'value'], 1, false);
  return sheetStart([26, 100], true, false) + header + lines.join('') + sheetEnd(null);
}

/** What is masked, when anything is. */
function maskLines({ masker }: ExportRequest): readonly (readonly [string, string])[] {
  if (masker === null) return [];
  return [['Masked', `${masker.fields.join(', ')}, by pseudonyms of the key ${masker.keyId}`]];
}

/** Where names came from, when there is a column of them. */
function nameLines({ beside }: ExportRequest, fields: readonly string[]): readonly (readonly [string, string])[] {
  if (!fields.some(isNameColumn)) return [];
  const from = beside.names.origins().map(({ origin, place, ids }) => `${ids} ids: ${origin}, ${place}`);
  return [['Names', from.length === 0 ? 'none is known' : from.join('\n')]];
}

function aboutLines(
  request: ExportRequest,
  fields: readonly string[],
  { rows, cutCells, sheets }: AboutFacts,
): readonly (readonly [string, string])[] {
  const { about, clock } = request;
  const { input, status } = about;
  return [
    ['Exported', `${about.createdAt.toISOString()} by Event Audit Viewer ${about.version}`],
    ...sourceLines(status),
    ['Rows', String(rows)],
    ['Filter', describeFilter(input.filter).join('\n')],
    ['Rows picked by hand', input.only === undefined ? 'no' : String(input.only.length)],
    ['Rows left out at the start', String(input.offset)],
    ['At most so many rows', input.limit === undefined ? 'no limit' : String(input.limit)],
    ['Order', describeSort(input.sort)],
    ['Time zone', clock === null ? 'each timestamp as its store had it' : clock.zone],
    ['Columns', fields.join(', ')],
    ...maskLines(request),
    ...nameLines(request, fields),
    ['Sheets', sheets.join(', ')],
    ['Cells too long for a cell', cutCells === 0 ? 'none' : `${cutCells}; they stand whole on the sheet “Overflow”`],
    ['Capture', describeCapture(status)],
    ['Capture id', `${status.snapshot_id}, revision ${status.revision}`],
    ['Captured', `${status.started_at} to ${status.finished_at ?? '(not finished)'}`],
    ...status.notes.map((note) => [`Note (${note.severity})`, note.message] as const),
    [
      'How to verify',
      'Keep the file FILE.xlsx.manifest.json beside this one and run: event-audit verify FILE.xlsx. Saving this workbook again changes the file, and verification will say so.',
    ],
    ['Special characters', 'Characters that a workbook can’t hold are written as _xHHHH_, as spreadsheets do.'],
  ];
}
