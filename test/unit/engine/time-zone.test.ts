/** What typed dates and times mean in a zone, on ordinary days and on those that are longer, shorter or not there. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertTimeZone, resolveBound, zonedToMicros, zoneOffsetSeconds } from '../../../src/main/engine/time-zone.ts';
import { formatInstant, parseDateTime } from '../../../src/shared/timestamp.ts';

fc.configureGlobal({ seed: 20_240_301 });

function bound(text: string, side: 'from' | 'to', zone: string): string {
  return formatInstant(resolveBound(text, side, zone));
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Havana',
];

describe('a date alone', () => {
  it.each([
    ['UTC', '2024-02-29', '2024-02-29T00:00:00.000000Z', '2024-02-29T23:59:59.999999Z'],
    ['Europe/Berlin', '2024-06-01', '2024-05-31T22:00:00.000000Z', '2024-06-01T21:59:59.999999Z'],
    // 23 and 25 hours long.
    ['Europe/Berlin', '2024-03-31', '2024-03-30T23:00:00.000000Z', '2024-03-31T21:59:59.999999Z'],
    ['Europe/Berlin', '2024-10-27', '2024-10-26T22:00:00.000000Z', '2024-10-27T22:59:59.999999Z'],
    ['America/New_York', '2024-03-10', '2024-03-10T05:00:00.000000Z', '2024-03-11T03:59:59.999999Z'],
    ['America/New_York', '2024-11-03', '2024-11-03T04:00:00.000000Z', '2024-11-04T04:59:59.999999Z'],
    ['Asia/Kathmandu', '2024-03-01', '2024-02-29T18:15:00.000000Z', '2024-03-01T18:14:59.999999Z'],
    // A change of half an hour.
    ['Australia/Lord_Howe', '2024-04-07', '2024-04-06T13:00:00.000000Z', '2024-04-07T13:29:59.999999Z'],
    ['Australia/Lord_Howe', '2024-10-06', '2024-10-05T13:30:00.000000Z', '2024-10-06T12:59:59.999999Z'],
    // Midnight does not exist: the day begins at 01:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000000Z', '2018-11-05T01:59:59.999999Z'],
    ['America/Sao_Paulo', '2018-11-03', '2018-11-03T03:00:00.000000Z', '2018-11-04T02:59:59.999999Z'],
    // The hour before midnight comes twice, so the day is 25 hours long.
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000000Z', '2018-02-18T02:59:59.999999Z'],
    // Midnight itself comes twice: the first one counts.
    ['America/Havana', '2024-11-03', '2024-11-03T04:00:00.000000Z', '2024-11-04T04:59:59.999999Z'],
    // The day after a day that was left out.
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000000Z', '2011-12-31T09:59:59.999999Z'],
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00.000000Z', '2011-12-30T09:59:59.999999Z'],
  ])('in %s, %s is %s to %s', (zone, date, from, to) => {
    expect(bound(date, 'from', zone)).toBe(from);
    expect(bound(date, 'to', zone)).toBe(to);
  });

  it('follows the day before without a gap or an overlap, in every zone and on every day', () => {
    const day = fc
      .integer({ min: 0, max: 29_000 })
      .map((each) => new Date(each * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), day, (zone, date) => {
        const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
        expect(resolveBound(next, 'from', zone)).toBe(resolveBound(date, 'to', zone) + 1n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends where the calendar does', () => {
    expect(bound('0001-01-01', 'from', 'UTC')).toBe('0001-01-01T00:00:00.000000Z');
    expect(bound('9999-12-31', 'to', 'UTC')).toBe('9999-12-31T23:59:59.999999Z');
    expect(bound('0001-01-01', 'from', 'Europe/Berlin')).toMatch(/^0000-12-31T23:0/);
    expect(bound('9999-12-31', 'to', 'America/New_York')).toBe('+010000-01-01T04:59:59.999999Z');
  });
});

describe('a time without offset', () => {
  it('is that clock time in the zone', () => {
    expect(bound('2024-06-01T12:00', 'from', 'Europe/Berlin')).toBe('2024-06-01T10:00:00.000000Z');
    expect(bound(' 2024-06-01 12:00:00.5 ', 'to', 'Asia/Kathmandu')).toBe('2024-06-01T06:15:00.500000Z');
  });

  it('that a zone shows twice means its first for a start and its second for an end', () => {
    expect(bound('2024-10-27T02:30:00', 'from', 'Europe/Berlin')).toBe('2024-10-27T00:30:00.000000Z');
    expect(bound('2024-10-27T02:30:00', 'to', 'Europe/Berlin')).toBe('2024-10-27T01:30:00.000000Z');
    expect(bound('2024-11-03T01:00:00', 'from', 'America/New_York')).toBe('2024-11-03T05:00:00.000000Z');
    expect(bound('2024-11-03T01:00:00', 'to', 'America/New_York')).toBe('2024-11-03T06:00:00.000000Z');
    expect(bound('2024-04-07T01:45:00', 'from', 'Australia/Lord_Howe')).toBe('2024-04-06T14:45:00.000000Z');
    expect(bound('2024-04-07T01:45:00', 'to', 'Australia/Lord_Howe')).toBe('2024-04-06T15:15:00.000000Z');
  });

  it('that a zone skips means the instant at which its clocks jump past it', () => {
    for (const time of ['02:00:00', '02:30:00', '02:59:59.999999']) {
      expect(bound(`2024-03-31T${time}`, 'from', 'Europe/Berlin')).toBe('2024-03-31T01:00:00.000000Z');
      expect(bound(`2024-03-31T${time}`, 'to', 'Europe/Berlin')).toBe('2024-03-31T01:00:00.000000Z');
    }
    expect(bound('2024-10-06T02:10:00', 'from', 'Australia/Lord_Howe')).toBe('2024-10-05T15:30:00.000000Z');
    expect(bound('2011-12-30T15:00:00', 'from', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000000Z');
  });

  it('is shown by the zone’s clocks at the instant it means, unless they skip it', () => {
    const instant = fc.integer({ min: 0, max: 2_500_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, fc.boolean(), (zone, seconds, later) => {
        const shown = seconds + zoneOffsetSeconds(zone, seconds * 1_000);
        const meant = zonedToMicros(BigInt(shown) * 1_000_000n, zone, later);
        const back = Number(meant / 1_000_000n);
        expect(back + zoneOffsetSeconds(zone, back * 1_000)).toBe(shown);
        expect(later ? back >= seconds : back <= seconds).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a time with an offset', () => {
  it('is that instant, whatever the zone', () => {
    expect(bound('2024-06-01T12:00:00.000001+05:45', 'to', 'America/New_York')).toBe('2024-06-01T06:15:00.000001Z');
    expect(bound('2024-06-01T12:00:00Z', 'from', 'Asia/Tokyo')).toBe('2024-06-01T12:00:00.000000Z');
  });
});

describe('what can’t be read', () => {
  it.each(['2024-02-30', '01.03.2024', '2024-3-1', 'today', '2024-01-01T25:00', '2024', '2024-01-01T10:00:00+25:00'])(
    '%s names the bound',
    (text) => {
      expect(parseDateTime(text)).toBeUndefined();
      expect(() => resolveBound(text, 'from', 'UTC')).toThrow(
        expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`start date “${text}”`) }),
      );
      expect(() => resolveBound(text, 'to', 'UTC')).toThrow(/^The end date/);
    },
  );

  it.each(['Mars/Phobos', '', 'Europe/Berlin ', 'UTC;'])('the zone “%s”', (zone) => {
    expect(() => assertTimeZone(zone)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(() => resolveBound('2024-01-01', 'from', zone)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
