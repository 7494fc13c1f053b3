/** Paths into result and payload: what people write, and what leads to any key whatever. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPath, parsePath } from '../../../src/shared/json-path.ts';

fc.configureGlobal({ seed: 20_240_301 });

describe('a path', () => {
  it.each([
    ['result', [], ''],
    ['payload.title', ['title'], '/title'],
    ['result.new.title', ['new', 'title'], '/new/title'],
    ['payload.tags[0].name', ['tags', '0', 'name'], '/tags/0/name'],
    ['payload[3][12]', ['3', '12'], '/3/12'],
    ['result."a.b"."c[0]"', ['a.b', 'c[0]'], '/a.b/c[0]'],
    ['result."say \\"hi\\" \\\\"', ['say "hi" \\'], '/say "hi" \\'],
    ['result.""', [''], '/'],
    ['result.a/b~c', ['a/b~c'], '/a~1b~0c'],
    ['payload.größe und breite', ['größe und breite'], '/größe und breite'],
    ['payload.__proto__', ['__proto__'], '/__proto__'],
  ])('%s', (text, steps, pointer) => {
    expect(parsePath(text)).toEqual({ root: text.startsWith('result') ? 'result' : 'payload', steps, pointer });
  });

  it.each([
    '',
    '.',
    'title',
    'results.a',
    'Result.a',
    '.result.a',
    'result.',
    'result..a',
    'result[',
    'result[x]',
    'result[-1]',
    'result."a',
    'result"a"',
    'result.a"b"',
    'result.[0]',
    'result."a"b',
    'payload.a]',
  ])('“%s” is none, and the message says what one looks like', (text) => {
    expect(() => parsePath(text)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('result.new.title') }),
    );
  });

  it('leads to any key, when it is written for it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('result', 'payload'),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }),
        (root, steps) => {
          expect(parsePath(formatPath(root, steps))).toMatchObject({ root, steps });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
