/** Which rows have a text's pairs of bytes, or a byte: never too few, and no more than they say where they are exact. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areExact,
  gramsOf,
  lettersOf,
  placesOfGrams,
  type MadeGrams,
} from '../../../src/main/engine/snapshot/search/grams.ts';
import { RowBits } from '../../../src/main/engine/snapshot/search/row-bits.ts';

/** Texts one after the other, each behind it a byte that is of none. */
function packed(texts: readonly string[]): { readonly bytes: Uint8Array; readonly starts: Uint32Array } {
  const starts = [0];
  for (const text of texts) starts.push((starts.at(-1) ?? 0) + Buffer.byteLength(text) + 1);
  return { bytes: Buffer.from(texts.map((text) => `${text}\0`).join('')), starts: Uint32Array.from(starts) };
}

/** The rows that have all of a text's keys. */
function having({ keys, words, bits }: MadeGrams, text: Uint8Array): RowBits {
  const places = placesOfGrams({ keys, words, at: 0 }, text);
  const rows = new Uint32Array(words).fill(places === undefined ? 0 : 0xffff_ffff);
  places?.forEach((place) => rows.forEach((row, word) => (rows[word] = row & (bits[place * words + word] ?? 0))));
  return new RowBits(rows);
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü', '1', '-'), maxLength: 6 });
// Many rows, so that what a key takes is little beside the texts.
const rowTexts = fc.array(letters, { minLength: 1, maxLength: 8 }).map((some) => {
  return Array.from(
    { length: 150 },
    (_, row) => `${some[(row * row) % some.length] ?? ''}${row % 7 === 0 ? 'abc' : 'c'.repeat(8)}`,
  );
});

describe('pairs of bytes of rows', () => {
  it('leave every row that holds a text, and only those where they are exact', () => {
    fc.assert(
      fc.property(
        rowTexts,
        letters.filter((text) => text !== ''),
        (texts, wanted) => {
          const { bytes, starts } = packed(texts);
          const grams = gramsOf(bytes, starts);
          if (grams === undefined) throw new Error('These have few pairs.');
          const text = Buffer.from(wanted);
          const left = [...having(grams, text).all()];
          const holding = texts.flatMap((each, row) => (each.includes(wanted) ? [row] : []));
          expect(left).toEqual(expect.arrayContaining(holding));
          const surely = areExact(text) ? left : left.filter((row) => holding.includes(row));
          expect(surely).toEqual(holding);
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  it('are left out where they would take more than the texts', () => {
    const { bytes, starts } = packed(Array.from({ length: 64 }, (_, row) => String.fromCodePoint(0x4e00 + row * 37)));
    expect(gramsOf(bytes, starts)).toBeUndefined();
  });

  it('of texts that rows share are those of the rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(letters, fc.uniqueArray(fc.nat(69))), { maxLength: 9 }), (shared) => {
        const { bytes, starts } = packed(shared.map(([text]) => text));
        const rows = shared.map(([, list]) => Uint16Array.from(list));
        const made = lettersOf(bytes, starts, 70, (text) => rows[text] ?? new Uint16Array());
        for (const letter of ['a', 'b', '1', '-', 'z']) {
          const want = new Set(shared.flatMap(([text, list]) => (text.includes(letter) ? list : [])));
          expect([...having(made, Buffer.from(letter)).all()]).toEqual([...want].toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

describe('rows as bits', () => {
  it('are gone through in stretches as a list is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199)), fc.nat(220), fc.nat(220), (rows, from, to) => {
        const words = new Uint32Array(7);
        for (const row of rows) words[row >> 5] = (words[row >> 5] ?? 0) | (1 << (row & 31));
        const bits = new RowBits(words);
        const want = rows.filter((row) => row >= from && row < to).toSorted((a, b) => a - b);
        const taken: number[] = [];
        bits.each(from, to, (row) => taken.push(row));
        expect(taken).toEqual(want);
        expect(bits.hasAny(from, to)).toBe(want.length > 0);
        expect(bits.size).toBe(rows.length);
        expect([...bits.all()]).toEqual(rows.toSorted((a, b) => a - b));
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
