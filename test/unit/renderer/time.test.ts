/** Times read the same everywhere, cut and never rounded; axes have round marks. */
import { describe, expect, test } from 'vitest';
import {
  formatBound,
  formatInstant,
  formatRange,
  justBefore,
  timeZones,
  zonedTime,
} from '../../../src/renderer/model/time-format.ts';
import { lastDays } from '../../../src/renderer/model/time-range.ts';
import { timeTicks } from '../../../src/renderer/model/time-ticks.ts';

describe('an instant', () => {
  test('is cut to milliseconds', () => {
    expect(formatInstant('2024-03-11T10:20:30.999999Z', 'UTC')).toBe('2024-03-11 10:20:30.999');
    expect(formatInstant('2024-03-11T10:20:30Z', 'UTC')).toBe('2024-03-11 10:20:30.000');
  });

  test('is told in the zone, summer and winter', () => {
    expect(formatInstant('2024-03-31T00:59:59.123456Z', 'Europe/Berlin')).toBe('2024-03-31 01:59:59.123');
    expect(formatInstant('2024-03-31T01:00:00.000000Z', 'Europe/Berlin')).toBe('2024-03-31 03:00:00.000');
    expect(zonedTime('2024-07-01T00:00:00Z', 'Asia/Kolkata')).toEqual({
      date: '2024-07-01',
      time: '05:30:00.000',
      offset: '+05:30',
    });
    expect(formatInstant('2024-01-01T00:00:00Z', 'Europe/London')).toBe('2024-01-01 00:00:00.000');
  });

  test('of an early year keeps four digits', () => {
    expect(formatInstant('0001-01-01T00:00:00.000000Z', 'UTC')).toBe('0001-01-01 00:00:00.000');
    expect(formatInstant('0099-06-01T12:00:00.000000Z', 'Europe/Berlin').startsWith('0099-06-01')).toBe(true);
  });

  test('that is none is shown as it is', () => {
    expect(formatInstant('yesterday', 'UTC')).toBe('yesterday');
    expect(formatInstant('yesterday', 'Europe/Berlin')).toBe('yesterday');
  });
});

test('bounds typed by hand stay as typed, exact ones are told in the zone', () => {
  expect(formatBound('2024-03-11', 'Europe/Berlin')).toBe('2024-03-11');
  expect(formatBound('2024-03-11T23:00:00.000000Z', 'Europe/Berlin')).toBe('2024-03-12 00:00');
  expect(formatBound('2024-03-11T23:00:30.500000Z', 'UTC')).toBe('2024-03-11 23:00:30.500');
});

test('whole days are told by their dates alone', () => {
  expect(formatRange('2024-03-11', '2024-03-11', 'UTC')).toEqual({ from: '2024-03-11', to: '2024-03-11' });
  expect(formatRange('2024-03-10T23:00:00.000000Z', '2024-03-11T22:59:59.999999Z', 'Europe/Berlin')).toEqual({
    from: '2024-03-11',
    to: '2024-03-11',
  });
  expect(formatRange('2024-03-11T00:00:00.000000Z', '2024-03-11T09:59:59.999999Z', 'UTC')).toEqual({
    from: '2024-03-11 00:00',
    to: '2024-03-11 09:59:59.999',
  });
  expect(formatRange('2024-03-11', '', 'UTC')).toEqual({ from: '2024-03-11', to: '' });
});

test('just before is one microsecond earlier', () => {
  expect(justBefore('2024-03-01T00:00:00.000000Z')).toBe('2024-02-29T23:59:59.999999Z');
  expect(justBefore('2024-03-01T00:00:00.000001Z')).toBe('2024-03-01T00:00:00.000000Z');
  expect(justBefore('2024-03-01T00:00:00.5Z')).toBe('2024-03-01T00:00:00.499999Z');
});

test('presets count days back, both ends included', () => {
  expect(lastDays('2024-03-01', 1)).toBe('2024-03-01');
  expect(lastDays('2024-03-01', 7)).toBe('2024-02-24');
});

test('the zones begin with UTC and name none twice', () => {
  const zones = timeZones();
  expect(zones[0]).toBe('UTC');
  expect(new Set(zones).size).toBe(zones.length);
});

function labels(from: string, to: string, most: number): readonly string[] {
  return timeTicks(Date.parse(from), Date.parse(to), most, 'UTC').map(({ label }) => label);
}

describe('the marks of a time axis', () => {
  test('are months over a year', () => {
    expect(labels('2024-01-01T00:00:00Z', '2024-12-31T00:00:00Z', 6)).toEqual([
      '2024-01',
      '2024-03',
      '2024-05',
      '2024-07',
      '2024-09',
      '2024-11',
    ]);
  });

  test('are whole hours of the zone over a day', () => {
    const ticks = timeTicks(Date.parse('2024-03-30T23:00:00Z'), Date.parse('2024-03-31T22:00:00Z'), 8, 'Europe/Berlin');
    expect(ticks.map(({ label }) => label)).toEqual([
      '03-31 00:00',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
      '21:00',
      '04-01 00:00',
    ]);
    // The clock was set forward at two, so the second mark comes after two hours.
    expect((ticks[1]?.at ?? 0) - (ticks[0]?.at ?? 0)).toBe(2 * 3_600_000);
  });

  test('fit, whatever the span', () => {
    for (const span of [50, 5_000, 400_000, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13]) {
      const ticks = timeTicks(0, span, 8, 'America/New_York');
      expect(ticks.length).toBeLessThanOrEqual(10);
      expect(ticks.every(({ at }) => at >= 0 && at <= span)).toBe(true);
    }
    expect(timeTicks(5, 5, 8, 'UTC')).toEqual([]);
  });
});
