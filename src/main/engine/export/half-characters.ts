/** Texts that no file but one of JSON can hold: those with half of a surrogate pair, which no Unicode text has. */
import type { ExportColumn } from '../../../shared/export-columns.ts';
import { EVENT_FLAGS, FLAT_FIELDS } from '../../../shared/event.ts';
import { viewLines, type ViewReader, type ViewSpec } from '../snapshot/view.ts';

const NAMES: ReadonlySet<string> = new Set(FLAT_FIELDS);

/**
 * How many rows of a view have a text in one of the columns where U+FFFD stands for half of a surrogate pair. JSON as it was
 * stored spells it as an escape, and is no such text.
 * @throws AppError `cancelled`
 */
export async function countHalfCharacters(
  view: ViewReader,
  spec: ViewSpec,
  columns: readonly ExportColumn[],
  signal?: AbortSignal,
): Promise<number> {
  if (!(await view.hasFlag(EVENT_FLAGS.loneSurrogate, signal))) return 0;
  const shown = columns.flatMap(({ kind, name }) => (kind === 'field' && NAMES.has(name) ? [name] : []));
  const tests = shown.map((name) => `contains(${name}, chr(65533))`);
  // A value that a path finds is made a text.
  if (columns.some(({ kind }) => kind === 'path')) tests.push('true');
  if (tests.length === 0) return 0;
  const test = `CASE WHEN (flags & ${EVENT_FLAGS.loneSurrogate}) <> 0 AND (${tests.join(' OR ')}) THEN '1' ELSE '0' END`;
  let count = 0;
  for await (const lines of viewLines(view, spec, test, signal)) count += lines.filter((line) => line === '1').length;
  return count;
}
