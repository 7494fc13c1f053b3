/** The index of what is searched finds what the tables find: for any part of any text, and for the values at any path. */
import * as fc from 'fast-check';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { needlesOf } from '../../../src/main/engine/snapshot/search/needle.ts';
import { DEFAULT_SORT, type FilterInput } from '../../../src/shared/filter.ts';
import { formatPath } from '../../../src/shared/json-path.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { captureRecords, capturedHere, filterOf, type Captured } from '../../support/captured.ts';
import { generateEvents } from '../../support/events.ts';
import { HOSTILE_EVENTS } from '../../support/hostile.ts';
import { recordText } from '../../support/record-text.ts';

fc.configureGlobal({ seed: 20_240_302 });

/** How many events pass, which table and indexes agree on. */
async function found({ snapshot }: Pick<Captured, 'snapshot'>, input: FilterInput): Promise<number> {
  const view = { filter: filterOf(input), sort: DEFAULT_SORT };
  const { rows } = await askedBothWays(snapshot, (query) => query.page(view, 0, 10_000));
  return rows.length;
}

/** Texts that JSON can write in several ways, and values of all kinds. */
const ODD_RECORDS = [
  recordText({ payload: String.raw`{"a":"\u00fcber","b":"a\/b","c":"x,y","d":[1,2,3],"e":{"e":{"e":-0}}}` }),
  recordText({ payload: '{ "a" : "über" ,\n "b" : "a/b" , "d" : [ 1 , 2 , 3 ] }' }),
  recordText({ payload: '{"a":1.0,"b":1,"c":1e0,"d":10,"e":-5,"f":"1","g":true,"h":"true","i":null}' }),
  recordText({ payload: '{"a":"first","a":"second","b":{"a":"third"}}' }),
  recordText({ payload: String.raw`{"\u0061":"escaped key","tr":"true, true","n":"2023, 2024"}` }),
  recordText({ payload: '{"0":"key","list":["value",["deep",{"x":"y"}]]}' }),
  recordText({ payload: '["0","1",{"a":"über"}]' }),
  recordText({ payload: '"a whole text"' }),
  recordText({ payload: `{"long":"${'lang '.repeat(20_000)}","a":"über"}` }),
  recordText({ payload: `{"list":[${Array.from({ length: 200 }, (_, at) => at).join(',')}]}` }),
  recordText({ payload: String.raw`{"a":"\ud800","b":"über"}` }),
  `${recordText().slice(0, -1)},"further":{"note":"Zusatz, 4.50","n":1.10}}`,
  `{"actor":"hidden",${recordText({ actor: '"shown"' }).slice(1)}`,
  recordText().replaceAll('":', '" : '),
  recordText({ id: String.raw`"with \u0000 and \u001e and \u001f"` }),
  recordText({ id: '"ÜBER, \\"id\\""', timestamp: '"2024-11-11T00:20:30.000001+05:45"' }),
];

describe('a snapshot with an index of what is searched', () => {
  const records = [
    ...Array.from(generateEvents(400, { seed: 5, hostile: 0.1, objects: 20 }), ({ json }) => json),
    ...HOSTILE_EVENTS.map(({ bytes }) => bytes.toString('utf8')),
    ...ODD_RECORDS,
  ];
  let captured: Captured;

  beforeAll(async () => {
    captured = await captureRecords(records);
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  it('finds any part of any record, in any case, and in any stretch of time', async () => {
    const part = fc
      .record({
        record: fc.constantFrom(...records.filter(({ length }) => length < 10_000)),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.integer({ min: 1, max: 14 }),
        change: fc.constantFrom('none', 'upper', 'lower', 'odd'),
        from: fc.constantFrom('', '2024-03-01T00:00:00Z', '2024-09-01T00:00:00Z'),
      })
      .map(({ record, at, length, change, from }) => {
        const text = Array.from(record);
        const start = Math.floor(at * text.length);
        const needle = text.slice(start, start + length).join('');
        const search = change === 'upper' ? needle.toUpperCase() : change === 'lower' ? needle.toLowerCase() : needle;
        return { search: change === 'odd' ? `${search}~` : search, time_from: from };
      });
    await fc.assert(
      fc.asyncProperty(part, async (input) => {
        // Asked of the table and of the indexes, which must agree.
        expect(await found(captured, input)).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    'über',
    'ÜBER',
    'a/b',
    'x,y',
    '1,2',
    ',"b":',
    '"c"',
    '}}',
    '[1',
    'true, true',
    '2023, 2024',
    '3, 20',
    ', ',
    ',',
    '"',
    '\\',
    '\\u00fc',
    '\n',
    '\u0000',
    '\u001f',
    '4.50',
    '1.10',
    'zusatz, 4',
    'hidden',
    'lang lang',
    '" : ',
    'über, "',
    '05:45',
    '2024',
    '0',
    'e',
  ])('finds %j', async (search) => {
    const hits = search === '\u001f' || search === '}}' ? 0 : 1;
    expect(await found(captured, { search })).toBeGreaterThanOrEqual(hits);
  });

  it('finds the values at all paths, and what is not there', async () => {
    const paths = new Map<string, Set<string>>();
    const collect = (root: 'result' | 'payload', steps: readonly string[], value: unknown): void => {
      const path = formatPath(root, steps);
      const values = paths.get(path) ?? new Set();
      paths.set(path, values);
      values.add(typeof value === 'string' ? value : JSON.stringify(value));
      if (typeof value !== 'object' || value === null || steps.length > 4) return;
      for (const [key, each] of Object.entries(value).slice(0, 70)) collect(root, [...steps, key], each);
    };
    for (const record of records) {
      const event: unknown = JSON.parse(record);
      if (typeof event !== 'object' || event === null) continue;
      for (const [key, value] of Object.entries(event)) {
        if (key === 'result' || key === 'payload') collect(key, [], value);
      }
    }
    const asked = [...paths].flatMap(([path, values]) =>
      [...values, 'no such value', '1', '1.0', 'true', 'null', '-0'].slice(0, 8).map((value) => ({ path, value })),
    );
    // Spread evenly, so that all kinds are among them.
    const step = Math.ceil(asked.length / 100);
    for (let at = 0; at < asked.length; at += step) {
      const condition = asked[at];
      if (condition === undefined) continue;
      expect(await found(captured, { where: [{ ...condition, negate: at % 3 === 0 }] })).toBeLessThanOrEqual(
        records.length,
      );
    }
  });

  it('combines values at paths with texts and columns', async () => {
    const where = [
      { path: 'result.new.state', value: 'active' },
      { path: 'result.new.id', value: 'no such id', negate: true },
    ];
    const both = await found(captured, {
      where,
      search: 'datensatz',
      conditions: [{ field: 'category', values: ['model'] }],
    });
    expect(both).toBeGreaterThan(100);
  });
});

describe('rows of more than one run', () => {
  it('are all found, also where a run has many of a kind', async () => {
    const count = 70_000;
    const captured = await capturedHere(
      Array.from({ length: count }, (_, n) =>
        recordText({
          id: `"id-${n}"`,
          timestamp: JSON.stringify(new Date(Date.UTC(2024, 0, 1) + n * 1_000).toISOString()),
          payload: `{"n":${n % 10},"title":"Titel ${n % 7}","own":"own ${n} end"}`,
        }),
      ),
    );
    const total = async (input: FilterInput): Promise<number> =>
      (await askedBothWays(captured.snapshot, (query) => query.total(filterOf(input)))).total;
    expect(await total({ search: 'titel 3' })).toBe(10_000);
    expect(await total({ search: 'own 69999 END' })).toBe(1);
    expect(await total({ search: 'id-6999' })).toBe(11);
    expect(await total({ where: [{ path: 'payload.n', value: '4' }] })).toBe(7_000);
    expect(await total({ where: [{ path: 'payload.own', value: 'own 65536 end' }] })).toBe(1);
    expect(await total({ search: '"title":"titel 3","own"', time_from: '2024-01-01T18:00:00Z' })).toBe(743);
  });
});

function partsOf(text: string): readonly string[] {
  return needlesOf(text)[0]?.parts ?? [];
}

describe('a text that is searched', () => {
  it('is looked for in parts where a value may end within it', () => {
    for (const whole of ['Berlin, Hamburg', 'a,b', 'Moore, Tim', ',', 'x,', 'structure, 5']) {
      expect(partsOf(whole)).toEqual([whole]);
    }
    expect(partsOf('"a","b"')).toEqual(['"a",', '"b"']);
    expect(partsOf('2023, 2024')).toEqual(['2023,', ' 2024']);
    expect(partsOf('rue, fa')).toEqual(['rue,', ' fa']);
    expect(partsOf('}, {')).toEqual(['},', ' {']);
    expect(partsOf('1,2,3')).toEqual(['1,', '2,', '3']);
  });
});
