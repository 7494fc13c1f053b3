/** JSON is looked into without becoming values: digits, odd keys and doubled names survive. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isJson,
  member,
  members,
  nodeText,
  prettyLines,
  rootNode,
  scalarText,
} from '../../../src/renderer/model/json-text.ts';
import { fold, initiallyUnfolded, jsonLines, MEMBER_STEP, unfold } from '../../../src/renderer/model/json-tree.ts';

function texts(text: string): readonly string[] {
  return members(text, rootNode(text)).map(({ key, node }) => `${key}=${scalarText(text, node)}`);
}

describe('members', () => {
  test('keep numbers as they are written', () => {
    expect(texts('{"a": 9007199254740993, "b": 1.10, "c":-0, "d":1E400}')).toEqual([
      'a=9007199254740993',
      'b=1.10',
      'c=-0',
      'd=1E400',
    ]);
  });

  test('keep odd and doubled keys', () => {
    expect(texts(String.raw`{"__proto__":1,"constructor":2,"a":3,"a":4,"":5,"q\"":6}`)).toEqual([
      '__proto__=1',
      'constructor=2',
      'a=3',
      'a=4',
      '=5',
      'q"=6',
    ]);
  });

  test('are not fooled by brackets, commas and quotes in texts', () => {
    expect(texts(String.raw`{"a":"}],{\"","b":[{"c":"]"}],"d":"\\"}`)).toEqual([
      String.raw`a=}],{"`,
      'b=[{"c":"]"}]',
      'd=\\',
    ]);
  });

  test('can be read from the middle', () => {
    const text = JSON.stringify(Array.from({ length: 100 }, (_, index) => index));
    expect(members(text, rootNode(text), 40, 2).map(({ key }) => key)).toEqual(['40', '41']);
  });

  test('say the same as JSON.parse for any value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const found = members(text, rootNode(text)).map(({ key, node }) => [key, JSON.parse(nodeText(text, node))]);
        expect(found).toEqual(JSON.parse(text, undefined) === null ? [] : Object.entries(JSON.parse(text)));
      }),
    );
  });
});

test('what is no JSON is told apart', () => {
  expect(isJson('{"a":1}')).toBe(true);
  for (const text of ['', '{', '{"a":1,}', 'NaN', "{'a':1}"]) expect(isJson(text)).toBe(false);
});

test('the formatted text means the same and keeps every digit', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(prettyLines(JSON.stringify(value)).join('\n'))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(prettyLines('{"a":[1.0,{}],"b":[]}')).toEqual([
    '{',
    '  "a": [',
    '    1.0,',
    '    {}',
    '  ],',
    '  "b": []',
    '}',
  ]);
});

describe('the tree', () => {
  const big = JSON.stringify({ list: Array.from({ length: 1_000 }, (_, index) => ({ index })) });

  test('lists only what is unfolded', () => {
    const roots = [{ name: 'result', text: big }];
    expect(jsonLines(roots, new Map())).toHaveLength(1);
    const open = unfold(unfold(new Map(), 'result'), 'result/0');
    const lines = jsonLines(roots, open);
    expect(lines).toHaveLength(1 + 1 + MEMBER_STEP + 1);
    expect(lines.at(-1)?.more).toBe(true);
    expect(jsonLines(roots, unfold(open, 'result/0'))).toHaveLength(2 + 2 * MEMBER_STEP + 1);
    expect(jsonLines(roots, fold(open, 'result'))).toHaveLength(1);
  });

  test('tells the path to each value', () => {
    const roots = [{ name: 'payload', text: '{"a.b":{"c":[7]}}' }];
    const last = jsonLines(roots, initiallyUnfolded(roots)).at(-1);
    expect(last?.path).toEqual(['payload', 'a.b', 'c', '0']);
  });

  test('survives a depth that would overflow a stack', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const roots = [{ name: 'payload', text: deep }];
    expect(jsonLines(roots, initiallyUnfolded(roots)).length).toBeGreaterThan(1);
  });
});

test('a missing member is undefined', () => {
  const text = '{"new":{}}';
  expect(member(text, rootNode(text), 'old')).toBeUndefined();
});
