/** What can be done with a row or one of its cells, whoever asks: keys, menu or mouse. */
import type { GridRow } from '../../../shared/event.ts';
import type { Filter, PathCondition } from '../../../shared/filter.ts';
import { asAppError, callAction } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { isPathField, type ColumnField } from '../../model/columns.ts';
import { eventJson } from '../../model/event-json.ts';
import { addPath, excludeValue, includeValue, isFilterField, onlyPath, onlyValue } from '../../model/filter-edit.ts';
import { onlySource, toggleSource, withoutSource } from '../../model/source-filter.ts';
import { reportProblem } from '../../stores/problems.ts';
import { editFilter, selectRows, useView } from '../../stores/view.ts';
import type { ShownView } from './view-query.ts';
import { viewUrls } from './view-sources.ts';

/** How many rows can be picked by hand: each travels to the engine by number. */
export const MAX_PICKED = 10_000;
const CHUNK = 1_000;

export type CellChange = 'include' | 'exclude' | 'only';

const CHANGES = { include: includeValue, exclude: excludeValue, only: onlyValue } as const;

const SOURCE_CHANGES = { include: toggleSource, exclude: withoutSource, only: onlySource } as const;

/** A cell's value as it is copied and filtered by; a source is known by its URL. */
export function rawValue(row: GridRow, field: ColumnField): string {
  if (isPathField(field)) return row.values?.[field]?.text ?? '';
  return field === 'source' ? (viewUrls()[row.source] ?? '') : row[field];
}

const PATH_CHANGES = {
  include: (filter: Filter, at: PathCondition) => addPath(filter, at),
  exclude: (filter: Filter, at: PathCondition) => addPath(filter, { ...at, negate: true }),
  only: onlyPath,
} as const;

/** Whether a cell's value can be filtered by: not a time, and nothing of which only a part is here. */
export function isFilterable(row: GridRow, field: ColumnField): boolean {
  if (!isPathField(field)) return isFilterField(field) || field === 'source';
  const value = row.values?.[field];
  return value != null && !value.cut;
}

/** Changes the filter by a cell's value. The time column has none to filter by exactly. */
export function filterByCell(change: CellChange, row: GridRow, field: ColumnField): void {
  if (!isFilterable(row, field)) return;
  if (isPathField(field)) {
    const at = { path: field, value: rawValue(row, field), negate: false };
    editFilter((filter) => PATH_CHANGES[change](filter, at));
  } else if (field === 'source') {
    const urls = viewUrls();
    const url = urls[row.source];
    if (url !== undefined) editFilter((filter) => SOURCE_CHANGES[change](filter, url, urls));
  } else if (isFilterField(field)) {
    editFilter((filter) => CHANGES[change](filter, field, row[field]));
  }
}

export function copyRow(row: GridRow): void {
  const several = viewUrls().length > 1;
  // What is seen is what is copied.
  const fields = useView
    .getState()
    .columns.flatMap(({ field, hidden }) => (hidden || (field === 'source' && !several) ? [] : [field]));
  copyText(fields.map((field) => rawValue(row, field)).join('\t'));
}

export async function copyEventJson(snapshot_id: string, n: number): Promise<void> {
  try {
    const { events } = await callAction('event_audit_get_event', { snapshot_id, n });
    const event = events[0];
    if (event !== undefined) copyText(eventJson(event));
  } catch (error) {
    reportProblem(asAppError(error));
  }
}

export function togglePicked(n: number): void {
  const selected = new Set(useView.getState().selected);
  if (!selected.delete(n)) selected.add(n);
  selectRows(selected);
}

/** Picks the rows between two positions, both included. Resolves to false, picking nothing, when they are too many. */
export async function pickRange(view: ShownView, from: number, to: number, keep: boolean): Promise<boolean> {
  const first = Math.min(from, to);
  const count = Math.abs(to - from) + 1;
  if (count > MAX_PICKED) return false;
  const { snapshot_id, filter, sort } = view;
  if (snapshot_id === undefined) return true;
  const picked = new Set(keep ? useView.getState().selected : []);
  try {
    for (let at = 0; at < count; at += CHUNK) {
      const { rows } = await callAction('event_audit_page_events', {
        snapshot_id,
        filter,
        sort,
        offset: first + at,
        limit: Math.min(CHUNK, count - at),
      });
      for (const { n } of rows) picked.add(n);
    }
    selectRows(picked);
  } catch (error) {
    reportProblem(asAppError(error));
  }
  return true;
}
