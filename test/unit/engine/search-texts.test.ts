/** What the search index keeps in lower case can be had as it was, and the values in it are told exactly. */
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonUnits } from '../../../src/main/engine/snapshot/search/json-units.ts';
import { casePairs, LetterCase } from '../../../src/main/engine/snapshot/search/letter-case.ts';
import { NO_PATH, PathTable, PAYLOAD_PATH } from '../../../src/main/engine/snapshot/search/path-table.ts';
import { hasValue } from '../../../src/main/engine/snapshot/search/path-search.ts';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const letterCase = new LetterCase(await casePairs(connection));

/** A text through lower case and back, beginning at any place. */
function thereAndBack(text: string, at: number): { readonly restored: string; readonly canBeRestored: boolean } {
  const source = Buffer.from(text);
  const bytes = new Uint8Array(at + letterCase.longest(source.length));
  const changed = new Uint8Array(bytes.length);
  const { end, canBeRestored } = letterCase.lowered(source, 0, source.length, { bytes, changed }, at);
  expect(Buffer.from(bytes.subarray(at, end)).toString('utf8')).toBe(letterCase.text(text));
  return { restored: letterCase.restored(bytes, at, end, changed, at).toString('utf8'), canBeRestored };
}

/** The scalars of a value in their order, as JSON writes them. */
function scalarsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  return Object.values(value).flatMap(scalarsOf);
}

describe('a text in lower case', () => {
  const letters = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        'a',
        'A',
        'k',
        'K',
        '\u212a',
        'i',
        'I',
        'İ',
        'ı',
        'ß',
        'ẞ',
        'Ä',
        'ö',
        'Ω',
        '\u2126',
        'Σ',
        'ς',
        'Ⱥ',
        'Ɐ',
        'ɐ',
        '𐐀',
        '😀',
        '\0',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 12,
  });

  it('can be restored, or says that it can’t', () => {
    fc.assert(
      fc.property(letters, fc.nat(20), (text, at) => {
        const wanted = text.toWellFormed();
        const { restored, canBeRestored } = thereAndBack(wanted, at);
        expect(letterCase.text(restored)).toBe(letterCase.text(wanted));
        expect(restored === wanted || !canBeRestored).toBe(true);
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });

  it('can be restored for every letter that is the only capital of another one, and for capitals of the alphabet', () => {
    expect(thereAndBack('ABCDEFGHIJKLMNOPQRSTUVWXYZ ÄÖÜ ÉÑ Привет ΑΩ', 3)).toEqual({
      restored: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ÄÖÜ ÉÑ Привет ΑΩ',
      canBeRestored: true,
    });
    // Kelvin’s sign is a second capital of k.
    expect(thereAndBack('3 \u212a', 0)).toEqual({ restored: '3 K', canBeRestored: false });
  });
});

describe('the value of a unit', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ':', ',', '[', ']', '{', '}', '"', '\\', ' ', '1', 'true', 'ü', '\n'),
    maxLength: 8,
  });
  const scalar = fc.oneof(text, fc.integer({ min: -20, max: 20 }), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
    ),
  }));

  it('is told from every other', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.array(scalar, { maxLength: 8 }), (list, more) => {
        const json = Buffer.from(JSON.stringify(list));
        const units: Buffer[] = [];
        new JsonUnits(new PathTable()).cut(json, 0, json.length, PAYLOAD_PATH, 0, (from, to, path) => {
          if (path !== NO_PATH) units.push(json.subarray(from, to));
        });
        const scalars = scalarsOf(list);
        // Keys that are written with an escape have no path.
        fc.pre(units.length === scalars.length);
        const others = [...scalars, ...more.map((each) => JSON.stringify(each))];
        units.forEach((unit, at) => {
          for (const other of others) {
            expect([String(unit), other, hasValue(unit, Buffer.from(other))]).toEqual([
              String(unit),
              other,
              other === scalars[at],
            ]);
          }
        });
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });
});
