/** In a small window the events stay readable and the panel that was opened stays in sight. */
import { expect, test } from 'vitest';
import { panelWidths } from '../../../src/renderer/model/panel-room.ts';

test('what was chosen, where there is room for it', () => {
  expect(panelWidths({ window: 1280, left: 240, right: 400 })).toEqual({ left: 240, right: 400 });
});

test('the right one gives way first, then the left one', () => {
  expect(panelWidths({ window: 900, left: 240, right: 400 })).toEqual({ left: 240, right: 340 });
  expect(panelWidths({ window: 800, left: 240, right: 400 })).toEqual({ left: 200, right: 280 });
});

test('at 200 % of a small screen the opened event is there, and the values make room', () => {
  expect(panelWidths({ window: 640, left: 240, right: 400 })).toEqual({ left: 0, right: 320 });
  expect(panelWidths({ window: 450, left: 240, right: 400 })).toEqual({ left: 0, right: 450 });
  expect(panelWidths({ window: 450, left: 240, right: 0 })).toEqual({ left: 180, right: 0 });
});
