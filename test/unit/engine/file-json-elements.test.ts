import { describe, expect, it } from 'vitest';
import { ElementSplitter, type ElementsIn } from '../../../src/main/engine/repositories/file/json-elements.ts';

/** The elements of a text that comes in pieces of one size. */
function split(text: string, where: ElementsIn, size: number): readonly string[] {
  const splitter = new ElementSplitter(where, 'it');
  const bytes = Buffer.from(text);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
  found.push(...splitter.end());
  return found.map((each) => each.toString('utf8'));
}

const SIZES = [1, 2, 3, 5, 7, 64, 10_000];

const ELEMENTS = [
  String.raw`{"a":"]}\"[{\\","b":[1,{"c":"\u005d"}]}`,
  '{}',
  '{ "n" : 9007199254740993 ,\n\t"x": 1.10 }',
  '"text, ] with } structure"',
  '-1.5e+10',
  'true',
  'null',
  '[[],[{}]]',
  '{"é":"😀"}',
];

describe('the elements of JSON, wherever its pieces are cut', () => {
  it.each(SIZES)('are those of an array, in pieces of %i bytes', (size) => {
    expect(split(` [\n${ELEMENTS.join(' ,\r\n')}\n] \n`, 'array', size)).toEqual(ELEMENTS);
    expect(split(`[${ELEMENTS.join(',')}]`, 'array', size)).toEqual(ELEMENTS);
    expect(split('[]', 'array', size)).toEqual([]);
  });

  it.each(SIZES)('are values in a row, in pieces of %i bytes', (size) => {
    expect(split(ELEMENTS.join('\n'), 'sequence', size)).toEqual(ELEMENTS);
    expect(split('{}{"a":1}[2]"x"', 'sequence', size)).toEqual(['{}', '{"a":1}', '[2]', '"x"']);
  });

  it.each(SIZES)('are those of a list under a key, in pieces of %i bytes', (size) => {
    const page = `{"before":{"events":[0]},"text":"\\"events\\":[","events" : [${ELEMENTS.join(',')}] , "n":7,"after":[1]}`;
    expect(split(`${page}\n${page}`, { key: 'events' }, size)).toEqual([...ELEMENTS, ...ELEMENTS]);
    expect(split('{"events":[],"n":null}', { key: 'events' }, size)).toEqual([]);
    expect(split('{"events":"none","n":true}', { key: 'events' }, size)).toEqual([]);
  });
});

describe('JSON that is damaged', () => {
  it.each(['[{"a":1}', '[{"a":1},', '[{"a":1},{"b":', '[', '[1', '["a'])('is found to be cut off: %s', (text) => {
    for (const size of SIZES) expect(() => split(text, 'array', size)).toThrow(/cut off/);
  });

  it.each([
    ['[{}{}]', /after 1 records, a comma or the end of the list/],
    ['[{},,{}]', /after 1 records, a record is expected/],
    ['[,{}]', /after 0 records, a record/],
    ['[{}],', /after 1 records, nothing more/],
    ['[{},]', /a record is expected/],
  ])('is found to be broken: %s', (text, message) => {
    for (const size of SIZES) expect(() => split(text, 'array', size)).toThrow(message);
  });

  it('hands over what stands before the damage', () => {
    const splitter = new ElementSplitter('array', 'it');
    expect(splitter.push(Buffer.from('[{"a":1},{"b":2}x')).map(String)).toEqual(['{"a":1}', '{"b":2}']);
    expect(() => splitter.push(Buffer.from(',{}]'))).toThrow(/at byte 16/);
  });

  it('can’t fill the memory', () => {
    const splitter = new ElementSplitter('array', 'it');
    splitter.push(Buffer.from('["'));
    const piece = Buffer.alloc(8 * 1024 * 1024, 0x61);
    expect(() => {
      for (let i = 0; i < 10; i += 1) splitter.push(piece);
    }).toThrow(/no end within/);
  });
});
