/** Every screen of the window, in each theme, under the rules of WCAG 2.1 AA and good practice. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type RunningApp } from './support/app.ts';
import { rowAt, shownCount, waitForCapture } from './support/window.ts';

async function check(app: RunningApp, screen: string): Promise<void> {
  // Legacy mode runs in the page itself: the usual one opens a second page, which this app refuses.
  const { violations } = await new AxeBuilder({ page: app.page })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`),
  ).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ setup: { preferences: { theme } } });

    test('no screen breaks a rule', async ({ app }) => {
      test.setTimeout(180_000);
      const { page } = app;
      await waitForCapture(app);
      await page
        .getByTestId('facet-action')
        .getByRole('button', { name: /^changed/ })
        .click();
      await shownCount(app);
      await rowAt(app, 1).click();
      await expect(page.getByTestId('field-id')).toBeVisible();
      await check(app, 'fields');
      await page.getByTestId('tab-changes').click();
      await page.getByTestId('changes-unknown').click();
      await check(app, 'changes');
      await page.getByTestId('tab-json').click();
      await check(app, 'JSON tree');
      await page.getByText('As written').click();
      await check(app, 'JSON text');

      const opened = async (screen: string, testId: string, shows: string): Promise<void> => {
        await page.getByTestId(testId).click();
        await expect(page.locator(shows)).toBeVisible();
        await check(app, screen);
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
        await check(app, `connection to ${kind}`);
      }
      await page.keyboard.press('Escape');
      await page.getByTestId('settings-button').click();
      await opened('plugins', 'plugins-button', '[data-testid=plugins-dialog]');
      await page.keyboard.press('F5');
      await expect(page.getByTestId('refresh-strip')).toBeVisible();
      await check(app, 'after a refresh');
      await opened('verify', 'verify-button', '[data-testid=verify-dialog]');
      await opened('palette', 'palette-button', '[data-testid=palette]');
    });
  });
}
