/** Desktop manners: menus that do what they say, recent sources, links, licences, a window that comes back where it can be seen. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, launchApp, startSecond, test, type RunningApp } from './support/app.ts';
import { shownCount, waitForCapture, waitForEvents } from './support/window.ts';

test.use({ setup: { preferences: { seen_welcome: true } } });

/** Ids of the menu's items with their keys, whichever menu they are in. */
function menu(app: RunningApp): Promise<Record<string, string>> {
  return app.electron.evaluate(({ Menu }) => {
    const items = (Menu.getApplicationMenu()?.items ?? []).flatMap(({ submenu }) => submenu?.items ?? []);
    return Object.fromEntries(
      items.filter(({ id }) => id !== '').map(({ id, accelerator }) => [id, accelerator ?? '']),
    );
  });
}

function press(app: RunningApp, id: string): Promise<void> {
  return app.electron.evaluate(({ Menu, BrowserWindow }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
    item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
  }, id);
}

test('the menu opens tabs, closes them and brings them back', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const keys = await menu(app);
  expect(keys).toMatchObject({ new_tab: 'CmdOrCtrl+T', close_tab: 'CmdOrCtrl+W', next_tab: 'Control+Tab', keys: 'F1' });
  await press(app, 'duplicate_tab');
  await expect(page.getByTestId('tab')).toHaveCount(2);
  await press(app, 'close_tab');
  await expect(page.getByTestId('tab')).toHaveCount(1);
  await press(app, 'reopen_tab');
  await expect(page.getByTestId('tab')).toHaveCount(2);
});

test('a source that was read is among the recent ones, in the menu and on an empty tab', async ({ app }) => {
  const { page } = app;
  const folder = await mkdtemp(join(tmpdir(), 'event-audit-recent-'));
  const file = join(folder, 'march.jsonl');
  const event = { id: '1', category: 'model', action: 'created', timestamp: '2024-03-01T00:00:00Z' };
  await writeFile(file, `${JSON.stringify(event)}\n`);
  await waitForCapture(app);
  // As a double click in the file manager does.
  expect(await startSecond(app, [file])).toBe(0);
  await waitForEvents(app, 1);
  await expect(page.getByTestId('tab')).toHaveCount(2);
  const labels = (): Promise<readonly string[]> =>
    app.electron.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.getMenuItemById('recents')?.submenu?.items ?? []).map(({ label }) => label),
    );
  await expect.poll(labels).toContain('march.jsonl');
  await page.keyboard.press('Control+t');
  const recent = page.getByTestId('start-recent');
  await expect(recent).toContainText('march.jsonl');
  await recent.getByRole('button', { name: 'Clear' }).click();
  await expect(recent).toHaveCount(0);
  await expect.poll(labels).not.toContain('march.jsonl');
});

test('a link opens in a tab of its own; one to a store nobody opened here is asked about', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  test.slow();
  expect(await startSecond(app, ['event-audit://view/?v=1&open=demo%3A&action=deleted'])).toBe(0);
  await expect(page.getByTestId('tab')).toHaveCount(2);
  await expect(page.getByTestId('chip')).toHaveText(/action: deleted/);
  await expect.poll(() => shownCount(app)).toBeLessThan(all);

  expect(await startSecond(app, ['event-audit:view?v=1&open=redis%3A%2F%2Flocalhost%3A9%2F0'])).toBe(0);
  await expect(page.getByTestId('paste-view-dialog')).toContainText('redis://localhost:9/0');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('tab')).toHaveCount(2);
});

test('the licences of all that is bundled are shown without a network', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await press(app, 'about');
  await page.getByTestId('licences-button').click();
  const dialog = page.getByTestId('licences-dialog');
  for (const name of [
    'react-dom',
    '@mantine/core',
    '@duckdb/node-api',
    'better-sqlite3',
    '@fontsource-variable/inter',
  ]) {
    await expect(dialog.getByRole('button', { name: new RegExp(`^${name} \\d`) })).toBeVisible();
  }
  await dialog.getByRole('button', { name: /^zod \d/ }).click();
  await expect(dialog.locator('pre')).toContainText('MIT');
});

test('a window whose screen is gone comes back where it can be seen', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'event-audit-place-'));
  await mkdir(join(dataDir, 'desktop'), { recursive: true });
  const place = { x: 40_000, y: 30_000, width: 1_000, height: 700, maximized: false };
  await writeFile(join(dataDir, 'desktop/window.json'), JSON.stringify(place));
  const app = await launchApp({ dataDir });
  try {
    const seen = await app.electron.evaluate(({ BrowserWindow, screen }) => {
      const bounds = BrowserWindow.getAllWindows()[0]?.getBounds();
      const area = screen.getPrimaryDisplay().workArea;
      return bounds !== undefined && bounds.x < area.x + area.width && bounds.y < area.y + area.height;
    });
    expect(seen).toBe(true);
  } finally {
    await app.close();
  }
});
