/** The rows of CSV and TSV files as events. */
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { GUARDED, unguardCell } from '../../export/guard.ts';
import type { BrokenBatch, RecordBatch } from '../repository.ts';
import type { Chunks } from './bytes.ts';
import { DelimitedReader, type DelimitedRow, type Delimiter } from './delimited.ts';
import { eventRow, readHeader, UnnamedColumns, type TableHeader } from './header.ts';
import type { Note } from '../../../../shared/contract.ts';

const APOSTROPHE = 0x27;
const QUOTE = 0x22;
const JSON_FIELDS = [EVENT_FIELDS.indexOf('result'), EVENT_FIELDS.indexOf('payload')];

export interface DelimitedSource {
  readonly name: string;
  readonly delimiter: Delimiter;
  readonly lineEnd: number;
  /** Whether a manifest says that cells which could start a formula carry an apostrophe that is not theirs. */
  readonly guarded: boolean;
  readonly note: (note: Note) => void;
}

/** @throws AppError `source_invalid` when the first row names no events, and where the file is cut off */
export async function* delimitedRecords(chunks: Chunks, source: DelimitedSource): AsyncIterable<RecordBatch> {
  const { name, delimiter, lineEnd, note } = source;
  const reader = new DelimitedReader(delimiter, lineEnd, name);
  const table = new TableRows(source);
  let last = lineEnd;
  for await (const chunk of chunks) {
    last = chunk.at(-1) ?? last;
    yield* table.of(reader.push(chunk));
  }
  const { rows, open } = reader.end();
  const ending = last === lineEnd ? 'closed' : table.ending(rows.at(-1));
  yield* table.of(rows);
  for (const each of table.notes()) note(each);
  if (ending === 'unknown') {
    note({
      severity: 'warning',
      code: 'no_last_line_end',
      message: `${name} does not end with a line end. Many programs leave it out; but if the file was cut off, its last row may be cut too.`,
    });
  }
  if (table.header === undefined) {
    throw new AppError('source_invalid', `${name} has no header row that names the columns.`);
  }
  if (open || ending === 'cut') {
    throw new AppError(
      'source_invalid',
      `${name} is cut off: it ends in the middle of row ${rows.at(-1)?.number ?? 0}. Fetch it again from where it came.`,
    );
  }
}

class TableRows {
  header: TableHeader | undefined;
  readonly #source: DelimitedSource;
  readonly #unnamed = new UnnamedColumns();
  #keptGuards = 0;
  #undecodable = 0;

  constructor(source: DelimitedSource) {
    this.#source = source;
  }

  *of(found: readonly DelimitedRow[]): Iterable<RecordBatch> {
    const { name, note } = this.#source;
    const rows: (string | null)[][] = [];
    const keys: string[] = [];
    const broken: BrokenBatch['records'][number][] = [];
    for (const row of found) {
      if (this.header === undefined) {
        // Excel's own hint at the separator is no row.
        if (row.number === 1 && /^sep=.$/i.test(row.bytes.toString('latin1'))) continue;
        this.header = readHeader(row.cells ?? [], name);
        for (const each of this.header.notes) note(each);
        continue;
      }
      const problem = this.#problem(row);
      const place = `${name}, row ${row.number}`;
      if (problem !== undefined) {
        broken.push({ ...problem, bytes: row.bytes, place });
        continue;
      }
      const cells = this.#cells(row);
      this.#unnamed.see(this.header, cells);
      rows.push(eventRow(this.header, cells));
      keys.push(place);
    }
    if (rows.length > 0) yield { kind: 'rows', rows, keys };
    if (broken.length > 0) yield { kind: 'broken', records: broken };
  }

  /** How a text ends that has no line end behind its last row: in the middle of it, or who knows. */
  ending(last: DelimitedRow | undefined): 'closed' | 'cut' | 'unknown' {
    if (last?.cells === undefined || this.header === undefined || this.header.width < 2) return 'closed';
    const { columns, width } = this.header;
    const cell = last.cells[width - 1];
    if (cell === undefined) return 'cut';
    // A closing quote, or the end of a JSON text, ends the row as well.
    if (last.bytes.at(-1) === QUOTE) return 'closed';
    if (cell !== '' && JSON_FIELDS.some((field) => columns[field] === width - 1))
      return isJson(cell) ? 'closed' : 'cut';
    return 'unknown';
  }

  notes(): readonly Note[] {
    const { name } = this.#source;
    const notes: Note[] = [...this.#unnamed.notes(name)];
    if (this.#keptGuards > 0) {
      notes.push({
        severity: 'info',
        code: 'guard_kept',
        message: `${name}: ${this.#keptGuards} cells begin with an apostrophe before what could be a formula. No manifest says that an export put it there, so it was kept.`,
      });
    }
    if (this.#undecodable > 0) {
      notes.push({
        severity: 'warning',
        code: 'not_utf8',
        message: `${name}: ${this.#undecodable} rows are no UTF-8. If the file was saved in another encoding, name it: ?encoding=windows-1252.`,
      });
    }
    return notes;
  }

  #problem(row: DelimitedRow): { readonly code: string; readonly reason: string } | undefined {
    if (row.problem === 'not_utf8') {
      this.#undecodable += 1;
      return { code: 'not_utf8', reason: 'It holds bytes that are not UTF-8.' };
    }
    if (row.cells === undefined) {
      return { code: 'bad_quotes', reason: 'Its quotes do not fit: text follows a closing quote, or one is missing.' };
    }
    const width = this.header?.width ?? 0;
    const extra = row.cells.slice(width).some((cell) => cell !== '');
    if (row.cells.length >= width && !extra) return undefined;
    return {
      code: 'wrong_cells',
      reason: `It has ${row.cells.length} cells where the first row names ${width} columns.`,
    };
  }

  #cells({ bytes, cells = [] }: DelimitedRow): readonly string[] {
    if (!bytes.includes(APOSTROPHE)) return cells;
    if (this.#source.guarded) return cells.map(unguardCell);
    for (const cell of cells) if (GUARDED.test(cell)) this.#keptGuards += 1;
    return cells;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
