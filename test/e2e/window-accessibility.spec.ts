/** Every screen of the window, in each theme, under the rules of WCAG 2.1 AA and good practice. */
import { expect, screenshot, test } from './support/app.ts';
import { expectAccessible } from './support/axe.ts';
import { rowAt, shownCount, waitForCapture } from './support/window.ts';

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ setup: { preferences: { theme } } });

    test('no screen breaks a rule', async ({ app }, testInfo) => {
      test.setTimeout(180_000);
      const { page } = app;
      const check = (screen: string, within?: string): Promise<void> => expectAccessible(app, screen, within);
      await waitForCapture(app);
      await screenshot(app, testInfo, `first screen, ${theme}`);
      await check('first screen');
      await page
        .getByTestId('facet-action')
        .getByRole('button', { name: /^changed/ })
        .click();
      await shownCount(app);
      await rowAt(app, 1).click();
      await expect(page.getByTestId('field-id')).toBeVisible();
      await check('fields');
      await page.getByTestId('tab-changes').click();
      await page.getByTestId('changes-unknown').click();
      await check('changes');
      await page.getByTestId('tab-json').click();
      await check('JSON tree');
      await page.getByText('As written').click();
      await check('JSON text');
      for (const tab of ['around', 'history']) {
        await page.getByTestId(`tab-${tab}`).click();
        await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-selected', 'true');
        await check(tab, '[data-testid=detail]');
      }

      const opened = async (screen: string, testId: string, shows: string): Promise<void> => {
        await page.getByTestId(testId).click();
        await expect(page.locator(shows)).toBeVisible();
        await check(screen);
        await page.keyboard.press('Escape');
        await expect(page.locator(shows)).toHaveCount(0);
      };
      await opened('condition', 'filter-add', '[data-testid=condition-editor]');
      await opened('time range', 'time-range', '[data-testid=range-form]');
      await opened('export', 'export-button', '[data-testid=export-dialog]');
      await opened('how complete', 'title-counts', '[data-testid=capture-details]');
      await opened('save', 'save-button', '[data-testid=save-dialog]');
      await page.getByTestId('open-source').click();
      for (const kind of ['sqlite', 'file', 'redis', 'postgres', 'cloudwatch', 'ckan', 'snapshot', 'url']) {
        await page.getByTestId(`connect-kind-${kind}`).click();
        await check(`connection to ${kind}`);
      }
      await page.keyboard.press('Escape');
      await page.getByTestId('settings-button').click();
      await opened('plugins', 'plugins-button', '[data-testid=plugins-dialog]');
      await page.keyboard.press('F5');
      await expect(page.getByTestId('refresh-strip')).toBeVisible();
      await check('after a refresh');
      await opened('verify', 'verify-button', '[data-testid=verify-dialog]');
      for (const menu of ['histogram-stack', 'names-switch']) {
        await page.getByTestId(menu).click();
        await expect(page.getByRole('menuitem').first()).toBeVisible();
        await check(menu, '[role=menu]');
        await page.keyboard.press('Escape');
        await expect(page.getByRole('menu')).toHaveCount(0);
      }
      await rowAt(app, 1).click({ button: 'right' });
      await check('cell menu', '[role=menu]');
      await page.getByRole('menuitem').last().click();
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').getByRole('textbox').fill('Copy a link');
      await page.keyboard.press('Enter');
      await expect(page.locator('.mantine-Notification-root').first()).toBeVisible();
      await check('toast', '.mantine-Notification-root');
      await expect(page.locator('[role=separator][aria-orientation=horizontal]')).toHaveAttribute(
        'aria-label',
        'Height',
      );
      await opened('palette', 'palette-button', '[data-testid=palette]');
    });
  });
}
