/** Hostile texts in every place where the window shows a text: nothing runs, leads away, bursts, turns or is filled in. */
import { join } from 'node:path';
import { test as plain } from '@playwright/test';
import type { ActionInput, ActionName } from '../../src/shared/contract.ts';
import { HOSTILE_EVENT_COUNT, HOSTILE_REJECT_COUNT, hostileFile } from '../support/hostile-file.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, screenshot, type RunningApp } from './support/app.ts';
import { checkScreen, setTrap } from './support/screen-check.ts';
import { rowAt, waitForEvents } from './support/window.ts';

const folder = createTempDir();
plain.afterAll(() => folder[Symbol.dispose]());
plain.describe.configure({ timeout: 300_000 });

/** Starts the app on a file, with the trap set before anything of it is looked at. */
async function withApp(
  path: string,
  events: number,
  testInfo: Parameters<Parameters<typeof plain>[2]>[1],
  run: (app: RunningApp) => Promise<void>,
): Promise<void> {
  const app = await launchApp({ args: [path], preferences: { seen_welcome: true } });
  try {
    await setTrap(app);
    await waitForEvents(app, events);
    await run(app);
  } catch (error) {
    await screenshot(app, testInfo, 'at failure');
    throw error;
  } finally {
    await app.close();
  }
}

/** An action of the engine, as the window asks for it; the bridge itself is not what is tested here. */
async function act<N extends ActionName>(app: RunningApp, name: N, input: ActionInput<N>): Promise<void> {
  const reply = await app.page.evaluate(
    ([action, given]) => window.eventAudit.call(`hostile/${action}/${Math.random()}`, action, given),
    [name, input] as const,
  );
  expect(reply, JSON.stringify(input).slice(0, 200)).toMatchObject({ ok: true });
}

plain(
  'events: grid, facets, histogram, suggestions and every view of the detail',
  async ({ playwright: _running }, testInfo) => {
    await withApp(hostileFile(join(folder.path, 'events')), HOSTILE_EVENT_COUNT, testInfo, async (app) => {
      const { page } = app;
      await expect(rowAt(app, 0)).toBeVisible();
      for (const field of ['action_object_id', 'target_type', 'target_id']) {
        await page.getByTestId(`facet-${field}`).getByRole('button').first().click();
      }
      await expect(page.getByTestId('facet-value').nth(20)).toBeAttached();
      await checkScreen(app, 'grid and facets');
      await screenshot(app, testInfo, 'grid and facets');
      for (const index of [2, 8, 20, 30]) {
        const bars = page.getByTestId('bar');
        await bars.nth(Math.min(index, (await bars.count()) - 1)).hover({ force: true });
        await expect(page.getByTestId('histogram-tip')).toBeVisible();
        await checkScreen(app, `histogram tip ${String(index)}`);
      }
      await page.getByTestId('filter-add').click();
      await expect(page.getByTestId('condition-editor')).toBeVisible();
      await page.getByTestId('filter-value').click();
      await checkScreen(app, 'suggested values');
      await page.keyboard.press('Escape');

      for (let index = 0; index < HOSTILE_EVENT_COUNT; index += 3) {
        await page.getByTestId('grid').focus();
        await page.keyboard.press('Home');
        for (let step = 0; step < index; step += 1) await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await expect(page.getByTestId('detail')).toBeVisible();
        for (const tab of ['fields', 'changes', 'json', 'around', 'history', 'raw']) {
          if ((await page.getByTestId(`tab-${tab}`).count()) === 0) continue;
          await page.getByTestId(`tab-${tab}`).click();
          await expect(page.locator('[data-testid=detail] [aria-busy=true]')).toHaveCount(0);
          await checkScreen(app, `event ${String(index)}, ${tab}`);
          if (index % 15 === 0) await screenshot(app, testInfo, `event ${String(index)} ${tab}`);
        }
      }
    });
  },
);

plain('names, notes, tags, rejected records and the palette', async ({ playwright: _running }, testInfo) => {
  const path = hostileFile(join(folder.path, 'names'));
  await withApp(path, HOSTILE_EVENT_COUNT, testInfo, async (app) => {
    const { page } = app;
    await page.getByTestId('title-counts').click();
    await expect(page.getByTestId('capture-details')).toBeVisible();
    await checkScreen(app, 'how complete');
    await page.keyboard.press('Escape');
    await page.getByTestId('rejects-link').click();
    await expect(page.getByTestId('reject')).toHaveCount(HOSTILE_REJECT_COUNT);
    await checkScreen(app, 'rejected records');
    await screenshot(app, testInfo, 'rejected records');
    await page.keyboard.press('Escape');

    for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
      const shown = text.toWellFormed().slice(0, 180);
      if (shown.trim() === '') continue;
      await act(app, 'event_audit_save_view', { name: `${name} ${shown}`, view: { text: shown } });
      await act(app, 'event_audit_save_connection', { url: `sqlite:/nowhere/${name}.db`, name: `${name} ${shown}` });
      await act(app, 'event_audit_save_annotation', {
        source: `file:${path}`,
        event_id: `change-${String(Object.keys(HOSTILE_TEXTS).indexOf(name))}-${text.toWellFormed()}`,
        event_hash: '0'.repeat(64),
        note: text.toWellFormed(),
        tags: [shown.slice(0, 90).toWellFormed().trim()],
      });
    }
    // The shell's word that the engine was replaced makes the window ask for everything again.
    for (const state of ['restarting', 'running'] as const) {
      await app.electron.evaluate(({ BrowserWindow }, named) => {
        const reopened: readonly string[] = [];
        BrowserWindow.getAllWindows()[0]?.webContents.send('event-audit:event', {
          type: 'engine',
          state: named,
          reopened,
          lost: [],
        });
      }, state);
    }
    await expect(page.getByTestId('saved-view').first()).toBeVisible();
    await expect(page.getByTestId('saved-source').nth(5)).toBeAttached();
    await checkScreen(app, 'names in the left panel');
    await screenshot(app, testInfo, 'names in the left panel');
    // Nothing fills in what looks like a placeholder.
    await expect(page.getByTestId('saved-view').filter({ hasText: '$t(app.name)' })).toContainText(
      '{{value}} {{name}}',
    );

    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('palette')).toBeVisible();
    await checkScreen(app, 'palette');
  });
});

plain('what can’t be opened is said without doing what it says', async ({ playwright: _running }, testInfo) => {
  const html = HOSTILE_TEXTS['html']?.replaceAll('/', '') ?? '';
  const app = await launchApp({
    args: [`sqlite:/nowhere/${html}{{name}} $t(app.name).db`],
    preferences: { seen_welcome: true },
  });
  try {
    await setTrap(app);
    await expect(app.page.getByTestId('source-failed')).toBeVisible();
    await checkScreen(app, 'a source that fails');
    await screenshot(app, testInfo, 'a source that fails');
    await expect(app.page.getByTestId('source-failed')).toContainText('{{name}} $t(app.name)');
    await app.page.getByTestId('source-failed').getByRole('button', { name: 'Check the connection' }).click();
    await expect(app.page.getByTestId('connection-dialog')).toBeVisible();
    await checkScreen(app, 'its connection');
    await screenshot(app, testInfo, 'its connection');
  } finally {
    await app.close();
  }
});
