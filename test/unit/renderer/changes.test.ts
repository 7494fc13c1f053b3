/** What changed is told from the written values; what was never loaded is called unknown. */
import { describe, expect, test } from 'vitest';
import { readChanges } from '../../../src/renderer/model/changes.ts';
import { commonEnds } from '../../../src/renderer/model/text-difference.ts';

test('a former null means that the value was not loaded', () => {
  const list = readChanges('{"new":{"title":"B","state":"active","id":"1"},"old":{"title":"A","state":null,"id":"1"}}');
  expect(list?.changes).toEqual([{ path: ['title'], kind: 'changed', before: '"A"', after: '"B"' }]);
  expect(list?.unknown.map((one) => one.path)).toEqual([['state']]);
  expect(list?.unchanged).toBe(1);
  expect(list?.hasOld).toBe(true);
});

test('numbers that only differ far behind are a change', () => {
  const list = readChanges('{"new":{"n":9007199254740993},"old":{"n":9007199254740992}}');
  expect(list?.changes).toHaveLength(1);
});

test('names are compared down into objects', () => {
  const list = readChanges('{"new":{"x":{"a":1,"b":2}},"old":{"x":{"a":1,"b":3,"c":4}}}');
  expect(list?.changes.map(({ path, kind }) => [path.join('.'), kind])).toEqual([
    ['x.b', 'changed'],
    ['x.c', 'removed'],
  ]);
});

test('names that every object inherits are only names', () => {
  const list = readChanges('{"new":{"__proto__":1,"toString":2},"old":{"__proto__":2}}');
  expect(list?.changes.map(({ path, kind }) => [path[0], kind])).toEqual([
    ['__proto__', 'changed'],
    ['toString', 'added'],
  ]);
});

test('a state without a former one lists what it holds', () => {
  const list = readChanges('{"new":{"a":1},"old":{}}');
  expect(list?.hasOld).toBe(false);
  expect(list?.changes).toHaveLength(1);
});

test.each([null, '{}', '[]', '7', 'no json', '{"new":7}'])('%s holds no state', (result) => {
  expect(readChanges(result)).toBeUndefined();
});

function parts(a: string, b: string): readonly string[] {
  const { start, end } = commonEnds(a, b);
  return [a, b].map((text) => text.slice(start, Math.max(start, text.length - end)));
}

describe('the part that differs', () => {
  test('is whole words', () => {
    expect(parts('Stand: 2024-11-26', 'Stand: 2024-12-26')).toEqual(['11', '12']);
    expect(parts('Old budget 2023', 'New budget 2023')).toEqual(['Old', 'New']);
    expect(parts('budget', 'budgets')).toEqual(['budget', 'budgets']);
  });

  test('may be missing on one side', () => {
    expect(parts('a b', 'a x b')).toEqual(['', 'x ']);
    expect(parts('', 'abc')).toEqual(['', 'abc']);
    expect(parts('same', 'same')).toEqual(['', '']);
  });
});
