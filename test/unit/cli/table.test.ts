/** Tables of the command: readable in a pipe, too, where nothing is cut. */
import { expect, it } from 'vitest';
import { table } from '../../../src/main/cli/table.ts';

it('a value that is longer than its column stands out in its own line only', () => {
  const long = 'x'.repeat(500);
  const lines = table(
    [{ title: 'setting' }, { title: 'value', max: 20 }, { title: 'from' }],
    [
      ['a', 'short', 'default'],
      ['b', long, 'settings'],
    ],
  );
  expect(lines).toEqual([
    `setting  value${' '.repeat(17)}from`,
    `a        short${' '.repeat(17)}default`,
    `b        ${long}  settings`,
  ]);
});
