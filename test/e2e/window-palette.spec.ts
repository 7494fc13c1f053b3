/** The palette leads to whatever the window and its menu can do. */
import { expect, test } from './support/app.ts';
import { waitForCapture } from './support/window.ts';

test.use({ setup: { preferences: { seen_welcome: true } } });

test('the palette leads to the time zone, the time range and the zoom', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const order = async (command: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    const asked = page.locator('input.mantine-Spotlight-search');
    await expect(asked).toBeFocused();
    await asked.fill(command);
    await expect(page.getByTestId('palette').getByText(command, { exact: true })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(asked).toHaveCount(0);
  };
  await order('Time zone…');
  await expect(page.getByTestId('status-zone')).toBeFocused();
  await page.keyboard.type('berlin');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('status-zone')).toHaveValue('Europe/Berlin');
  await order('Time range…');
  await expect(page.getByTestId('range-from')).toBeFocused();
  await page.keyboard.press('Escape');
  await order('Add a condition…');
  await expect(page.getByTestId('condition-editor')).toBeVisible();
  await page.keyboard.press('Escape');
  const before = await page.evaluate(() => devicePixelRatio);
  await order('Zoom in');
  await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBeGreaterThan(before);
  await order('Actual size (zoom)');
  await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBe(before);
});
