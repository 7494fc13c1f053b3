/** For those who see less: twice the size, forced colours, no motion, and a window as small as it gets. */
import type { Page } from '@playwright/test';
import { expect, screenshot, test, type RunningApp } from './support/app.ts';
import { expectAccessible } from './support/axe.ts';
import { checkScreen, setTrap } from './support/screen-check.ts';
import { rowAt, shownCount, takeValue, waitForCapture } from './support/window.ts';

async function resize(app: RunningApp, width: number, height: number, zoom = 1): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, size) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setSize(size.width, size.height);
      window?.webContents.setZoomFactor(size.zoom);
    },
    { width, height, zoom },
  );
  await expect.poll(() => app.page.evaluate(() => window.devicePixelRatio)).toBe(zoom);
}

/** What must be seen wholly and be where a click meets it. */
async function expectReachable(app: RunningApp, testIds: readonly string[]): Promise<void> {
  for (const testId of testIds) {
    const isMet = await app.page.getByTestId(testId).evaluate((element) => {
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const met = document.elementFromPoint(left + width / 2, top + height / 2);
      return (
        width > 0 &&
        left >= -1 &&
        left + width <= innerWidth + 1 &&
        met !== null &&
        (element.contains(met) || met.contains(element))
      );
    });
    expect(isMet, testId).toBe(true);
  }
}

const ALWAYS = ['export-button', 'palette-button', 'settings-button', 'filter-add', 'status-count', 'grid'];

for (const language of ['en', 'de'] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ setup: { preferences: { language, seen_welcome: true } } });

    test('twice the size and the smallest window lose nothing', async ({ app }, testInfo) => {
      const { page } = app;
      await setTrap(app);
      await waitForCapture(app);
      for (const [name, width, height, zoom] of [
        ['smallest', 900, 600, 1],
        ['twice the size', 1_280, 800, 2],
        ['twice the size in the smallest', 900, 600, 2],
      ] as const) {
        await resize(app, width, height, zoom);
        await expectReachable(app, ALWAYS);
        await checkScreen(app, name);
        await screenshot(app, testInfo, name);
        await rowAt(app, 1).click();
        await expect(page.getByTestId('detail')).toBeVisible();
        await expectReachable(app, ['tab-fields', 'tab-json']);
        await checkScreen(app, `${name}, an event`);
        await screenshot(app, testInfo, `${name}, an event`);
        await page.getByTestId('export-button').click();
        await expect(page.getByTestId('export-dialog')).toBeVisible();
        await expectReachable(app, ['export-start']);
        await checkScreen(app, `${name}, the export`);
        await screenshot(app, testInfo, `${name}, the export`);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
    });
  });
}

const SIZES = [
  ['1280 × 800', 1_280, 800, 1],
  ['900 × 600', 900, 600, 1],
  ['1280 × 800 at twice the size', 1_280, 800, 2],
  ['900 × 600 at twice the size', 900, 600, 2],
] as const;

const POPOVERS = {
  'columns-button': 'columns',
  'time-range': 'range',
  'filter-add': 'condition',
  'title-counts': 'capture-details',
};

/** What of these is outside of the window, or cut by something around it. */
function cutOff(page: Page, testIds: readonly string[]): Promise<readonly string[]> {
  return page.evaluate((ids) => {
    // The page knows no function of this file.
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    const outside = (box: DOMRect, frame: { left: number; top: number; right: number; bottom: number }): boolean =>
      box.left < frame.left - 1 ||
      box.top < frame.top - 1 ||
      box.right > frame.right + 1 ||
      box.bottom > frame.bottom + 1;
    const frame = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    return ids.filter((id) => {
      const element = document.querySelector(`[data-testid=${id}]`);
      if (element === null) return true;
      const box = element.getBoundingClientRect();
      if (
        outside(box, frame) ||
        (getComputedStyle(element).overflowX === 'visible' &&
          element.scrollWidth > element.clientWidth + 1 &&
          element.clientWidth > 0)
      )
        return true;
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== 'visible' && outside(box, around.getBoundingClientRect()))
          return true;
      }
      return false;
    });
  }, testIds);
}

for (const language of ['en', 'de'] as const) {
  test.describe(`at any size, in ${language}`, () => {
    test.use({ setup: { preferences: { language, seen_welcome: true } } });

    test('what opens stays inside the window, and no count is cut', async ({ app }, testInfo) => {
      const { page } = app;
      await waitForCapture(app);
      for (const [name, width, height, zoom] of SIZES) {
        await resize(app, width, height, zoom);
        await expect
          .poll(() => cutOff(page, ['title-counts', 'status-count', 'status-zone', 'status-completeness']), name)
          .toEqual([]);
        for (const [button, popover] of Object.entries(POPOVERS)) {
          await page.getByTestId(button).click();
          // Once it has come to rest.
          await expect(page.getByTestId(popover)).toHaveCSS('opacity', '1');
          await expect.poll(() => cutOff(page, [popover]), `${popover}, ${name}`).toEqual([]);
          await screenshot(app, testInfo, `${popover}, ${name}`);
          await page.keyboard.press('Escape');
          await expect(page.getByTestId(popover)).toHaveCount(0);
        }
      }
    });
  });
}

test('the state in a history has room at twice the size', async ({ app }, testInfo) => {
  const { page } = app;
  await waitForCapture(app);
  await takeValue(app, 'action', 'deleted');
  await resize(app, 1_280, 800, 2);
  await rowAt(app, 1).click();
  await page.getByTestId('tab-history').click();
  const state = page.getByTestId('object-state');
  await expect(state).toBeVisible();
  await state.scrollIntoViewIfNeeded();
  await screenshot(app, testInfo, 'history');
  expect((await state.boundingBox())?.height).toBeGreaterThan(100);
});

const DIALOGS = [
  'Save this view…',
  'Open a view from its link…',
  'Rename tab…',
  'Names for ids…',
  'Notes…',
  'Show rejected records',
  'All keys',
  'Licences of others',
  'About this application',
  'Plugins…',
  'Verify exported files…',
  'Save the snapshot…',
  'Open a store…',
];

test.describe('at twice the size', () => {
  test.use({ setup: { preferences: { theme: 'dark', seen_welcome: true } } });

  test('every dialog of the palette fits, breaks no rule, and gives the keys back', async ({ app }, testInfo) => {
    const { page } = app;
    await setTrap(app);
    await waitForCapture(app);
    await resize(app, 1_280, 800, 2);
    for (const name of DIALOGS) {
      await page.getByTestId('grid').focus();
      await page.keyboard.press('Control+k');
      const asked = page.locator('input.mantine-Spotlight-search');
      await expect(asked).toBeFocused();
      await asked.fill(name);
      await expect(page.getByTestId('palette').getByText(name, { exact: true })).toBeVisible();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog').filter({ hasNot: asked });
      await expect(dialog).toBeVisible();
      await checkScreen(app, name);
      await expectAccessible(app, name, '[role=dialog]');
      await screenshot(app, testInfo, name.replace('…', ''));
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      // Where the keys go next: the events, or at least something.
      await expect.poll(() => page.evaluate(() => document.activeElement !== document.body), name).toBe(true);
    }
  });
});

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

test('forced colours keep what is chosen, focused and counted in sight', async ({ app }, testInfo) => {
  const { page } = app;
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const all = await waitForCapture(app);
  await takeValue(app, 'action', 'changed');
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  await rowAt(app, 2).click();
  const paper = await styleOf(page, '[data-testid=grid]', 'background-color');
  expect(await styleOf(page, '[data-testid=bar] rect', 'fill')).not.toBe(paper);
  expect(await styleOf(page, '[data-testid=grid-row][data-open]', 'outline-style')).toBe('solid');
  // A line or a colour of the system says what is chosen: backgrounds and shadows are gone.
  const outlined = ['[data-testid=tabs] [aria-selected=true]', '[aria-pressed=true]', '[data-testid=chip]'];
  for (const chosen of [...outlined, '[data-testid=detail] [role=tab][aria-selected=true]']) {
    expect(await styleOf(page, chosen, 'outline-style'), chosen).toBe('solid');
  }
  await rowAt(app, 4).click({ modifiers: ['Control'] });
  const picked = '[data-testid=grid-row][aria-selected=true]';
  expect(await styleOf(page, picked, 'background-color')).not.toBe(paper);
  expect(await styleOf(page, `${picked} [data-field=timestamp] span`, 'color')).toBe(
    await styleOf(page, `${picked} [data-field=action] bdi`, 'color'),
  );
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll('*')].map((element) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        return Math.max(...[transitionDuration, animationDuration].map((each) => Number.parseFloat(each) || 0));
      }),
    ),
  );
  expect(longest, 'seconds of motion').toBeLessThan(0.01);
  await screenshot(app, testInfo, 'forced colours');
});
