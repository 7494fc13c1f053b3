/** Random events under random filters: the snapshot shows exactly what a plain JavaScript filter shows. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facets } from '../../../src/main/engine/snapshot/facets.ts';
import { histogram } from '../../../src/main/engine/snapshot/histogram.ts';
import { FACET_FIELDS, FILTER_FIELDS } from '../../../src/shared/event.ts';
import { sortFieldSchema, type FilterInput } from '../../../src/shared/filter.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { captureRecords, filterOf, type Captured } from '../../support/captured.ts';
import type { WrittenEvent } from '../../support/events.ts';
import { micros, ordered, passes, type Numbered } from '../../support/reference-filter.ts';

fc.configureGlobal({ seed: 20_240_301 });

/** Few values, so that filters hit; with case, quotes, escapes and characters beyond the first plane. */
const value = fc.constantFrom(
  '',
  'a',
  'A',
  'b',
  ' a',
  'aa',
  'é',
  'É',
  '"',
  '\\',
  '\\n',
  '\n',
  '\u0000',
  '😀',
  '\uffee',
  '%',
  '/',
  "'",
  'null',
  '1',
  '1.5',
  '\ufeff',
);
const words = fc.array(value, { maxLength: 3 }).map((parts) => parts.join(''));
const required = words.map((text) => (text === '' ? 'x' : text));
const instant = fc.oneof(
  fc.constantFrom(
    '2024-03-01T00:00:00+00:00',
    '2024-03-01T00:00:00.000001Z',
    '2024-03-01T05:45:00+05:45',
    '1969-12-31T23:59:59.999999+00:00',
    '2024-03-10T06:59:59.999999+00:00',
    '2024-03-10T07:00:00+00:00',
  ),
  fc.integer({ min: -3_000_000_000, max: 3_000_000_000 }).map((seconds) => new Date(seconds * 1_000).toISOString()),
);
const leaf = fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(1.5, 0.25, 1e21));
const key = fc.constantFrom('a', 'b', 'a.b', 'é', '', '0', '~/');
const json = fc.dictionary(
  key,
  fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 2 }), fc.array(leaf, { maxLength: 2 })),
  { maxKeys: 3 },
);

const event: fc.Arbitrary<WrittenEvent> = fc.record({
  id: words,
  category: required,
  action: required,
  actor: words,
  action_object: words,
  action_object_id: words,
  target_type: words,
  target_id: words,
  timestamp: instant,
  result: json,
  payload: json,
});

const path = fc
  .tuple(fc.constantFrom('result', 'payload'), fc.array(key, { minLength: 1, maxLength: 2 }))
  .map(([root, steps]) => `${root}${steps.map((step) => `."${step}"`).join('')}`);

const filter = fc
  .record(
    {
      conditions: fc.array(
        fc.record({
          field: fc.constantFrom(...FILTER_FIELDS),
          values: fc.array(words, { minLength: 1, maxLength: 3 }),
          negate: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      range: fc.tuple(instant, instant).map(([a, b]) => (micros(a) <= micros(b) ? [a, b] : [b, a])),
      search: fc.oneof(
        { weight: 3, arbitrary: words },
        { weight: 1, arbitrary: fc.constantFrom('2024-03', '":"', 'FALSE', '05:45', '[') },
      ),
      where: fc.array(
        fc.record({
          path,
          value: fc.oneof(words, fc.constantFrom('true', 'null', '1', '1.5', '0.25')),
          negate: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      open: fc.constantFrom('from', 'to', 'neither'),
    },
    { requiredKeys: ['open'] },
  )
  .map(({ range, open, ...rest }): FilterInput => {
    const [time_from = '', time_to = ''] = range ?? [];
    return { ...rest, time_from: open === 'from' ? '' : time_from, time_to: open === 'to' ? '' : time_to };
  });

/** JSON as Python writes it unless told otherwise. */
function inAscii(text: string): string {
  return text.replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('a snapshot of random events', () => {
  let captured: Captured;
  let model: readonly Numbered[];

  beforeAll(async () => {
    const events = fc.sample(event, { numRuns: 400, seed: 20_240_301 });
    model = events.map((each, n) => {
      const stored = [each.result, each.payload].map((one) => inAscii(JSON.stringify(one)));
      return { n, event: each, ...(n % 4 === 3 ? { stored } : {}) };
    });
    // Every other record is written as other writers do: spaced out, or with every character beyond ASCII escaped.
    const records = events.map((each, n) => {
      const compact = JSON.stringify(each);
      if (n % 4 === 3) return inAscii(compact);
      const members = Object.entries(each).map(([name, one]) => `\n "${name}" : ${JSON.stringify(one)}`);
      return n % 4 === 1 ? `{${members.join(' ,')}\t}` : compact;
    });
    captured = await captureRecords(records);
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  it('holds every one of them', () => {
    expect(captured.status).toMatchObject({ state: 'complete', read: 400, captured: 400 });
  });

  it('shows what a plain filter shows, in its order, on any page', async () => {
    const sort = fc.record({
      field: fc.constantFrom(...sortFieldSchema.options),
      direction: fc.constantFrom('asc', 'desc'),
    });
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(filter, sort, fc.nat(30), fc.nat(400), async (input, order, offset, limit) => {
        const want = ordered(
          model.filter((each) => passes(each, input)),
          order,
        ).map(({ n }) => n);
        if (want.length > 0 && want.length < 400) hits += 1;
        const view = { filter: filterOf(input), sort: order };
        const page = await askedBothWays(captured.snapshot, (query) => query.page(view, offset, limit));
        expect(page.total).toBe(want.length);
        expect(page.rows.map(({ n }) => n)).toEqual(want.slice(offset, offset + limit));
      }),
      { numRuns: 250 },
    );
    expect(hits).toBeGreaterThan(20);
  });

  it('counts in its histogram, in any zone and width, every event once, in the bucket that holds its instant', async () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
    );
    await fc.assert(
      fc.asyncProperty(
        filter,
        zone,
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom(...FACET_FIELDS),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        async (input, time_zone, buckets, by, top) => {
          const want = model.filter((each) => passes(each, input));
          const found = await askedBothWays(captured.snapshot, (query) =>
            histogram(query, filterOf({ ...input, time_zone }), { buckets, by, top }, undefined),
          );
          expect(found.buckets.reduce((sum, { total }) => sum + total, 0)).toBe(want.length);
          let before = -(10n ** 18n);
          for (const { start, end, total, series } of found.buckets) {
            const [from, to] = [micros(start), micros(end)];
            expect(from >= before && to > from).toBe(true);
            before = to;
            const inside = want.filter(
              (each) => micros(each.event.timestamp) >= from && micros(each.event.timestamp) < to,
            );
            expect(inside).toHaveLength(total);
            const told = Object.values(series).reduce((sum, each) => sum + each, 0);
            expect(top === undefined ? told === total : told <= total).toBe(true);
            for (const [name, count] of Object.entries(series))
              expect(inside.filter((each) => each.event[by] === name)).toHaveLength(count);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('counts facets that add up to the view', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (input) => {
        const want = model.filter((each) => passes(each, input));
        const options = { limit: 1_000, contains: '', exclude_own: false };
        const { facets: found } = await askedBothWays(captured.snapshot, (query) =>
          facets(query, filterOf(input), options),
        );
        for (const { field, distinct, values } of found) {
          if (field === 'source') continue;
          expect(values).toHaveLength(distinct);
          expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(want.length);
          for (const { value: text, count } of values.slice(0, 3))
            expect(want.filter((each) => each.event[field] === text)).toHaveLength(count);
        }
      }),
      { numRuns: 60 },
    );
  });
});
