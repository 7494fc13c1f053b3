/** The texts of rows as the database hands them over to the search index: a line a row, made by SQL. */
import { FURTHER_KEYS } from '../search-sql.ts';

/** Ends each line but the last. */
export const ROW_END = 0x1e;
/** Stands before each text of a line. No text that is handed over holds it. */
export const TEXT_END = 0x1f;
/** The row is not taken in. */
export const ROW_IS_ODD = 0x6f;
/** A number that is searched may be found in the row and in none of its texts. */
export const ROW_NUMBERS = 0x6e;
const ROW_IS_USUAL = 0x2d;

/** A line's texts are `result`, `payload`, both as the database would write them, the further keys, the columns, then what is kept. */
export const TEXTS_BEFORE_COLUMNS = 5;

/** Rows with longer texts are looked at one by one. */
const MAX_ROW_BYTES = 64 * 1024;

/** What is kept of each row to be shown, and not searched: its number in the snapshot and its flags. */
const KEPT = `concat(n, ' ', flags)`;

const MARKS = [0, ROW_END, TEXT_END].map((code) => `chr(${code})`);
const TEXT = `chr(${TEXT_END})`;

/** SQL: whether a text has what sets texts apart. */
function hasMarks(text: string): string {
  return `(${MARKS.map((mark) => `contains(${text}, ${mark})`).join(' OR ')})`;
}

function hasManySpellings(text: string): string {
  return `(contains(${text}, '\\u') OR contains(${text}, '\\/'))`;
}

/**
 * SQL that yields the lines of some rows as one BLOB, each with its number counted from the first, in any order, and
 * whether all of them are as simple as this SQL takes them for: else {@link linesSql} is to be asked.
 * @param columns those that are searched as they are
 */
export function simpleLinesSql(table: string, from: number, to: number, columns: readonly string[]): string {
  const odd = [
    'raw IS NOT NULL',
    `strlen(line) > ${MAX_ROW_BYTES}`,
    hasManySpellings('line'),
    `contains(line, chr(0))`,
  ];
  const texts = [
    'result',
    TEXT,
    'payload',
    `${TEXT}, ${TEXT}, ${TEXT}`,
    ...[...columns, KEPT].flatMap((column) => [TEXT, column]),
  ];
  return `SELECT encode(string_agg(line, chr(${ROW_END}))), NOT bool_or(${odd.join(' OR ')} OR ${columns.map(hasMarks).join(' OR ')})
    FROM (SELECT concat(rowid - ${from}, ${TEXT}, chr(${ROW_IS_USUAL}), ${TEXT}, ${texts.join(', ')}) AS line, raw, ${columns.join(', ')}
      FROM ${table} WHERE rowid >= ${from} AND rowid < ${to})`;
}

/** SQL that yields the lines of any rows, as {@link simpleLinesSql} does those of simple ones. */
export function linesSql(table: string, from: number, to: number, columns: readonly string[]): string {
  const length = ['result', 'payload', 'raw'].map((field) => `coalesce(strlen(${field}), 0)`).join(' + ');
  const columnLength = columns.map((column) => `strlen(${column})`).join(' + ');
  const texts = ['result', 'payload', 'other_result', 'other_payload', 'further', ...columns, KEPT].join(`, ${TEXT}, `);
  const kind = `CASE WHEN raw IS NOT NULL AND (further <> '' OR contains(raw, '\\')) THEN chr(${ROW_NUMBERS}) ELSE chr(${ROW_IS_USUAL}) END`;
  return `SELECT encode(string_agg(line, chr(${ROW_END}))), true FROM (
    SELECT concat(place - ${from}, ${TEXT}, CASE WHEN is_odd OR ${hasMarks('further')} OR ${hasManySpellings('further')}
      THEN chr(${ROW_IS_ODD}) ELSE concat(${kind}, ${TEXT}, ${texts}) END) AS line
    FROM (
      SELECT *, ${otherSpelling('result')} AS other_result, ${otherSpelling('payload')} AS other_payload,
        CASE WHEN raw IS NULL OR is_odd THEN '' ELSE coalesce(${FURTHER_KEYS}, '') END AS further
      FROM (
        SELECT rowid AS place, n, flags, result, payload, raw, ${columns.join(', ')},
          ${length} + ${columnLength} > ${MAX_ROW_BYTES} OR ${columns.map(hasMarks).join(' OR ')} AS is_odd
        FROM ${table} WHERE rowid >= ${from} AND rowid < ${to})))`;
}

/** JSON as the database writes it, where it has escapes that need not be. */
function otherSpelling(text: string): string {
  return `CASE WHEN NOT is_odd AND ${text} IS NOT NULL AND ${hasManySpellings(text)} AND json_valid(${text})
    THEN json(${text})::VARCHAR ELSE '' END`;
}
