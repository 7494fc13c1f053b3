/**
 * The formula guard: keeps a spreadsheet from running what an event says, without losing what it said.
 *
 * A cell that begins with any number of apostrophes and then a character that can start a formula gets one more
 * apostrophe. To undo: strip one apostrophe from every cell that matches {@link GUARDED}. This is exact, because a cell
 * that already looked guarded was guarded once more, and a cell that was left alone can't look guarded.
 */

/** `= + - @`, tab, CR, LF, NUL, the byte order mark and the full-width twins of the first four. */
const STARTERS = [0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0d, 0x0a, 0x00, 0xfeff, 0xff1d, 0xff0b, 0xff0d, 0xff20];

const CLASS = STARTERS.map((code) => String.raw`\u{${code.toString(16)}}`).join('');
const SQL_CLASS = STARTERS.map((code) => String.raw`\x{${code.toString(16)}}`).join('');

const NEEDS_GUARD = new RegExp(`^'*[${CLASS}]`, 'u');

/** Matches a cell that carries a guard. */
export const GUARDED = new RegExp(`^'+[${CLASS}]`, 'u');

/** Whether {@link guardCell} changes the cell. */
export function needsGuard(text: string): boolean {
  return NEEDS_GUARD.test(text);
}

export function guardCell(text: string): string {
  return needsGuard(text) ? `'${text}` : text;
}

/** The cell as it was before {@link guardCell}. */
export function unguardCell(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** SQL: whether the text needs a guard. */
export function sqlNeedsGuard(expression: string): string {
  return `regexp_matches(${expression}, '^''*[${SQL_CLASS}]')`;
}

/**
 * SQL: whether the text could need one, told from where it sorts: texts are ordered by their bytes, and all that begin
 * with a digit, a letter or a character below U+F000 can't. Far cheaper than a look at the characters.
 */
export function sqlMayNeedGuard(expression: string): string {
  const belowDigits = `(${expression} < '0' AND ${expression} <> '')`;
  return `(${expression} >= chr(61440) OR (${expression} < 'A' AND (${expression} >= '=' OR ${belowDigits})))`;
}

/** SQL: the text with its guard. */
export function sqlGuarded(expression: string): string {
  return `CASE WHEN ${sqlNeedsGuard(expression)} THEN '''' || ${expression} ELSE ${expression} END`;
}
