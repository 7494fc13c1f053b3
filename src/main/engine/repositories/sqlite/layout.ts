/** Which table of a SQLite file holds the audit trail, and which of its columns holds which field. */
import type Database from 'better-sqlite3';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS, type EventField } from '../../../../shared/event.ts';
import { columnNotes, matchColumns, otherTablesNote, REQUIRED } from '../columns.ts';
import { KEPT_START_BYTES } from './row-bytes.ts';
import { DEFAULT_TABLE, identifier } from './schema.ts';

export interface Layout {
  readonly table: string;
  readonly hasRowIds: boolean;
  /** Whether some table computes columns from expressions that the file brings along. */
  readonly computes: boolean;
  /** The columns in the order of EVENT_FIELDS, `undefined` where the table has none. */
  readonly columns: readonly (string | undefined)[];
  readonly notes: readonly Note[];
}

interface Table {
  readonly name: string;
  readonly hasRowIds: boolean;
  readonly columns: readonly string[];
  /** Columns that hold nothing but are computed when read. */
  readonly computed: readonly string[];
}

/** Only real tables count: views and virtual tables would run what the file's maker wrote. */
function tablesOf(database: Database.Database): readonly Table[] {
  const tables = database
    .prepare<[], { name: string; wr: number }>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all();
  const columns = database.prepare<[string], { name: string; hidden: number }>(
    'SELECT name, hidden FROM pragma_table_xinfo(?)',
  );
  return tables.map(({ name, wr }) => {
    const all = columns.all(name);
    return {
      name,
      hasRowIds: wr === 0,
      columns: all.filter(({ hidden }) => hidden === 0).map((column) => column.name),
      computed: all.filter(({ hidden }) => hidden !== 0).map((column) => column.name),
    };
  });
}

/** @throws AppError `source_invalid`, naming the tables that could be meant, when none or several fit */
export function findLayout(database: Database.Database, path: string, wanted: string | undefined): Layout {
  const tables = tablesOf(database);
  const name = wanted ?? DEFAULT_TABLE;
  const named =
    tables.find((each) => each.name === name) ?? tables.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const fitting = tables.filter((each) => {
    const matched = matchColumns(each.columns);
    return REQUIRED.every((field) => matched.has(field));
  });
  const [only] = fitting;
  const table = named ?? (wanted === undefined && fitting.length === 1 ? only : undefined);
  if (table === undefined) throw noTable(path, name, { tables, fitting, isOther: isOtherThing(database, name) });
  const matched = matchColumns(table.columns);
  const missing = REQUIRED.filter((field) => !matched.has(field));
  if (missing.length > 0) {
    throw new AppError(
      'source_invalid',
      `The table ${table.name} of ${path} holds no audit trail: it lacks ${missing.join(', ')}.${offerOf(fitting)}`,
      { details: { tables: tables.map((each) => each.name), fitting: fitting.map((each) => each.name) } },
    );
  }
  return {
    table: table.name,
    hasRowIds: table.hasRowIds,
    computes: tables.some((each) => each.computed.length > 0),
    columns: EVENT_FIELDS.map((field) => matched.get(field)),
    notes: [
      ...notesOf(table, matched),
      ...(wanted === undefined
        ? otherTablesNote(
            table.name,
            fitting.filter((each) => each !== table).map((each) => each.name),
          )
        : []),
    ],
  };
}

function offerOf(fitting: readonly Table[]): string {
  if (fitting.length === 0) return '';
  return ` These could be it: ${fitting.map((each) => each.name).join(', ')}. Add ?table=NAME to the source.`;
}

/** Whether the name is that of a view or a virtual table. */
function isOtherThing(database: Database.Database, name: string): boolean {
  const query = "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type <> 'table' AND lower(name) = lower(?)";
  return database.prepare(query).get(name) !== undefined;
}

interface Choice {
  readonly tables: readonly Table[];
  /** Those with the columns of an event. */
  readonly fitting: readonly Table[];
  readonly isOther: boolean;
}

function noTable(path: string, name: string, { tables, fitting, isOther }: Choice): AppError {
  const names = tables.map((each) => each.name);
  const offer =
    fitting.length > 0
      ? offerOf(fitting).trimStart()
      : names.length === 0
        ? 'It has no tables at all.'
        : `It has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}; none has the columns ${REQUIRED.join(', ')}.`;
  const why = isOther
    ? ': that is a view or a virtual table, which is never read, since it would run what came with the file'
    : '';
  return new AppError('source_invalid', `${path} has no table ${name}${why}. ${offer}`, {
    details: { tables: names, fitting: fitting.map((each) => each.name) },
  });
}

function notesOf(table: Table, matched: ReadonlyMap<EventField, string>): Note[] {
  const where = `The table ${table.name}`;
  const notes = [...columnNotes(where, table.columns, matched)];
  if (table.computed.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'computed_columns',
      message: `${where} computes ${table.computed.join(', ')} when read. What computes them came with the file, so they were not read.`,
    });
  }
  return notes;
}

/** Larger values are cut to one byte more, which is enough to set the record aside: one may take a gigabyte. */
export const MAX_CELL_BYTES = 16 * 1024 * 1024;

/** The column's value as SQL, or its beginning as bytes when it is too large to be looked at. */
export function cellExpression(column: string | undefined): string {
  if (column === undefined) return 'NULL';
  const name = identifier(column);
  return `CASE WHEN octet_length(${name}) > ${MAX_CELL_BYTES} THEN substr(CAST(${name} AS BLOB), 1, ${MAX_CELL_BYTES + 1}) ELSE ${name} END`;
}

/** The column's bytes, or their beginning when they are too many to be brought along. */
export function bytesExpression(column: string | undefined): string {
  if (column === undefined) return 'NULL';
  const name = identifier(column);
  return `CASE WHEN octet_length(${name}) > ${MAX_CELL_BYTES} THEN substr(CAST(${name} AS BLOB), 1, ${KEPT_START_BYTES}) ELSE CAST(${name} AS BLOB) END`;
}

/** The first bytes of the column, as many as a parameter says. */
export function startExpression(column: string | undefined): string {
  return column === undefined ? 'substr(NULL, 1, ?)' : `substr(CAST(${identifier(column)} AS BLOB), 1, ?)`;
}

/** What kind of value the column holds: `text`, `blob`, `integer`, `real` or `null`. */
export function typeExpression(column: string | undefined): string {
  return column === undefined ? 'NULL' : `typeof(${identifier(column)})`;
}

/** How many bytes the column takes; of a number, its text. */
export function sizeExpression(column: string | undefined): string {
  return column === undefined ? 'NULL' : `octet_length(${identifier(column)})`;
}
