/** Notes and tags as a file of their own, with a manifest: what was noted on which event, by whom and when. */
import type { Annotation } from '../../../shared/actions/models.ts';
import type { ExtraResult, SnapshotStatus } from '../../../shared/contract.ts';
import { formatLine, headerLine, LINE_END } from './csv.ts';
import { exportExtra, type ExtraContent, type ExtraFile } from './extra-file.ts';
import { needsGuard } from './guard.ts';
import { JSON_ARRAY, JSON_LINES } from './json.ts';
import type { Frame } from './lines.ts';

/** The columns, and the keys of JSON. */
export const NOTE_FIELDS = [
  'source',
  'event_id',
  'event_hash',
  'tags',
  'note',
  'author',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof Annotation)[];

export type NoteFormat = ExtraContent['format'];

/** @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (relative path), `cancelled` */
export async function exportNotes(
  annotations: readonly Annotation[],
  status: SnapshotStatus,
  format: NoteFormat,
  options: ExtraFile,
): Promise<ExtraResult> {
  const urls = new Set(status.sources.map(({ url }) => url));
  const wanted = annotations.filter(({ source }) => urls.has(source));
  const { written, ...done } = await exportExtra(options, () => Promise.resolve(contentOf(wanted, status, format)));
  return { ...done, records: written };
}

function contentOf(notes: readonly Annotation[], status: SnapshotStatus, format: NoteFormat): ExtraContent {
  const isTable = format === 'csv' || format === 'tsv';
  const rows = notes.map((note) => NOTE_FIELDS.map((field) => (field === 'tags' ? note.tags.join(' ') : note[field])));
  const lines = isTable
    ? rows.map((cells) => formatLine(cells, format, true))
    : notes.map((note) => JSON.stringify(Object.fromEntries(NOTE_FIELDS.map((field) => [field, note[field]]))));
  const head = isTable ? headerLine(NOTE_FIELDS, format) : '';
  const table: Frame = { head, between: LINE_END, tail: LINE_END, emptyTail: '' };
  return {
    content: 'notes',
    format,
    status,
    frame: isTable ? table : format === 'json' ? JSON_ARRAY : JSON_LINES,
    summary: {
      fields: isTable ? NOTE_FIELDS : null,
      guardedCells: isTable ? rows.flat().filter(needsGuard).length : 0,
      cutCells: 0,
      sheets: [],
      overflow: null,
    },
    guard: isTable,
    total: notes.length,
    lines: each(lines),
  };
}

async function* each(lines: readonly string[]): AsyncGenerator<{ readonly line: string; readonly last: boolean }> {
  for (const line of lines) yield await Promise.resolve({ line, last: true });
}
