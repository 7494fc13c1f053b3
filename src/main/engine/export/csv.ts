/**
 * CSV and TSV. UTF-8 without byte order mark, a header row, `\r\n` after every row. CSV: comma, every field quoted.
 * TSV: tab, a field quoted only where it holds a tab, a quote or a line break, or would leave its row empty.
 *
 * DuckDB builds whole lines, so that JavaScript handles one text a row.
 */
import { FLAT_FIELDS, type EventField } from '../../../shared/event.ts';
import type { RowBatch } from '../snapshot/view.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { guardCell, sqlAnySpecial, sqlGuarded, sqlNeedsGuard } from './guard.ts';
import { integerColumn, textColumn, writeLines } from './lines.ts';
import type { ZoneClock } from './zone.ts';

export const LINE_END = '\r\n';

interface Dialect {
  readonly separator: ',' | '\t';
  readonly quoteAll: boolean;
  /** RE2: what makes a row need more than plain joining. */
  readonly special: string;
  /** A character in front of each line on its way out of DuckDB, whose text decoder drops a leading byte order mark. */
  readonly lead: '' | '.';
}

const CSV: Dialect = { separator: ',', quoteAll: true, special: '"', lead: '' };
const TSV: Dialect = { separator: '\t', quoteAll: false, special: String.raw`["\t\r\n]`, lead: '.' };

export const csvExporter: Exporter = { format: 'csv', guards: true, write: (request) => write(request, CSV) };
export const tsvExporter: Exporter = { format: 'tsv', guards: true, write: (request) => write(request, TSV) };

/** The line that cells make, without its end: in JavaScript what the SQL below does. */
export function formatLine(cells: readonly string[], format: 'csv' | 'tsv', guard: boolean): string {
  const { quoteAll, separator } = format === 'csv' ? CSV : TSV;
  const alone = cells.length === 1;
  return cells
    .map((cell) => {
      const text = guard ? guardCell(cell) : cell;
      const quoted = quoteAll || /["\t\r\n]/.test(text) || (alone && text === '');
      return quoted ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(separator);
}

/** The first line of a file, with its end. */
export function headerLine(fields: readonly EventField[], format: 'csv' | 'tsv'): string {
  return formatLine(fields, format, false) + LINE_END;
}

async function write(request: ExportRequest, dialect: Dialect): Promise<ExportSummary> {
  const fields = request.fields ?? FLAT_FIELDS;
  const clock = fields.includes('timestamp') ? request.clock : null;
  const skip = dialect.lead.length;
  let guardedCells = 0;
  await writeLines(request, {
    head: headerLine(fields, dialect === CSV ? 'csv' : 'tsv'),
    between: LINE_END,
    tail: LINE_END,
    emptyTail: '',
    expressions: clock === null ? plainLine(fields, dialect, request.guard) : timedLine(fields, dialect, request.guard),
    lines: (batch) => {
      for (const count of integerColumn(batch, 1)) guardedCells += Number(count);
      const texts = textColumn(batch, 0);
      const lines = skip === 0 ? texts : texts.map((text) => text.slice(skip));
      return clock === null ? lines : insertTimes(lines, batch, clock);
    },
  });
  return { fields, guardedCells, cutCells: 0, sheets: [], overflow: null };
}

/** Puts the time in its zone between the two halves of each line. */
function insertTimes(halves: readonly string[], batch: RowBatch, clock: ZoneClock): readonly string[] {
  const rest = textColumn(batch, 2);
  const times = integerColumn(batch, 3);
  return halves.map((half, row) => half + clock.format(times[row] ?? 0) + (rest[row] ?? ''));
}

/** SQL: the line, and how many of its cells are guarded. */
function plainLine(fields: readonly EventField[], dialect: Dialect, guard: boolean): readonly string[] {
  const cells = fields.map(sqlText);
  const exact = joined(cells, dialect, guard, cells.length === 1);
  const quick = dialect.quoteAll
    ? `concat('"', concat_ws('","', ${cells.join(', ')}), '"')`
    : `concat('${dialect.lead}', concat_ws(chr(9), ${cells.join(', ')}))`;
  const special = sqlAnySpecial(cells, guard, dialect.special);
  const line = cells.length === 1 ? exact : `CASE WHEN ${special} THEN ${exact} ELSE ${quick} END`;
  return [line, guardCount(cells, guard)];
}

/** SQL: the line up to the timestamp, guarded cells, the line after the timestamp, the instant. */
function timedLine(fields: readonly EventField[], dialect: Dialect, guard: boolean): readonly string[] {
  const cells = fields.map(sqlText);
  const at = fields.indexOf('timestamp');
  const before = cells.slice(0, at);
  const after = cells.slice(at + 1);
  const quote = dialect.quoteAll ? `'"'` : `''`;
  const separator = `'${dialect.separator}'`;
  const left = [joined(before, dialect, guard, false), ...(before.length > 0 ? [separator] : []), quote];
  const right = after.length > 0 ? [quote, separator, joined(after, { ...dialect, lead: '' }, guard, false)] : [quote];
  return [left.join(' || '), guardCount([...before, ...after], guard), right.join(' || '), 'ts'];
}

function joined(cells: readonly string[], dialect: Dialect, guard: boolean, alone: boolean): string {
  const parts = cells.map((cell) => {
    const text = guard ? `(${sqlGuarded(cell)})` : cell;
    const quoted = `'"' || replace(${text}, '"', '""') || '"'`;
    if (dialect.quoteAll) return quoted;
    const needs = String.raw`regexp_matches(${text}, '["\t\r\n]')`;
    return `CASE WHEN ${needs}${alone ? ` OR ${text} = ''` : ''} THEN ${quoted} ELSE ${text} END`;
  });
  return `'${dialect.lead}' || ${parts.length === 0 ? `''` : parts.map((part) => `(${part})`).join(` || '${dialect.separator}' || `)}`;
}

function guardCount(cells: readonly string[], guard: boolean): string {
  if (!guard || cells.length === 0) return '0';
  const each = cells.map((cell) => `${sqlNeedsGuard(cell)}::INTEGER`).join(' + ');
  return `CASE WHEN ${sqlAnySpecial(cells, true, '^$')} THEN ${each} ELSE 0 END`;
}

/** SQL: a field as the text its cell holds. */
export function sqlText(field: EventField): string {
  return field === 'result' || field === 'payload' ? `coalesce(${field}, '')` : field;
}
