/** The rules of WCAG 2.1 AA and good practice, held against what the window shows. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type RunningApp } from './app.ts';

/**
 * @param screen for messages
 * @param within only this part is looked at: what lies around a dialog was looked at before it was opened
 */
export async function expectAccessible({ page }: RunningApp, screen: string, within = 'html'): Promise<void> {
  // Legacy mode runs in the page itself: the usual one opens a second page, which this app refuses.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .include(within)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
  ).toEqual([]);
}
