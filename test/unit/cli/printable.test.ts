/** No text of an event can do anything to a terminal. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/main/cli/printable.ts';
import { table } from '../../../src/main/cli/table.ts';

fc.configureGlobal({ seed: 20_240_301 });

describe('a text made harmless', () => {
  it('holds no control, format or surrogate character, and stays on one line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(
          fc.constantFrom('\u001b', '\u009b', '\r', '\n', '\u202e', '\u2028', '\ud800', '\udc00', '\ufeff', '\u00ad'),
        ),
        (text, more) => {
          const shown = printable(`${text}${more.join('')}`);
          expect(shown.replaceAll('\u200d', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is otherwise as it was', () => {
    for (const text of ['', 'plain', 'Straße 👩🏽‍💻 مرحبا', 'a  b']) expect(printable(text)).toBe(text);
    expect(printable('\u001b[31m\u0000\t\n\u007f\u009b\u202e')).toBe('␛[31m␀␉␊␡\\u{9b}\\u{202e}');
  });
});

describe('a table', () => {
  it('has a line a row, columns in line, and what is in the cells whole', () => {
    const lines = table(
      [{ title: 'a' }, { title: 'n', align: 'right' }],
      [
        ['x\ny', '1'],
        ['long '.repeat(20), '22'],
      ],
    );
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^x␊y +1$/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});
