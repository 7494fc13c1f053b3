/** A view's rows come in its order, however the database finds them: by a scan, or by a join with many values. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_SORT, type FilterInput } from '../../../src/shared/filter.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { captureRecords, filterOf, type Captured } from '../../support/captured.ts';
import { generateEvents } from '../../support/events.ts';

const COUNT = 60_000;
let captured: Captured;

beforeAll(async () => {
  captured = await captureRecords(
    Array.from(generateEvents(COUNT, { seed: 9, hostile: 0.01, objects: 3_000 }), ({ json }) => json),
  );
});
afterAll(() => captured[Symbol.asyncDispose]());

const actions: FilterInput = {
  conditions: [
    { field: 'action', values: ['deleted', 'changed', 'created', 'resource_create', 'package_list', 'package_show'] },
  ],
};
const where = [{ path: 'result.old.name', value: 'null', negate: true }];

it.each<[string, FilterInput]>([
  ['many values', actions],
  ['many values from a time on', { ...actions, time_from: '2024-01-11T19:45:14Z' }],
  ['many values and a JSON path from a time on', { ...actions, where, time_from: '2024-01-11T19:45:14Z' }],
])('time order: %s', async (_what, input) => {
  const view = { filter: filterOf(input), sort: DEFAULT_SORT };
  const { rows } = await askedBothWays(captured.snapshot, (query) => query.page(view, 0, COUNT));
  const instants = rows.map(({ instant }) => instant);
  expect(instants.length).toBeGreaterThan(5_000);
  expect(instants).toEqual(instants.toSorted());
});
