/** The keyboard alone: what a key means depends on what is open, and the focus is never lost. */
import type { Locator } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { cellAt, rowAt, shownCount, waitForCapture } from './support/window.ts';

test('letters typed right after the palette was called go into its field, not into the grid', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('oox');
  await page.keyboard.press('Backspace');
  const field = page.getByTestId('palette').getByRole('textbox');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('oo');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('palette')).toHaveCount(0);
  await expect(page.getByTestId('chip')).toHaveCount(0);
  expect(await shownCount(app)).toBe(all);

  // The same of a dialog: its letters are nobody else's, and Escape withdraws what has not come yet.
  await page.getByTestId('grid').focus();
  await page.keyboard.press('Control+o');
  await page.keyboard.type('xxx');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('Control+e');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('export-dialog')).toHaveCount(0);
  await expect(page.getByTestId('chip')).toHaveCount(0);
  expect(await shownCount(app)).toBe(all);
});

test('one Escape closes one thing, the innermost', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const detail = page.getByTestId('detail');
  await rowAt(app, 1).click();
  await expect(detail).toBeVisible();

  const closesAlone = async (opened: Locator): Promise<void> => {
    await expect(opened).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(opened).toHaveCount(0);
    await expect(detail).toBeVisible();
  };
  for (const [key, testId] of [
    ['Control+e', 'export-dialog'],
    ['F1', 'keys-dialog'],
    ['Control+s', 'save-dialog'],
    ['Control+k', 'palette'],
  ] as const) {
    await page.keyboard.press(key);
    await closesAlone(page.getByTestId(testId));
  }
  await page.getByTestId('verify-button').click();
  await closesAlone(page.getByTestId('verify-dialog'));
  await page.getByTestId('names-switch').click();
  await closesAlone(page.getByRole('menu'));
  await page.getByTestId('histogram-stack').click();
  await closesAlone(page.getByRole('menu'));
  await cellAt(app, 1, 'action').click({ button: 'right' });
  await closesAlone(page.getByTestId('cell-menu'));
  await page.getByTestId('settings-button').click();
  await closesAlone(page.getByTestId('plugins-button'));

  // A list within a popup is one thing of its own.
  await page.getByTestId('filter-add').click();
  await page.getByTestId('filter-field').click();
  const option = page.getByRole('option', { name: 'actor' });
  await expect(option).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(option).toBeHidden();
  await expect(page.getByTestId('condition-editor')).toBeVisible();
  await closesAlone(page.getByTestId('condition-editor'));

  await page.keyboard.press('Control+e');
  await expect(page.getByTestId('export-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
});
