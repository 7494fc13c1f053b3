/** Several views as tabs: each with its own filter, order, columns, place and event; one capture for all that share it. */
import type { Locator } from '@playwright/test';
import { expect, launchApp, test, type RunningApp } from './support/app.ts';
import { cellAt, rowAt, shownCount, visibleRange, waitForCapture } from './support/window.ts';

test.use({ setup: { preferences: { seen_welcome: true } } });

function tabs(app: RunningApp): Locator {
  return app.page.getByTestId('tab');
}

async function snapshots(app: RunningApp): Promise<number> {
  const reply = await app.page.evaluate(() =>
    window.eventAudit.call(crypto.randomUUID(), 'event_audit_list_snapshots', {}),
  );
  const held: unknown = reply.ok ? reply.value : undefined;
  if (typeof held !== 'object' || held === null || !('snapshots' in held) || !Array.isArray(held.snapshots)) {
    throw new Error('The engine lists no snapshots.');
  }
  return held.snapshots.length;
}

test('two tabs on one capture keep their own filter, order, event and place', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('grid').press('End');
  await expect(rowAt(app, all - 1)).toBeVisible();
  await page.keyboard.press('Control+Shift+d');
  await expect(tabs(app)).toHaveCount(2);
  // The copy begins where the original is.
  await expect(rowAt(app, all - 1)).toBeVisible();

  await page.getByTestId('facet-category').getByRole('button', { name: /^api/ }).click();
  await page.getByTestId('head-actor').getByRole('button').click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const few = await shownCount(app);
  await cellAt(app, 3, 'action').click();
  await expect(page.getByTestId('detail')).toBeVisible();
  await expect(tabs(app).nth(1)).toHaveText(/api/);

  await page.keyboard.press('Control+1');
  await expect.poll(() => shownCount(app)).toBe(all);
  await expect(page.getByTestId('detail')).toHaveCount(0);
  await expect(page.getByTestId('chip')).toHaveCount(0);
  await expect(page.getByTestId('head-timestamp')).toHaveAttribute('aria-sort', 'descending');
  await expect(rowAt(app, all - 1)).toBeVisible();

  await page.keyboard.press('Control+Tab');
  await expect.poll(() => shownCount(app)).toBe(few);
  await expect(page.getByTestId('detail')).toBeVisible();
  await expect(page.getByTestId('head-actor')).toHaveAttribute('aria-sort', 'ascending');
  expect((await visibleRange(app)).first).toBe(0);
  // One capture, read once.
  expect(await snapshots(app)).toBe(1);
});

test('a capture goes with its last tab, and a closed tab comes back with all it showed', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.keyboard.press('Control+Shift+d');
  await page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^deleted/ })
    .click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const deleted = await shownCount(app);

  await tabs(app).nth(0).click({ button: 'middle' });
  await expect(tabs(app)).toHaveCount(1);
  expect(await snapshots(app)).toBe(1);
  await page.keyboard.press('Control+w');
  await expect(tabs(app)).toHaveCount(0);
  await expect(page.getByTestId('start-page')).toBeVisible();
  await expect.poll(() => snapshots(app)).toBe(0);

  await page.keyboard.press('Control+Shift+t');
  await expect(tabs(app)).toHaveCount(1);
  await expect.poll(() => shownCount(app)).toBe(deleted);
  await expect(page.getByTestId('chip')).toHaveText(/action: deleted/);
});

test('a new tab offers what is open, and shares its capture', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('new-tab').click();
  await expect(tabs(app)).toHaveCount(2);
  await page.getByTestId('start-open').getByRole('button').click();
  await expect.poll(() => shownCount(app)).toBe(all);
  await expect(tabs(app)).toHaveCount(2);
  expect(await snapshots(app)).toBe(1);
});

test('tabs are moved, renamed and reached by keyboard alone', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.keyboard.press('Control+Shift+d');
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette').getByRole('textbox')).toBeFocused();
  await page.keyboard.type('Rename tab');
  await page.keyboard.press('Enter');
  await page.getByTestId('tab-name').fill('Second look');
  await page.keyboard.press('Enter');
  await expect(tabs(app).nth(1)).toHaveText('Second look');
  await page.keyboard.press('Control+Shift+PageUp');
  await expect(tabs(app).nth(0)).toHaveText('Second look');
  await tabs(app).nth(0).focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabs(app).nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(tabs(app).nth(1)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(tabs(app)).toHaveText(['Second look']);
});

test('undo goes back over filter, order and columns alike', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('head-actor').getByRole('button').click();
  await page.getByTestId('columns-button').click();
  await page.getByRole('checkbox', { name: 'Show actor' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('head-actor')).toHaveCount(0);
  await page.getByTestId('facet-category').getByRole('button', { name: /^api/ }).click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('Control+z');
  await expect.poll(() => shownCount(app)).toBe(all);
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('head-actor')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('head-timestamp')).toHaveAttribute('aria-sort', 'descending');
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByTestId('head-actor')).toHaveCount(0);
});

test('tabs are there again at the next start; only what is looked at is read', async () => {
  const first = await launchApp({ preferences: { seen_welcome: true } });
  await waitForCapture(first);
  await first.page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^deleted/ })
    .click();
  await expect(first.page.getByTestId('chip')).toHaveCount(1);
  const deleted = await shownCount(first);
  await first.page.keyboard.press('Control+Shift+d');
  await first.page.getByRole('button', { name: 'Clear all' }).click();
  await expect(first.page.getByTestId('chip')).toHaveCount(0);
  await first.end();

  const second = await launchApp({ dataDir: first.dataDir });
  try {
    await expect(tabs(second)).toHaveCount(2);
    await waitForCapture(second);
    await expect(second.page.getByTestId('chip')).toHaveCount(0);
    await expect(tabs(second).nth(0)).toHaveAttribute('data-asleep', 'true');
    await tabs(second).nth(0).click();
    await expect.poll(() => shownCount(second)).toBe(deleted);
    expect(await snapshots(second)).toBe(1);
    expect(second.problems).toEqual([]);
  } finally {
    await second.close();
  }
});

test('a store elsewhere is not read because the program was started', async () => {
  const first = await launchApp({ preferences: { seen_welcome: true }, args: ['redis://localhost:9/0'] });
  await expect(first.page.getByTestId('source-failed')).toBeVisible();
  // Written a moment after the change.
  await first.page.waitForTimeout(1_000);
  await first.end();
  const second = await launchApp({ dataDir: first.dataDir });
  try {
    await expect(second.page.getByTestId('wake-tab')).toBeVisible();
    await second.page.getByTestId('wake-tab').click();
    await expect(second.page.getByTestId('source-failed')).toBeVisible();
    await expect(tabs(second)).toHaveCount(1);
  } finally {
    await second.close();
  }
});
