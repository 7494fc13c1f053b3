/** Every screen of the window, in each theme, under the rules of WCAG 2.1 AA and good practice. */
import { expect, screenshot, test, type RunningApp } from './support/app.ts';
import { expectAccessible } from './support/axe.ts';
import { rowAt, shownCount, waitForCapture } from './support/window.ts';

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ setup: { preferences: { theme } } });
    test.setTimeout(180_000);

    test('the events and the detail of one break no rule', async ({ app }, testInfo) => {
      const { page } = app;
      await waitForCapture(app);
      await screenshot(app, testInfo, `first screen, ${theme}`);
      await expectAccessible(app, 'first screen');
      await page
        .getByTestId('facet-action')
        .getByRole('button', { name: /^changed/ })
        .click();
      await shownCount(app);
      await rowAt(app, 1).click();
      await expect(page.getByTestId('field-id')).toBeVisible();
      await expectAccessible(app, 'fields');
      await page.getByTestId('tab-changes').click();
      await page.getByTestId('changes-unknown').click();
      await expectAccessible(app, 'changes');
      await page.getByTestId('tab-json').click();
      await expectAccessible(app, 'JSON tree');
      await page.getByText('As written').click();
      await expectAccessible(app, 'JSON text');
      for (const tab of ['around', 'history']) {
        await page.getByTestId(`tab-${tab}`).click();
        await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-selected', 'true');
        await expectAccessible(app, tab, '[data-testid=detail]');
      }
    });

    test('no dialog and nothing that opens above an event breaks a rule', async ({ app }) => {
      const { page } = app;
      await waitForCapture(app);
      await rowAt(app, 1).click();
      await expect(page.getByTestId('field-id')).toBeVisible();
      await opened(app, 'condition', 'filter-add', '[data-testid=condition-editor]');
      await opened(app, 'time range', 'time-range', '[data-testid=range-form]');
      await opened(app, 'export', 'export-button', '[data-testid=export-dialog]');
      await opened(app, 'how complete', 'title-counts', '[data-testid=capture-details]');
      await opened(app, 'save', 'save-button', '[data-testid=save-dialog]');
      await page.getByTestId('open-source').click();
      for (const kind of ['sqlite', 'file', 'redis', 'postgres', 'cloudwatch', 'ckan', 'snapshot', 'url']) {
        await page.getByTestId(`connect-kind-${kind}`).click();
        await expectAccessible(app, `connection to ${kind}`);
      }
      await page.keyboard.press('Escape');
      await page.getByTestId('settings-button').click();
      await opened(app, 'plugins', 'plugins-button', '[data-testid=plugins-dialog]');
    });

    test('no menu, no toast and nothing after a refresh breaks a rule', async ({ app }) => {
      const { page } = app;
      await waitForCapture(app);
      await page.keyboard.press('F5');
      await expect(page.getByTestId('refresh-strip')).toBeVisible();
      await expectAccessible(app, 'after a refresh');
      await opened(app, 'verify', 'verify-button', '[data-testid=verify-dialog]');
      for (const menu of ['histogram-stack', 'names-switch']) {
        await page.getByTestId(menu).click();
        await expect(page.getByRole('menuitem').first()).toBeVisible();
        await expectAccessible(app, menu, '[role=menu]');
        await page.keyboard.press('Escape');
        await expect(page.getByRole('menu')).toHaveCount(0);
      }
      await rowAt(app, 1).click({ button: 'right' });
      await expectAccessible(app, 'cell menu', '[role=menu]');
      await page.getByRole('menuitem').last().click();
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').getByRole('textbox').fill('Copy a link');
      await page.keyboard.press('Enter');
      await expect(page.locator('.mantine-Notification-root').first()).toBeVisible();
      await expectAccessible(app, 'toast', '.mantine-Notification-root');
      await expect(page.locator('[role=separator][aria-orientation=horizontal]')).toHaveAttribute(
        'aria-label',
        'Height',
      );
      await opened(app, 'palette', 'palette-button', '[data-testid=palette]');
    });
  });
}

/** Opens something, looks at it with the rest of the screen, and closes it. */
async function opened(app: RunningApp, screen: string, testId: string, shows: string): Promise<void> {
  const { page } = app;
  await page.getByTestId(testId).click();
  await expect(page.locator(shows)).toBeVisible();
  await expectAccessible(app, screen);
  await page.keyboard.press('Escape');
  await expect(page.locator(shows)).toHaveCount(0);
}
