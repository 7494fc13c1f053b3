/** The grid's columns as a TanStack table: order, visibility and widths. Each view has its own; new ones begin with the last. */
import { useMemo } from 'react';
import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type ReactTable,
} from '@tanstack/react-table';
import type { GridRow } from '../../../shared/event.ts';
import {
  clampWidth,
  DEFAULT_COLUMNS,
  MAX_COLUMN_WIDTH,
  MIN_COLUMN_WIDTH,
  withoutSource,
  withSourceOf,
  type ColumnState,
} from '../../model/columns.ts';
import { setPreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { editLook, useView } from '../../stores/view.ts';
import { viewUrls } from './view-sources.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
});

export type EventTable = ReactTable<typeof features, GridRow>;

/** Rows are fetched by position and drawn by the grid itself, so the table never holds any. */
const NO_ROWS: readonly GridRow[] = [];

export function useColumns(): { readonly table: EventTable; readonly columns: readonly ColumnState[] } {
  const all = useView((view) => view.columns);
  const several = (useShownStatus()?.sources.length ?? 1) > 1;
  const columns = useMemo(() => (several ? all : withoutSource(all)), [all, several]);
  const state = useMemo(
    () => ({
      columnOrder: columns.map((one) => one.field),
      columnVisibility: Object.fromEntries(columns.map((one) => [one.field, !one.hidden])),
      columnSizing: Object.fromEntries(columns.map((one) => [one.field, one.width])),
    }),
    [columns],
  );
  const ids = columns
    .map((one) => one.field)
    .toSorted()
    .join('\n');
  const definitions = useMemo(
    (): ColumnDef<typeof features, GridRow>[] =>
      ids.split('\n').map((id) => ({
        id,
        // Rows are drawn by the grid itself.
        accessorFn: () => '',
        minSize: MIN_COLUMN_WIDTH,
        maxSize: MAX_COLUMN_WIDTH,
      })),
    [ids],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    state,
    columnResizeMode: 'onChange',
    onColumnSizingChange: (updater) => {
      const sizes = typeof updater === 'function' ? updater(state.columnSizing) : updater;
      widen(columns.map((one) => ({ ...one, width: clampWidth(sizes[one.field] ?? one.width) })));
    },
  });
  return { table, columns };
}

/** Changes which columns there are and in which order, as a step that can be undone. */
export function setColumns(columns: readonly ColumnState[]): void {
  const next = whole(columns);
  editLook(() => ({ columns: next }));
  remember(next);
}

/** Goes back to the columns that are built in. */
export function resetColumns(): void {
  setColumns(DEFAULT_COLUMNS);
}

function widen(columns: readonly ColumnState[]): void {
  const next = whole(columns);
  useView.setState({ columns: next });
  remember(next);
}

/** The columns to keep for those that are shown: with one source, that column is out of sight and yet not put away. */
function whole(columns: readonly ColumnState[]): readonly ColumnState[] {
  return viewUrls().length > 1 ? columns : withSourceOf(columns, useView.getState().columns);
}

function remember(columns: readonly ColumnState[]): void {
  setPreferences({ columns: columns.map((one) => ({ ...one })) });
}
