/** The keyboard alone: what a key means depends on what is open, and the focus is never lost. */
import { expect, test } from './support/app.ts';
import { shownCount, waitForCapture } from './support/window.ts';

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
