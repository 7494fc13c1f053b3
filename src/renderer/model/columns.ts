/** The grid's columns: which, in which order, how wide. What is remembered wins over what is built in. */
import { FLAT_FIELDS } from '../../shared/event.ts';
import type { Preferences } from '../../shared/desktop.ts';
import { parsePath } from '../../shared/json-path.ts';

/** A field of the event that is no JSON, or which of several sources it came from. */
export type PlainField = (typeof FLAT_FIELDS)[number] | 'source';

/** A path into the event's JSON. */
export type PathField = `${'result' | 'payload'}${'.' | '['}${string}`;

export type ColumnField = PlainField | PathField;

export interface ColumnState {
  readonly field: ColumnField;
  /** Pixels. */
  readonly width: number;
  readonly hidden: boolean;
}

export const MIN_COLUMN_WIDTH = 56;
export const MAX_COLUMN_WIDTH = 1200;

export const DEFAULT_COLUMNS: readonly ColumnState[] = [
  { field: 'timestamp', width: 228, hidden: false },
  { field: 'source', width: 132, hidden: false },
  { field: 'category', width: 96, hidden: false },
  { field: 'action', width: 148, hidden: false },
  { field: 'actor', width: 148, hidden: false },
  { field: 'action_object', width: 116, hidden: false },
  { field: 'action_object_id', width: 200, hidden: false },
  { field: 'target_type', width: 104, hidden: false },
  { field: 'target_id', width: 160, hidden: false },
  { field: 'id', width: 280, hidden: false },
];

export function isPlainField(name: string): name is PlainField {
  return name === 'source' || FLAT_FIELDS.some((field) => field === name);
}

export function isPathField(name: string): name is PathField {
  if (!/^(?:result|payload)[.[]/.test(name)) return false;
  try {
    return parsePath(name).steps.length > 0;
  } catch {
    // Not spelt as a path: then it is the name of nothing.
    return false;
  }
}

export function isColumnField(name: string): name is ColumnField {
  return isPlainField(name) || isPathField(name);
}

/** The paths among the columns in sight, in an order that does not follow theirs: moving one asks for nothing new. */
export function pathsOf(columns: readonly ColumnState[]): readonly PathField[] {
  return columns.flatMap(({ field, hidden }) => (!hidden && isPathField(field) ? [field] : [])).toSorted();
}

const PATH_WIDTH = 180;

/** Shows a path behind those that are shown, else behind the action: at the end it would be out of sight. */
export function addPathColumn(columns: readonly ColumnState[], path: PathField): readonly ColumnState[] {
  const rest = columns.filter((one) => one.field !== path);
  const paths = rest.findLastIndex((one) => !one.hidden && isPathField(one.field));
  const action = rest.findIndex((one) => !one.hidden && one.field === 'action');
  const place = paths === -1 ? action : paths;
  return rest.toSpliced(place === -1 ? 0 : place + 1, 0, pathColumn(path));
}

export function pathColumn(path: PathField): ColumnState {
  return { field: path, width: PATH_WIDTH, hidden: false };
}

/** Takes a column that is a path away; the last one in sight stays. */
export function removeColumn(columns: readonly ColumnState[], field: ColumnField): readonly ColumnState[] {
  const rest = columns.filter((one) => one.field !== field);
  return rest.some((one) => !one.hidden) ? rest : columns;
}

/** Remembered columns, cleaned: unknown and doubled ones dropped, missing ones added, at least one visible. */
export function columnsFrom(remembered: Preferences['columns']): readonly ColumnState[] {
  const columns: ColumnState[] = [];
  for (const { field, width, hidden } of remembered) {
    if (!isColumnField(field) || columns.some((one) => one.field === field)) continue;
    columns.push({ field, width: clampWidth(width), hidden });
  }
  for (const column of DEFAULT_COLUMNS) {
    if (!columns.some((one) => one.field === column.field)) columns.push(column);
  }
  return columns.some((one) => !one.hidden) ? columns : DEFAULT_COLUMNS;
}

export function clampWidth(width: number): number {
  return Number.isFinite(width) ? Math.round(Math.min(MAX_COLUMN_WIDTH, Math.max(MIN_COLUMN_WIDTH, width))) : 120;
}

/** The columns of one list, as wide as those of another. */
export function widthsOf(from: readonly ColumnState[], columns: readonly ColumnState[]): readonly ColumnState[] {
  return columns.map((one) => ({ ...one, width: from.find(({ field }) => field === one.field)?.width ?? one.width }));
}

/** Out of sight while there is one source only: the column would say the same in every row. */
export function withoutSource(columns: readonly ColumnState[]): readonly ColumnState[] {
  return columns.map((one) => (one.field === 'source' ? { ...one, hidden: true } : one));
}

/** What is remembered after columns were changed that {@link withoutSource} had been applied to. */
export function withSourceOf(
  columns: readonly ColumnState[],
  remembered: readonly ColumnState[],
): readonly ColumnState[] {
  const hidden = remembered.find((one) => one.field === 'source')?.hidden ?? false;
  return columns.map((one) => (one.field === 'source' ? { ...one, hidden } : one));
}

/** Shows or hides a column; the last visible one stays. */
export function toggleColumn(columns: readonly ColumnState[], field: ColumnField): readonly ColumnState[] {
  const next = columns.map((one) => (one.field === field ? { ...one, hidden: !one.hidden } : one));
  return next.some((one) => !one.hidden) ? next : columns;
}

/** Moves a column by `step` places among all columns. */
export function moveColumn(columns: readonly ColumnState[], field: ColumnField, step: -1 | 1): readonly ColumnState[] {
  const from = columns.findIndex((one) => one.field === field);
  const column = columns[from];
  // Hidden columns are stepped over, or the move would not be seen.
  let to = from + step;
  while (columns[to]?.hidden === true) to += step;
  if (column === undefined || columns[to] === undefined) return columns;
  const rest = columns.filter((one) => one !== column);
  return [...rest.slice(0, to), column, ...rest.slice(to)];
}

/** Puts one column before (or, when it comes from the left, after) another: what dropping a header does. */
export function dropColumn(
  columns: readonly ColumnState[],
  field: ColumnField,
  onto: ColumnField,
): readonly ColumnState[] {
  const column = columns.find((one) => one.field === field);
  const to = columns.findIndex((one) => one.field === onto);
  if (column === undefined || to === -1 || field === onto) return columns;
  const rest = columns.filter((one) => one !== column);
  return [...rest.slice(0, to), column, ...rest.slice(to)];
}
