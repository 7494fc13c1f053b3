/** The filter pattern lets through whatever the filter lets through, by the rules of the service's pattern language. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datePrefixes } from '../../../src/main/engine/repositories/cloudwatch/date-prefixes.ts';
import { filterPattern, MAX_PATTERN } from '../../../src/main/engine/repositories/cloudwatch/filter-pattern.ts';
import { narrowing, READ_ALL } from '../../../src/main/engine/repositories/cloudwatch/narrowing.ts';
import { FILTER_FIELDS } from '../../../src/shared/event.ts';
import { filterSchema, type Filter, type FilterInput } from '../../../src/shared/filter.ts';
import { compilePattern } from '../../support/cloudwatch/filter-pattern.ts';
import { HOSTILE_TEXTS, oneEvent } from '../../support/events.ts';

fc.configureGlobal({ seed: 20_240_301 });

const BASE = oneEvent().event;

function filter(input: FilterInput): Filter {
  return filterSchema.parse(input);
}

function patternOf(input: FilterInput): string {
  return filterPattern(filter(input), undefined).text;
}

describe('a filter pattern', () => {
  test('says conditions as the service understands them', () => {
    expect(
      patternOf({
        conditions: [
          { field: 'category', values: ['model'] },
          { field: 'action', values: ['created', 'deleted'], negate: true },
          { field: 'actor', values: [String.raw`a"b\c`] },
        ],
      }),
    ).toBe(
      String.raw`{ ($.category = "model") && (($.action != "created") && ($.action != "deleted")) && ($.actor = "a\"b\\c") }`,
    );
  });

  test.each([
    ['the empty value', ''],
    ['a wildcard', 'a*'],
    ['what could be a regular expression', '%a%'],
    ['a number, which an id may be', '42'],
    ['a constant', 'null'],
    ['other than ASCII', 'Öffnung'],
    ['a line break', 'a\nb'],
    ['outer space', ' a'],
  ])('leaves to the filter: %s', (_name, value) => {
    expect(patternOf({ conditions: [{ field: 'id', values: ['plain', value] }] })).toBe('');
  });

  test('leaves it to the filter whether an absent field differs', () => {
    expect(patternOf({ conditions: [{ field: 'actor', values: ['x'], negate: true }] })).toBe('');
  });

  test('never gets longer than the service takes', () => {
    const values = Array.from({ length: 60 }, (_, index) => `value-number-${index}`);
    const text = patternOf({
      conditions: [
        { field: 'action', values },
        { field: 'category', values: ['model'] },
      ],
    });
    expect(text).toBe('{ ($.category = "model") }');
  });

  test('never leaves out what the filter lets pass', () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE_TEXTS, '', 'a', 'b', '*', 'a*', '\\', '"', '"a"', '1', 'true'),
      fc.string({ maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const condition = fc.record({
      field: fc.constantFrom(...FILTER_FIELDS),
      values: fc.array(text, { minLength: 1, maxLength: 3 }),
      negate: fc.boolean(),
    });
    const fields = fc.record(Object.fromEntries(FILTER_FIELDS.map((field) => [field, text])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 4 }), fields, fc.nat(), (conditions, changes, copied) => {
        // Often enough the event has to have what is asked for.
        const asked = Object.fromEntries(
          conditions.map(({ field, values }) => [field, values[copied % values.length]]),
        );
        const event: Record<string, unknown> = { ...BASE, ...changes, ...(copied % 3 === 0 ? {} : asked) };
        fc.pre(event['category'] !== '' && event['action'] !== '');
        const passes = conditions.every(({ field, values, negate }) => {
          const value = event[field] ?? '';
          return (typeof value === 'string' && values.includes(value)) !== negate;
        });
        const pattern = patternOf({ conditions });
        expect(pattern.length).toBeLessThanOrEqual(MAX_PATTERN);
        return !passes || compilePattern(pattern)(JSON.stringify(event));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('date prefixes', () => {
  test('name a range as shortly as it can be named', () => {
    const [finest] = datePrefixes(Date.parse('2024-03-10T12:00:00Z'), Date.parse('2024-04-01T00:00:00Z'));
    expect(finest).toEqual([
      '2024-03-09',
      '2024-03-1',
      '2024-03-2',
      '2024-03-3',
      '2024-03-4',
      '2024-03-5',
      '2024-03-6',
      '2024-03-7',
      '2024-03-8',
      '2024-03-9',
      '2024-04-00',
      '2024-04-01',
      '2024-04-02',
    ]);
  });

  test('cover every date whose text may belong to an instant of the range, however coarse', () => {
    const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.option(instant, { nil: undefined }),
        fc.option(instant, { nil: undefined }),
        instant,
        fc.integer({ min: -1_439, max: 1_439 }),
        (from, to, at, minutes) => {
          fc.pre((from === undefined || at >= from) && (to === undefined || at <= to));
          const written = new Date(at.getTime() + minutes * 60_000).toISOString();
          const covers = (prefixes: readonly string[]): boolean =>
            prefixes.some((prefix) => written.startsWith(prefix));
          expect([...datePrefixes(from?.getTime(), to?.getTime())].every(covers)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a narrowed window', () => {
  const march = { time_from: '2024-03-05', time_to: '2024-03-06' };

  test('is all there is when nothing is asked', () => {
    expect(narrowing(undefined, undefined)).toBe(READ_ALL);
    expect(narrowing(filter({}), 5)).toBe(READ_ALL);
  });

  test('begins a day early and stays open, because a batch may wait for its next event for ever', () => {
    const { from, to, pattern } = narrowing(filter(march), undefined);
    expect(from).toBe(Date.parse('2024-03-04T00:00:00Z'));
    expect(to).toBeUndefined();
    expect(pattern).toBe(
      '{ (($.timestamp = "2024-03-04*") || ($.timestamp = "2024-03-05*") || ($.timestamp = "2024-03-06*") || ($.timestamp = "2024-03-07*")) }',
    );
  });

  test('ends where a longest delay is given, and then needs no dates', () => {
    const { to, pattern } = narrowing(filter(march), 2);
    expect(to).toBe(Date.parse('2024-03-07T02:00:00Z'));
    expect(pattern).toBe('');
  });

  test('refuses a start after the end', () => {
    expect(() => narrowing(filter({ time_from: '2024-03-07', time_to: '2024-03-06' }), undefined)).toThrow(
      /after the end/,
    );
  });
});

describe('the pattern language of the test server', () => {
  const message = JSON.stringify({
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    SomeObject: null,
    done: true,
    quote: 'say "hi" \\ *',
    latency: 42.5,
    errorCode: 400,
  });

  test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType = "updatetrail" }', false],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = "*Trail" }', true],
    ['{ $.eventType = "*dateTr*" }', true],
    [String.raw`{ $.eventType = "Update\*" }`, false],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.objectList[1].id = "2" }', false],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.done IS TRUE }', true],
    ['{ $.missing != "x" }', false],
    ['{ $.latency > 42 && $.latency <= 4.25e1 }', true],
    ['{ ($.errorCode = 200 || $.errorCode = 400) && $.done IS FALSE }', false],
    ['{ $.errorCode = 200 && $.done IS TRUE || $.eventType = "UpdateTrail" }', true],
    [String.raw`{ $.quote = "say \"hi\" \\ \*" }`, true],
    ['UpdateTrail', true],
    ['"another value" -UpdateTrail', false],
    ['?nowhere ?UpdateTrail', true],
    ['', true],
  ])('%s', (pattern, matches) => {
    expect(compilePattern(pattern)(message)).toBe(matches);
  });

  test.each([
    '{ $.a = "x" ',
    '{ $a = "x" }',
    '{ $.a "x" }',
    '{ $.a > "x" }',
    '{ }',
    '{ $.a = "x" } y',
    'a-b',
    'x'.repeat(1_025),
  ])('refuses %s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/Invalid filter pattern|1024/);
  });
});
