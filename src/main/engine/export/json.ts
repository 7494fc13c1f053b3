/**
 * JSON (one array, one event a line) and JSON Lines. Events are never altered: a kept record is copied byte for byte
 * onto one line, and what the columns say exactly is rebuilt from them. `timestamp` stays as it was written.
 */
import { EVENT_FIELDS, type EventField } from '../../../shared/event.ts';
import type { RowBatch } from '../snapshot/view.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { members, oneLine } from './json-text.ts';
import { nullableTextColumn, textColumn, writeLines } from './lines.ts';

export const ARRAY_HEAD = '[\n';
const ARRAY = { head: ARRAY_HEAD, between: ',\n', tail: '\n]\n', emptyTail: ']\n' };
const LINES = { head: '', between: '\n', tail: '\n', emptyTail: '' };

export const jsonExporter: Exporter = { format: 'json', guards: false, write: (request) => write(request, ARRAY) };
export const jsonLinesExporter: Exporter = {
  format: 'jsonl',
  guards: false,
  write: (request) => write(request, LINES),
};

type Frame = typeof ARRAY;

async function write(request: ExportRequest, frame: Frame): Promise<ExportSummary> {
  const { fields } = request;
  await writeLines(request, {
    ...frame,
    expressions: [rebuilt(fields ?? EVENT_FIELDS), 'raw'],
    lines: (batch) => eventLines(batch, fields),
  });
  return { fields, guardedCells: 0, cutCells: 0, sheets: [], overflow: null };
}

function eventLines(batch: RowBatch, fields: readonly EventField[] | null): readonly string[] {
  const texts = textColumn(batch, 0);
  const raws = nullableTextColumn(batch, 1);
  return texts.map((text, row) => {
    const raw = raws[row] ?? null;
    // Stores with columns of their own may hold a pretty-printed `result`.
    if (raw === null) return text.includes('\n') || text.includes('\r') ? oneLine(text) : text;
    if (fields !== null) return pick(raw, fields) ?? text;
    const line = oneLine(raw);
    // A record that is no JSON object (a spreadsheet's row) has nothing to copy.
    return line.startsWith('{') ? line : text;
  });
}

/** The asked-for members in the asked-for order, each with its original text; a key the record repeats is repeated. */
function pick(raw: string, fields: readonly EventField[]): string | null {
  const all = members(raw);
  if (all === null) return null;
  const parts = fields.flatMap((field) =>
    all.filter((member) => member.key === field).map((member) => `"${field}":${member.value}`),
  );
  return `{${parts.join(',')}}`;
}

/** SQL: compact JSON of the fields. `result` and `payload` are spliced in as text, and left out where the record had none. */
function rebuilt(fields: readonly EventField[]): string {
  const parts = fields.map((field) =>
    field === 'result' || field === 'payload'
      ? `'"${field}":' || ${field}`
      : `'"${field}":' || to_json(${field})::VARCHAR`,
  );
  return `'{' || concat_ws(',', ${parts.join(', ')}) || '}'`;
}
