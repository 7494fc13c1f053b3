/** Scrolling over any number of rows: both ends are reachable, every row can be reached, small moves stay small. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clampVirtual,
  isScaled,
  MAX_TRACK,
  maxVirtual,
  revealRow,
  scrollScale,
  trackFromVirtual,
  virtualFromTrack,
  visibleRows,
} from '../../../src/renderer/model/scroll-scale.ts';

const ROW = 28;
const VIEW = 600;

describe('a view that fits the track', () => {
  const scale = scrollScale(1_000, ROW, VIEW);

  test('scrolls as the browser does', () => {
    expect(isScaled(scale)).toBe(false);
    expect(virtualFromTrack(scale, 1_234)).toBe(1_234);
    expect(trackFromVirtual(scale, 1_234)).toBe(1_234);
  });

  test('shows the rows that are in sight', () => {
    expect(visibleRows(scale, 0, ROW)).toEqual({ first: 0, last: 21 });
    expect(visibleRows(scale, 28, ROW)).toEqual({ first: 1, last: 22 });
    expect(visibleRows(scale, maxVirtual(scale), ROW).last).toBe(999);
    expect(visibleRows(scale, 0, ROW, 10).first).toBe(0);
  });
});

describe('ten million rows', () => {
  const rows = 10_000_000;
  const scale = scrollScale(rows, ROW, VIEW);

  test('stay on a track that browsers can lay out', () => {
    expect(isScaled(scale)).toBe(true);
    expect(scale.track).toBe(MAX_TRACK);
  });

  test('have both ends at the ends of the scroll bar', () => {
    expect(virtualFromTrack(scale, 0)).toBe(0);
    const end = virtualFromTrack(scale, scale.track - VIEW);
    expect(end).toBe(maxVirtual(scale));
    expect(visibleRows(scale, end, ROW).last).toBe(rows - 1);
  });

  test('come back to the same place from the scroll bar, within a pixel of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxVirtual(scale) }), (top) => {
        const track = trackFromVirtual(scale, top);
        expect(Math.abs(trackFromVirtual(scale, virtualFromTrack(scale, track)) - track)).toBeLessThan(1);
      }),
    );
  });

  test('move row by row when a row is revealed', () => {
    const top = 5_000_000 * ROW;
    const { last } = visibleRows(scale, top, ROW);
    const next = revealRow(scale, top, last + 1, ROW);
    expect(next - top).toBeLessThanOrEqual(2 * ROW);
    expect(next).toBeGreaterThan(top);
    expect(revealRow(scale, top, 5_000_003, ROW)).toBe(top);
    expect(revealRow(scale, top, 17, ROW)).toBe(17 * ROW);
  });
});

test('no row, or fewer than fit, leave nothing to scroll', () => {
  for (const rows of [0, 3]) {
    const scale = scrollScale(rows, ROW, VIEW);
    expect(clampVirtual(scale, 99_999)).toBe(0);
    expect(virtualFromTrack(scale, 50)).toBe(0);
    expect(visibleRows(scale, 0, ROW)).toEqual({ first: 0, last: rows - 1 });
  }
});
