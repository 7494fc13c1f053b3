/** One view over several stores: merged in time order, each row with its source, each source with its own completeness. */
import { join } from 'node:path';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, test } from './support/app.ts';
import { cellAt, shownCount, waitForCapture, waitForEvents } from './support/window.ts';

test('a store is added to the view, told apart by letter, and can be asked for alone', async ({ app }) => {
  const { page } = app;
  using folder = createTempDir();
  const path = join(folder.path, 'branch.db');
  fillSqlite(path, 120, { seed: 7 });
  await using redis = await startRedis({ password: 'secret words' });
  await fillRedis({ host: redis.host, port: redis.port, password: 'secret words' }, 80);
  await waitForCapture(app);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-redis').click();
  await page.getByTestId('connection-url').fill(`${redis.url}/0`);
  await page.getByTestId('connect-password').fill('secret words');
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 80);
  await expect(page.getByTestId('head-source')).toHaveCount(0);

  // The password that was typed for the one serves again when both are read together.
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill(`sqlite:${path}`);
  await page.getByTestId('connection-add').click();
  await expect(page.getByTestId('source-title')).toHaveText(`${redis.host}:${String(redis.port)}/0 + branch.db`);
  await waitForEvents(app, 200);
  await expect(page.getByTestId('head-source')).toBeVisible();
  const facet = page.getByTestId('facet-source').getByTestId('facet-value');
  await expect(facet).toHaveCount(2);
  await expect(facet.nth(1)).toContainText('120');
  await facet.nth(1).getByRole('button').first().click();
  await expect.poll(() => shownCount(app)).toBe(120);
  await expect(cellAt(app, 0, 'source')).toHaveText('Bbranch.db');
  await expect(page.getByTestId('chip')).toContainText('branch.db');

  await page.getByTestId('title-counts').click();
  const lines = page.getByTestId('facts-source');
  await expect(lines).toHaveCount(2);
  await expect(lines.nth(0)).toContainText('80');
  await expect(page.getByTestId('facts-total')).toContainText('200');
  await page.keyboard.press('Escape');

  // X on a cell of the source leaves that source out.
  await page.getByRole('button', { name: 'Clear all' }).click();
  await cellAt(app, 0, 'source').click();
  const first = await cellAt(app, 0, 'source').textContent();
  await page.keyboard.press('x');
  await expect.poll(() => shownCount(app)).toBe(first === 'Bbranch.db' ? 80 : 120);
});

test('sources picked in the list open as one view', async ({ app }) => {
  const { page } = app;
  using folder = createTempDir();
  const path = join(folder.path, 'one.db');
  fillSqlite(path, 30);
  const sample = await waitForCapture(app);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill(`sqlite:${path}`);
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 30);
  for (const line of await page.getByTestId('open-line').all()) {
    await line
      .getByRole('button')
      .first()
      .click({ modifiers: ['ControlOrMeta'] });
  }
  await page.getByTestId('open-picked').click();
  await expect(page.getByTestId('source-title')).toHaveText('Sample store + one.db');
  await waitForEvents(app, sample + 30);
});
