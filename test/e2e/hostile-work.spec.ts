/** Hostile and huge texts in what an auditor does with events: filters, menus, tabs, exports, findings, refreshed captures. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as plain } from '@playwright/test';
import { HOSTILE_EVENT_COUNT, hostileFile } from '../support/hostile-file.ts';
import { HOSTILE_TEXTS, NEVER_SHOWN } from '../support/hostile-texts.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, screenshot, type RunningApp } from './support/app.ts';
import { checkScreen, setTrap } from './support/screen-check.ts';
import { cellAt, rowAt, shownCount, waitForEvents } from './support/window.ts';

const folder = createTempDir();
plain.afterAll(() => folder[Symbol.dispose]());
plain.describe.configure({ timeout: 300_000 });

function event(id: string, more: object): string {
  return JSON.stringify({
    id,
    category: 'model',
    action: 'changed',
    actor: 'a',
    action_object: 'Package',
    action_object_id: 'p',
    timestamp: '2024-01-01T00:00:00Z',
    ...more,
  });
}

async function withApp(path: string, events: number, run: (app: RunningApp) => Promise<void>): Promise<void> {
  const app = await launchApp({ args: [path], preferences: { seen_welcome: true } });
  try {
    await setTrap(app);
    await waitForEvents(app, events);
    await run(app);
  } finally {
    await app.close();
  }
}

plain('filters, cell menus, tabs, the export and its preview', async ({ playwright: _running }, testInfo) => {
  await withApp(hostileFile(join(folder.path, 'work')), HOSTILE_EVENT_COUNT, async (app) => {
    const { page } = app;
    const texts = Object.keys(HOSTILE_TEXTS);
    for (const [index, name] of texts.entries()) {
      const cell = cellAt(app, 2 * index, 'action');
      await page.getByTestId('grid').focus();
      await page.keyboard.press('Home');
      for (let step = 0; step < 2 * index; step += 1) await page.keyboard.press('ArrowDown');
      await cell.click({ button: 'right' });
      await expect(page.getByTestId('cell-menu')).toBeVisible();
      await checkScreen(app, `cell menu: ${name}`);
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('cell-menu')).toHaveCount(0);
      // Whoever leaves the menu is back where they were.
      await expect(page.getByTestId('grid')).toBeFocused();
      await page.keyboard.press('i');
      await expect(page.getByTestId('chip')).toHaveCount(1);
      expect(await shownCount(app), name).toBeGreaterThan(0);
      await checkScreen(app, `chip: ${name}`);
      if (index % 5 === 0) {
        await page.getByTestId('new-tab').click();
        await checkScreen(app, `tabs: ${name}`);
        await page.getByTestId('new-tab').press('Control+w');
      }
      await page.getByTestId('grid').focus();
      await page.keyboard.press('Control+z');
      await expect(page.getByTestId('chip')).toHaveCount(0);
      await shownCount(app);
    }
    const title = await app.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle() ?? '',
    );
    expect(title).not.toMatch(NEVER_SHOWN);
    expect(title).not.toBe('');

    await page.getByTestId('export-button').click();
    await expect(page.getByTestId('export-preview')).toContainText('constructor');
    await checkScreen(app, 'export');
    await page.getByTestId('export-mask').click();
    await page.keyboard.type('pay');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await checkScreen(app, 'export with a mask');
    await page.getByTestId('export-add-column').click();
    await checkScreen(app, 'columns to add');
    await screenshot(app, testInfo, 'export');
    await page.keyboard.press('Escape');
  });
});

plain('findings, and what a refresh has found', async ({ playwright: _running }, testInfo) => {
  const path = hostileFile(join(folder.path, 'refresh'));
  await withApp(path, HOSTILE_EVENT_COUNT, async (app) => {
    const { page } = app;
    await page.getByTestId('findings-button').click();
    await expect(page.getByTestId('findings')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
    await checkScreen(app, 'findings');
    await screenshot(app, testInfo, 'findings');
    await page.getByTestId('findings-close').click();

    const more = Object.entries(HOSTILE_TEXTS).map(([name, text]) =>
      JSON.stringify({ id: `new ${name} ${text}`, category: text, action: text, timestamp: '2025-01-01T00:00:00Z' }),
    );
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `${before.replaceAll('"before ', '"formerly ')}${more.join('\n')}\n`);
    await page.keyboard.press('F5');
    const strip = page.getByTestId('refresh-strip');
    await expect(strip).toBeVisible();
    await checkScreen(app, 'refresh strip');
    await strip.getByTestId('refresh-differences').click();
    await expect(page.getByTestId('differences-dialog')).toBeVisible();
    await checkScreen(app, 'differences');
    await screenshot(app, testInfo, 'differences');
  });
});

plain(
  'values of a megabyte, a hundred thousand keys and hundreds of levels',
  async ({ playwright: _running }, testInfo) => {
    const path = join(folder.path, 'huge.jsonl');
    const long = 'x<b>y</b> '.repeat(100_000);
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_none, index) => [`key ${String(index)}`, index]));
    let deep: unknown = 'bottom';
    for (let level = 0; level < 500; level += 1) deep = level % 2 === 0 ? [deep] : { level: deep };
    const lines = [
      event('long', { actor: long, result: { new: { notes: long }, old: { notes: `${long}!` } } }),
      event('keys', { payload: keys, result: { new: keys, old: { ...keys, 'key 7': null } } }),
      event('deep', { payload: deep, result: { new: { deep }, old: { deep: null } } }),
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    await withApp(path, 3, async (app) => {
      const { page } = app;
      for (let index = 0; index < 3; index += 1) {
        await rowAt(app, index).click();
        await expect(page.getByTestId('detail')).toBeVisible();
        for (const tab of ['fields', 'changes', 'json', 'around', 'history', 'raw']) {
          if ((await page.getByTestId(`tab-${tab}`).count()) === 0) continue;
          await page.getByTestId(`tab-${tab}`).click();
          await expect(page.locator('[data-testid=detail] [aria-busy=true]')).toHaveCount(0);
          await checkScreen(app, `huge ${String(index)}, ${tab}`);
          await screenshot(app, testInfo, `huge ${String(index)} ${tab}`);
        }
        await page.getByTestId('tab-fields').click();
      }
      await page.locator('[data-testid=grid-row]', { hasText: 'long' }).first().click();
      const actor = page.getByTestId('field-actor');
      expect((await actor.textContent())?.length ?? 0).toBeLessThan(1_000);
      await actor.getByTestId('field-fold').click();
      await expect(actor).toContainText('100,000');
      await checkScreen(app, 'unfolded');
      await actor.getByTestId('field-fold').click();
      expect((await actor.textContent())?.length ?? 0).toBeLessThan(1_000);
    });
  },
);
