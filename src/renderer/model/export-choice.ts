/** What a person chose for an export of one format: remembered for the next one, and turned into what the engine is asked. */
import type { ExportFormat } from '../../shared/contract.ts';
import type { Preferences } from '../../shared/desktop.ts';
import { EVENT_FIELDS, FLAT_FIELDS } from '../../shared/event.ts';
import { exportColumn, isNameColumn, maskedPart, withNames, type NameChoice } from '../../shared/export-columns.ts';

export interface ExportChoice {
  /** Whole events, as the format has them, instead of the columns. Only formats without a fixed table have them. */
  readonly whole: boolean;
  /** The columns in order, without those of names that come with their ids. */
  readonly columns: readonly string[];
  readonly names: NameChoice;
  readonly pathValues: 'text' | 'json';
  /** `''` keeps times as they were written. */
  readonly timeZone: string;
  readonly guard: boolean;
  readonly manifest: boolean;
  /** What is masked. */
  readonly mask: readonly string[];
}

/** Whether a format can hold whole events. */
export function holdsWhole(format: ExportFormat): boolean {
  return format === 'json' || format === 'jsonl' || format === 'parquet';
}

export function isJson(format: ExportFormat): boolean {
  return format === 'json' || format === 'jsonl';
}

/** What is chosen unless something is remembered. @param sources how many sources the view has */
export function firstChoice(format: ExportFormat, sources: number): ExportChoice {
  const isWhole = holdsWhole(format);
  return {
    whole: isWhole,
    columns: [...(isWhole ? EVENT_FIELDS : FLAT_FIELDS), ...(sources > 1 ? ['source'] : [])],
    names: 'id',
    pathValues: 'text',
    timeZone: '',
    guard: true,
    manifest: true,
    mask: [],
  };
}

type Remembered = Preferences['export_choices'][string];

/** What was remembered, without columns and masks that are none any more. */
export function choiceFrom(format: ExportFormat, sources: number, remembered: Remembered | undefined): ExportChoice {
  const first = firstChoice(format, sources);
  if (remembered === undefined) return first;
  const columns = [...new Set(remembered.columns.filter(isColumn))];
  return {
    ...first,
    ...remembered,
    whole: remembered.whole && holdsWhole(format),
    columns: columns.length === 0 ? first.columns : columns,
    mask: [...new Set(remembered.mask.filter(isMask))],
  };
}

/** What the engine is asked, beside rows and target. */
export function askedFor(format: ExportFormat, choice: ExportChoice) {
  const { whole, columns, names, pathValues, timeZone, guard, manifest, mask } = choice;
  return {
    format,
    ...(whole ? {} : { fields: [...withNames(columns, namesUnder(mask, names))] }),
    path_values: pathValues,
    ...(timeZone === '' || isJson(format) ? {} : { time_zone: timeZone }),
    raw: !guard,
    manifest,
    ...(mask.length === 0 ? {} : { mask: { fields: [...mask] } }),
  };
}

/** Names beside masked ids would tell whom they mask. */
export function namesUnder(mask: readonly string[], names: NameChoice): NameChoice {
  return mask.some((part) => part === 'actor' || part === 'action_object_id' || part === 'target_id') ? 'id' : names;
}

/** The columns with one moved by so many places. */
export function moved(columns: readonly string[], at: number, by: number): readonly string[] {
  const to = at + by;
  const column = columns[at];
  if (column === undefined || to < 0 || to >= columns.length) return columns;
  return columns.toSpliced(at, 1).toSpliced(to, 0, column);
}

/** Whether a text names a column. Those of names are chosen by themselves. */
export function isColumn(text: string): boolean {
  return passes(() => exportColumn(text)) && !isNameColumn(text);
}

export function isMask(text: string): boolean {
  return passes(() => maskedPart(text));
}

function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    // What is typed is no name yet; the input says so.
    return false;
  }
}
