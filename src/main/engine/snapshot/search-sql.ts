/**
 * A search as SQL: which rows hold a text in any field, upper or lower case. Patterns stand for the lower-case comparison
 * because they read the texts as they lie in the database, several times faster than making a lower-case copy of each.
 */
import { EVENT_FIELDS, FILTER_FIELDS } from '../../../shared/event.ts';

/** Longer texts are compared without a pattern, whose machine grows with it. */
const MAX_PATTERN = 64;

/** Letters that the database's `lower` makes of more than their own capital. */
const FURTHER: ReadonlyMap<string, string> = new Map([
  ['i', 'İ'],
  ['k', '\u212a'],
  ['ß', 'ẞ'],
  ['å', '\u212b'],
  ['θ', 'ϴ'],
  ['ω', '\u2126'],
  ['ǆ', 'ǅ'],
  ['ǉ', 'ǈ'],
  ['ǌ', 'ǋ'],
  ['ǳ', 'ǲ'],
]);

/** Latin, Greek and Cyrillic letters: of these it is tested that what is said here is what the database does. */
const KNOWN_LETTER = /^[A-\u024f\u0370-\u052f]$/;

/**
 * All characters of which the database's `lower` makes what it makes of this one; `undefined` where that is not known here.
 */
export function caseVariants(character: string): readonly string[] | undefined {
  const lower = character.toLowerCase();
  if (lower === character.toUpperCase()) return [character];
  const base = [...FURTHER].find(([, further]) => further === character)?.[0] ?? lower;
  const capital = base.toUpperCase();
  const further = FURTHER.get(base);
  if (!KNOWN_LETTER.test(base) || (!KNOWN_LETTER.test(capital) && further === undefined)) return undefined;
  return [
    base,
    ...(KNOWN_LETTER.test(capital) && capital !== base && capital.toLowerCase() === base ? [capital] : []),
    ...(further === undefined ? [] : [further]),
  ];
}

/** A search as SQL, field by field. */
export interface SearchSql {
  /** Whether a field that is no JSON holds the text. */
  readonly inField: (field: string) => string;
  /** Whether `result`, `payload` or a further key of the record holds it. */
  readonly inJson: string;
}

/** SQL for a case-insensitive substring of any field. */
export function searchSql(search: string, bind: (value: string) => string): string {
  const { inField, inJson } = searchParts(search, bind);
  return `(${[...FILTER_FIELDS, 'timestamp'].map(inField).join(' OR ')} OR ${inJson})`;
}

/**
 * The same in parts. JSON may write a character as an escape, so the searched text is also looked for as JSON would escape
 * it, and, in texts with escapes that need not be, as JSON would write them without. Of the record as delivered only what
 * no column has is searched, its further keys: the rest repeats the fields among their names, which would be found in
 * some stores' events only.
 * @param bind makes a placeholder for a value
 */
export function searchParts(search: string, bind: (value: string) => string): SearchSql {
  const wanted = search.toWellFormed();
  const needle = `lower(${bind(wanted)})`;
  const escaped = JSON.stringify(wanted).slice(1, -1);
  const needles = escaped === wanted ? [needle] : [needle, `lower(${bind(escaped)})`];
  const pattern = isQuick(wanted) ? patternOf(wanted, (variants) => `[${variants.map(hex).join('')}]`) : undefined;
  const quick = pattern === undefined ? undefined : bind(pattern);
  const loose = isInsideTexts(wanted) ? patternOf(wanted, spellings) : undefined;
  const mayHold = loose === undefined ? undefined : bind(loose);

  const holds = (text: string): string =>
    quick === undefined ? `contains(lower(${text}), ${needle})` : `regexp_matches(${text}, ${quick})`;
  const exactly = (text: string): string => {
    const unescaped = `CASE WHEN (contains(${text}, '\\u') OR contains(${text}, '\\/')) AND json_valid(${text})
      THEN ${holdsAny(`json(${text})::VARCHAR`, needles)} ELSE false END`;
    return `(${holdsAny(text, needles)} OR ${unescaped})`;
  };
  // Without a backslash, JSON is what it says. With one, the pattern of all spellings tells whether a closer look is worth it.
  const inJson = (text: string): string =>
    `CASE WHEN ${holds(text)} THEN true
      WHEN contains(${text}, '\\')${mayHold === undefined ? '' : ` AND regexp_matches(${text}, ${mayHold})`}
      THEN ${exactly(text)} ELSE false END`;
  const json = ['result', 'payload'].map((field) => `(${field} IS NOT NULL AND ${inJson(field)})`);
  // The database writes numbers anew, and no field's name has a digit: those are found in the record as it is.
  const beside = /^[\d.eE+-]*\d[\d.eE+-]*$/.test(wanted)
    ? `(${holds('raw')} OR (contains(raw, '\\') AND ${exactly(FURTHER_KEYS)}))`
    : `((contains(raw, '\\') OR ${holds('raw')}) AND ${exactly(FURTHER_KEYS)})`;
  const further = `(raw IS NOT NULL AND ${beside})`;
  return { inField: holds, inJson: `(${[...json, further].join(' OR ')})` };
}

/** Whether a pattern begins so that the database finds it quickly: else it is slower than lower case. */
function isQuick(search: string): boolean {
  return Array.from(search)
    .slice(0, 2)
    .every((character) => caseVariants(character)?.every((each) => each < '\u0080'));
}

/** What a record has beside the fields of an event, as JSON without spaces. Of a record that repeats a key, all of it. */
export const FURTHER_KEYS = `(CASE WHEN NOT json_valid(raw) THEN raw
  WHEN len(json_keys(raw)) <> len(list_distinct(json_keys(raw))) THEN json(raw)::VARCHAR
  ELSE array_to_string(list_transform(
    list_filter(json_keys(raw), lambda key: key NOT IN (${EVENT_FIELDS.map((field) => `'${field}'`).join(', ')})),
    lambda key: to_json(key)::VARCHAR || ':' ||
      json_extract(raw, '/' || replace(replace(key, '~', '~0'), '/', '~1'))::VARCHAR), chr(10)) END)`;

function holdsAny(text: string, needles: readonly string[]): string {
  return needles.map((needle) => `contains(lower(${text}), ${needle})`).join(' OR ');
}

/**
 * Whether JSON can hold the text only within a string or a word such as `true`: a number or what stands between values
 * might be written in another way.
 */
function isInsideTexts(search: string): boolean {
  return !/[\\"{}[\]:,]/.test(search) && /[^\d.eE+-]/.test(search);
}

function patternOf(search: string, one: (variants: readonly string[]) => string): string | undefined {
  const characters = Array.from(search);
  if (characters.length > MAX_PATTERN) return undefined;
  const parts: string[] = [];
  for (const character of characters) {
    const variants = caseVariants(character);
    if (variants === undefined) return undefined;
    parts.push(one(variants));
  }
  return parts.join('');
}

function hex(character: string): string {
  return String.raw`\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['/', '/'],
  ['\b', 'b'],
  ['\f', 'f'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\t', 't'],
]);

/** A pattern of every way in which a JSON string may write one of some characters. */
function spellings(variants: readonly string[]): string {
  const escapes = variants.flatMap((variant) => {
    const short = SHORT_ESCAPES.get(variant);
    const units = Array.from({ length: variant.length }, (_, at) =>
      variant.charCodeAt(at).toString(16).padStart(4, '0'),
    );
    return [
      ...(short === undefined ? [] : [String.raw`\\${short}`]),
      units.map((unit) => String.raw`\\u(?i:${unit})`).join(''),
    ];
  });
  return `(?:[${variants.map(hex).join('')}]|${escapes.join('|')})`;
}
