/** The first screen, in each theme, under the rules of WCAG 2.1 AA. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, screenshot, test } from './support/app.ts';

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ setup: { preferences: { theme } } });

    test('the first screen breaks no rule', async ({ app }, testInfo) => {
      await expect(app.page.getByRole('grid').getByRole('row').nth(1)).toBeVisible();
      await screenshot(app, testInfo, `first screen, ${theme}`);
      // Legacy mode runs in the page itself: the usual one opens a second page, which this app refuses.
      const { violations } = await new AxeBuilder({ page: app.page })
        .setLegacyMode()
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`),
      ).toEqual([]);
    });
  });
}
