/** What a view shows: filters, order, pages, positions, facets, and what happens when questions overlap or are withdrawn. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { facets } from '../../../src/main/engine/snapshot/facets.ts';
import { histogram } from '../../../src/main/engine/snapshot/histogram.ts';
import { SnapshotQuery } from '../../../src/main/engine/snapshot/query.ts';
import { viewLines } from '../../../src/main/engine/snapshot/view.ts';
import { toErrorReply } from '../../../src/shared/errors.ts';
import { FACET_FIELDS, FILTER_FIELDS } from '../../../src/shared/event.ts';
import { DEFAULT_SORT, sortFieldSchema, type FilterInput } from '../../../src/shared/filter.ts';
import { generateEvents, oneEvent, type WrittenEvent } from '../../support/events.ts';
import { byCodePoints, micros, ordered, passes, type Numbered } from '../../support/reference-filter.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { capturedHere, captureRecords, filterOf, type Captured } from '../../support/captured.ts';
import { recordText } from '../../support/record-text.ts';

const ALL = { filter: filterOf(), sort: DEFAULT_SORT };

/** The events that pass a filter, in time order, as the table and the index agree. */
async function positions(captured: Captured, input: FilterInput = {}): Promise<number[]> {
  const view = { filter: filterOf(input), sort: DEFAULT_SORT };
  const { rows } = await askedBothWays(captured.snapshot, (query) => query.page(view, 0, 1_000_000));
  return rows.map(({ n }) => n);
}

async function pageOf(
  { query }: Captured,
  input: FilterInput,
  sort = DEFAULT_SORT,
  offset = 0,
  limit = 1_000_000,
): Promise<number[]> {
  const { rows } = await query.page({ filter: filterOf(input), sort }, offset, limit);
  return rows.map(({ n }) => n);
}

/** Events that differ from the usual one in the given fields. */
async function eventsHere(...changes: readonly Partial<WrittenEvent>[]): Promise<Captured> {
  return capturedHere(
    changes.map((each, index) => {
      const timestamp = `2024-03-01T00:00:00.${String(index).padStart(6, '0')}+00:00`;
      return oneEvent({ result: {}, payload: {}, id: `id-${index}`, timestamp, ...each }).json;
    }),
  );
}

describe('an exact filter', () => {
  it('compares the whole value of its field, with its case and its spaces', async () => {
    const values = [
      'Package',
      'package',
      'PackageExtra',
      ' Package',
      'Package ',
      'Pack%',
      '_ackage',
      "Pack'age",
      'Päckage',
      'Pa\u0308ckage',
      'NULL',
      'Package\u0000',
    ];
    const all = FILTER_FIELDS.flatMap((field) => values.map((value) => ({ field, value })));
    const captured = await eventsHere(...all.map(({ field, value }) => ({ [field]: value })));
    for (const [n, { field, value }] of all.entries()) {
      expect(await positions(captured, { conditions: [{ field, values: [value] }] })).toEqual([n]);
      const others = await captured.query.total(filterOf({ conditions: [{ field, values: [value], negate: true }] }));
      expect(others.total).toBe(all.length - 1);
    }
  });

  it('takes any of several values, and all of several conditions', async () => {
    const captured = await eventsHere(
      { actor: 'a', target_id: '1' },
      { actor: 'b', target_id: '1' },
      { actor: 'c', target_id: '2' },
    );
    expect(await positions(captured, { conditions: [{ field: 'actor', values: ['a', 'c', 'zz'] }] })).toEqual([0, 2]);
    expect(
      await positions(captured, {
        conditions: [
          { field: 'actor', values: ['a', 'c'] },
          { field: 'target_id', values: ['1'], negate: true },
          { field: 'actor', values: ['a'], negate: true },
        ],
      }),
    ).toEqual([2]);
  });

  it('asks for the empty value only when told so', async () => {
    const captured = await eventsHere({ actor: '' }, { actor: 'a' }, { actor: ' ' });
    expect(await positions(captured, { conditions: [{ field: 'actor', values: [''] }] })).toEqual([0]);
    expect(await positions(captured, { conditions: [{ field: 'actor', values: [''], negate: true }] })).toEqual([1, 2]);
    expect(await positions(captured, {})).toEqual([0, 1, 2]);
  });

  it('finds an id that is a number, to its last digit', async () => {
    const captured = await capturedHere(
      ['9007199254740993', '9007199254740992', '"9007199254740993"', '-0', '1e3', 'null', 'true'].map((id) =>
        recordText({ id }),
      ),
    );
    expect(await positions(captured, { conditions: [{ field: 'id', values: ['9007199254740993'] }] })).toEqual([0, 2]);
    expect(
      await positions(captured, {
        conditions: [{ field: 'id', values: ['9007199254740992', '-0', '1e3', 'null', 'true'] }],
      }),
    ).toHaveLength(5);
  });

  it('is never read as SQL', async () => {
    const captured = await eventsHere({ actor: "x' OR '1'='1" }, { actor: 'y' });
    for (const value of ["x' OR '1'='1", "'); DROP TABLE event; --", '$1', '\\']) {
      expect(await positions(captured, { conditions: [{ field: 'actor', values: [value] }] })).toEqual(
        value.startsWith('x') ? [0] : [],
      );
      expect(await positions(captured, { search: value })).toEqual(value.startsWith('x') ? [0] : []);
      expect(await positions(captured, { where: [{ path: 'payload.a', value }] })).toEqual([]);
    }
    expect(await positions(captured)).toEqual([0, 1]);
  });
});

describe('a time range', () => {
  const times = [
    '2024-02-29T23:59:59.999999+00:00',
    '2024-03-01T00:00:00+00:00',
    '2024-03-31T23:59:59.999999+00:00',
    '2024-04-01T00:00:00+00:00',
  ];

  it('includes both its ends, to the microsecond', async () => {
    const captured = await eventsHere(...times.map((timestamp) => ({ timestamp })));
    const range = (time_from: string, time_to: string, time_zone = 'UTC'): Promise<number[]> =>
      positions(captured, { time_from, time_to, time_zone });
    expect(await range('2024-03-01', '2024-03-31')).toEqual([1, 2]);
    expect(await range('2024-03-01T00:00:00.000001Z', '2024-03-31T23:59:59.999998Z')).toEqual([]);
    expect(await range('2024-02-29T23:59:59.999999Z', '')).toEqual([0, 1, 2, 3]);
    expect(await range('', '2024-03-01')).toEqual([0, 1]);
    expect(await range('2024-03-01', '2024-03-01', 'Asia/Kathmandu')).toEqual([0, 1]);
    expect(await range('2024-04-01T02:00', '2024-04-01T02:00', 'Europe/Berlin')).toEqual([3]);
    expect(await range(' 2024-03-31 ', '2024-03-31')).toEqual([2]);
  });

  it('compares instants, not texts', async () => {
    const captured = await eventsHere(
      { timestamp: '2024-03-01T00:30:00+02:00' },
      { timestamp: '2024-02-29T23:30:00-02:00' },
      { timestamp: '2024-03-01T00:00:00' },
    );
    expect(await positions(captured, { time_from: '2024-03-01' })).toEqual([2, 1]);
  });

  it.each([
    [{ time_from: '2024-03-02', time_to: '2024-03-01' }],
    [{ time_from: '2024-03-01T00:00:00.000001Z', time_to: '2024-03-01T00:00:00Z' }],
    [{ time_from: 'soon' }],
    [{ time_to: '2024-02-30' }],
    [{ time_from: '2024-03-01', time_zone: 'Nowhere' }],
    [{ where: [{ path: 'actor.x', value: '' }] }],
  ])('%j is refused in one line', async (input) => {
    const captured = await eventsHere({});
    await expect(positions(captured, input)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(/^[^\n]+$/) }),
    );
    expect(await positions(captured)).toEqual([0]);
  });
});

describe('a search', () => {
  it('looks into every field, whatever the case', async () => {
    const texts = [
      'Über "Käse"',
      String.raw`back\slash`,
      'new\nline',
      'tab\there',
      'percent % and _',
      '😀 family',
      '\u0001\u001f',
      'plain/slash',
      "it's",
    ];
    const all = [...FILTER_FIELDS, 'result', 'payload'].flatMap((field) =>
      texts.map((text) => {
        const isJson = field === 'result' || field === 'payload';
        return { text, event: { [field]: isJson ? { deep: [{ text }], [text]: 1 } : `before ${text} after` } };
      }),
    );
    const captured = await eventsHere(...all.map(({ event }) => event), { timestamp: '2024-03-02T00:00:00.5+05:45' });
    for (const text of texts) {
      const holding = all.flatMap((each, n) => (each.text === text ? [n] : []));
      for (const search of [text, text.toUpperCase(), text.toLowerCase()]) {
        expect({ search, found: await positions(captured, { search }) }).toEqual({ search, found: holding });
      }
    }
    expect(await positions(captured, { search: '00.5+05' })).toEqual([all.length]);
  });

  it.each([
    ['every character as an escape', String.raw`{"t":"\u0055\u0308\u0062\u0065r \u0022K\u00e4se\u0022 \ud83d\ude00"}`],
    ['an escaped slash', String.raw`{"t":"a\/b \u00e9"}`],
    ['numbers beside escapes', String.raw`{"t":"\u00e9","n":1.10,"m":12345678901234567890123}`],
  ])('finds what JSON wrote with %s', async (_what, payload) => {
    const captured = await capturedHere([recordText({ payload }), recordText({ result: payload }), recordText()]);
    for (const word of ['KÄSE', 'a/B', 'É', '1.10', '12345678901234567890123', '"Käse"', '😀']) {
      const value: unknown = JSON.parse(payload);
      const isThere =
        payload.includes(word) ||
        Object.values(Object(value)).some((each) => String(each).toLowerCase().includes(word.toLowerCase()));
      expect({ word, found: await positions(captured, { search: word }) }).toEqual({
        word,
        found: isThere ? [0, 1] : [],
      });
    }
  });

  it('finds in a record that is not compact what it finds in one that is: values, not the names of fields', async () => {
    const compact = recordText({ actor: '"Weber"' });
    const spaced = compact.replaceAll('":', '": ').replaceAll(',"', ', "');
    const captured = await capturedHere([compact, spaced, `${compact.slice(0, -1)},"note":1}`]);
    expect(await positions(captured, { search: 'weber' })).toHaveLength(3);
    for (const search of ['actor', 'target_type', '"id"', ', "', 'payload']) {
      expect({ search, found: await positions(captured, { search }) }).toEqual({ search, found: [] });
    }
  });

  it('looks at columns of a record whose id is no text', async () => {
    const captured = await capturedHere([recordText({ id: '9007199254740993' }), recordText({ id: 'true' })]);
    expect(await positions(captured, { search: '740993' })).toEqual([0]);
    expect(await positions(captured, { search: 'TRUE' })).toEqual([1]);
  });
});

describe('a path condition', () => {
  it('compares the text of the scalar that it leads to', async () => {
    const payload = String.raw`{"a":{"b.c":["x",{"d":"say \"hi\""}],"":"empty"},"n":1.10,"big":9007199254740993,"t":true,"z":null,"s":"null","e":"\u00e9\/","o":{"k": [1.0, 2]},"a/b~":7,"0":"zero"}`;
    const captured = await capturedHere([recordText({ payload }), recordText()]);
    const found = (path: string, value: string): Promise<number[]> => positions(captured, { where: [{ path, value }] });
    for (const [path, value] of [
      ['payload.a."b.c"[0]', 'x'],
      ['payload.a."b.c"[1].d', 'say "hi"'],
      ['payload.a.""', 'empty'],
      ['payload.n', '1.10'],
      ['payload.n', '1.1'],
      ['payload.big', '9007199254740993'],
      ['payload.t', 'true'],
      ['payload.z', 'null'],
      ['payload.s', 'null'],
      ['payload.e', 'é/'],
      ['payload.o', '{"k":[1.0,2]}'],
      ['payload."a/b~"', '7'],
      ['payload."0"', 'zero'],
    ] as const) {
      expect({ path, found: await found(path, value) }).toEqual({ path, found: [0] });
    }
    for (const [path, value] of [
      ['payload.t', 'TRUE'],
      ['payload.missing', ''],
      ['payload.missing', 'null'],
      ['payload.a', 'x'],
      ['payload.big', '9007199254740992'],
      ['result.n', '1.10'],
      ['payload.a."b.c"[2]', 'x'],
      ['payload.s', '"null"'],
      ['payload.t', 'true\n'],
      ['payload.n', ' 1.1'],
    ] as const) {
      expect({ path, found: await found(path, value) }).toEqual({ path, found: [] });
    }
  });

  it('that is negated lets pass what leads nowhere, is absent or is no JSON to the database', async () => {
    const captured = await capturedHere([
      recordText({ payload: '{"a":1}' }),
      recordText({ payload: '{"a":2}' }),
      recordText(),
      recordText({}, ['payload']),
      recordText({ payload: String.raw`{"a":"\ud800"}` }),
    ]);
    expect(await positions(captured, { where: [{ path: 'payload.a', value: '1', negate: true }] })).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await positions(captured, { where: [{ path: 'payload.a', value: '1' }] })).toEqual([0]);
  });
});

describe.each([
  ['the table', false],
  ['the index', true],
])('a view of many events, answered by %s', (_who, indexed) => {
  let captured: Captured;
  let model: readonly Numbered[];

  beforeAll(async () => {
    const written = [
      ...generateEvents(3_000, {
        seed: 5,
        hostile: 0.1,
        actors: 6,
        objects: 30,
        classes: ['Package', 'PackageExtra', 'Ünïcode', '😀', '\uffee'],
      }),
    ].map(({ event }, n) => {
      // Many share an instant, some an id.
      const timestamp = n % 3 === 0 ? '2024-05-05T05:05:05.000005+00:00' : event.timestamp;
      const id = n % 10 === 0 ? ['\uffee', '😀', 'a', 'B'][(n / 10) % 4] : event.id;
      return { ...event, timestamp, id: id ?? '' };
    });
    const random = written.toReversed();
    captured = await captureRecords(random.map((event) => JSON.stringify(event)));
    captured = { ...captured, query: new SnapshotQuery(captured.snapshot, { indexed }) };
    await captured.query.prepare();
    model = random.map((event, n) => ({ n, event }));
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  const expected = (input: FilterInput, sort = DEFAULT_SORT): number[] =>
    ordered(
      model.filter((each) => passes(each, input)),
      sort,
    ).map(({ n }) => n);

  it.each(
    sortFieldSchema.options.flatMap((field) => (['asc', 'desc'] as const).map((direction) => ({ field, direction }))),
  )('is in order of $field, $direction', async (sort) => {
    expect(await pageOf(captured, {}, sort)).toEqual(expected({}, sort));
    const input: FilterInput = { conditions: [{ field: 'category', values: ['model'] }] };
    expect(await pageOf(captured, input, sort)).toEqual(expected(input, sort));
  });

  it('is the same list, however it is cut into pages', async () => {
    for (const sort of [DEFAULT_SORT, { field: 'actor', direction: 'desc' } as const]) {
      for (const input of [{}, { search: 'package' }] as const) {
        const whole = expected(input, sort);
        const paged: number[] = [];
        for (let offset = 0; offset < whole.length; offset += 271)
          paged.push(...(await pageOf(captured, input, sort, offset, 271)));
        expect(paged).toEqual(whole);
        expect(await pageOf(captured, input, sort, whole.length - 1, 10)).toEqual(whole.slice(-1));
        expect(await pageOf(captured, input, sort, whole.length, 10)).toEqual([]);
        expect(await pageOf(captured, input, sort, 10_000_000, 10)).toEqual([]);
        expect(await pageOf(captured, input, sort, 5, 0)).toEqual([]);
      }
    }
  });

  it('knows where each event stands, and that others are not in it', async () => {
    for (const sort of [
      DEFAULT_SORT,
      { field: 'timestamp', direction: 'desc' },
      { field: 'action', direction: 'desc' },
    ] as const) {
      for (const input of [{}, { conditions: [{ field: 'category' as const, values: ['api'] }] }]) {
        const view = { filter: filterOf(input), sort };
        const whole = expected(input, sort);
        for (const position of [0, 1, 17, whole.length - 1]) {
          expect(await captured.query.locate(view, whole[position] ?? -1)).toBe(position);
        }
        for (const other of model.filter((each) => !passes(each, input)).slice(0, 2)) {
          expect(await captured.query.locate(view, other.n)).toBeNull();
        }
        expect(await captured.query.locate(view, 3_000)).toBeNull();
      }
    }
  });

  it('hands an exporter the same rows in the same order, with offset, limit and hand-picked rows', async () => {
    const input: FilterInput = { conditions: [{ field: 'category', values: ['view'], negate: true }] };
    for (const sort of [DEFAULT_SORT, { field: 'target_id', direction: 'desc' } as const]) {
      const whole = expected(input, sort);
      const only = whole.filter((_n, index) => index % 7 === 0);
      const view = { filter: filterOf(input), sort };
      for (const [spec, want] of [
        [view, whole],
        [{ ...view, offset: 100, limit: 50 }, whole.slice(100, 150)],
        [{ ...view, offset: whole.length - 3, limit: 50 }, whole.slice(-3)],
        [{ ...view, offset: whole.length + 3 }, []],
        [{ ...view, limit: 0 }, []],
        [{ ...view, only: [...only, 3_000_000] }, only],
        [{ ...view, only: [] }, []],
      ] as const) {
        const got: number[] = [];
        for await (const lines of viewLines(captured.query, spec, 'n::VARCHAR')) got.push(...lines.map(Number));
        expect(got).toEqual(want);
        expect(await captured.query.count(spec)).toBe(want.length);
      }
    }
  });

  it('counts its facets as a plain count does, ties in order of value', async () => {
    const input: FilterInput = {
      conditions: [
        { field: 'category', values: ['model', 'api'] },
        { field: 'actor', values: [''], negate: true },
      ],
    };
    for (const exclude_own of [false, true]) {
      const { facets: found } = await facets(captured.query, filterOf(input), { limit: 5, contains: '', exclude_own });
      expect(found.map(({ field }) => field)).toEqual(FACET_FIELDS);
      for (const { field, distinct, values } of found) {
        if (field === 'source') continue;
        const conditions = input.conditions?.filter((condition) => !exclude_own || condition.field !== field) ?? [];
        const counts = new Map<string, number>();
        for (const each of model) {
          if (passes(each, { conditions })) counts.set(each.event[field], (counts.get(each.event[field]) ?? 0) + 1);
        }
        const top = [...counts].toSorted(([a, x], [b, y]) => y - x || byCodePoints(a, b));
        expect({ field, distinct, values }).toEqual({
          field,
          distinct: counts.size,
          values: top.slice(0, 5).map(([value, count]) => ({ value, count })),
        });
      }
    }
  });

  it('narrows facet values by a text, whatever the case, also under a search', async () => {
    const input: FilterInput = { search: 'datensatz' };
    const {
      facets: [found],
    } = await facets(captured.query, filterOf(input), {
      fields: ['action_object'],
      limit: 100,
      contains: 'ÜNÏ',
      exclude_own: false,
    });
    const hits = model.filter((each) => passes(each, input) && each.event.action_object.toLowerCase().includes('ünï'));
    expect(found).toEqual({ field: 'action_object', distinct: 1, values: [{ value: 'Ünïcode', count: hits.length }] });
  });

  it('answers twenty different questions at once, again and again, and each rightly', async () => {
    const searches = ['package', 'umwelt', 'alt', 'None', 'zzz'];
    const inputs: FilterInput[] = Array.from({ length: 20 }, (_none, index) => ({
      conditions: [
        { field: 'action_object', values: ['Package', '😀', ''].slice(0, 1 + (index % 3)), negate: index % 2 === 0 },
      ],
      search: searches[index % 5] ?? '',
      time_from: `2024-0${1 + (index % 9)}-01`,
    }));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        inputs.flatMap((input, index) => {
          const sort = {
            field: index % 2 === 0 ? 'timestamp' : 'action',
            direction: index % 3 === 0 ? 'asc' : 'desc',
          } as const;
          const full = { ...input, time_from: `${input.time_from}T00:00:00Z` };
          return [
            pageOf(captured, input, sort, 3, 40).then((rows) =>
              expect(rows).toEqual(expected(full, sort).slice(3, 43)),
            ),
            captured.query.total(filterOf(input)).then(({ total }) => expect(total).toBe(expected(full).length)),
          ];
        }),
      );
    }
  });

  it('survives questions that are withdrawn at any moment', async () => {
    let cancelled = 0;
    for (let round = 0; round < 40; round += 1) {
      const controller = new AbortController();
      const input: FilterInput = {
        search: `withdrawn ${round % 7}`,
        where: [{ path: 'payload.title', value: 'x', negate: true }],
      };
      const view = { filter: filterOf(input), sort: DEFAULT_SORT };
      const questions = [
        captured.query.page(view, 0, 10, controller.signal),
        facets(captured.query, view.filter, { limit: 5, contains: '', exclude_own: true }, controller.signal),
        histogram(captured.query, view.filter, { buckets: 50, by: 'category' }, controller.signal),
        // The same question of somebody who still waits for it.
        captured.query.total(view.filter).then(({ total }) => expect(total).toBe(0)),
      ];
      const settled = Promise.allSettled(questions);
      for (let turn = 0; turn < round % 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      const outcomes = await settled;
      expect(outcomes[3]).toMatchObject({ status: 'fulfilled' });
      const reasons = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [toErrorReply(outcome.reason).code] : [],
      );
      expect(reasons).toEqual(reasons.map(() => 'cancelled'));
      cancelled += reasons.length;
    }
    expect(cancelled).toBeGreaterThan(0);
    expect(await pageOf(captured, {}, DEFAULT_SORT, 0, 10)).toEqual(expected({}).slice(0, 10));
    const already = AbortSignal.abort();
    await expect(captured.query.page(ALL, 0, 1, already)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives whole events by id or position, in time order', async () => {
    const same = await captured.query.events({ id: '😀' });
    const want = ordered(
      model.filter(({ event }) => event.id === '😀'),
      DEFAULT_SORT,
    );
    expect(same.map(({ n }) => n)).toEqual(want.map(({ n }) => n));
    for (const { n } of want.slice(0, 3)) {
      const [event] = await captured.query.events({ n });
      expect(JSON.parse(event?.payload ?? '')).toEqual(model[n]?.event.payload);
      expect(micros(event?.instant ?? '')).toBe(micros(model[n]?.event.timestamp ?? ''));
    }
    expect(await captured.query.events({ id: 'nobody' })).toEqual([]);
    expect(await captured.query.events({ n: 3_000 })).toEqual([]);
  });
});

describe('a snapshot that is closed', () => {
  it('refuses every question, and closes only once', async () => {
    const captured = await captureRecords([recordText()]);
    onTestFinished(() => captured[Symbol.asyncDispose]());
    await Promise.all([captured.snapshot.close(), captured.snapshot.close()]);
    await expect(captured.query.page(ALL, 0, 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(captured.query.rejects(0, 1)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('ends the questions under way, each with an answer or with that it is closed', async () => {
    const captured = await captureRecords([...generateEvents(2_000)].map(({ json }) => json));
    onTestFinished(() => captured[Symbol.asyncDispose]());
    const questions = Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((search) => captured.query.total(filterOf({ search }))),
    );
    await captured.snapshot.close();
    const codes = (await questions).map((each) =>
      each.status === 'rejected' ? toErrorReply(each.reason).code : 'answered',
    );
    expect(codes.filter((code) => code !== 'answered' && code !== 'not_found')).toEqual([]);
  });
});

describe('an empty snapshot', () => {
  it('answers everything with nothing', async () => {
    const captured = await capturedHere([]);
    expect(captured.status).toMatchObject({ state: 'complete', read: 0, captured: 0, rejected: 0, duplicates: 0 });
    expect(await captured.query.page(ALL, 0, 10)).toMatchObject({ total: 0, rows: [] });
    expect(await positions(captured, { search: 'x' })).toEqual([]);
    const { facets: found } = await facets(captured.query, filterOf(), { limit: 5, contains: '', exclude_own: false });
    expect(found.every(({ distinct, values }) => distinct === 0 && values.length === 0)).toBe(true);
    const counted = await histogram(captured.query, filterOf(), { buckets: 10, by: 'category' });
    expect(counted).toMatchObject({ buckets: [], from: null, to: null });
    for await (const lines of viewLines(captured.query, ALL, 'id')) expect(lines).toBeUndefined();
  });
});
