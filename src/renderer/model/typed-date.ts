/** A date as a person types it, made the text that the engine reads. What could mean two things is not guessed. */
import { parseDateTime } from '../../shared/timestamp.ts';

/** Day first, with dots, as German has it: no other language of ours writes dots, and no language writes months first with them. */
const DAY_FIRST =
  /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?:,? +(?:um +)?(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?(?: +Uhr)?)?$/;

/**
 * The same bound as ISO 8601, without an offset where none was typed; `''` is no bound.
 * `undefined` when the text can't be read in this language, or names no real moment.
 */
export function readTypedDate(text: string, language: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const iso = (language === 'de' ? dayFirst(trimmed) : undefined) ?? trimmed;
  return parseDateTime(iso) === undefined ? undefined : iso;
}

function dayFirst(text: string): string | undefined {
  const match = DAY_FIRST.exec(text);
  if (match === null) return undefined;
  const [, day = '', month = '', year = '', hour, minute = '', second] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return date;
  return `${date}T${hour.padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second.replace(',', '.')}`}`;
}
