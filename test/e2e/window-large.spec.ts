/** Stores of many events: shown while they are read, stopped when asked to, every row within reach. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, test } from './support/app.ts';
import { cellAt, column, rowAt, shownCount, visibleRange } from './support/window.ts';

/** More than fit on the track of a scroll bar at their full height. */
const ROWS = 400_000;
const CAPTURE_MS = 120_000;

const folder = createTempDir();
const path = join(folder.path, 'large.db');

test.beforeAll(() => {
  test.setTimeout(CAPTURE_MS);
  fillSqlite(path, ROWS);
});
test.afterAll(() => folder[Symbol.dispose]());

test('what is looked at stays where it is while the store is still read; then every row is within reach', async () => {
  test.setTimeout(2 * CAPTURE_MS);
  const app = await launchApp({ args: [`sqlite:${path}`] });
  try {
    const { page } = app;
    const grid = page.getByTestId('grid');
    const completeness = page.getByTestId('status-completeness');
    await expect(rowAt(app, 5)).toBeVisible();
    await expect(completeness).toHaveAttribute('data-state', 'capturing');
    await cellAt(app, 5, 'category').click({ modifiers: ['Control'] });
    const focused = page.locator('[data-focused]');
    const id = await focused.locator('..').locator('[data-field=id]').textContent();
    const place = await focused.boundingBox();
    await expect(completeness).toHaveAttribute('data-state', 'complete', { timeout: CAPTURE_MS });
    await expect.poll(() => shownCount(app)).toBe(ROWS);
    // Newer events have come in above it, so it is no longer the sixth.
    await expect(focused.locator('..').locator('[data-field=id]')).toHaveText(id ?? '');
    await expect(focused.locator('..')).toHaveAttribute('aria-selected', 'true');
    expect(Number(await focused.locator('..').getAttribute('data-index'))).toBeGreaterThan(5);
    expect(Math.abs(((await focused.boundingBox())?.y ?? 0) - (place?.y ?? 0))).toBeLessThanOrEqual(1);

    await grid.focus();
    await page.keyboard.press('End');
    await expect(rowAt(app, ROWS - 1)).toBeVisible();
    await expect.poll(() => visibleRange(app)).toMatchObject({ last: ROWS - 1 });
    const before = await visibleRange(app);
    await grid.hover();
    await page.mouse.wheel(0, -280);
    await expect.poll(async () => before.first - (await visibleRange(app)).first).toBe(10);
    await grid.evaluate((node) => {
      node.scrollTop = node.scrollHeight / 2;
    });
    await expect.poll(async () => Math.abs((await visibleRange(app)).first - ROWS / 2)).toBeLessThan(200);
    await expect.poll(async () => (await visibleRange(app)).loading).toBe(0);
    await page.keyboard.press('Home');
    await expect(rowAt(app, 0)).toBeVisible();
    const times = await column(app, 'timestamp', 8);
    expect(times).toEqual(times.toSorted().toReversed());
  } finally {
    await app.close();
  }
});

/** Where the parts of the window are, and how large. */
function places(page: Page): Promise<string> {
  return page.evaluate(() =>
    ['tabs', 'filter-bar', 'histogram', 'histogram-chart', 'grid', 'facets', 'sources', 'head-timestamp']
      .map((name) => {
        const box = document.querySelector(`[data-testid=${name}]`)?.getBoundingClientRect();
        const sizes =
          box === undefined ? [] : [box.x, box.y, box.width, name === 'facets' || name === 'sources' ? 0 : box.height];
        return `${name} ${sizes.map((size) => Math.round(size)).join(' ')}`;
      })
      .join('\n'),
  );
}

test('no part of the window moves while data streams in', async () => {
  test.setTimeout(2 * CAPTURE_MS);
  const app = await launchApp({ args: [`sqlite:${path}`], preferences: { seen_welcome: true } });
  try {
    const { page } = app;
    const completeness = page.getByTestId('status-completeness');
    await expect(rowAt(app, 5)).toBeVisible();
    await expect(page.getByTestId('histogram-chart')).toBeVisible();
    await expect(page.getByTestId('facet-category').getByTestId('facet-value').first()).toBeVisible();
    const first = await places(page);
    let looks = 0;
    while ((await completeness.getAttribute('data-state')) !== 'complete') {
      expect(await places(page)).toBe(first);
      looks += 1;
    }
    expect(looks).toBeGreaterThan(3);
    expect(await places(page)).toBe(first);
  } finally {
    await app.close();
  }
});

test('reading can be stopped: what was read stays, and the window says that it is not everything', async () => {
  const app = await launchApp({ args: [`sqlite:${path}`] });
  try {
    const { page } = app;
    const completeness = page.getByTestId('status-completeness');
    // As soon as something was read: on a busy machine, the end could otherwise come first.
    await expect
      .poll(async () => Number(await completeness.getAttribute('data-captured')), { intervals: [20] })
      .toBeGreaterThan(0);
    await page.getByTestId('capture-cancel').click();
    await expect(completeness).toHaveAttribute('data-state', 'partial');
    await expect(page.getByTestId('partial-banner')).toContainText('not everything');
    const captured = Number(await completeness.getAttribute('data-captured'));
    expect(captured).toBeGreaterThan(0);
    expect(captured).toBeLessThan(ROWS);
    await expect.poll(() => shownCount(app)).toBe(captured);
  } finally {
    await app.close();
  }
});
