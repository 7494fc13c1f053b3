/** Remembered columns are cleaned before they are used; at least one column stays in sight. */
import { expect, test } from 'vitest';
import {
  columnsFrom,
  DEFAULT_COLUMNS,
  dropColumn,
  moveColumn,
  toggleColumn,
  withoutSource,
  withSourceOf,
} from '../../../src/renderer/model/columns.ts';

test('nothing remembered is what is built in', () => {
  expect(columnsFrom([])).toEqual(DEFAULT_COLUMNS);
});

test('unknown and doubled columns are dropped, missing ones added, widths kept within reason', () => {
  const columns = columnsFrom([
    { field: 'actor', width: 99_999, hidden: false },
    { field: 'nonsense', width: 10, hidden: false },
    { field: 'actor', width: 10, hidden: false },
    { field: 'id', width: Number.NaN, hidden: true },
  ]);
  expect(columns).toHaveLength(DEFAULT_COLUMNS.length);
  expect(columns[0]).toEqual({ field: 'actor', width: 1_200, hidden: false });
  expect(columns[1]).toEqual({ field: 'id', width: 120, hidden: true });
});

test('all columns hidden is as good as none remembered', () => {
  expect(columnsFrom(DEFAULT_COLUMNS.map((one) => ({ ...one, hidden: true })))).toEqual(DEFAULT_COLUMNS);
});

test('the last visible column can’t be hidden', () => {
  const one = DEFAULT_COLUMNS.map((column) => ({ ...column, hidden: column.field !== 'id' }));
  expect(toggleColumn(one, 'id')).toBe(one);
  expect(toggleColumn(DEFAULT_COLUMNS, 'id').find((column) => column.field === 'id')?.hidden).toBe(true);
});

test('moving steps over hidden columns and stops at the ends', () => {
  const columns = toggleColumn(DEFAULT_COLUMNS, 'category');
  const moved = moveColumn(columns, 'timestamp', 1);
  expect(
    moved
      .filter((one) => !one.hidden)
      .map((one) => one.field)
      .slice(0, 2),
  ).toEqual(['source', 'timestamp']);
  expect(moveColumn(columns, 'timestamp', -1)).toBe(columns);
});

test('a dropped header takes the place of the one it is dropped on', () => {
  expect(
    dropColumn(DEFAULT_COLUMNS, 'id', 'timestamp')
      .map((one) => one.field)
      .slice(0, 2),
  ).toEqual(['id', 'timestamp']);
  expect(
    dropColumn(DEFAULT_COLUMNS, 'timestamp', 'action')
      .map((one) => one.field)
      .slice(0, 3),
  ).toEqual(['source', 'category', 'action']);
  expect(dropColumn(DEFAULT_COLUMNS, 'id', 'id')).toBe(DEFAULT_COLUMNS);
});

test('the source is out of sight where there is only one, and comes back as it was', () => {
  const alone = withoutSource(DEFAULT_COLUMNS);
  expect(alone.find((one) => one.field === 'source')?.hidden).toBe(true);
  const moved = moveColumn(alone, 'timestamp', 1);
  expect(moved.find((one) => !one.hidden)?.field).toBe('category');
  expect(withSourceOf(moved, DEFAULT_COLUMNS).find((one) => one.field === 'source')?.hidden).toBe(false);
});
