/**
 * The formula guard: keeps a spreadsheet from running what an event says, without losing what it said.
 *
 * A cell that begins with any number of apostrophes and then a character that can start a formula gets one more
 * apostrophe. To undo: strip one apostrophe from every cell that matches {@link GUARDED}. This is exact, because a cell
 * that already looked guarded was guarded once more, and a cell that was left alone can't look guarded.
 */

/** `= + - @`, tab, CR, LF, NUL, the byte order mark and the full-width twins of the first four. */
const STARTERS = String.raw`=+\-@\t\r\n\x00`;
const WIDE_STARTERS = '＝＋－＠';

const NEEDS_GUARD = new RegExp(`^'*[${STARTERS}\\uFEFF${WIDE_STARTERS}]`, 'u');

/** Matches a cell that carries a guard. */
export const GUARDED = new RegExp(`^'+[${STARTERS}\\uFEFF${WIDE_STARTERS}]`, 'u');

/** The pattern of one cell for DuckDB's regular expressions (RE2), quoted as SQL text has to be. */
const SQL_START = `''*[${STARTERS}\\x{FEFF}${WIDE_STARTERS}]`;

export function guardCell(text: string): string {
  return NEEDS_GUARD.test(text) ? `'${text}` : text;
}

/** The cell as it was before {@link guardCell}. */
export function unguardCell(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** SQL: whether the text needs a guard. */
export function sqlNeedsGuard(expression: string): string {
  return `regexp_matches(${expression}, '^${SQL_START}')`;
}

/** SQL: the text with its guard. */
export function sqlGuarded(expression: string): string {
  return `CASE WHEN ${sqlNeedsGuard(expression)} THEN '''' || ${expression} ELSE ${expression} END`;
}

/**
 * SQL: whether any of the cells could need a guard or matches `pattern` (an RE2 fragment). One look at all cells joined
 * by U+0001 is far cheaper than a look at each; a U+0001 inside a cell can only make it say yes without need.
 */
export function sqlAnySpecial(expressions: readonly string[], guarded: boolean, pattern: string): string {
  const alternatives = guarded ? `${pattern}|(?:^|\\x01)${SQL_START}` : pattern;
  return `regexp_matches(concat_ws(chr(1), ${expressions.join(', ')}), '${alternatives}')`;
}
