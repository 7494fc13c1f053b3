/** The rows of some values, put together from the rows of each: the same as when every row is tested. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  codesFor,
  keep,
  othersOf,
  rowAt,
  sizeOf,
  sortedRows,
  unionOf,
} from '../../../src/main/engine/snapshot/rows.ts';
import { ValueRows } from '../../../src/main/engine/snapshot/value-rows.ts';

const uniqueRows = (max: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength });

const ascending = (rows: readonly number[]): Uint32Array => Uint32Array.from(rows).toSorted();

test('of several lists come in order, each of them once', () => {
  fc.assert(
    fc.property(fc.array(uniqueRows(60, 20), { maxLength: 5 }), (lists) => {
      expect([...sortedRows(lists.map(ascending))]).toEqual([...ascending([...new Set(lists.flat())])]);
    }),
  );
});

test('of lists that have none in common come in order, few or many, and so do all others', () => {
  const parts = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom(40, 3_000), uniqueRows(39, 40));
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 4 }), ([from, size, places], count) => {
      const rows = places.map((place) => from + place);
      const stretch = { from, to: from + size };
      const lists = Array.from({ length: count }, (_, part) =>
        ascending(rows.filter((_row, at) => at % count === part)),
      );
      const all = unionOf(lists, stretch);
      expect([...all]).toEqual([...ascending(rows)]);
      const others = othersOf(all, stretch);
      const listed = Array.from({ length: sizeOf(others) }, (_, place) => rowAt(others, place));
      expect(listed).toEqual(Array.from({ length: size }, (_, at) => from + at).filter((row) => !rows.includes(row)));
    }),
  );
});

test('of a few values in a long column are those that a test of every row finds', async () => {
  const size = 50_000;
  const rare = fc.array(uniqueRows(size - 1, 100), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rare, async (places) => {
      const codes = new Uint8Array(size);
      places.forEach((rows, at) => {
        for (const row of rows) codes[row] = at + 1;
      });
      const marks = Uint8Array.from({ length: places.length + 1 }, (_, code) => (code === 0 ? 0 : 1));
      const rows = await new ValueRows().of({ codes, marks });
      expect(rows).toEqual(Uint32Array.from([...codes.keys()].filter((row) => codes[row] !== 0)));
    }),
    { numRuns: 20 },
  );
});

const column = fc.integer({ min: 1, max: 300 }).chain((distinct) =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: distinct - 1 }), { maxLength: 400 }),
      fc.array(fc.integer({ min: 0, max: distinct - 1 }), { maxLength: 20 }),
    )
    .map(([values, wanted]) => {
      const codes = codesFor(values.length, distinct);
      codes.set(values);
      const marks = new Uint8Array(distinct);
      for (const code of wanted) marks[code] = 1;
      return { codes, marks };
    }),
);

test('are those that a test of every row finds, or are left to that test', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(column, async ({ codes, marks }) => {
      const rows = await new ValueRows().of({ codes, marks });
      if (rows === undefined) return;
      found += 1;
      const kept = await keep({ from: 0, to: codes.length }, [{ codes, marks }]);
      expect([...rows]).toEqual(Array.from({ length: sizeOf(kept) }, (_, place) => rowAt(kept, place)));
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(50);
});

test('of one value are there for any column, of values that nothing has there are none', async () => {
  const rows = new ValueRows();
  const columns = Array.from({ length: 5 }, (_, n) =>
    Uint8Array.from({ length: 1_000 }, (__, row) => (row * (n + 3)) % 7),
  );
  for (let round = 0; round < 3; round += 1) {
    for (const codes of columns) {
      for (let code = 0; code < 8; code += 1) {
        const marks = new Uint8Array(9);
        marks[code] = 1;
        const having = [...codes.keys()].filter((row) => codes[row] === code);
        expect([...((await rows.of({ codes, marks })) ?? [])]).toEqual(having);
      }
    }
  }
  expect(await rows.of({ codes: columns[0] ?? new Uint8Array(), marks: new Uint8Array(9) })).toHaveLength(0);
  expect(await rows.of({ codes: new Uint32Array(10), marks: new Uint8Array(70_000).fill(1, 0, 1) })).toBeUndefined();
});
