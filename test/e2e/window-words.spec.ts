/** What the window says where it says it: nothing moves, hits are marked wherever they are, and a preview is what will be written. */
import { expect, test } from './support/app.ts';
import { rowAt, shownCount, takeValue, waitForCapture } from './support/window.ts';

test.use({ setup: { preferences: { seen_welcome: true } } });

test('conditions wrap and scroll downwards only, and what removes them all stays in its place', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const clear = page.getByTestId('filter-clear');
  await expect(clear).toBeDisabled();
  const before = await clear.boundingBox();
  for (let number = 1; number <= 7; number += 1) {
    // By key: the button moves with every chip.
    await page.getByTestId('filter-add').press('Enter');
    await page.getByTestId('filter-field').click();
    await page.getByRole('option', { name: 'value in result or payload' }).click();
    await page.getByLabel('Path').fill(`result.new.a_long_name_of_a_value_${String(number)}`);
    await page.getByTestId('filter-apply').click();
    await expect(page.getByTestId('chip')).toHaveCount(number);
  }
  const sizes = await page
    .getByTestId('chip')
    .first()
    .evaluate((chip) => {
      const { scrollWidth, clientWidth, clientHeight, scrollHeight } = chip.parentElement ?? chip;
      return { wide: scrollWidth - clientWidth, high: scrollHeight - clientHeight, clientHeight };
    });
  expect(sizes.wide).toBe(0);
  expect(sizes.high).toBeGreaterThan(0);
  expect(sizes.clientHeight).toBeLessThan(100);
  expect(await clear.boundingBox()).toEqual(before);
  await clear.click();
  await expect(page.getByTestId('chip')).toHaveCount(0);
});

test('a form keeps its height when its test fails, and a missing file has a path to be checked', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.keyboard.press('Control+o');
  await page.getByTestId('connect-kind-sqlite').click();
  await page.getByTestId('connection-url').fill('sqlite:/nowhere/none.db');
  const form = page.getByTestId('connect-form');
  const before = await form.boundingBox();
  await page.getByTestId('connection-test').click();
  const problem = page.getByTestId('connection-dialog').getByRole('alert');
  await expect(problem).toBeInViewport();
  await expect(problem).toContainText('Check its path');
  await expect(problem).not.toContainText('network');
  expect(await form.boundingBox()).toEqual(before);
});

test('what is searched for is marked among changes and in the history', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await takeValue(app, 'action', 'changed');
  await rowAt(app, 0).click();
  await page.getByTestId('tab-changes').click();
  await expect(page.getByTestId('changes-headings')).toHaveText('beforeafter');
  const name = (await page.getByTestId('change').first().locator('bdi').first().textContent()) ?? '';
  await page.getByTestId('search').fill(name);
  await shownCount(app);
  await expect(page.getByTestId('changes').getByTestId('hit').first()).toHaveText(name);
  await page.getByTestId('tab-history').click();
  await expect(page.getByTestId('history').getByTestId('hit').first()).toHaveText(name, { ignoreCase: true });
});

test('a deleted object has a last known state, not one that it is in', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await takeValue(app, 'action', 'deleted');
  await rowAt(app, 0).click();
  await page.getByTestId('tab-history').click();
  const state = page.getByTestId('object-state');
  await expect(state.getByRole('heading')).toContainText('Last known state, before the deletion');
  await expect(state).toContainText('holds nothing any more');
});

test('a single day is one date, and a preview of JSON is an array', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('time-range').click();
  await expect(page.getByTestId('range-presets')).toContainText('2024-12-31');
  await page.getByTestId('range-form').getByRole('button', { name: 'Last day of the data' }).click();
  await expect(page.getByTestId('chip').getByRole('button').first()).toHaveText('2024-12-31');
  await page.keyboard.press('Control+e');
  await page.getByTestId('export-dialog').getByText('JSON', { exact: true }).click();
  const lines = page.getByTestId('export-preview').getByRole('listitem');
  await expect(lines.first()).toHaveText('[');
  await expect(lines.last()).toHaveText(']');
  await expect(lines.nth(1)).toHaveText(/^\{.*,$/);
});
