/** What is done in the window is in “My activity”: once, with what was there before and after, and only where the settings say so. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, launchApp, test, type RunningApp } from './support/app.ts';
import { cellAt, rowAt, shownCount, waitForCapture } from './support/window.ts';

const ROOT = join(import.meta.dirname, '../..');
const BOTH = {
  EVENT_AUDIT_STORE_PAYLOAD_AND_RESULT: 'true',
  EVENT_AUDIT_TRACK_STORE_PREVIOUS_MODEL_STATE: 'true',
};

async function renameView({ page }: RunningApp, to: string): Promise<void> {
  const line = page.getByTestId('saved-view');
  // The dialog that made the view gives the focus back when it is gone, which closes a menu.
  await expect(page.getByTestId('view-name')).toHaveCount(0);
  await line.hover();
  await line.getByRole('button', { name: 'More about' }).click();
  // The pointer takes its time, and is on neither of them on its way.
  await page.mouse.move(900, 700);
  const rename = page.getByRole('menuitem', { name: 'Rename…' });
  await expect(rename).toBeVisible();
  await rename.click();
  await page.getByTestId('view-name').fill(to);
  await page.keyboard.press('Enter');
  await expect(line).toHaveText(to);
}

async function saveView({ page }: RunningApp, name: string): Promise<void> {
  await page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^deleted/ })
    .click();
  await expect(page.getByTestId('chip')).toHaveCount(1);
  await page.getByTestId('save-view').click();
  await page.getByTestId('view-name').fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('saved-view')).toHaveText(name);
}

/** Opens the embedded store, narrowed to changes of models. */
async function openActivity(app: RunningApp): Promise<number> {
  const { page } = app;
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill('basic:');
  await page.getByTestId('connection-open').click();
  await expect(page.getByTestId('source-title')).toHaveText('Embedded store');
  return waitForCapture(app);
}

/** What `event-audit events --source=basic: --json` prints. */
async function command(dataDir: string, ...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(
    join(ROOT, 'node_modules/.bin/node'),
    [join(ROOT, 'bin/event-audit.js'), 'events', '--source=basic:', '--json', ...args],
    { env: { ...process.env, EVENT_AUDIT_DATA_DIR: dataDir } },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

test('a changed view is one event with both values, in the window and in the command', async () => {
  const app = await launchApp({ env: BOTH });
  const { page } = app;
  try {
    await waitForCapture(app);
    await saveView(app, 'March');
    await renameView(app, 'April');
    await openActivity(app);
    await page
      .getByTestId('facet-action')
      .getByRole('button', { name: /^changed/ })
      .click();
    await expect.poll(() => shownCount(app)).toBe(1);
    await expect(cellAt(app, 0, 'action_object')).toHaveText('SavedView');
    await rowAt(app, 0).click();
    await page.getByTestId('tab-changes').click();
    const changes = page.getByTestId('detail');
    await expect(changes).toContainText('March');
    await expect(changes).toContainText('April');
    expect(app.problems).toEqual([]);
    await app.end();
    const printed = await command(app.dataDir, '--category=model', '--action=changed');
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatchObject({
      action_object: 'SavedView',
      result: { old: { name: 'March' }, new: { name: 'April' } },
    });
  } finally {
    await app.close();
  }
});

test('with track.models=Connection a changed view is no event', async () => {
  const app = await launchApp({ env: { ...BOTH, EVENT_AUDIT_TRACK_MODELS: 'Connection' } });
  const { page } = app;
  try {
    await waitForCapture(app);
    await saveView(app, 'March');
    await renameView(app, 'April');
    await openActivity(app);
    const models = page.getByTestId('facet-action_object');
    await expect(page.getByTestId('facet-category').getByRole('button', { name: /^api/ })).toBeVisible();
    await expect(models).toBeVisible();
    await expect(models.getByRole('button', { name: /^SavedView/ })).toHaveCount(0);
    await app.end();
    const printed = await command(app.dataDir, '--category=model');
    // Opening the store was remembered, which is a connection.
    expect(printed.filter(({ action_object: model }) => model !== 'Connection')).toEqual([]);
  } finally {
    await app.close();
  }
});
