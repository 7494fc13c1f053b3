/**
 * JSON (one array, one event a line) and JSON Lines. Events are never altered: a kept record is copied byte for byte
 * onto one line, and what the columns say exactly is rebuilt from them. `timestamp` stays as it was written.
 */
import { z } from 'zod';
import { EVENT_FIELDS } from '../../../shared/event.ts';
import type { ExportColumn } from '../../../shared/export-columns.ts';
import { valueAt } from '../analysis/json-members.ts';
import { sqlField } from './columns.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { members, oneLine, type Member } from './json-text.ts';
import { SQL_PACKED, writeBuilt, writeLines, type Frame } from './lines.ts';
import { isSimple, readRows, type SourceRow } from './rows.ts';

export const ARRAY_HEAD = '[\n';
/** One array, an event a line. */
export const JSON_ARRAY: Frame = { head: ARRAY_HEAD, between: ',\n', tail: '\n]\n', emptyTail: ']\n' };
export const JSON_LINES: Frame = { head: '', between: '\n', tail: '\n', emptyTail: '' };

export const jsonExporter: Exporter = { format: 'json', guards: false, write: (request) => write(request, JSON_ARRAY) };
export const jsonLinesExporter: Exporter = {
  format: 'jsonl',
  guards: false,
  write: (request) => write(request, JSON_LINES),
};

/** The kept record, `null` when there is none, and what the columns rebuild to. */
const packedEvent = z.tuple([z.string().nullable(), z.string()]);

async function write(request: ExportRequest, frame: Frame): Promise<ExportSummary> {
  const { columns } = request;
  const fields = columns === null ? null : columns.map(({ name }) => name);
  const unpack = (packed: string): string => {
    const [raw, rebuilt] = packedEvent.parse(JSON.parse(packed));
    return eventLine(raw, rebuilt, fields);
  };
  if (isSimple(columns ?? [], request)) await writeBuilt(request, frame, sqlEvent(request, fields), unpack);
  else await writeLines(request, frame, madeLines(request));
  return { fields, guardedCells: 0, cutCells: 0, sheets: [], overflow: null };
}

/** Rows with what the database can't build: masked ones, values inside the event, what is known beside it. */
async function* madeLines(request: ExportRequest): AsyncIterable<readonly string[]> {
  const { columns } = request;
  const asked: readonly ExportColumn[] = [...(columns ?? []), { kind: 'added', name: 'record' }];
  for await (const rows of readRows(request, asked, sqlRebuilt(EVENT_FIELDS, request))) {
    yield rows.map((row) => {
      const rebuilt = row.rebuilt ?? '{}';
      return columns === null ? eventLine(row.record, rebuilt, null) : pickedLine(row, rebuilt, columns);
    });
  }
}

/** Members for the columns: of the record where it has them, else of what is known beside it. A path that leads nowhere has none. */
function pickedLine(row: SourceRow, rebuilt: string, columns: readonly ExportColumn[]): string {
  const { record } = row;
  const all = (record === null ? null : members(record)) ?? members(rebuilt) ?? [];
  const parts = columns.flatMap((column) => {
    const { name } = column;
    if (column.kind === 'field') return membersNamed(all, name);
    if (column.kind === 'added') return [`"${name}":${JSON.stringify(row.cell(column))}`];
    const root = row[column.path.root];
    const value = root === null ? undefined : valueAt(root, column.path.steps);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${oneLine(value)}`];
  });
  return `{${parts.join(',')}}`;
}

function membersNamed(all: readonly Member[], name: string): readonly string[] {
  return all.filter((member) => member.key === name).map((member) => `"${name}":${member.value}`);
}

function eventLine(raw: string | null, rebuilt: string, fields: readonly string[] | null): string {
  if (raw !== null && fields !== null) return pick(raw, rebuilt, fields) ?? oneLine(rebuilt);
  const line = oneLine(raw ?? rebuilt);
  // A record that is no JSON object (a spreadsheet's row) has nothing to copy.
  return line.startsWith('{') ? line : oneLine(rebuilt);
}

/**
 * The asked-for members in the asked-for order, each with its original text; a key the record repeats is repeated. The
 * source is ours to say, whatever the record has under that name.
 */
function pick(raw: string, rebuilt: string, fields: readonly string[]): string | null {
  const all = members(raw);
  const added = members(rebuilt);
  if (all === null || added === null) return null;
  const parts = fields.flatMap((field) => membersNamed(field === 'source' ? added : all, field));
  return `{${parts.join(',')}}`;
}

/** SQL: the event as it is where that is one line already, else packed. */
function sqlEvent(request: ExportRequest, fields: readonly string[] | null): string {
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
function sqlRebuilt(fields: readonly string[], request: ExportRequest): string {
  const parts = fields.map((field) =>
    field === 'result' || field === 'payload'
      ? `'"${field}":' || ${field}`
      : `'"${field}":' || to_json(${sqlField(field, request)})::VARCHAR`,
  );
  return `'{' || concat_ws(',', ${parts.join(', ')}) || '}'`;
}
