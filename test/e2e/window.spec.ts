/** The window at work on the sample store: look, narrow down, read an event, by mouse and by keyboard. */
import { expect, test } from './support/app.ts';
import { cellAt, column, rowAt, shownCount, visibleRange, waitForCapture } from './support/window.ts';

test('opens the sample store at the first start, says so, and shows its events', async ({ app }) => {
  const { page } = app;
  await expect(page.getByTestId('source-title')).toHaveText('Sample store');
  const captured = await waitForCapture(app);
  expect(captured).toBeGreaterThan(1_000);
  await expect(rowAt(app, 0)).toBeVisible();
  await expect(page.getByTestId('grid')).toHaveAttribute('aria-rowcount', String(captured + 1));
  await expect(page.getByTestId('welcome')).toBeVisible();
  await page.getByTestId('welcome-dismiss').click();
  await expect(page.getByTestId('welcome')).toHaveCount(0);
  const preferences = await page.evaluate(() => window.eventAudit.desktop('get_preferences', {}));
  expect(preferences.ok).toBe(true);
});

test('newest events first; a click on a header orders by it, a second one the other way round', async ({ app }) => {
  await waitForCapture(app);
  const newest = await column(app, 'timestamp', 10);
  expect(newest).toEqual(newest.toSorted().toReversed());
  const head = app.page.getByTestId('head-actor').getByRole('button');
  await head.click();
  await expect(app.page.getByTestId('head-actor')).toHaveAttribute('aria-sort', 'ascending');
  await head.click();
  await expect(app.page.getByTestId('head-actor')).toHaveAttribute('aria-sort', 'descending');
  await shownCount(app);
  await expect.poll(async () => (await column(app, 'actor', 1))[0]).not.toBe('—');
  const actors = await column(app, 'actor', 5);
  expect(actors).toEqual(actors.toSorted().toReversed());
});

test('facets, chips, undo and search narrow the view down', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const model = page.getByTestId('facet-category').getByRole('button', { name: /^model/ });
  await model.click();
  await expect(page.getByTestId('chip')).toHaveText(/category: model/);
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const models = await shownCount(app);

  await expect.poll(async () => new Set(await column(app, 'category', 8))).toEqual(new Set(['model']));
  // The counts of the field itself stay those of the other conditions, so that a second value can be added.
  await expect(page.getByTestId('facet-category').getByTestId('facet-value')).not.toHaveCount(1);

  await page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^deleted/ })
    .click();
  await expect(page.getByTestId('chip')).toHaveCount(2);
  await expect.poll(() => shownCount(app)).toBeLessThan(models);
  const deleted = await shownCount(app);

  await page.getByRole('button', { name: 'Undo filter change' }).click();
  await expect.poll(() => shownCount(app)).toBe(models);
  await page.getByRole('button', { name: 'Redo filter change' }).click();
  await expect.poll(() => shownCount(app)).toBe(deleted);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => shownCount(app)).toBe(all);

  await page.getByTestId('search').fill('PACKAGE_update');
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  await page.getByTestId('search').fill('there is no such text in here');
  await expect(page.getByTestId('no-hits')).toBeVisible();
  await page.getByTestId('no-hits').getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => shownCount(app)).toBe(all);
});

test('a condition can be typed, negated and asked for as empty', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('filter-add').click();
  await page.getByTestId('filter-value').fill('model');
  await page.getByTestId('filter-value').press('Enter');
  await page.getByTestId('condition-editor').getByText('is not', { exact: true }).click();
  await page.getByTestId('filter-apply').click();
  await expect(page.getByTestId('chip')).toHaveText(/category: not model/);
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const others = await shownCount(app);
  expect(others).toBeGreaterThan(0);

  await page.getByTestId('filter-add').click();
  await page.getByTestId('filter-field').click();
  await page.getByRole('option', { name: 'actor' }).click();
  await page.getByRole('option', { name: '(empty) as a value' }).click();
  await page.getByTestId('filter-apply').click();
  await expect(page.getByTestId('chip')).toHaveCount(2);
  await shownCount(app);
  await expect.poll(async () => new Set(await column(app, 'actor', 3))).toEqual(new Set(['—']));
});

test('a time range is read by the engine, which says what it can’t read', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('time-range').click();
  await page.getByTestId('range-from').fill('2024-08-31');
  await page.getByTestId('range-to').fill('2024-08-01');
  await page.getByTestId('range-apply').click();
  await expect(page.getByTestId('range-problem')).toContainText('after the end');
  await page.getByTestId('range-from').fill('august');
  await page.getByTestId('range-apply').click();
  await expect(page.getByTestId('range-problem')).toContainText('august');
  await page.getByTestId('range-from').fill('2024-08-01');
  await page.getByTestId('range-to').fill('2024-08-31');
  await page.getByTestId('range-apply').click();
  await expect(page.getByTestId('chip')).toHaveText(/2024-08-01 to 2024-08-31/);
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  await expect
    .poll(async () => (await column(app, 'timestamp', 5)).every((time) => time.startsWith('2024-08-')))
    .toBe(true);
});

test('brushing the histogram takes whole bars, and they hold what they say', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const bars = page.getByTestId('bar');
  // The bars are drawn anew when the store is read to its end and when the window has found its size.
  let drawn = 0;
  await expect
    .poll(
      async () => {
        const before = drawn;
        drawn = await bars.count();
        return drawn > 0 && drawn === before;
      },
      { intervals: [500] },
    )
    .toBe(true);
  const bar = bars.nth(Math.floor(drawn / 2));
  const total = Number(await bar.getAttribute('data-total'));
  const box = await bar.boundingBox();
  const surface = await page.getByTestId('histogram').boundingBox();
  if (box === null || surface === null) throw new Error('The histogram is not drawn.');
  await page.mouse.click(box.x + box.width / 2, surface.y + surface.height / 2);
  await expect(page.getByTestId('chip')).toHaveCount(1);
  await expect.poll(() => shownCount(app)).toBe(total);
});

test('an event shows its fields, what changed, and its JSON digit by digit', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^changed/ })
    .click();
  await shownCount(app);
  await rowAt(app, 0).click();
  const detail = page.getByTestId('detail');
  await expect(detail).toBeVisible();
  const id = (await cellAt(app, 0, 'id').textContent()) ?? '';
  await expect(detail.getByTestId('field-id')).toContainText(id);
  await page.getByTestId('tab-changes').click();
  await expect(detail.getByTestId('change').first()).toBeVisible();
  await page.getByTestId('tab-json').click();
  await expect(detail.locator('[data-path="result.new"]')).toBeVisible();
  await page.keyboard.press(']');
  const next = (await cellAt(app, 1, 'id').textContent()) ?? '';
  await page.getByTestId('tab-fields').click();
  await expect(detail.getByTestId('field-id')).toContainText(next);
  await page.keyboard.press('[');
  await expect(detail.getByTestId('field-id')).toContainText(id);
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
});

test('the keyboard alone goes everywhere', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  const grid = page.getByTestId('grid');
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(grid).toHaveAttribute('aria-activedescendant', 'cell-1-category');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('detail')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await expect(rowAt(app, all - 1)).toBeVisible();
  await expect.poll(() => visibleRange(app)).toMatchObject({ last: all - 1, loading: 0 });
  await page.keyboard.press('Home');
  await expect(rowAt(app, 0)).toBeVisible();

  const category = await cellAt(app, 0, 'category').textContent();
  await page.keyboard.press('x');
  await expect(page.getByTestId('chip')).toHaveText(new RegExp(`category: not ${category ?? ''}`));
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('chip')).toHaveCount(0);

  await page.keyboard.press('Control+f');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('What do you want to do?').fill('verify');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('verify-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('verify-dialog')).toHaveCount(0);
});

test('a cell’s menu and picked rows', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const action = (await cellAt(app, 2, 'action').textContent()) ?? '';
  await cellAt(app, 2, 'action').click({ button: 'right' });
  await page.getByRole('menuitem', { name: `Only ${action}` }).click();
  await expect(page.getByTestId('chip')).toHaveText(new RegExp(`action: ${action}`));
  await page.keyboard.press('Control+z');
  await shownCount(app);
  await rowAt(app, 1).click({ modifiers: ['Control'] });
  await rowAt(app, 4).click({ modifiers: ['Shift'] });
  await expect(page.getByRole('button', { name: /4 picked/ })).toBeVisible();
});

test.describe('in German', () => {
  test.use({ setup: { preferences: { language: 'de' } } });

  test('everything is German, numbers too', async ({ app }) => {
    const { page } = app;
    const captured = await waitForCapture(app);
    await expect(page.getByTestId('source-title')).toHaveText('Beispiel');
    await expect(page.getByTestId('status-count')).toHaveText(
      `${new Intl.NumberFormat('de').format(captured)} Ereignisse`,
    );
    await page.getByTestId('open-source').click();
    await expect(page.getByRole('dialog')).toContainText('Quelle öffnen');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  });
});

test('the language changes without a restart', async ({ app }) => {
  const { page } = app;
  await page.getByTestId('settings-button').click();
  await page.getByText('Deutsch', { exact: true }).click();
  await expect(page.getByTestId('export-button')).toHaveText('Exportieren');
});
