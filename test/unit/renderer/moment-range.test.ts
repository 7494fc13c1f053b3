/** Ranges that hang on one event are exact to the microsecond and keep to the chosen clock. */
import { expect, test } from 'vitest';
import { momentRange } from '../../../src/renderer/model/moment-range.ts';

const AT = '2024-03-31T00:05:06.123456Z';

test('the ten minutes before end with the event itself', () => {
  expect(momentRange('before', AT, 'UTC')).toEqual({ time_from: '2024-03-30T23:55:06.123456Z', time_to: AT });
});

test('ten minutes around reach equally far', () => {
  expect(momentRange('around', AT, 'UTC')).toEqual({
    time_from: '2024-03-30T23:55:06.123456Z',
    time_to: '2024-03-31T00:15:06.123456Z',
  });
});

test('a day is that of the chosen clock, whole', () => {
  expect(momentRange('day', AT, 'UTC')).toEqual({ time_from: '2024-03-31', time_to: '2024-03-31' });
  expect(momentRange('day', AT, 'America/New_York')).toEqual({ time_from: '2024-03-30', time_to: '2024-03-30' });
});

test('from here on and up to here leave the other end open', () => {
  expect(momentRange('from', AT, 'UTC')).toEqual({ time_from: AT, time_to: '' });
  expect(momentRange('to', AT, 'UTC')).toEqual({ time_from: '', time_to: AT });
});

test('what is no instant has no range', () => {
  expect(momentRange('before', 'yesterday', 'UTC')).toBeUndefined();
});
