/** Views under a name and as links: what was looked at once is looked at again, here and at somebody else's desk. */
import type { Page } from '@playwright/test';
import { expect, launchApp, test, type RunningApp } from './support/app.ts';
import { shownCount, waitForCapture } from './support/window.ts';

async function showDeleted(app: RunningApp): Promise<number> {
  await app.page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^deleted/ })
    .click();
  await expect(app.page.getByTestId('chip')).toHaveCount(1);
  return shownCount(app);
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('What do you want to do?').fill(name);
  await page.keyboard.press('Enter');
}

async function copiedLink(app: RunningApp): Promise<string> {
  await command(app.page, 'Copy a link to this view');
  await expect(app.page.getByText('The link is on the clipboard')).toBeVisible();
  const read = (): Promise<string> => app.electron.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(read).toContain('event-audit:view?');
  return read();
}

test('a view is kept, shown again, renamed, replaced and deleted, with a way back', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const deleted = await showDeleted(app);
  await page.getByTestId('save-view').click();
  await page.getByTestId('view-name').fill('Deletions');
  await page.keyboard.press('Enter');
  const line = page.getByTestId('saved-view');
  await expect(line).toHaveText('Deletions');
  await expect(line).toHaveAttribute('data-active', 'true');

  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => shownCount(app)).toBe(all);
  await expect(line).not.toHaveAttribute('data-active');
  await line.getByRole('button').first().click();
  await expect.poll(() => shownCount(app)).toBe(deleted);
  // Showing a view is a change of the filter like any other.
  await page.keyboard.press('Control+z');
  await expect.poll(() => shownCount(app)).toBe(all);

  // By keyboard: the menu is behind the name.
  await line.getByRole('button').first().focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByTestId('view-name').fill('What was deleted');
  await page.keyboard.press('Enter');
  await expect(line).toHaveText('What was deleted');

  await line.hover();
  await line.getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Replace by what is shown' }).click();
  await expect(line).toHaveAttribute('data-active', 'true');
  await page.getByTestId('undo-notice').click();
  await expect(line).not.toHaveAttribute('data-active');

  await line.hover();
  await line.getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(line).toHaveCount(0);
  await page.getByTestId('undo-notice').click();
  await expect(line).toHaveText('What was deleted');
  await command(page, 'View: What was');
  await expect.poll(() => shownCount(app)).toBe(deleted);
});

test('a link opens the same view in another window, with its event', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const deleted = await showDeleted(app);
  await page.getByTestId('head-actor').getByRole('button').click();
  await page.getByTestId('grid-row').nth(2).locator('[data-field=action]').dblclick();
  const time = await page.getByTestId('detail-time').textContent();
  const link = await copiedLink(app);
  const other = await launchApp({ args: [link] });
  try {
    await expect.poll(() => shownCount(other), { timeout: 30_000 }).toBe(deleted);
    await expect(other.page.getByTestId('head-actor')).toHaveAttribute('aria-sort', 'ascending');
    await expect(other.page.getByTestId('detail-time')).toHaveText(time ?? '');
    expect(other.problems).toEqual([]);
  } finally {
    await other.close();
  }
});

test('a link that arrives cut says so and changes nothing', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const deleted = await showDeleted(app);
  const link = await copiedLink(app);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await command(page, 'Open a view from its link');
  await page.getByTestId('view-text').fill(link.slice(0, -4));
  await expect(page.getByTestId('paste-view-dialog').getByRole('alert')).toContainText('damaged');
  await expect(page.getByTestId('view-show')).toBeDisabled();
  expect(await shownCount(app)).toBe(all);
  await page.getByTestId('view-text').fill(`  <${link}>\n`);
  await page.getByTestId('view-show').click();
  await expect.poll(() => shownCount(app)).toBe(deleted);
});
