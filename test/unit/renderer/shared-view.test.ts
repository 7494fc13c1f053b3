/** A view that is kept or shared comes back as it was: filter, order, columns and zone. */
import { expect, test } from 'vitest';
import { addPathColumn, columnsFrom, DEFAULT_COLUMNS, toggleColumn } from '../../../src/renderer/model/columns.ts';
import { columnsNamed, isViewText, sameView, textOfView } from '../../../src/renderer/model/shared-view.ts';
import { DEFAULT_SORT, EMPTY_FILTER } from '../../../src/shared/filter.ts';
import { parseView } from '../../../src/shared/view-text.ts';

const filter = {
  ...EMPTY_FILTER,
  conditions: [{ field: 'action' as const, values: ['deleted', 'a&b=c'], negate: false }],
  time_from: '2024-03-01',
  search: 'Müller',
};
const parts = {
  filter,
  sort: DEFAULT_SORT,
  columns: DEFAULT_COLUMNS,
  group: null,
  zone: 'Europe/Berlin',
  open: ['demo:'],
};

test('what is shown comes back from its text', () => {
  const view = parseView(textOfView({ ...parts, event: 'e-1' }));
  expect(view.filter).toEqual({ ...filter, time_zone: 'Europe/Berlin' });
  expect(view).toMatchObject({ open: ['demo:'], sort: DEFAULT_SORT, columns: [], event: 'e-1' });
});

test('columns come back in their order, the others hidden behind them', () => {
  const columns = toggleColumn([...DEFAULT_COLUMNS].toReversed(), 'id');
  const { columns: names } = parseView(textOfView({ ...parts, columns }));
  const back = columnsNamed(names, columnsFrom([]));
  expect(back.unknown).toEqual([]);
  expect(back.columns.filter((one) => !one.hidden).map((one) => one.field)).toEqual(
    columns.filter((one) => !one.hidden).map((one) => one.field),
  );
  expect(back.columns.at(-1)).toMatchObject({ field: 'id', hidden: true });
});

test('a column this window does not have is named, and the others are shown', () => {
  const { columns, unknown } = columnsNamed(['actor', 'mood', 'result.', 'actor'], DEFAULT_COLUMNS);
  expect(unknown).toEqual(['mood', 'result.']);
  expect(columns.filter((one) => !one.hidden).map((one) => one.field)).toEqual(['actor']);
});

test('a path into the JSON is a column wherever the view is opened', () => {
  const shown = addPathColumn(DEFAULT_COLUMNS, 'result.new."a.b"[0]');
  const { columns: names } = parseView(textOfView({ ...parts, columns: shown }));
  const back = columnsNamed(names, columnsFrom([]));
  expect(back.unknown).toEqual([]);
  expect(back.columns.filter((one) => !one.hidden).map((one) => one.field)).toEqual(
    shown.filter((one) => !one.hidden).map((one) => one.field),
  );
});

test('a link is the same however it was handed on', () => {
  const text = textOfView({ ...parts, group: 'actor' });
  const view = parseView(text);
  expect(view.group).toBe('actor');
  expect(parseView(text.replace('event-audit:view?', 'event-audit://view/?'))).toEqual(view);
  expect(isViewText('event-audit://view/?v=1')).toBe(true);
});

test('unknown columns alone leave the columns as they are', () => {
  expect(columnsNamed(['nonsense'], DEFAULT_COLUMNS)).toEqual({ columns: DEFAULT_COLUMNS, unknown: ['nonsense'] });
});

test('rows that a comparison found are not part of a shared view', () => {
  expect(parseView(textOfView({ ...parts, filter: { ...filter, set: 'gone-1' } })).filter.set).toBe('');
});

test('a view is the same whatever its sources and its opened event', () => {
  const a = parseView(textOfView(parts));
  expect(sameView(a, parseView(textOfView({ ...parts, open: [], event: 'x' })))).toBe(true);
  expect(sameView(a, parseView(textOfView({ ...parts, zone: 'UTC' })))).toBe(false);
});

test('a view is told from a store', () => {
  expect(isViewText(' <Event-Audit:View?v=1>')).toBe(true);
  expect(isViewText('redis://host/event-audit:view?')).toBe(false);
});
