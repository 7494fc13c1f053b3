/** Time, values and columns of the explorer: moving through time, what a click would leave, values inside the JSON as columns. */
import { expect, test } from './support/app.ts';
import { cellAt, rowAt, shownCount, waitForCapture } from './support/window.ts';

test.use({ setup: { preferences: { seen_welcome: true } } });

test('a stretch of time is chosen by keyboard, stepped through, widened and let go', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const chart = page.getByTestId('histogram-chart');
  await chart.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByTestId('histogram-tip')).toBeVisible();
  const text = await chart.getAttribute('aria-valuetext');
  expect(text).toMatch(/\d events/);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chip')).toHaveCount(1);
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const first = await page.getByTestId('chip').textContent();

  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.getByTestId('chip')).not.toHaveText(first ?? '');
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByTestId('chip')).toHaveText(first ?? '');
  const some = await shownCount(app);
  await page.getByTestId('time-out').click();
  await expect.poll(() => shownCount(app)).toBeGreaterThan(some);
  await page.getByTestId('time-fit').click();
  await expect.poll(() => shownCount(app)).toBe(all);
  await expect(page.getByTestId('time-fit')).toBeDisabled();
});

test('bars stand where they are asked for, and an empty view says how many there are', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('time-range').click();
  await page.getByTestId('range-from').fill('2031-01-01');
  await page.getByTestId('range-to').fill('2031-01-31');
  await page.getByTestId('range-apply').click();
  await expect.poll(() => shownCount(app)).toBe(0);
  await expect(page.getByTestId('histogram')).toContainText(`0 of ${all.toLocaleString('en')} events`);
  await expect(page.getByTestId('histogram')).toContainText('2031-01-01');
});

test('any field stacks the bars, in the same colours as values and grid, and the view remembers it', async ({
  app,
}) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('histogram-stack').click();
  await page.getByRole('menuitem', { name: 'actor' }).click();
  const legend = page.getByTestId('histogram-legend');
  await expect(legend).toContainText('other');
  await expect(legend).toContainText('(empty)');
  const mark = page.getByTestId('facet-actor').getByTestId('facet-value').first().locator('[class*=mark]');
  const colour = await mark.evaluate((element) => getComputedStyle(element).backgroundColor);
  const inLegend = await legend
    .locator('[class*=mark]')
    .first()
    .evaluate((one) => getComputedStyle(one).backgroundColor);
  expect(colour).toBe(inLegend);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('histogram-stack')).toHaveText('by category');
});

test('a value says what a click would leave, and leaves that; keys include, exclude and ask for it alone', async ({
  app,
}) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const actions = page.getByTestId('facet-action').getByTestId('facet-value');
  const first = actions.first().locator('button').first();
  const count = Number((await first.locator('[class*=count]').textContent())?.replaceAll(',', ''));
  await expect(first).toHaveAttribute('title', new RegExp(`leaves ${count.toLocaleString('en')} events`));
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await expect(actions.nth(1).locator('button').first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('x');
  await expect.poll(() => shownCount(app)).toBe(all - count);
  await first.focus();
  await page.keyboard.press('o');
  await expect.poll(() => shownCount(app)).toBe(count);
  await first.click({ button: 'right' });
  await expect(page.getByTestId('facet-menu')).toContainText(`leaves ${all.toLocaleString('en')} events`);
  await page.keyboard.press('Escape');
});

test('all values of a field are searched, not only those in sight', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const facet = page.getByTestId('facet-action');
  await facet.getByRole('button', { name: 'More' }).click();
  await page.getByTestId('facet-search').fill('harvest_job_rep');
  await expect(facet.getByTestId('facet-value')).toHaveCount(1);
  await expect(facet.getByTestId('facet-value')).toContainText('harvest_job_report');
  // Whoever stands there by name is found by name.
  const actors = page.getByTestId('facet-actor');
  const name = await actors.locator('[data-named]').first().textContent();
  await actors.getByRole('button', { name: 'More' }).click();
  await page
    .getByTestId('facet-search')
    .last()
    .fill((name ?? '').slice(1).toUpperCase());
  await expect(actors.getByTestId('facet-value').first()).toContainText(name ?? '');
  await expect(actors.getByTestId('facet-value')).not.toHaveCount(0);
});

test('a value inside the JSON becomes a column, is filtered by, and comes back with the view', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page
    .getByTestId('facet-category')
    .getByRole('button', { name: /^model/ })
    .click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  await page.getByTestId('columns-button').click();
  await page.getByTestId('columns-search').fill('result.new.state');
  await page.getByTestId('path-choice').filter({ hasText: 'result.new.state' }).first().click();
  await page.keyboard.press('Escape');
  const head = page.getByTestId('head-result.new.state');
  await expect(head).toBeVisible();
  await expect(head.getByRole('button')).toHaveAttribute('title', /can’t be ordered/);
  const cells = page.locator('[data-field="result.new.state"]', { hasText: 'active' });
  await expect(cells.first()).toBeVisible();
  await cells.first().click();
  await page.keyboard.press('o');
  await expect(page.getByTestId('chip').filter({ hasText: 'result.new.state' })).toContainText('active');
  await expect.poll(async () => (await cellAt(app, 0, 'result.new.state').textContent()) ?? '').toBe('active');

  // The whole view is a text, and the text is the view.
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette').getByRole('textbox')).toBeFocused();
  await page.keyboard.type('Copy a link');
  await page.keyboard.press('Enter');
  await expect.poll(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toContain('result.new.state');
  const link = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  const shown = await shownCount(app);
  await page.keyboard.press('Control+t');
  await page.getByTestId('start-page').getByRole('button', { name: 'Open a view from its link' }).click();
  await page.getByTestId('view-text').fill(link);
  await page.getByTestId('view-show').click();
  await expect(page.getByTestId('head-result.new.state')).toBeVisible();
  await expect.poll(() => shownCount(app)).toBe(shown);
  await expect(rowAt(app, 0)).toBeVisible();
});

test('picking rows with Shift marks no text', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await cellAt(app, 1, 'action').click();
  await cellAt(app, 5, 'actor').click({ modifiers: ['Shift'] });
  await expect(page.getByRole('button', { name: /5 picked/ })).toBeVisible();
  expect(await page.evaluate(() => String(document.getSelection()))).toBe('');
  await expect(page.getByTestId('grid')).toBeFocused();
});
