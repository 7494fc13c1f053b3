/**
 * CSV and TSV. UTF-8 without byte order mark, a header row, `\r\n` after every row. CSV: comma, every field quoted.
 * TSV: tab, a field quoted only where it holds a tab, a quote or a line break, or would leave its row empty.
 *
 * DuckDB builds whole lines, so that JavaScript handles one text a row.
 */
import { z } from 'zod';
import { columnsOf, sqlField } from './columns.ts';
import type { Exporter, ExportRequest, ExportSummary } from './exporter.ts';
import { guardCell, needsGuard, sqlGuarded, sqlMayNeedGuard, sqlNeedsGuard } from './guard.ts';
import { SQL_PACKED, writeBuilt, writeLines, type Frame } from './lines.ts';
import { isSimple, readRows } from './rows.ts';
import type { ZoneClock } from './zone.ts';

export const LINE_END = '\r\n';

type Dialect = 'csv' | 'tsv';
const SEPARATOR = { csv: ',', tsv: '\t' } as const;

export const csvExporter: Exporter = { format: 'csv', guards: true, write: (request) => write(request, 'csv') };
export const tsvExporter: Exporter = { format: 'tsv', guards: true, write: (request) => write(request, 'tsv') };

/** The line that cells make, without its end: in JavaScript what the SQL below does. */
export function formatLine(cells: readonly string[], dialect: Dialect, guard: boolean): string {
  const alone = cells.length === 1;
  return cells
    .map((cell) => {
      const text = guard ? guardCell(cell) : cell;
      const quoted = dialect === 'csv' || /["\t\r\n]/.test(text) || (alone && text === '');
      return quoted ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(SEPARATOR[dialect]);
}

/** The first line of a file, with its end. */
export function headerLine(fields: readonly string[], dialect: Dialect): string {
  return formatLine(fields, dialect, false) + LINE_END;
}

async function write(request: ExportRequest, dialect: Dialect): Promise<ExportSummary> {
  const columns = columnsOf(request);
  const fields = columns.map(({ name }) => name);
  const clock = fields.includes('timestamp') ? request.clock : null;
  let guardedCells = 0;
  const frame: Frame = { head: headerLine(fields, dialect), between: LINE_END, tail: LINE_END, emptyTail: '' };
  const unpack = (packed: string): string => {
    const json = packed.search(/["[]/);
    guardedCells += Number(packed.slice(0, json));
    return unpackRow(packed.slice(json), clock);
  };
  const made = async function* made(): AsyncGenerator<readonly string[]> {
    for await (const rows of readRows(request, columns)) {
      yield rows.map((row) => {
        const cells = columns.map((column) => row.cell(column) ?? '');
        if (request.guard) guardedCells += cells.filter(needsGuard).length;
        return formatLine(cells, dialect, request.guard);
      });
    }
  };
  if (isSimple(columns, request)) {
    const expression = clock === null ? plainRow(request, fields, dialect) : timedRow(request, fields, dialect);
    await writeBuilt(request, frame, expression, unpack);
  } else await writeLines(request, frame, made());
  return { fields, guardedCells, cutCells: 0, sheets: [], overflow: null };
}

const packedRow = z.union([z.string(), z.tuple([z.string(), z.string(), z.string()])]);

/** A row from JSON: its line, or what stands before its time, the instant, and what stands after. */
function unpackRow(json: string, clock: ZoneClock | null): string {
  const row = packedRow.parse(JSON.parse(json));
  if (typeof row === 'string') return row;
  const [before, micros, after] = row;
  return before + (clock === null ? '' : clock.format(BigInt(micros))) + after;
}

/** SQL: the row as it is; packed, with the number of its guarded cells, when a cell is not plain. */
function plainRow(request: ExportRequest, fields: readonly string[], dialect: Dialect): string {
  const { isSpecial, exact, quick, guarded } = sqlCells(request, fields, dialect, fields.length === 1);
  return `CASE WHEN ${isSpecial} THEN concat(${SQL_PACKED}, ${guarded}, to_json(${exact})) ELSE ${quick} END`;
}

/** SQL: always packed, the instant apart from what stands around it. */
function timedRow(request: ExportRequest, fields: readonly string[], dialect: Dialect): string {
  const at = fields.indexOf('timestamp');
  const separator = sqlText(SEPARATOR[dialect]);
  const quote = dialect === 'csv' ? `'"'` : `''`;
  const parts = [fields.slice(0, at), fields.slice(at + 1)].map((side) => sqlCells(request, side, dialect, false));
  const [left, right] = parts.map(
    ({ isSpecial, exact, quick }) => `CASE WHEN ${isSpecial} THEN ${exact} ELSE ${quick} END`,
  );
  const before = at === 0 ? quote : `concat(${left}, ${separator}, ${quote})`;
  const after = at === fields.length - 1 ? quote : `concat(${quote}, ${separator}, ${right})`;
  const guarded = parts.map(({ isSpecial, guarded: count }) => `CASE WHEN ${isSpecial} THEN ${count} ELSE 0 END`);
  return `concat(${SQL_PACKED}, ${guarded.join(' + ')}, to_json([${before}, ts::VARCHAR, ${after}]))`;
}

/** The SQL of a run of cells. */
interface SqlCells {
  /** Whether any cell needs more than plain joining; may say yes without need. */
  readonly isSpecial: string;
  /** The cells joined, each guarded and quoted as it needs. */
  readonly exact: string;
  /** The cells joined, when none is special. */
  readonly quick: string;
  /** How many cells are guarded. */
  readonly guarded: string;
}

function sqlCells(request: ExportRequest, fields: readonly string[], dialect: Dialect, alone: boolean): SqlCells {
  const { guard } = request;
  const cells = fields.map((field) => sqlField(field, request));
  const [first] = cells;
  if (first === undefined) return { isSpecial: 'false', exact: `''`, quick: `''`, guarded: '0' };
  const all = `concat(${cells.join(', ')})`;
  const separator = sqlText(SEPARATOR[dialect]);
  // A line feed would end the line on its way here; U+0001 and a byte order mark would not arrive as a line's start.
  const hidden = dialect === 'csv' ? `'"', chr(10)` : `'"', chr(10), chr(13), chr(9)`;
  const conditions = hidden.split(', ').map((character) => `contains(${all}, ${character})`);
  if (dialect === 'tsv') conditions.push(`unicode(${first}) IN (1, 65279)`);
  if (dialect === 'tsv' && alone) conditions.push(`${first} = ''`);
  if (guard) conditions.push(...cells.map(sqlMayNeedGuard));
  const exact = cells.map((cell) => {
    const text = guard ? `(${sqlGuarded(cell)})` : cell;
    const quoted = `'"' || replace(${text}, '"', '""') || '"'`;
    if (dialect === 'csv') return quoted;
    const needs = String.raw`regexp_matches(${text}, '["\t\r\n]')`;
    return `CASE WHEN ${needs}${alone ? ` OR ${text} = ''` : ''} THEN ${quoted} ELSE ${text} END`;
  });
  return {
    isSpecial: `(${conditions.join(' OR ')})`,
    exact: `(${exact.map((cell) => `(${cell})`).join(` || ${separator} || `)})`,
    quick:
      dialect === 'csv'
        ? `concat('"', concat_ws('","', ${cells.join(', ')}), '"')`
        : `concat_ws(${separator}, ${cells.join(', ')})`,
    guarded: guard ? `(${cells.map((cell) => `${sqlNeedsGuard(cell)}::INTEGER`).join(' + ')})` : '0',
  };
}

function sqlText(text: string): string {
  return `'${text}'`;
}
