/** The quick reader of timestamps never disagrees with the general one. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fastMicros } from '../../../src/main/engine/snapshot/fast-timestamp.ts';
import { parseTimestamp } from '../../../src/shared/timestamp.ts';

fc.configureGlobal({ seed: 20_240_301 });

/** The quick reader's answer, read from the middle of a buffer. */
function fast(text: string): number {
  const bytes = Buffer.from(`"9${text}9"`);
  return fastMicros(bytes, 2, bytes.length - 2);
}

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), minLength: length, maxLength: length });

describe('the quick reader of timestamps', () => {
  it('reads every instant as CKAN writes it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1800-01-01'), max: new Date('2200-12-31'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999 }),
        fc.constantFrom('+00:00', 'Z'),
        (date, micros, zone) => {
          const text = `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}${zone}`;
          expect(fast(text)).toBe(date.getTime() * 1_000 + micros);
        },
      ),
    );
  });

  it('gives the general reader’s answer or none, on anything that looks like a timestamp', () => {
    const near = fc
      .tuple(
        fc.constantFrom('2024', '1799', '1800', '2200', '2201', '0000', '0001', '9999', '202a'),
        fc.oneof(fc.constantFrom('02', '13', '00', '12'), digits(2)),
        fc.oneof(fc.constantFrom('29', '30', '31', '00'), digits(2)),
        fc.constantFrom('T', ' ', 't', 'x'),
        fc.oneof(fc.constantFrom('23', '24'), digits(2)),
        fc.oneof(fc.constantFrom('59', '60'), digits(2)),
        fc.oneof(fc.constantFrom('59', '60', '00'), digits(2)),
        fc.oneof(
          fc.constant(''),
          fc.integer({ min: 0, max: 8 }).chain((length) => digits(length).map((each) => `.${each}`)),
        ),
        fc.constantFrom('+00:00', 'Z', '', 'z', '-00:00', '+0000', '+00', '+01:00', '+00:01', ' Z', 'ZZ', '+00:00:00'),
      )
      .map(
        ([year, month, day, t, hour, minute, second, fraction, zone]) =>
          `${year}-${month}-${day}${t}${hour}:${minute}:${second}${fraction}${zone}`,
      );
    fc.assert(
      fc.property(near, (text) => {
        const quick = fast(text);
        if (Number.isNaN(quick)) return;
        expect({ text, ...parseTimestamp(text) }).toEqual({
          text,
          micros: BigInt(quick),
          naive: false,
          subMicrosecond: false,
        });
      }),
      { numRuns: 5_000 },
    );
  });

  it('remembers a day without mixing it up with another', () => {
    const texts = [
      '2024-02-29',
      '2023-02-28',
      '2024-03-01',
      '2023-02-29',
      '2024-02-29',
      '1969-12-31',
      '1970-01-01',
    ].map((day) => `${day}T12:00:00+00:00`);
    expect(texts.map(fast)).toEqual(texts.map((text) => Number(parseTimestamp(text)?.micros ?? Number.NaN)));
  });
});
