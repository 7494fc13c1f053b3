import { expect, it } from 'vitest';
import { jsonLines, type JsonRoot } from '../../../src/renderer/model/json-tree.ts';
import { lineKey, treeMove } from '../../../src/renderer/model/json-tree-keys.ts';

const roots: readonly JsonRoot[] = [{ name: 'result', text: '{"a":{"b":1},"e":[3],"f":4}' }];

it('goes from line to line, in and out, and folds', () => {
  const lines = jsonLines(roots, new Map([['result', 50]]));
  expect(lines.map(({ path, expanded }) => [path.join('.'), expanded])).toEqual([
    ['result', true],
    ['result.a', false],
    ['result.e', false],
    ['result.f', false],
  ]);
  expect(new Set(lines.map(lineKey)).size).toBe(lines.length);
  const move = (key: string, from: number): unknown => treeMove(key, lines, from, 2);
  expect([move('ArrowDown', 0), move('ArrowUp', 0), move('ArrowDown', 3)]).toEqual([1, 0, 3]);
  expect([move('Home', 3), move('End', 0), move('PageDown', 0), move('PageDown', 2), move('PageUp', 1)]).toEqual([
    0, 3, 2, 3, 0,
  ]);
  expect([move('ArrowRight', 0), move('ArrowLeft', 0), move('Enter', 0)]).toEqual([1, 'fold', 'fold']);
  expect([move('ArrowRight', 1), move(' ', 1), move('ArrowLeft', 1)]).toEqual(['unfold', 'unfold', 0]);
  expect([move('ArrowRight', 3), move('Enter', 3), move('ArrowLeft', 3)]).toEqual([3, 3, 0]);
  expect([move('x', 0), treeMove('End', [], 0, 2)]).toEqual([undefined, undefined]);
});
