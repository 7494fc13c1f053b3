/** The index of rows in memory: it answers what the table answers, also for columns of many values, sources and sets. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { capture } from '../../../src/main/engine/snapshot/capture.ts';
import { facets } from '../../../src/main/engine/snapshot/facets.ts';
import { histogram } from '../../../src/main/engine/snapshot/histogram.ts';
import { SnapshotQuery } from '../../../src/main/engine/snapshot/query.ts';
import {
  codesFor,
  countCodes,
  countPlaces,
  inOrderOf,
  keep,
  listOf,
  mostFrequent,
  mostOf,
  placeOf,
  placesBefore,
  rowAt,
  shared,
  sizeOf,
  withOthers,
  type Rows,
} from '../../../src/main/engine/snapshot/rows.ts';
import { RunningCounts } from '../../../src/main/engine/snapshot/running-counts.ts';
import { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import { toErrorReply } from '../../../src/shared/errors.ts';
import { DEFAULT_SORT, type FilterInput } from '../../../src/shared/filter.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { BatchRepository, captureRecords, filterOf, type Captured } from '../../support/captured.ts';
import { generateEvents, oneEvent, type WrittenEvent } from '../../support/events.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const FACET = { limit: 5, contains: '', exclude_own: false };

describe('a column with more values than are held in memory', () => {
  const COUNT = 70_000;
  const twice = 'object-00007';
  let captured: Captured;

  beforeAll(async () => {
    const { event } = oneEvent({ result: {}, payload: {} });
    captured = await captureRecords(
      Array.from({ length: COUNT }, (_, n) => {
        const object = n === COUNT - 1 ? twice : `${n % 2 === 0 ? 'object' : 'Ötzi'}-${String(n).padStart(5, '0')}`;
        const second = new Date(Date.UTC(2024, 0, 1) + n * 1_000).toISOString();
        const action_object_id = n === 7 ? twice : object;
        return JSON.stringify({
          ...event,
          id: `id-${n}`,
          category: n % 3 === 0 ? 'a' : 'b',
          action_object_id,
          timestamp: second,
        });
      }),
    );
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  const positions = async (
    input: FilterInput,
    offset = 0,
    sort: Parameters<SnapshotQuery['page']>[0]['sort'] = DEFAULT_SORT,
  ) => {
    const view = { filter: filterOf(input), sort };
    const { rows, total } = await askedBothWays(captured.snapshot, (query) => query.page(view, offset, 5));
    return { total, found: rows.map(({ n }) => n) };
  };

  it('is filtered by its values', async () => {
    const one: FilterInput = { conditions: [{ field: 'action_object_id', values: [twice, 'Ötzi-00011', 'nobody'] }] };
    expect(await positions(one)).toEqual({ total: 3, found: [7, 11, COUNT - 1] });
    const others: FilterInput = { conditions: [{ field: 'action_object_id', values: [twice], negate: true }] };
    expect(await positions(others, 5)).toEqual({ total: COUNT - 2, found: [5, 6, 8, 9, 10] });
    expect(await positions({ ...one, time_from: '2024-01-01T00:00:08Z' })).toEqual({
      total: 2,
      found: [11, COUNT - 1],
    });
  });

  it('puts rows in its order', async () => {
    const sort = { field: 'action_object_id', direction: 'asc' } as const;
    expect((await positions({}, 0, sort)).found).toEqual([0, 2, 4, 6, 7]);
    expect((await positions({}, COUNT - 5, { ...sort, direction: 'desc' })).found).toEqual([7, 6, 4, 2, 0]);
  });

  it('has facets, narrowed by a text, under a search, without its own conditions', async () => {
    const fields = ['action_object_id'] as const;
    const ask = (input: FilterInput, options = {}) =>
      askedBothWays(captured.snapshot, (query) =>
        facets(query, filterOf(input), { ...FACET, ...options, fields: [...fields] }),
      );
    const { facets: all } = await ask({});
    expect(all).toMatchObject([
      { distinct: COUNT - 1, values: [{ value: twice, count: 2 }, { value: 'object-00000', count: 1 }, {}, {}, {}] },
    ]);
    const { facets: narrowed } = await ask({}, { contains: 'ÖTZI-0001' });
    expect(narrowed).toMatchObject([{ distinct: 5, values: [{ value: 'Ötzi-00011' }, {}, {}, {}, {}] }]);
    const searched = {
      search: 'ÖTZI-6999',
      conditions: [{ field: 'action_object_id', values: ['Ötzi-69991'] }],
    } satisfies FilterInput;
    expect((await ask(searched)).facets).toMatchObject([{ distinct: 1 }]);
    expect((await ask(searched, { exclude_own: true })).facets).toMatchObject([{ distinct: 4 }]);
    expect((await ask({}, { limit: 0 })).facets).toEqual([
      { field: 'action_object_id', distinct: COUNT - 1, values: [] },
    ]);
  });

  it('stacks a histogram', async () => {
    const filter = filterOf({ time_from: '2024-01-01T00:00:05Z', time_to: '2024-01-01T00:00:08Z' });
    const counted = await askedBothWays(captured.snapshot, (query) =>
      histogram(query, filter, { buckets: 1, by: 'action_object_id' }),
    );
    expect(counted.buckets.map(({ series }) => series)).toEqual([
      { 'Ötzi-00005': 1, 'object-00006': 1, [twice]: 1, 'object-00008': 1 },
    ]);
  });
});

describe('a snapshot of several sources', () => {
  const urls = ['batches:one', 'batches:Zwei', 'batches:empty'];

  async function severalHere(): Promise<Snapshot> {
    const parent = createTempDir('event-audit-sources-');
    const sources = urls.map((url) => ({ url, kind: 'batches', title: 'Batches' }));
    const snapshot = await Snapshot.create(join(parent.path, 'snapshot'), 'snapshot', sources);
    onTestFinished(async () => {
      await snapshot.close();
      parent.remove();
    });
    const events = [...generateEvents(300, { seed: 3 })];
    const repositories = urls.map(
      (_url, source) =>
        new BatchRepository(() => {
          const values = events
            .filter((_event, n) => (n % 3 === 0 ? 0 : 1) === source)
            .map(({ json }) => Buffer.from(json));
          return values.length === 0 ? [] : [{ kind: 'json', values, keys: [] }];
        }),
    );
    const signal = new AbortController().signal;
    await capture(snapshot, repositories, { signal, onProgress: () => undefined });
    return snapshot;
  }

  it('is counted and stacked by source, and filtered by it', async () => {
    const snapshot = await severalHere();
    const ask = async (input: FilterInput, options = {}) => {
      const found = await askedBothWays(snapshot, (query) =>
        facets(query, filterOf(input), { ...FACET, ...options, fields: ['source'] }),
      );
      return found.facets;
    };
    const [one = '', two = ''] = urls;
    expect(await ask({})).toEqual([
      {
        field: 'source',
        distinct: 2,
        values: [
          { value: two, count: 200 },
          { value: one, count: 100 },
        ],
      },
    ]);
    expect(await ask({}, { limit: 1 })).toEqual([
      { field: 'source', distinct: 2, values: [{ value: two, count: 200 }] },
    ]);
    expect(await ask({}, { contains: 'zWEI' })).toEqual([
      { field: 'source', distinct: 1, values: [{ value: two, count: 200 }] },
    ]);
    expect(await ask({ sources: [one] })).toMatchObject([{ distinct: 1 }]);
    expect(await ask({ sources: [one] }, { exclude_own: true })).toMatchObject([{ distinct: 2 }]);
    expect(await ask({ sources: [one], search: 'datensatz' })).toMatchObject([{ values: [{ value: one }] }]);

    const view = { filter: filterOf({ sources: urls.slice(0, 1) }), sort: DEFAULT_SORT };
    const page = await askedBothWays(snapshot, (query) => query.page(view, 0, 1_000));
    expect(page.rows.map(({ source }) => source)).toEqual(Array.from({ length: 100 }, () => 0));
    const unknown = filterOf({ sources: ['batches:three'] });
    await expect(askedBothWays(snapshot, (query) => query.total(unknown))).rejects.toMatchObject({ code: 'not_found' });

    const stacked = await askedBothWays(snapshot, (query) =>
      histogram(query, filterOf(), { buckets: 5, by: 'source' }),
    );
    const sums = new Map<string, number>();
    for (const { series } of stacked.buckets)
      for (const [name, count] of Object.entries(series)) sums.set(name, (sums.get(name) ?? 0) + count);
    expect(sums).toEqual(
      new Map([
        [one, 100],
        [two, 200],
      ]),
    );
  });

  it('is narrowed to a set of rows', async () => {
    const snapshot = await severalHere();
    await snapshot.writer.run("INSERT INTO row_set VALUES ('some', 3), ('some', 250), ('other', 4)");
    await snapshot.readSets();
    const view = { filter: filterOf({ set: 'some' }), sort: DEFAULT_SORT };
    const { rows } = await askedBothWays(snapshot, (query) => query.page(view, 0, 10));
    expect(rows.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([3, 250]);
    const narrower = filterOf({
      set: 'some',
      sources: urls.slice(0, 1),
      search: 'a',
      conditions: [{ field: 'id', values: [rows[0]?.id ?? ''] }],
    });
    await askedBothWays(snapshot, (query) => query.total(narrower));
    await expect(askedBothWays(snapshot, (query) => query.total(filterOf({ set: 'none' })))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('an index that is being made', () => {
  it('ends with its snapshot, and the questions of that time have an answer or hear that it is closed', async () => {
    const captured = await captureRecords([...generateEvents(20_000)].map(({ json }) => json));
    onTestFinished(() => captured[Symbol.asyncDispose]());
    const query = new SnapshotQuery(captured.snapshot);
    const making = Promise.allSettled([query.prepare(), query.total(filterOf({ search: 'x' }))]);
    await new Promise((resolve) => setImmediate(resolve));
    await captured.snapshot.close();
    const codes = (await making).map((each) =>
      each.status === 'rejected' ? toErrorReply(each.reason).code : 'answered',
    );
    expect(codes.filter((code) => code !== 'answered' && code !== 'not_found')).toEqual([]);
  });

  it('is not there for rows that are still being read', async () => {
    const parent = createTempDir('event-audit-index-');
    const snapshot = await Snapshot.create(join(parent.path, 'snapshot'), 'snapshot', [
      { url: 'batches:', kind: 'batches', title: 'Batches' },
    ]);
    onTestFinished(async () => {
      await snapshot.close();
      parent.remove();
    });
    const query = new SnapshotQuery(snapshot);
    await query.prepare();
    expect(await query.total(filterOf())).toMatchObject({ total: 0 });
    const events = [...generateEvents(50)].map(({ event }) => event);
    const batch = {
      kind: 'json' as const,
      values: events.map((event: WrittenEvent) => Buffer.from(JSON.stringify(event))),
      keys: [],
    };
    const signal = new AbortController().signal;
    await capture(snapshot, [new BatchRepository(() => [batch])], { signal, onProgress: () => undefined });
    await query.prepare();
    expect(await query.total(filterOf())).toMatchObject({ total: 50, revision: snapshot.status().revision });
  });
});

function plain(rows: Rows): number[] {
  if (rows instanceof Uint32Array) return [...rows];
  if ('missing' in rows) return plain(rows.stretch).filter((row) => !rows.missing.includes(row));
  return Array.from({ length: rows.to - rows.from }, (_, at) => rows.from + at);
}

describe('rows by number', () => {
  const lists = fc.uniqueArray(fc.nat(60)).map((rows) => Uint32Array.from(rows).toSorted());
  const stretches = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
  const most = fc.tuple(stretches, lists).map(([stretch, rows]) => ({
    stretch,
    missing: rows.filter((row) => row >= stretch.from && row < stretch.to),
  }));
  const rowsOrStretch = fc.oneof(lists, stretches, most);

  it('are found by place, and places by row, as in plain lists', () => {
    fc.assert(
      fc.property(rowsOrStretch, lists, (rows, others) => {
        const list = plain(rows);
        expect(sizeOf(rows)).toBe(list.length);
        expect(Array.from({ length: list.length + 1 }, (_, place) => rowAt(rows, place))).toEqual([...list, undefined]);
        for (let row = 0; row < 63; row += 1) {
          expect(placeOf(rows, row)).toBe(list.indexOf(row));
          expect(placesBefore(rows, row)).toBe(list.filter((each) => each < row).length);
        }
        if (!(rows instanceof Uint32Array) && !('missing' in rows)) return;
        expect([...listOf(rows)]).toEqual(list);
        const further = others.filter((row) => !list.includes(row));
        const added = rows instanceof Uint32Array ? further : further.filter((row) => rows.missing.includes(row));
        expect(plain(withOthers(rows, added))).toEqual([...list, ...added].toSorted((a, b) => a - b));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('are counted by those that are missing as they are one by one', async () => {
    const size = 60_000;
    const codes = Uint16Array.from({ length: size }, (_, row) => (row * 7_919) % 300);
    for (const lacks of [0, 1, 2, 3, 7, 100, 30_000]) {
      const isIn = (row: number): boolean => row > 5 && row < 59_990 && (lacks === 0 || row % lacks !== 0);
      const list = Uint32Array.from(Array.from({ length: size }, (_, row) => row).filter(isIn));
      const known = mostOf(list);
      expect(known === undefined).toBe(lacks === 1 || lacks === 2);
      expect([...listOf(known ?? list)]).toEqual([...list]);
      for (const rows of known === undefined ? [list] : [list, known]) {
        for (const [from, to] of [
          [0, list.length],
          [0, 0],
          [Math.floor(list.length / 3), Math.floor(list.length / 2)],
        ] as const) {
          const wanted = new Uint32Array(300);
          for (const row of list.subarray(from, to)) wanted[codes[row] ?? 0] = (wanted[codes[row] ?? 0] ?? 0) + 1;
          expect(await countPlaces(rows, codes, 300, { from, to })).toEqual(wanted);
        }
      }
    }
  });

  it('are shared, kept and put in order as plain lists are', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsOrStretch,
        rowsOrStretch,
        fc.array(fc.nat(4), { minLength: 61, maxLength: 61 }),
        fc.array(fc.nat(1), { minLength: 5, maxLength: 5 }),
        async (one, other, codeList, markList) => {
          const codes = Uint8Array.from(codeList);
          const marks = Uint8Array.from(markList);
          expect(plain(shared(one, other))).toEqual(plain(one).filter((row) => plain(other).includes(row)));
          const passing = plain(one).filter((row) => markList[codeList[row] ?? 0] === 1);
          expect(plain(await keep(one, [{ codes, marks }]))).toEqual(passing);
          const inOrder = plain(one).toSorted((a, b) => (codeList[a] ?? 0) - (codeList[b] ?? 0) || a - b);
          expect([...(await inOrderOf(one, codes, 5))]).toEqual(inOrder);
        },
      ),
      { numRuns: 200, seed: 7 },
    );
  });

  it('are counted in a stretch as they are one by one', async () => {
    const size = 100_000;
    for (const distinct of [1, 3, 300, 60_000]) {
      const codes = codesFor(size, distinct);
      for (let row = 0; row < size; row += 1) codes[row] = (row * 7_919) % distinct;
      const counts = new RunningCounts(codes, distinct);
      for (const [from, to] of [
        [0, size],
        [0, 0],
        [5, 40],
        [16_384, 32_768],
        [16_383, 81_921],
        [99_999, size],
      ] as const) {
        expect(await counts.of({ from, to })).toEqual(await countCodes({ from, to }, codes, distinct));
      }
    }
  });

  it('are most often those that a full sort puts first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 40 }), fc.constantFrom(1, 20_000), fc.nat(45), (some, by, limit) => {
        const list = some.map((count) => count * by);
        const counts = Uint32Array.from(list);
        const all = list.map((_count, code) => code).filter((code) => list[code] !== 0);
        const want = all.toSorted((a, b) => (list[b] ?? 0) - (list[a] ?? 0) || a - b).slice(0, limit);
        expect(mostFrequent(counts, limit)).toEqual(want);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
