/** Stepping through time keeps the length of what is looked at; zooming out doubles it until everything is in sight. */
import { expect, test } from 'vitest';
import { meets, stepWindow, widerWindow } from '../../../src/renderer/model/time-window.ts';
import { windowOf } from '../../../src/renderer/stores/time-axis.ts';

test('whole months step by months, whatever their length', () => {
  const march = { from: '2024-03-01', to: '2024-03-31' };
  expect(stepWindow(march, -1)).toEqual({ from: '2024-02-01', to: '2024-02-29' });
  expect(stepWindow(stepWindow(march, -1), 1)).toEqual(march);
  expect(stepWindow({ from: '2024-01-01', to: '2024-12-31' }, -1)).toEqual({ from: '2023-01-01', to: '2023-12-31' });
});

test('days step by as many days', () => {
  const week = { from: '2024-02-26', to: '2024-03-03' };
  expect(stepWindow(week, 1)).toEqual({ from: '2024-03-04', to: '2024-03-10' });
});

test('instants step without a gap and without an overlap', () => {
  const hour = { from: '2024-03-01T10:00:00.000000Z', to: '2024-03-01T10:59:59.999999Z' };
  expect(stepWindow(hour, 1)).toEqual({ from: '2024-03-01T11:00:00.000000Z', to: '2024-03-01T11:59:59.999999Z' });
});

test('zooming out doubles what is seen, and ends at everything', () => {
  const whole = { from: '2024-01-15T13:00:00Z', to: '2024-12-16T15:36:07Z' };
  const day = { from: '2024-03-01', to: '2024-03-01' };
  expect(widerWindow(day, whole)).toEqual({ from: '2024-02-29', to: '2024-03-02' });
  const hour = { from: '2024-03-01T10:00:00.000000Z', to: '2024-03-01T10:59:59.999999Z' };
  expect(widerWindow(hour, whole)).toEqual({ from: '2024-03-01T09:30:00.000000Z', to: '2024-03-01T11:29:59.999999Z' });
  let window: { from: string; to: string } | undefined = day;
  for (let steps = 0; steps < 20 && window !== undefined; steps += 1) window = widerWindow(window, whole);
  expect(window).toBeUndefined();
});

test('a window beside the data has nothing in common with it', () => {
  const whole = { from: '2024-03-01T00:00:00Z', to: '2024-03-31T00:00:00Z' };
  expect(meets({ from: '2024-04-02', to: '2024-04-30' }, whole)).toBe(false);
  expect(meets({ from: '2024-03-31T00:00:00Z', to: '2024-04-30T00:00:00Z' }, whole)).toBe(true);
  expect(meets({ from: 'august', to: '' }, whole)).toBe(true);
});

test('what is drawn counts for the filter it was drawn for, and for no later one', () => {
  const range = { from: '2024-01-01T00:00:00.869Z', to: '2024-12-31T20:52:31.566Z' };
  const drawn = { range, of: { from: '-365d', to: '' } };
  expect(windowOf({ from: '-365d', to: '' }, drawn)).toEqual(range);
  expect(windowOf({ from: '-7d', to: '' }, drawn)).toBeUndefined();
  expect(windowOf({ from: '2024-03-01 10:00', to: '2024-03-01 11:00' }, drawn)).toBeUndefined();
  expect(windowOf({ from: '', to: '' }, drawn)).toBeUndefined();
  for (const words of [
    { from: '2024-03-01', to: '2024-03-31' },
    { from: '2024-03-01T10:00:00Z', to: '2024-03-01T11:00:00+01:00' },
  ]) {
    expect(windowOf(words, drawn)).toEqual(words);
  }
});
