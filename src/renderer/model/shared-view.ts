/** What is looked at as a view that can be kept or shared, and back: its columns by name. */
import type { GroupField } from '../../shared/event.ts';
import type { Filter, Sort } from '../../shared/filter.ts';
import { formatView, type SharedView } from '../../shared/view-text.ts';
import { DEFAULT_COLUMNS, isColumnField, isPathField, pathColumn, type ColumnState } from './columns.ts';

interface ShownParts {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly columns: readonly ColumnState[];
  /** What the histogram is stacked by; `null`: the usual. */
  readonly group: GroupField | null;
  /** The time zone of the window. */
  readonly zone: string;
  /** The sources to open, without secrets; none for a view of whatever is open. */
  readonly open: readonly string[];
  /** The id of the opened event. */
  readonly event?: string | undefined;
  /** What the tab is called. */
  readonly title?: string | undefined;
}

/** The view as text. Rows that a comparison put into a set are gone with it, so the set is left out. */
export function textOfView({ filter, sort, columns, group, zone, open, event, title }: ShownParts): string {
  return formatView({
    open: [...open],
    filter: { ...filter, set: '', time_zone: zone },
    sort,
    columns: [...namesOf(columns)],
    group,
    event: event ?? null,
    title: title ?? '',
  });
}

function inSight(columns: readonly ColumnState[]): readonly string[] {
  return columns.filter((one) => !one.hidden).map((one) => one.field);
}

/** The names of the columns in sight, in order; none when they are the usual ones. */
function namesOf(columns: readonly ColumnState[]): readonly string[] {
  const shown = inSight(columns);
  return shown.join(' ') === inSight(DEFAULT_COLUMNS).join(' ') ? [] : shown;
}

export interface NamedColumns {
  readonly columns: readonly ColumnState[];
  /** Names that are no column here. */
  readonly unknown: readonly string[];
}

/** The columns that a view names, as wide as they are; all others are hidden behind them. */
export function columnsNamed(names: readonly string[], now: readonly ColumnState[]): NamedColumns {
  const unknown = names.filter((name) => !isColumnField(name));
  const wanted = names.length === 0 ? DEFAULT_COLUMNS.filter((one) => !one.hidden).map((one) => one.field) : names;
  const columns: ColumnState[] = [];
  for (const name of wanted) {
    const column = now.find((one) => one.field === name) ?? (isPathField(name) ? pathColumn(name) : undefined);
    if (column !== undefined && !columns.some((one) => one.field === name)) columns.push({ ...column, hidden: false });
  }
  if (columns.length === 0) return { columns: now, unknown };
  // A path that is not asked for is not kept; there are as many of them as there are events.
  const rest = now.filter((one) => !isPathField(one.field) && !columns.some(({ field }) => field === one.field));
  return { columns: [...columns, ...rest.map((one) => ({ ...one, hidden: true }))], unknown };
}

/** Whether a text is meant as a view rather than as a store. */
export function isViewText(text: string): boolean {
  return /^\s*<?\s*event-audit:(?:\/\/)?view\/?\?/i.test(text);
}

/** Whether two views show the same events in the same way, whatever their name, sources and opened event. */
export function sameView(a: SharedView, b: SharedView): boolean {
  return bareText(a) === bareText(b);
}

function bareText(view: SharedView): string {
  return formatView({ ...view, open: [], title: '', event: null, filter: { ...view.filter, set: '' } });
}
