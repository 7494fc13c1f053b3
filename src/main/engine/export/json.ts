/**
 * JSON (one array, one event a line) and JSON Lines. Events are never altered: a kept record is copied byte for byte
 * onto one line, and what the columns say exactly is rebuilt from them. `timestamp` stays as it was written.
 */
import { z } from 'zod';
import { EVENT_FIELDS, type ExportField } from '../../../shared/event.ts';
import { sqlField } from './columns.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { members, oneLine } from './json-text.ts';
import { SQL_PACKED, writeLines } from './lines.ts';

export const ARRAY_HEAD = '[\n';
const ARRAY = { head: ARRAY_HEAD, between: ',\n', tail: '\n]\n', emptyTail: ']\n' };
const LINES = { head: '', between: '\n', tail: '\n', emptyTail: '' };

export const jsonExporter: Exporter = { format: 'json', guards: false, write: (request) => write(request, ARRAY) };
export const jsonLinesExporter: Exporter = {
  format: 'jsonl',
  guards: false,
  write: (request) => write(request, LINES),
};

/** The kept record, `null` when there is none, and what the columns rebuild to. */
const packedEvent = z.tuple([z.string().nullable(), z.string()]);

async function write(request: ExportRequest, frame: typeof ARRAY): Promise<ExportSummary> {
  const { fields } = request;
  await writeLines(request, {
    ...frame,
    expression: sqlEvent(request),
    unpack: (packed) => {
      const [raw, rebuilt] = packedEvent.parse(JSON.parse(packed));
      return eventLine(raw, rebuilt, fields);
    },
  });
  return { fields, guardedCells: 0, cutCells: 0, sheets: [], overflow: null };
}

function eventLine(raw: string | null, rebuilt: string, fields: readonly ExportField[] | null): string {
  if (raw !== null && fields !== null) return pick(raw, rebuilt, fields) ?? oneLine(rebuilt);
  const line = oneLine(raw ?? rebuilt);
  // A record that is no JSON object (a spreadsheet's row) has nothing to copy.
  return line.startsWith('{') ? line : oneLine(rebuilt);
}

/**
 * The asked-for members in the asked-for order, each with its original text; a key the record repeats is repeated. The
 * source is ours to say, whatever the record has under that name.
 */
function pick(raw: string, rebuilt: string, fields: readonly ExportField[]): string | null {
  const all = members(raw);
  const added = members(rebuilt);
  if (all === null || added === null) return null;
  const parts = fields.flatMap((field) =>
    (field === 'source' ? added : all)
      .filter((member) => member.key === field)
      .map((member) => `"${field}":${member.value}`),
  );
  return `{${parts.join(',')}}`;
}

/** SQL: the event as it is where that is one line already, else packed. */
function sqlEvent(request: ExportRequest): string {
  const { fields } = request;
  const wanted = fields ?? EVENT_FIELDS;
  const rebuilt = sqlRebuilt(wanted, request);
  const broken = (['result', 'payload'] as const)
    .filter((field) => wanted.includes(field))
    .map((field) => `contains(${field}, chr(10)) OR contains(${field}, chr(13))`);
  const oneLineAlready = broken.length === 0 ? 'true' : `coalesce(NOT (${broken.join(' OR ')}), true)`;
  const copied =
    fields === null
      ? `WHEN starts_with(raw, '{') AND ends_with(raw, '}') AND NOT contains(raw, chr(10)) AND NOT contains(raw, chr(13)) THEN raw`
      : '';
  return `CASE WHEN raw IS NULL AND ${oneLineAlready} THEN ${rebuilt} ${copied} ELSE concat(${SQL_PACKED}, to_json([raw, ${rebuilt}])) END`;
}

/** SQL: compact JSON of the fields. `result` and `payload` are spliced in as text, and left out where the record had none. */
function sqlRebuilt(fields: readonly ExportField[], request: ExportRequest): string {
  const parts = fields.map((field) =>
    field === 'result' || field === 'payload'
      ? `'"${field}":' || ${field}`
      : `'"${field}":' || to_json(${sqlField(field, request)})::VARCHAR`,
  );
  return `'{' || concat_ws(',', ${parts.join(', ')}) || '}'`;
}
