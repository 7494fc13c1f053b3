/** A run of rows as it lies in the index's file: the texts of its units with the rows that have each, and of its columns. */
import type { LetterCase, Lowered, LoweredInto } from './letter-case.ts';
import type { ColumnTexts } from './column-texts.ts';
import { gramsOf, lettersOf, type Grams, type MadeGrams } from './grams.ts';
import { MANY_SPELLINGS } from './json-units.ts';
import { NO_PATH, PAYLOAD_PATH } from './path-table.ts';
import { packTexts, type PackedTexts, type TextBlocks } from './text-blocks.ts';
import { FURTHER_GROUP, type UnitTable } from './unit-table.ts';

/** Texts that so many rows have come first, the most frequent before the others: often they decide for all rows. */
const FREQUENT = 64;

/** The rows (counted within the run) that the units do not tell everything of. */
export interface OddRows {
  /** Not taken in: they may hold anything. */
  readonly whole: Uint16Array;
  /** Written so that a number may be found in them and in no column. */
  readonly numbers: Uint16Array;
  /** Their paths are not all known. */
  readonly paths: Uint16Array;
}

export interface Run {
  /** The number of its first row in the table. */
  readonly first: number;
  readonly rows: number;
  readonly paths: ReadonlyMap<string, number>;
  readonly odd: OddRows;
  /** The texts of the units, and the first of what records have beside the fields of an event: whether those rows hold a text, the database tells. */
  readonly texts: TextBlocks;
  readonly firstFurther: number;
  /** The single bytes that rows have in the texts before {@link Run.firstFurther}. */
  readonly letters: Grams;
  /** Where in the file it is said where the rows of each text begin, and where the last ones end. */
  readonly textRowsAt: number;
  /** The same of each unit; those of a text follow one another. */
  readonly unitRowsAt: number;
  readonly rowsAt: number;
  readonly values: PathValues;
  readonly columns: readonly Column[];
  /** What is not searched: `n` and flags of each row. */
  readonly kept: TextBlocks;
}

/** The units that have a value at a path, in order of the paths' numbers. */
export interface PathValues {
  /** Where those of each path begin; the next one's begin where they end. */
  readonly begins: Uint32Array;
  /** Where in the file the values of all of them lie, then the numbers of the units, and of their texts. */
  readonly valuesAt: number;
  readonly unitsAt: number;
  readonly textsAt: number;
}

/** Texts by row. */
export interface Column extends TextBlocks {
  readonly grams: Grams | undefined;
}

/** What is packed. */
export interface Gathered extends Pick<Run, 'first' | 'rows' | 'paths' | 'odd'> {
  readonly units: UnitTable;
  readonly columns: readonly ColumnTexts[];
  readonly kept: ColumnTexts;
}

/**
 * Puts units in order and into bytes for the file.
 * @param at where the first of the parts will lie in the file
 */
export function packRun(
  { units, columns, kept, ...whole }: Gathered,
  letterCase: LetterCase,
  at: number,
): { readonly run: Run; readonly parts: readonly Uint8Array[] } {
  const order = orderOf(units);
  const textRows = new Uint32Array(units.texts + 1);
  const unitRows = new Uint32Array(units.units + 1);
  const placed: PlacedUnits = {
    groups: new Uint16Array(units.units),
    values: new Uint32Array(units.units),
    texts: new Uint32Array(units.units),
  };
  const placeOf = new Uint32Array(units.units);
  let firstFurther = units.texts;
  let place = 0;
  order.forEach((text, textPlace) => {
    for (let unit = units.firstUnits[text] ?? 0; ; unit = (units.nextUnits[unit] ?? 0) - 1) {
      placeOf[unit] = place;
      const group = units.groups[unit] ?? 0;
      placed.groups[place] = group;
      placed.values[place] = units.values[unit] ?? 0;
      placed.texts[place] = textPlace;
      unitRows[place + 1] = (unitRows[place] ?? 0) + (units.counts[unit] ?? 0);
      if (group === FURTHER_GROUP) firstFurther = Math.min(firstFurther, textPlace);
      place += 1;
      if (units.nextUnits[unit] === 0) break;
    }
    textRows[textPlace + 1] = unitRows[place] ?? 0;
  });
  const parts: Uint8Array[] = [];
  let end = at;
  const add = (part: Uint8Array | Uint16Array | Uint32Array): number => {
    parts.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    end += part.byteLength;
    return end - part.byteLength;
  };
  const addTexts = ({ blocks, starts, texts, changed }: PackedTexts): TextBlocks => {
    add(starts);
    add(texts);
    add(changed);
    return blocks;
  };
  const addGrams = ({ keys, words, bits }: MadeGrams): Grams => ({ keys, words, at: add(bits) });
  const addValues = ({ begins, values, units: numbers, texts }: MadeValues): PathValues => ({
    begins,
    valuesAt: add(values),
    unitsAt: add(numbers),
    textsAt: add(texts),
  });
  const addColumn = (packed: PackedTexts): Column => {
    const blocks = addTexts(packed);
    const grams = gramsOf(packed.texts, packed.starts);
    return { ...blocks, grams: grams === undefined ? undefined : addGrams(grams) };
  };
  const loweredText = (textPlace: number, into: LoweredInto, to: number): Lowered => {
    const text = order[textPlace] ?? 0;
    return letterCase.lowered(units.bytes, units.starts[text] ?? 0, units.starts[text + 1] ?? 0, into, to);
  };
  const bytes = letterCase.longest(units.length);
  const packed = packTexts({ count: units.texts, bytes, lowered: loweredText, cut: firstFurther }, end);
  const packColumn = (column: ColumnTexts): PackedTexts =>
    packTexts(
      {
        count: whole.rows,
        bytes: letterCase.longest(column.length),
        lowered: (row, into, to) => column.lowered(row, letterCase, into, to),
      },
      end,
    );
  const rows = rowsOf(units, placeOf, unitRows);
  const run = {
    ...whole,
    texts: addTexts(packed),
    firstFurther,
    letters: addGrams(
      lettersOf(packed.texts, packed.starts.subarray(0, firstFurther + 1), whole.rows, (text) =>
        rows.subarray(textRows[text], textRows[text + 1]),
      ),
    ),
    textRowsAt: add(textRows),
    unitRowsAt: add(unitRows),
    rowsAt: add(rows),
    values: addValues(valuesByPath(placed, whole.paths.size, packed.blocks.ambiguous)),
    columns: columns.map((column) => addColumn(packColumn(column))),
    kept: addTexts(packColumn(kept)),
  };
  return { run, parts };
}

/** The groups of units, what their values are known by, and the numbers of their texts. */
interface PlacedUnits {
  readonly groups: Uint16Array;
  readonly values: Uint32Array;
  readonly texts: Uint32Array;
}

interface MadeValues extends Omit<PlacedUnits, 'groups'> {
  readonly begins: Uint32Array;
  readonly units: Uint32Array;
}

/** @param ambiguous texts of which it can't be told whether they hold a value exactly: they count as spelt in many ways */
function valuesByPath({ groups, values, texts }: PlacedUnits, paths: number, ambiguous: Uint32Array): MadeValues {
  // Numbers up to that of the payload itself stand for no path below it.
  const count = paths + PAYLOAD_PATH + 1;
  const begins = new Uint32Array(count + 1);
  for (const group of groups) {
    if (group !== NO_PATH && group < count) begins[group + 1] = (begins[group + 1] ?? 0) + 1;
  }
  for (let group = 0; group < count; group += 1) begins[group + 1] = (begins[group + 1] ?? 0) + (begins[group] ?? 0);
  const next = begins.slice();
  const size = begins[count] ?? 0;
  const made = { begins, values: new Uint32Array(size), units: new Uint32Array(size), texts: new Uint32Array(size) };
  const unsure = new Set(ambiguous);
  groups.forEach((group, unit) => {
    if (group === NO_PATH || group >= count) return;
    const [at, text] = [next[group] ?? 0, texts[unit] ?? 0];
    next[group] = at + 1;
    made.values[at] = unsure.has(text) ? MANY_SPELLINGS : (values[unit] ?? 0);
    made.units[at] = unit;
    made.texts[at] = text;
  });
  return made;
}

/** The frequent texts of JSON, then all others by the group of their first unit. */
function orderOf({ texts, firstUnits, nextUnits, groups, counts }: UnitTable): Uint32Array {
  const frequent: { readonly text: number; readonly count: number }[] = [];
  const isFrequent = new Uint8Array(texts);
  const places = new Uint32Array(FURTHER_GROUP + 2);
  for (let text = 0; text < texts; text += 1) {
    const first = firstUnits[text] ?? 0;
    const group = groups[first] ?? 0;
    let count = 0;
    for (let unit = first + 1; unit > 0; unit = nextUnits[unit - 1] ?? 0) count += counts[unit - 1] ?? 0;
    if (count >= FREQUENT && group < FURTHER_GROUP) {
      isFrequent[text] = 1;
      frequent.push({ text, count });
    } else places[group + 1] = (places[group + 1] ?? 0) + 1;
  }
  const order = new Uint32Array(texts);
  order.set(frequent.toSorted((a, b) => b.count - a.count).map(({ text }) => text));
  places[0] = frequent.length;
  for (let group = 1; group < places.length; group += 1) {
    places[group] = (places[group] ?? 0) + (places[group - 1] ?? 0);
  }
  for (let text = 0; text < texts; text += 1) {
    if (isFrequent[text] === 1) continue;
    const group = groups[firstUnits[text] ?? 0] ?? 0;
    const place = places[group] ?? 0;
    order[place] = text;
    places[group] = place + 1;
  }
  return order;
}

/** The rows of all units, in the order in which the units lie. */
function rowsOf(units: UnitTable, placeOf: Uint32Array, unitRows: Uint32Array): Uint16Array {
  const next = unitRows.slice();
  const rows = new Uint16Array(units.logged);
  for (let at = 0; at < units.logged; at += 1) {
    const unit = placeOf[units.loggedUnits[at] ?? 0] ?? 0;
    const place = next[unit] ?? 0;
    rows[place] = units.loggedRows[at] ?? 0;
    next[unit] = place + 1;
  }
  return rows;
}
