/** The keyboard alone: what a key means depends on what is open, and the focus is never lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, launchApp, startSecond, test } from './support/app.ts';
import { cellAt, rowAt, shownCount, takeValue, waitForCapture } from './support/window.ts';

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

/** Waits until the focus is on something within `place`, and stays there. */
async function expectFocusIn(place: Locator): Promise<void> {
  await expect(place.locator(':focus').or(place.and(place.page().locator(':focus')))).toHaveCount(1);
}

test('the focus goes to a neighbour when what had it is gone', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const bar = page.getByTestId('filter-bar');
  const chips = page.getByTestId('chip');
  const include = async (field: string): Promise<void> => {
    const count = await chips.count();
    await page.getByTestId(`facet-${field}`).locator('[data-value]').first().click();
    await expect(chips).toHaveCount(count + 1);
  };
  await include('category');
  await include('action');

  await chips.first().getByRole('button').last().focus();
  await page.keyboard.press('Enter');
  await expect(chips).toHaveCount(1);
  await expectFocusIn(chips);
  await bar.getByRole('button', { name: 'Clear all' }).focus();
  await page.keyboard.press('Enter');
  await expect(chips).toHaveCount(0);
  await expectFocusIn(bar);

  // A range that can’t be read leads to the field that is wrong, a preset back to where it is told.
  await page.getByTestId('time-range').press('Enter');
  await page.getByTestId('range-from').fill('2024-08-01');
  await page.getByTestId('range-to').fill('august');
  await page.getByTestId('range-apply').press('Enter');
  await expect(page.getByTestId('range-problem')).toBeVisible();
  await expect(page.getByTestId('range-to')).toBeFocused();
  await expect(page.getByTestId('range-to')).toHaveAttribute('aria-invalid', 'true');
  await page.getByTestId('range-form').getByRole('button', { name: 'Last 30 days' }).press('Enter');
  await expect(chips).toHaveCount(1);
  await expect(page.getByTestId('range-form')).toHaveCount(0);
  await expectFocusIn(chips);
  await chips.getByRole('button').last().press('Enter');
  await expectFocusIn(bar);

  await page.getByTestId('columns-button').press('Enter');
  await page.getByTestId('path-choice').first().press('Enter');
  await expectFocusIn(page.getByTestId('columns'));
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('columns-button')).toBeFocused();

  const facet = page.getByTestId('facet-actor');
  await facet.getByRole('button', { name: /^More/ }).press('Enter');
  await expect(page.getByTestId('facet-search')).toBeFocused();
  await page.keyboard.press('Escape');
  await expectFocusIn(facet);
});

test('the focus stays in the window through tabs, views and notes', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const grid = page.getByTestId('grid');
  await grid.focus();
  await page.keyboard.press('Control+t');
  await expect(page.getByTestId('start-page')).toBeVisible();
  await expectFocusIn(page.getByTestId('start-page'));
  await page.keyboard.press('Control+w');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Control+t');
  await expect(page.getByTestId('start-page')).toBeVisible();
  expect(await startSecond(app, ['demo:'])).toBe(0);
  await expect(grid).toBeFocused();

  await page.getByTestId('save-view').press('Enter');
  await page.getByTestId('view-name').fill('Mine');
  await page.keyboard.press('Enter');
  const view = page.getByTestId('saved-view');
  await view.getByRole('button').first().focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await expect(view).toHaveCount(0);
  await expectFocusIn(page.getByTestId('views'));

  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByTestId('note-add').press('Enter');
  await expect(page.getByTestId('note-text')).toBeFocused();
  await page.keyboard.type('Look again');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('note')).toBeVisible();
  await expectFocusIn(page.getByTestId('event-notes'));
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();
});

test('the focus stays in the export as it runs and ends, and Escape closes the list of exports', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'event-audit-keys-'));
  const path = join(folder, 'all.csv');
  const app = await launchApp({ dialogs: { export: path, open: [path] } });
  try {
    const { page } = app;
    await waitForCapture(app);
    await page.getByTestId('grid').focus();
    await page.keyboard.press('Control+e');
    const dialog = page.getByTestId('export-dialog');
    await page.getByTestId('export-start').press('Enter');
    await expect(page.getByTestId('export-result')).toBeVisible();
    await expectFocusIn(dialog);
    await page.getByTestId('export-verify').press('Enter');
    await expect(page.getByTestId('export-verified')).toBeVisible();
    await expectFocusIn(dialog);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('grid')).toBeFocused();

    await page.getByTestId('export-status').press('Enter');
    await expect(page.getByTestId('export-tasks')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('export-tasks')).toHaveCount(0);
    await expect(page.getByTestId('export-status')).toBeFocused();

    await page.getByTestId('verify-button').press('Enter');
    await page.getByTestId('verify-choose').press('Enter');
    await expect(page.getByTestId('verification')).toBeVisible();
    await expectFocusIn(page.getByTestId('verify-dialog'));
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
    await rm(folder, { recursive: true });
  }
});

test('brackets go to the neighbours on keyboards that type them with AltGr or Option, too', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await cellAt(app, 1, 'action').click();
  const open = page.locator('[data-testid=grid-row][data-open]');
  await expect(open).toHaveAttribute('data-index', '1');
  interface Held {
    readonly ctrlKey?: boolean;
    readonly altKey?: boolean;
    readonly metaKey?: boolean;
    readonly modifierAltGraph?: boolean;
  }
  const press = async (key: string, held: Held): Promise<void> => {
    const init = { key, bubbles: true, cancelable: true, ...held };
    await page.evaluate((how) => {
      document.querySelector('[data-testid=grid]')?.dispatchEvent(new KeyboardEvent('keydown', how));
    }, init);
  };
  await press(']', { ctrlKey: true, altKey: true, modifierAltGraph: true });
  await expect(open).toHaveAttribute('data-index', '2');
  await press(']', { altKey: true });
  await expect(open).toHaveAttribute('data-index', '3');
  await press('[', { ctrlKey: true, altKey: true });
  await expect(open).toHaveAttribute('data-index', '2');
  await press('[', { ctrlKey: true });
  await press('[', { metaKey: true });
  await press(']', {});
  await expect(open).toHaveAttribute('data-index', '3');
});

test('the JSON tree is one stop of Tab, its arrows go from line to line, and the tools stay in sight', async ({
  app,
}) => {
  const { page } = app;
  await waitForCapture(app);
  await takeValue(app, 'action', 'changed');
  await shownCount(app);
  await rowAt(app, 0).click();
  await page.getByTestId('tab-json').click();
  const tree = page.getByTestId('json-tree');
  const active = tree.locator('[aria-selected=true]');
  await tree.focus();
  const stops = tree.locator('[tabindex="0"], button:not([tabindex="-1"])');
  await expect(active).toHaveAttribute('data-path', 'result');
  // That of the first line, which is a container: its copy button.
  await expect(stops).toHaveCount(1);
  await page.keyboard.press('ArrowRight');
  await expect(active).toHaveAttribute('data-path', /^result\.(?:new|old)$/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect(active).toHaveAttribute('data-path', 'result');
  await expect(active).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Enter');
  await expect(active).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('End');
  await expect(active).toBeInViewport();
  await page.keyboard.press('Home');
  await expect(active).toHaveAttribute('data-path', 'result');

  // A line that is wider than the panel: what can be done with it is within the window, and Tab leads there.
  const widest = await tree.evaluate((box) => {
    const leaves = [...box.querySelectorAll<HTMLElement>('[data-testid=json-line]:not([aria-expanded])')];
    const [first] = leaves.toSorted((a, b) => b.offsetWidth - a.offsetWidth);
    return { path: first?.dataset['path'] ?? '', beyond: (first?.offsetWidth ?? 0) - box.clientWidth };
  });
  expect(widest.beyond).toBeGreaterThan(0);
  const long = tree.locator(`[data-path="${widest.path}"]`);
  await long.click({ position: { x: 40, y: 8 } });
  await expect(tree).toBeFocused();
  await page.keyboard.press('Tab');
  const tools = long.getByRole('button');
  await expect(tools.first()).toBeFocused();
  for (const tool of await tools.all()) await expect(tool).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chip').filter({ hasText: widest.path })).toBeVisible();
});
