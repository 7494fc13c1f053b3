/** The grid's columns as a TanStack table: order, visibility and widths, remembered in the preferences. */
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
import type { EventRow } from '../../../shared/event.ts';
import {
  clampWidth,
  columnsFrom,
  DEFAULT_COLUMNS,
  MAX_COLUMN_WIDTH,
  MIN_COLUMN_WIDTH,
  withoutSource,
  withSourceOf,
  type ColumnState,
} from '../../model/columns.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { viewUrls } from './view-sources.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
});

export type EventTable = ReactTable<typeof features, EventRow>;

const COLUMNS: ColumnDef<typeof features, EventRow>[] = DEFAULT_COLUMNS.map(({ field }) => ({
  id: field,
  accessorKey: field,
  minSize: MIN_COLUMN_WIDTH,
  maxSize: MAX_COLUMN_WIDTH,
}));

/** Rows are fetched by position and drawn by the grid itself, so the table never holds any. */
const NO_ROWS: readonly EventRow[] = [];

export function useColumns(): { readonly table: EventTable; readonly columns: readonly ColumnState[] } {
  const remembered = usePreferences((state) => state.values.columns);
  const several = (useShownStatus()?.sources.length ?? 1) > 1;
  const columns = useMemo(() => {
    const all = columnsFrom(remembered);
    return several ? all : withoutSource(all);
  }, [remembered, several]);
  const state = useMemo(
    () => ({
      columnOrder: columns.map((one) => one.field),
      columnVisibility: Object.fromEntries(columns.map((one) => [one.field, !one.hidden])),
      columnSizing: Object.fromEntries(columns.map((one) => [one.field, one.width])),
    }),
    [columns],
  );
  const table = useTable({
    features,
    columns: COLUMNS,
    data: NO_ROWS,
    state,
    columnResizeMode: 'onChange',
    onColumnSizingChange: (updater) => {
      const sizes = typeof updater === 'function' ? updater(state.columnSizing) : updater;
      setColumns(columns.map((one) => ({ ...one, width: clampWidth(sizes[one.field] ?? one.width) })));
    },
  });
  return { table, columns };
}

/** Remembers the columns; none go back to what is built in. */
export function setColumns(columns: readonly ColumnState[]): void {
  const several = viewUrls().length > 1;
  const remembered = columnsFrom(usePreferences.getState().values.columns);
  const next = several ? columns : withSourceOf(columns, remembered);
  setPreferences({ columns: next.map((one) => ({ ...one })) });
}
