/** Administration: only where it is switched on; settings, the state of tracking, and the clearing of a store. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis } from '../support/redis-server.ts';
import { expect, launchApp, screenshot, test as base, type RunningApp } from './support/app.ts';
import { expectAccessible } from './support/axe.ts';
import { checkScreen, setTrap } from './support/screen-check.ts';
import { waitForCapture } from './support/window.ts';

const ADMIN = { EVENT_AUDIT_ENABLE_ADMIN_PANEL: 'true' };

async function openAdministration({ page }: RunningApp, name = 'Administration…'): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.locator('input.mantine-Spotlight-search')).toBeFocused();
  await page.keyboard.type(name.slice(0, 8));
  await expect(page.getByText(name)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('admin-dialog')).toBeVisible();
}

base('without being switched on, there is no administration, and a window can’t destroy anything', async () => {
  const app = await launchApp();
  try {
    await waitForCapture(app);
    const { page } = app;
    await page.keyboard.press('Control+k');
    await expect(page.locator('input.mantine-Spotlight-search')).toBeFocused();
    // What is there is found by the same way of asking.
    await page.keyboard.type('Verify');
    const verify = page.getByTestId('palette').getByText(/^verify/i);
    await expect(verify).toBeVisible();
    await page.locator('input.mantine-Spotlight-search').fill('Administration');
    await expect(verify).toHaveCount(0);
    await expect(page.getByText('Administration…')).toHaveCount(0);
    const refused = await page.evaluate(() =>
      window.eventAudit.call('clear-1', 'event_audit_clear_source', { source: 'basic:', confirm: true }),
    );
    expect(refused).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

base('settings say where they come from, refuse what can’t be, and are kept', async () => {
  const app = await launchApp({ env: { ...ADMIN, EVENT_AUDIT_BATCH_SIZE: '7' } });
  try {
    await waitForCapture(app);
    const { page } = app;
    await openAdministration(app);
    await expect(page.getByTestId('setting-batch.size')).toContainText('EVENT_AUDIT_BATCH_SIZE');
    await expect(page.getByTestId('setting-batch.size').getByRole('textbox')).toBeDisabled();
    const timeout = page.getByTestId('setting-batch.timeout');
    await timeout.getByRole('textbox').fill('soon');
    await timeout.getByRole('textbox').press('Enter');
    await expect(timeout).toContainText('whole number of seconds');
    await timeout.getByRole('textbox').fill('60');
    await timeout.getByRole('textbox').press('Enter');
    await expect(timeout).toContainText('set here');
    await timeout.getByRole('button', { name: /Back to the default/ }).click();
    await expect(timeout).toContainText('default');
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

for (const language of ['en', 'de'] as const) {
  base(`rules, plugins and the embedded store have pages of their own (${language})`, async () => {
    const testInfo = base.info();
    const app = await launchApp({ env: ADMIN, preferences: { language, theme: language === 'de' ? 'dark' : 'light' } });
    try {
      await waitForCapture(app);
      await setTrap(app);
      const { page } = app;
      const look = async (name: string): Promise<void> => {
        await checkScreen(app, name);
        await expectAccessible(app, name, '[data-testid=admin-dialog]');
        await screenshot(app, testInfo, name);
      };
      await openAdministration(app, language === 'de' ? 'Verwaltung …' : 'Administration…');
      await look('settings');
      await page.getByTestId('admin-rules').click();
      const previous = page.getByTestId('setting-track.store_previous_model_state');
      await previous.getByRole('switch').click({ force: true });
      await expect(previous).toContainText(language === 'de' ? 'hier gesetzt' : 'set here');
      await expect(page.getByTestId('tracker-list')).toBeVisible();
      await look('rules');
      await page.getByTestId('admin-tracking').click();
      await expect(page.getByTestId('tracking-page')).toBeVisible();
      await look('tracking');
      await page.getByTestId('admin-journal').click();
      await expect(page.getByTestId('journal-page')).toContainText('event_audit_set_option');
      await page.getByTestId('journal-verify').click();
      await expect(page.getByTestId('journal-verified')).toHaveAttribute('data-ok', 'true');
      await look('journal');
      await page.getByTestId('admin-plugins').click();
      await expect(page.getByTestId('plugin-choose')).toBeVisible();
      await look('plugins');
      await page.getByTestId('admin-stores').click();
      await expect(page.getByTestId('store-line').first()).toBeVisible();
      await look('stores');
      expect(app.problems).toEqual([]);
    } finally {
      await app.close();
    }
  });
}

base(
  'a store of records that is away is told in the status bar, and what waits is in it once it is there',
  async () => {
    const testInfo = base.info();
    const server = await startRedis({ persist: true });
    await server.kill();
    const env = {
      ...ADMIN,
      EVENT_AUDIT_ACTIVE_REPO: 'redis',
      EVENT_AUDIT_CKAN_REDIS_URL: `${server.url}/0`,
      EVENT_AUDIT_BATCH_TIMEOUT: '1',
    };
    const app = await launchApp({ env });
    try {
      await waitForCapture(app);
      const { page } = app;
      await expect(page.getByTestId('tracking-state')).toHaveText(/\d+ events? waits? to be recorded/);
      await screenshot(app, testInfo, 'the store of records is away');
      await openAdministration(app);
      await page.getByTestId('admin-tracking').click();
      await expect(page.getByTestId('tracking-page')).toContainText('Failing since');
      await screenshot(app, testInfo, 'tracking, failing');
      await server.restart();
      await page.getByRole('button', { name: 'Write now' }).click();
      await expect(page.getByTestId('tracking-page')).toContainText('Nothing is waiting');
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('tracking-state')).toHaveCount(0);
      expect(app.problems).toEqual([]);
    } finally {
      await app.close();
      await server.stop();
    }
  },
);

base('clearing a store wants its name typed, keeps everything first, and is recorded', async () => {
  const app = await launchApp({ env: ADMIN });
  try {
    await waitForCapture(app);
    const { page } = app;
    await openAdministration(app);
    await page.getByTestId('admin-tracking').click();
    await expect(page.getByTestId('tracking-page')).toContainText('basic:');
    await page.getByTestId('admin-stores').click();
    await page.getByTestId('store-line').first().getByRole('button', { name: 'Test' }).click();
    await expect(page.getByTestId('store-found')).toBeVisible();
    await page.getByTestId('store-line').first().getByTestId('store-clear').click();
    await expect(page.getByTestId('clear-do')).toBeDisabled();
    await page.getByTestId('clear-typed').fill('basic:');
    await page.getByTestId('clear-do').click();
    await expect(page.getByTestId('cleared')).toBeVisible();
    const evidence = join(app.dataDir, 'evidence');
    expect(existsSync(evidence) ? readdirSync(evidence).length : 0).toBe(2);
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});
