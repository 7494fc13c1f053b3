/** The scanner accepts exactly what JSON.parse accepts, and its slices are exactly the values' own texts. */
import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KIND, MAX_DEPTH, RecordScanner } from '../../../src/main/engine/snapshot/record-scanner.ts';
import { EVENT_FIELDS, type EventField } from '../../../src/shared/event.ts';
import { recordText } from '../../support/record-text.ts';

fc.configureGlobal({ seed: 20_240_301 });

const scanner = new RecordScanner();

/** Objects that look like events, more or less: fields missing, extra keys, any values, any order. */
const eventLike = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...EVENT_FIELDS) }, { weight: 1, arbitrary: fc.string() }),
      fc.jsonValue({ stringUnit: 'binary' }),
    ),
    { maxLength: 14 },
  )
  .map((entries) => Object.fromEntries(entries));

/** Whole events in order, which are what stores are full of. */
const wholeEvent = fc
  .tuple(...EVENT_FIELDS.map(() => fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue())))
  .map((values) => Object.fromEntries(EVENT_FIELDS.map((field, index) => [field, values[index]])));

const layout = fc.constantFrom(0, 1, 2, '\t', ' \t');

function kindOf(value: unknown): number {
  if (value === undefined) return KIND.absent;
  if (value === null) return KIND.null;
  if (Array.isArray(value)) return KIND.array;
  switch (typeof value) {
    case 'string':
      return KIND.string;
    case 'number':
      return KIND.number;
    case 'boolean':
      return KIND.boolean;
    default:
      return KIND.object;
  }
}

function slice(bytes: Buffer, field: EventField): string | undefined {
  const index = EVENT_FIELDS.indexOf(field);
  return scanner.kinds[index] === KIND.absent
    ? undefined
    : bytes.toString('utf8', scanner.starts[index], scanner.ends[index]);
}

function valueOf(bytes: Buffer, field: EventField): unknown {
  const text = slice(bytes, field);
  return text === undefined ? undefined : JSON.parse(text);
}

function own(value: object, key: string): unknown {
  return new Map<string, unknown>(Object.entries(value)).get(key);
}

/** The text that a compact record of these slices would be. */
function compactText(bytes: Buffer): string {
  const members = EVENT_FIELDS.flatMap((field) => {
    const text = slice(bytes, field);
    return text === undefined ? [] : [`"${field}":${text}`];
  });
  return `{${members.join(',')}}`;
}

function nested(depth: number): Buffer {
  return Buffer.from(`{"payload":${'['.repeat(depth)}${']'.repeat(depth)}}`);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('the record scanner', () => {
  it('accepts whatever JSON.stringify writes of an object, and slices each value exactly', () => {
    fc.assert(
      fc.property(fc.oneof(eventLike, wholeEvent), layout, (value, space) => {
        const bytes = Buffer.from(JSON.stringify(value, null, space));
        expect(scanner.scan(bytes)).toBe(true);
        for (const field of EVENT_FIELDS) {
          const expected = own(value, field);
          expect(scanner.kinds[EVENT_FIELDS.indexOf(field)]).toBe(kindOf(expected));
          expect(valueOf(bytes, field)).toEqual(
            expected === undefined ? undefined : JSON.parse(JSON.stringify(expected)),
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  it('calls a record compact exactly when its slices rebuild its bytes', () => {
    fc.assert(
      fc.property(fc.oneof(eventLike, wholeEvent), layout, (value, space) => {
        const bytes = Buffer.from(JSON.stringify(value, null, space));
        expect(scanner.scan(bytes)).toBe(true);
        const first = EVENT_FIELDS.slice(0, 9).every((field) => slice(bytes, field) !== undefined);
        expect(scanner.compact).toBe(first && compactText(bytes) === bytes.toString());
      }),
      { numRuns: 400 },
    );
  });

  it('agrees with JSON.parse about any damage to a record', () => {
    const damage = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('replace', 'insert', 'remove', 'repeat'),
      byte: fc.oneof(
        fc.constantFrom(...Buffer.from('{}[]",:\\/u0123456789aAeE+-.tfn \t\n\r\u0000\u001f')),
        fc.nat(255),
      ),
      length: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(
        fc.oneof(eventLike, wholeEvent),
        layout,
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        (value, space, damages) => {
          let bytes = Buffer.from(JSON.stringify(value, null, space));
          for (const { at, kind, byte, length } of damages) {
            const place = bytes.length === 0 ? 0 : at % bytes.length;
            const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
            if (kind === 'replace') bytes = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
            else if (kind === 'insert') bytes = Buffer.concat([before, Buffer.from([byte]), after]);
            else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(length)]);
            else bytes = Buffer.concat([before, after.subarray(0, length), after]);
          }
          if (!isUtf8(bytes)) return;
          const expected = parsed(bytes);
          const accepted = scanner.scan(bytes);
          expect({ text: bytes.toString(), accepted }).toEqual({
            text: bytes.toString(),
            accepted: isObject(expected),
          });
          for (const field of accepted ? EVENT_FIELDS : []) {
            expect(valueOf(bytes, field)).toEqual(own(Object(expected), field));
          }
          expect(scanner.problemCode).toMatch(accepted ? /^$/ : /^(?:empty|not_json|not_an_object)$/);
          expect(scanner.problem === '').toBe(accepted);
          expect(scanner.problemAt).toBeLessThanOrEqual(accepted ? Number.POSITIVE_INFINITY : bytes.length);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('agrees with JSON.parse about every way of cutting a record off', () => {
    const bytes = Buffer.from(recordText({ payload: String.raw`{"a":[1.5e-3,true,null,"x\u00e9\\"],"b":{}}` }));
    for (let end = 0; end < bytes.length; end += 1) expect(scanner.scan(bytes.subarray(0, end))).toBe(false);
    // Nor does what follows a record in its buffer make up for its missing end.
    for (let end = 0; end < bytes.length; end += 1) expect(scanner.scan(bytes, 0, end)).toBe(false);
    const amid = Buffer.concat([Buffer.from('"}{'), bytes, Buffer.from('}","')]);
    expect(scanner.scan(amid, 3, 3 + bytes.length)).toBe(true);
    const id = slice(amid, 'id');
    expect(scanner.scan(bytes)).toBe(true);
    expect(slice(bytes, 'id')).toBe(id);
  });

  it.each([
    ['-', false],
    ['-0', true],
    ['00', false],
    ['-01', false],
    ['1.', false],
    ['.5', false],
    ['1e', false],
    ['1e+', false],
    ['1E-07', true],
    ['+1', false],
    ['0x10', false],
    ['NaN', false],
    ['tru', false],
    ['nulll', false],
    ['1 2', false],
    [String.raw`"\x41"`, false],
    [String.raw`"\u00g0"`, false],
    [String.raw`"\ud800"`, true],
    ['"\u007f"', true],
    ['"\u0000"', false],
    ['[1,]', false],
    ['{"a":1,}', false],
    ['{1:1}', false],
  ])('takes %s as a value: %s', (text, accepted) => {
    expect(scanner.scan(Buffer.from(`{"payload":${text}}`))).toBe(accepted);
    expect(scanner.scanValue(Buffer.from(text), 10)).toBe(accepted);
    expect(parsed(Buffer.from(text)) !== undefined).toBe(accepted);
  });

  it('reads to its depth limit and sets aside what is deeper, without recursion', () => {
    expect(scanner.scan(nested(MAX_DEPTH))).toBe(true);
    expect(scanner.scan(nested(MAX_DEPTH + 1))).toBe(false);
    expect(scanner.problemCode).toBe('too_deep');
    expect(scanner.scan(nested(1_000_000))).toBe(false);
  });

  it.each([
    [String.raw`"\ud83d\ude00"`, false],
    [String.raw`"\ud83d"`, true],
    [String.raw`"\ud83dx"`, true],
    [String.raw`"\ud83d\n"`, true],
    [String.raw`"\ud83d\ud83d\ude00"`, true],
    [String.raw`"\ude00\ud83d"`, true],
    [String.raw`[{"\udc00":1}]`, true],
    [String.raw`[["\ud83d\ude00"],"\udbff\udfff"]`, false],
  ])('notices a surrogate without its partner in %s: %s', (text, lone) => {
    expect(scanner.scan(Buffer.from(`{"result":{},"payload":${text}}`))).toBe(true);
    expect([...scanner.lone.subarray(9)]).toEqual([0, lone ? 1 : 0]);
  });

  it('lets the last of several values of a field count, as JSON.parse does', () => {
    const bytes = Buffer.from('{"actor":"a","actor":{"b":1},"actor":"c"}');
    expect(scanner.scan(bytes)).toBe(true);
    expect(slice(bytes, 'actor')).toBe('"c"');
    expect(scanner.compact).toBe(false);
  });

  it('forgets the record before', () => {
    expect(scanner.scan(Buffer.from(String.raw`{"actor":"\ud800","payload":"x"}`))).toBe(true);
    expect(scanner.scan(Buffer.from('{}'))).toBe(true);
    expect([...scanner.kinds]).toEqual(EVENT_FIELDS.map(() => KIND.absent));
    expect([...scanner.lone]).toEqual(EVENT_FIELDS.map(() => 0));
    expect([...scanner.escaped]).toEqual(EVENT_FIELDS.map(() => 0));
  });
});
