/** What a search takes for the same letter is what the database's `lower` does, and it sees what no column has. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { caseVariants } from '../../../src/main/engine/snapshot/search-sql.ts';
import { DEFAULT_SORT } from '../../../src/shared/filter.ts';
import { askedBothWays } from '../../support/both-ways.ts';
import { capturedHere, filterOf, type Captured } from '../../support/captured.ts';
import { recordText } from '../../support/record-text.ts';

async function found({ snapshot }: Captured, search: string): Promise<number[]> {
  const view = { filter: filterOf({ search }), sort: DEFAULT_SORT };
  const { rows } = await askedBothWays(snapshot, (query) => query.page(view, 0, 100));
  return rows.map(({ n }) => n).toSorted((a, b) => a - b);
}

/** A usual record with further keys at its end. */
function withKeys(keys: string): string {
  return `${recordText().slice(0, -1)},${keys}}`;
}

describe('letters that are the same but for their case', () => {
  it('are those of which the database makes one', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(
      `SELECT chr(point::INTEGER), lower(chr(point::INTEGER)) FROM range(1, 1114112) points(point)
       WHERE point NOT BETWEEN 55296 AND 57343 AND point <> 65279`,
    );
    connection.closeSync();
    instance.closeSync();
    const lowered = new Map(rows.getRows().map(([character, lower]) => [String(character), String(lower)]));
    const same = new Map<string, string[]>();
    for (const [character, lower] of lowered) same.set(lower, [...(same.get(lower) ?? []), character]);
    const wrong: string[] = [];
    let unknown = 0;
    for (const [character, lower] of lowered) {
      const variants = caseVariants(character);
      if (variants === undefined) unknown += 1;
      else if (variants.toSorted().join(' ') !== same.get(lower)?.toSorted().join(' ')) wrong.push(character);
    }
    expect(wrong).toEqual([]);
    // Most letters of other scripts are compared in lower case, without a pattern.
    expect(unknown).toBeLessThan(2_500);
    expect(caseVariants('ö')).toEqual(['ö', 'Ö']);
    expect(caseVariants('K')).toEqual(['k', 'K', '\u212a']);
  });

  it.each([
    ['istanbul', 'İSTANBUL'],
    ['kelvin', '\u212aELVIN'],
    ['abkiz', 'AB\u212aİZ'],
    ['straße', 'STRAẞE'],
    ['ångström', '\u212bNGSTRÖM'],
    ['σοφία', 'ΣΟΦΊΑ'],
    ['москва', 'МОСКВА'],
    ['ⅳ ⓐ', 'Ⅳ Ⓐ'],
    ['ꭰ', 'Ꭰ'],
  ])('are found: %s in %s', async (low, high) => {
    const [id, payload] = [JSON.stringify(high), JSON.stringify({ [high]: 1 })];
    const escaped = payload.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const captured = await capturedHere([
      recordText({ id }),
      recordText({ actor: id }),
      recordText({ payload }),
      recordText({ result: escaped }),
      recordText({ id: JSON.stringify(low) }),
      recordText(),
    ]);
    for (const search of [low, high, `${low.slice(0, -1)}${high.slice(-1)}`])
      expect(await found(captured, search)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('what a record has beside the fields of an event', () => {
  it('is searched: keys and values, however deep and however written', async () => {
    const captured = await capturedHere([
      withKeys('"note":{"text":["Geheim"]},"n":1.10'),
      withKeys(String.raw`"a\/b":"\u0047\u00e9heim","~":{"x":null}`),
      recordText(),
      recordText().replaceAll('":', '" : '),
    ]);
    expect(await found(captured, 'GEHEIM')).toEqual([0]);
    expect(await found(captured, 'géheim')).toEqual([1]);
    expect(await found(captured, 'note')).toEqual([0]);
    expect(await found(captured, 'a/b')).toEqual([1]);
    expect(await found(captured, '1.10')).toEqual([0]);
    for (const name of ['category', 'target_id', '" : "']) expect(await found(captured, name)).toEqual([]);
  });

  it('is searched where a key comes twice, of which a column has only one', async () => {
    const captured = await capturedHere([
      `{"actor":"hidden",${recordText({ actor: '"shown"' }).slice(1)}`,
      recordText({ actor: '"shown"' }),
    ]);
    expect(await found(captured, 'hidden')).toEqual([0]);
    expect(await found(captured, 'shown')).toEqual([0, 1]);
  });
});
