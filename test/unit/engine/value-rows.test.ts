/** The rows of some values, put together from the rows of each: the same as when every row is tested. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codesFor, keep, rowAt, sizeOf } from '../../../src/main/engine/snapshot/rows.ts';
import { ValueRows } from '../../../src/main/engine/snapshot/value-rows.ts';

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
