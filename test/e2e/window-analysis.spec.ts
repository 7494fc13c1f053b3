/** What the window tells around an event: its neighbours, the history of its object, and who may have done it. */
import { expect, test } from './support/app.ts';
import { cellAt, shownCount, waitForCapture } from './support/window.ts';
import type { RunningApp } from './support/app.ts';

/** Opens the first event of a kind. */
async function openFirst(app: RunningApp, category: string, action?: string): Promise<void> {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  await page
    .getByTestId('facet-category')
    .getByRole('button', { name: new RegExp(`^${category}`) })
    .click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  if (action !== undefined) {
    const some = await shownCount(app);
    await page
      .getByTestId('facet-action')
      .getByRole('button', { name: new RegExp(`^${action}`) })
      .click();
    await expect.poll(() => shownCount(app)).toBeLessThan(some);
  }
  // The filter bar may have grown a line: what is clicked must not move away.
  await shownCount(app);
  await cellAt(app, 0, 'action').click();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('detail')).toBeVisible();
}

test('shows the events around one, with it in sight, and all by its actor in one click', async ({ app }) => {
  const { page } = app;
  await openFirst(app, 'api', 'package_update');
  await page.getByTestId('tab-around').click();
  const here = page.locator('[data-testid=around-row][aria-current]');
  await expect(here).toHaveCount(1);
  await expect(here).toBeInViewport();
  await expect(page.getByTestId('around-before')).toHaveAttribute('data-count', '50');
  const anchor = await here.getAttribute('data-n');
  await here.focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(here).not.toHaveAttribute('data-n', anchor ?? '');
  await cellAt(app, 0, 'action').click();
  await page.keyboard.press('Enter');
  await page.getByTestId('around-by-actor').click();
  await expect(page.getByTestId('chip')).toHaveText(/^actor/);
  await expect(page.getByTestId('detail')).toBeVisible();
});

test('tells the history of an object, its state after each step, and gaps as gaps', async ({ app }) => {
  const { page } = app;
  await openFirst(app, 'model', 'changed');
  await page.getByTestId('tab-history').click();
  await expect(page.getByTestId('history')).toBeVisible();
  const steps = page.getByTestId('history-step');
  const total = Number(await page.getByTestId('history-total').getAttribute('data-count'));
  expect(total).toBeGreaterThan(0);
  await expect(steps).toHaveCount(total);
  await expect(page.locator('[data-testid=history-step] [aria-current=step]')).toHaveCount(1);
  const gaps = Number(await page.getByTestId('history-gaps').getAttribute('data-count'));
  await expect(page.getByTestId('history-gap')).toHaveCount(gaps);
  await expect(page.getByTestId('object-state').locator('dt').first()).toBeVisible();
  const title = await page.getByTestId('object-state').getByRole('heading').textContent();
  await page.getByTestId('around').waitFor({ state: 'detached' });
  await steps.first().locator('button').first().click();
  if (total > 1) await expect(page.getByTestId('object-state').getByRole('heading')).not.toHaveText(title ?? '');
});

test('proposes who made a change, says that it is inferred and why', async ({ app }) => {
  const { page } = app;
  await openFirst(app, 'model', 'changed');
  const inferred = page.getByTestId('inferred-actor');
  await expect(inferred).toHaveAttribute('data-grade', /strong|likely|weak|none/);
  await inferred.click();
  await expect(page.getByTestId('actor-reasons')).toContainText('inference');
  await expect(page.getByTestId('actor-reasons')).toContainText('exports never contain it');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('actor-reasons')).toHaveCount(0);
  await expect(page.getByTestId('detail')).toBeVisible();
});
