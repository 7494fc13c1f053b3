/** Events as they are written: as JSON text, to the byte, and refused where they would come back as something else. */
import { assert, dictionary, jsonValue, nat, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/shared/event.ts';
import {
  checkEvent,
  eventField,
  eventFromJson,
  eventJson,
  eventRow,
} from '../../../src/main/engine/repositories/event-json.ts';
import { compactJson, jsonObject, textOfObject } from '../../../src/main/engine/repositories/json-object.ts';
import { RecordScanner } from '../../../src/main/engine/snapshot/record-scanner.ts';
import { generateEvents, oneEvent, redisField } from '../../support/events.ts';

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('an object that is given as text', () => {
  it.each([
    ['{ "n" : 1.10 }', '{"n":1.10}'],
    ['{"big":12345678901234567890,"e":1e400,"zero":-0.0}', '{"big":12345678901234567890,"e":1e400,"zero":-0.0}'],
    ['{"10":1,"2":2,\n"a":1,\t"a":2}', '{"10":1,"2":2,"a":1,"a":2}'],
    ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    ['{"text":" spaces \\" and : stay , "}', '{"text":" spaces \\" and : stay , "}'],
    ['{"escape":"\\u00e9 é \\/"}', '{"escape":"\\u00e9 é \\/"}'],
    ['{"half":"\ud800"}', '{"half":"\\ud800"}'],
    ['{}', '{}'],
  ])('%j is written as %j', (given, written) => {
    expect(textOfObject(jsonObject(given, 'payload'))).toBe(written);
  });

  it.each(['', '[]', '1', 'null', '{', "{'a':1}", '{"a":1,}', '{"a":NaN}', '{"a":01}', '{"a":1} 2', '\ufeff{}'])(
    '%j is refused in one line',
    (text) => {
      expect(() => jsonObject(text, 'payload')).toThrow(/^The payload is [^\n]+\.$/);
    },
  );

  it('is refused when readers would set it aside for its depth', () => {
    expect(textOfObject(jsonObject(nested(512), 'payload'))).toBe(nested(512));
    expect(() => jsonObject(nested(513), 'payload')).toThrow(/512 levels/);
    expect(() => jsonObject(nested(100_000), 'payload')).toThrow(/512 levels/);
  });

  it('can’t be changed, because it stands for its text', () => {
    const value = jsonObject('{"a":{"b":1}}', 'payload');
    expect(() => Object.assign(Object(value['a']), { b: 2 })).toThrow(TypeError);
  });

  it('says the same as before, whatever it is', () => {
    assert(
      property(dictionary(string({ unit: 'binary' }), jsonValue()), nat(4), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(compactJson(text)).toBe(JSON.stringify(JSON.parse(text)));
        expect(JSON.parse(textOfObject(jsonObject(text, 'payload')))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('an object that is given as values', () => {
  it.each([
    ['a date', { at: new Date(0) }],
    ['a bigint', { n: 1n }],
    ['no number', { list: [Number.NaN] }],
    ['infinity', { deep: { n: Number.POSITIVE_INFINITY } }],
    ['a function', { toJSON: () => 'x' }],
    ['nothing in a list', { list: [undefined] }],
    ['a map', { map: new Map() }],
  ])('with %s in it is refused, with the place', (_what, value) => {
    expect(() => textOfObject(value)).toThrow(/^JSON has no such value as [^\n]+ at “[^”]+”[^\n]*\.$/);
  });

  it('that holds itself is refused', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    expect(() => textOfObject(value)).toThrow(/512 levels/);
  });

  it('leaves out members that are not there', () => {
    expect(textOfObject({ a: undefined, b: null })).toBe('{"b":null}');
  });
});

describe('an event', () => {
  it('is written as the extension writes it: fields in order, no spaces, text as it is', () => {
    const scanner = new RecordScanner();
    for (const { event, json, field } of generateEvents(500, { seed: 4, hostile: 0.5 })) {
      expect(eventJson(event)).toBe(json);
      expect(eventField(event)).toBe(field);
      expect(scanner.scan(Buffer.from(eventJson(event)))).toBe(true);
      expect(eventJson(eventFromJson(json))).toBe(json);
    }
  });

  it('keeps the texts of its objects over a queue on disk', () => {
    const payload = jsonObject('{"n":1.10,"10":1,"2":2}', 'payload');
    const event = { ...oneEvent().event, payload };
    const back = eventFromJson(eventJson(event));
    expect(eventJson(back)).toBe(eventJson(event));
    expect(eventJson(back)).toContain('"payload":{"n":1.10,"10":1,"2":2}');
  });

  it('without result and payload is what CloudWatch keeps of one that is too large', () => {
    const { result: _, payload: __, ...flat } = oneEvent().event;
    expect(eventJson(oneEvent().event, ['result', 'payload'])).toBe(JSON.stringify(flat));
  });

  it('names its Redis field as Python would put an id that is no text', () => {
    const ids = ([5, true, false, null] as const).map((id) => eventField({ ...oneEvent().event, id }).split('|')[0]);
    expect(ids).toEqual(['id:5', 'id:True', 'id:False', 'id:None']);
    expect(redisField(oneEvent().event)).toBe(eventField(oneEvent().event));
  });

  it.each<[string, Partial<AuditEvent>]>([
    ['an empty category', { category: '' }],
    ['an empty action', { action: '' }],
    ['no timestamp', { timestamp: '' }],
    ['a day that there is not', { timestamp: '2024-02-30T00:00:00Z' }],
    ['an id that is infinite', { id: Number.POSITIVE_INFINITY }],
    ['more than readers take', { payload: { text: 'x'.repeat(16 * 1024 * 1024) } }],
  ])('with %s is refused in one line that names it', (_what, changes) => {
    const event = { ...oneEvent({ id: 'the-event' }).event, ...changes };
    expect(() => checkEvent(event)).toThrow(/^The event (?:the-event|Infinity) can’t be written: [^\n]+\.$/);
  });

  it('becomes a row of texts only when every text stays what it is', () => {
    const { event } = oneEvent();
    expect(eventRow(event, 'the store')).toHaveLength(11);
    expect(() => eventRow({ ...event, id: 5 }, 'the store')).toThrow(/the store keeps ids as text/);
    expect(() => eventRow({ ...event, actor: '\udc00' }, 'the store')).toThrow(/half of a surrogate pair/);
    // In JSON it is an escape, which any text can hold.
    expect(eventRow({ ...event, payload: { half: '\udc00' } }, 'the store')[10]).toBe('{"half":"\\udc00"}');
  });
});
