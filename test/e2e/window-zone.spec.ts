/** The time zone is chosen by typing a part of its name, or by scrolling to it. */
import { expect, test } from './support/app.ts';
import { cellAt, waitForCapture } from './support/window.ts';

test('what is typed replaces the zone, and Enter takes the first that fits', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const zone = page.getByTestId('status-zone');
  const before = await cellAt(app, 0, 'timestamp').textContent();
  await zone.click();
  await page.keyboard.type('berlin');
  await expect(zone).toHaveValue('berlin');
  await expect(page.getByRole('option')).toHaveText(['Europe/Berlin']);
  await page.keyboard.press('Enter');
  await expect(zone).toHaveValue('Europe/Berlin');
  await expect(cellAt(app, 0, 'timestamp')).not.toHaveText(before ?? '');
  await zone.click();
  await page.keyboard.type('new york');
  await page.keyboard.press('Enter');
  await expect(zone).toHaveValue('America/New_York');
});

test('every zone can be scrolled to, and the box shows that it has the keys', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const zone = page.getByTestId('status-zone');
  await zone.click();
  const all = await page.evaluate(() => Intl.supportedValuesOf('timeZone'));
  const offered = await page.getByRole('option').allTextContents();
  expect(all.filter((name) => !offered.includes(name))).toEqual([]);
  const berlin = page.getByRole('option', { name: 'Europe/Berlin' });
  await berlin.scrollIntoViewIfNeeded();
  await expect(berlin).toBeInViewport();
  expect(await zone.evaluate((box) => getComputedStyle(box).outlineStyle)).toBe('solid');
  await page.keyboard.press('Escape');
  await expect(zone).toHaveValue('UTC');
});
