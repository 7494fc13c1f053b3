/** Changed values side by side: what differs is marked, wherever in a long text it lies; lists tell what came and went. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../scripts/sample/random.ts';
import { sidesOf, type Side } from '../../../src/renderer/model/change-sides.ts';
import type { Change } from '../../../src/renderer/model/changes.ts';
import { sequenceDifference } from '../../../src/renderer/model/sequence-difference.ts';

function changed(before: unknown, after: unknown): Change {
  return { path: ['x'], kind: 'changed', before: JSON.stringify(before), after: JSON.stringify(after) };
}

/** A side as one line, with what differs in brackets. */
function line(side: Side | undefined): string {
  if (side === undefined) return '';
  const text = side.stretches.map(({ text: each, differs }) => (differs ? `[${each}]` : each)).join('');
  return `${side.cutBefore ? '…' : ''}${text}${side.cutAfter ? '…' : ''}`;
}

function lines(before: unknown, after: unknown): readonly string[] {
  const sides = sidesOf(changed(before, after));
  return [line(sides.before), line(sides.after)];
}

describe('two texts', () => {
  it('mark each word that differs, not all between the first and the last', () => {
    expect(lines('The old budget of 2023 for roads', 'The new budget of 2024 for roads')).toEqual([
      'The [old] budget of [2023] for roads',
      'The [new] budget of [2024] for roads',
    ]);
  });

  it('mark words that follow one another as one', () => {
    expect(lines('a b c d', 'a x y d')).toEqual(['a [b c] d', 'a [x y] d']);
  });

  it('mark what was only added or taken away', () => {
    expect(lines('one three', 'one two three')).toEqual(['one three', 'one [two ]three']);
    expect(lines('', 'new')).toEqual(['', '[new]']);
  });

  it('show the place that differs in a text that is too long to be shown', () => {
    const long = 'word '.repeat(20_000);
    const [before, after] = lines(`${long}Berlin ${long}`, `${long}Hamburg ${long}`);
    expect(before).toMatch(/^…word .*\[Berlin\] word.*…$/);
    expect(after).toContain('[Hamburg]');
    expect(before?.length).toBeLessThan(1_000);
  });

  it('are compared as they are when they have nothing in common', () => {
    const random = createRandom(1);
    const noise = (): string => Array.from({ length: 600 }, () => random.uuid().slice(0, 6)).join(' ');
    const [a, b] = [noise(), noise()];
    const sides = sidesOf(changed(a, b));
    expect(sides.before?.stretches.map(({ text }) => text).join('')).toBe(
      a.slice(0, 4_000) + a.slice(4_000, sides.before?.stretches.map(({ text }) => text).join('').length),
    );
    expect(sides.after?.stretches.some(({ differs }) => differs)).toBe(true);
  });

  it('stay quick with texts of megabytes', () => {
    const long = 'x'.repeat(5_000_000);
    const [before] = lines(`${long}a`, `${long}b`);
    expect(before?.length).toBeLessThan(5_000);
  });
});

describe('two lists', () => {
  it('tell what came and what went', () => {
    const { list } = sidesOf(changed(['umwelt', 'verkehr', 'wahlen'], ['umwelt', 'haushalt', 'wahlen', 'bau']));
    expect(list?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same umwelt',
      'removed verkehr',
      'added haushalt',
      'same wahlen',
      'added bau',
    ]);
  });

  it('hold objects as they are written', () => {
    const { list } = sidesOf(changed([{ key: 'a', value: 1 }], [{ key: 'a', value: 2 }]));
    expect(list).toEqual([
      { kind: 'removed', text: '{"key":"a","value":1}' },
      { kind: 'added', text: '{"key":"a","value":2}' },
    ]);
  });

  it('are shown as texts when they are very long', () => {
    const list = Array.from({ length: 3_000 }, (_none, index) => index);
    expect(sidesOf(changed(list, [...list, 1])).list).toBeUndefined();
  });
});

describe('unknown and missing values', () => {
  it('have a side each that is known', () => {
    const sides = sidesOf({ path: ['x'], kind: 'unknown', before: 'null', after: '"now"' });
    expect(line(sides.after)).toBe('now');
    expect(sidesOf({ path: ['x'], kind: 'added', before: undefined, after: '1.10' }).before).toBeUndefined();
    expect(line(sidesOf({ path: ['x'], kind: 'added', before: undefined, after: '1.10' }).after)).toBe('1.10');
  });
});

describe('the shortest way from one sequence to another', () => {
  it('leads from the one to the other, and is as short as the longest common part allows', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const make = (): string[] => Array.from({ length: random.int(0, 12) }, () => random.pick(['a', 'b', 'c']));
      const [a, b] = [make(), make()];
      const steps = sequenceDifference(a, b, 100) ?? [];
      const rebuilt = steps.flatMap(({ kind, at }) => (kind === 'removed' ? [] : [kind === 'added' ? b[at] : a[at]]));
      expect(rebuilt).toEqual(b);
      expect(steps.flatMap(({ kind, at }) => (kind === 'added' ? [] : [a[at]]))).toEqual(a);
      expect(steps.filter(({ kind }) => kind === 'same')).toHaveLength(commonLength(a, b));
    }
  });
});

function commonLength(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) {
      const row = table[i + 1];
      if (row === undefined) continue;
      row[j + 1] = x === y ? (table[i]?.[j] ?? 0) + 1 : Math.max(table[i]?.[j + 1] ?? 0, row[j] ?? 0);
    }
  }
  return table[a.length]?.[b.length] ?? 0;
}
