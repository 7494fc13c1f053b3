/** Timestamps are read to the microsecond, as the calendar has them, or not at all. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysSinceEpoch, formatInstant, parseDateTime, parseTimestamp } from '../../../src/shared/timestamp.ts';

fc.configureGlobal({ seed: 20_240_301 });

/** Every millisecond of the years 1 to 9999. */
const anyDate = fc.date({
  noInvalidDate: true,
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
});

describe('a timestamp', () => {
  it('means what Date says, in every year of four digits', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const text = date.toISOString();
        expect(parseTimestamp(text)).toEqual({
          micros: BigInt(date.getTime()) * 1_000n,
          naive: false,
          subMicrosecond: false,
        });
        expect(formatInstant(BigInt(date.getTime()) * 1_000n)).toBe(`${text.slice(0, -1)}000Z`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is written back as the instant it was read as, to the microsecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }), (micros) => {
        const text = formatInstant(micros);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(parseTimestamp(text)?.micros).toBe(micros);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is written with six digits of year beyond 9999, which offsets can reach', () => {
    expect(formatInstant(parseTimestamp('9999-12-31T23:59:59.999999-12:00')?.micros ?? 0n)).toBe(
      '+010000-01-01T11:59:59.999999Z',
    );
    expect(formatInstant(parseTimestamp('0001-01-01T00:00:00+12:00')?.micros ?? 0n)).toBe(
      '0000-12-31T12:00:00.000000Z',
    );
  });

  it('with an offset is that much earlier or later', () => {
    const offset = fc.tuple(
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
    );
    fc.assert(
      fc.property(anyDate, offset, fc.constantFrom(':', ''), (date, [sign, hours, minutes], separator) => {
        const text = `${date.toISOString().slice(0, -1)}${sign}${String(hours).padStart(2, '0')}${separator}${String(minutes).padStart(2, '0')}`;
        const shift = BigInt((hours * 60 + minutes) * 60) * (sign === '-' ? -1_000_000n : 1_000_000n);
        expect(parseTimestamp(text)?.micros).toBe(BigInt(date.getTime()) * 1_000n - shift);
      }),
    );
  });

  it.each([
    ['2024-11-11T10:20:30.123456+00:00', '2024-11-11T10:20:30.123456Z'],
    ['2024-11-11T10:20:30+00:00', '2024-11-11T10:20:30.000000Z'],
    ['2024-11-11 10:20:30.1Z', '2024-11-11T10:20:30.100000Z'],
    ['2024-11-11 10:20:30,5 +02', '2024-11-11T08:20:30.500000Z'],
    ['2024-11-11T10:20z', '2024-11-11T10:20:00.000000Z'],
    ['2024-11-11T10:20:30-00:00', '2024-11-11T10:20:30.000000Z'],
    ['1890-01-01T00:00:00+00:53:28', '1889-12-31T23:06:32.000000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000000Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
  ])('%s is %s', (text, instant) => {
    const parsed = parseTimestamp(text);
    expect(parsed?.naive).toBe(false);
    expect(formatInstant(parsed?.micros ?? 0n)).toBe(instant);
  });

  it.each([
    ['2024-11-11T10:20:30.123456', '2024-11-11T10:20:30.123456Z'],
    ['2024-11-11', '2024-11-11T00:00:00.000000Z'],
    ['2024-11-11 10:20', '2024-11-11T10:20:00.000000Z'],
  ])('without an offset is read as UTC, and says so: %s', (text, instant) => {
    expect(parseTimestamp(text)?.naive).toBe(true);
    expect(formatInstant(parseTimestamp(text)?.micros ?? 0n)).toBe(instant);
  });

  it.each([
    ['2024-11-11T10:20:30.1234567Z', true],
    ['2024-11-11T10:20:30.999999999999999999Z', true],
    ['2024-11-11T10:20:30.123456000Z', false],
    ['2024-11-11T10:20:30.000000001', true],
  ])('finer than a microsecond is cut, never rounded, and says so: %s, %s', (text, finer) => {
    const parsed = parseTimestamp(text);
    expect(parsed?.subMicrosecond).toBe(finer);
    expect(formatInstant(parsed?.micros ?? 0n).slice(0, -1)).toBe(text.slice(0, 26));
  });

  it.each([
    '',
    ' ',
    'now',
    '2024',
    '2024-11',
    '20241111T102030Z',
    '2024-11-11T10',
    '2024-11-11T10:20:30.Z',
    '2024-11-11T10:20:60Z',
    '2024-11-11T10:60:00Z',
    '2024-11-11T24:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '12024-01-01T00:00:00Z',
    '-2024-01-01T00:00:00Z',
    '2024-11-11T10:20:30+24:00',
    '2024-11-11T10:20:30+01:60',
    '2024-11-11T10:20:30 UTC',
    ' 2024-11-11T10:20:30Z',
    '2024-11-11T10:20:30Z ',
    '2024-11-11T10:20:30Z\n',
    '2024-11-11T10:20:30 ',
    '2024-11-11T10:20:30\n',
    '２０２４-11-11T10:20:30Z',
    'Mon, 11 Nov 2024 10:20:30 GMT',
  ])('that is none is not guessed at: %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('a date', () => {
  it('alone is known to be one', () => {
    expect(parseDateTime('2024-03-01')).toMatchObject({ dateOnly: true, offsetSeconds: undefined });
    expect(parseDateTime('2024-03-01T00:00')).toMatchObject({ dateOnly: false, offsetSeconds: undefined });
    expect(parseDateTime('2024-03-01T00:00Z')).toMatchObject({ dateOnly: false, offsetSeconds: 0 });
  });

  it('is as many days from 1970 as Date says, and none that does not exist is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(0);
          date.setUTCFullYear(year, month - 1, day);
          const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          expect(daysSinceEpoch(year, month, day)).toBe(exists ? date.getTime() / 86_400_000 : Number.NaN);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
