/** What can be done with a row or one of its cells, whoever asks: keys, menu or mouse. */
import type { EventRow } from '../../../shared/event.ts';
import { asAppError, callAction } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { DEFAULT_COLUMNS, type ColumnField } from '../../model/columns.ts';
import { eventJson } from '../../model/event-json.ts';
import { excludeValue, includeValue, isFilterField, onlyValue } from '../../model/filter-edit.ts';
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
export function rawValue(row: EventRow, field: ColumnField): string {
  return field === 'source' ? (viewUrls()[row.source] ?? '') : row[field];
}

/** Changes the filter by a cell's value. The time column has none to filter by exactly. */
export function filterByCell(change: CellChange, row: EventRow, field: ColumnField): void {
  if (field === 'source') {
    const urls = viewUrls();
    const url = urls[row.source];
    if (url !== undefined) editFilter((filter) => SOURCE_CHANGES[change](filter, url, urls));
  } else if (isFilterField(field)) {
    editFilter((filter) => CHANGES[change](filter, field, row[field]));
  }
}

export function copyRow(row: EventRow): void {
  const several = viewUrls().length > 1;
  const fields = DEFAULT_COLUMNS.map(({ field }) => field).filter((field) => several || field !== 'source');
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
