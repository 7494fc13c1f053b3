/** Notes on events, and several events at once: written, found again, handed over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, launchApp, test } from './support/app.ts';
import { cellAt, rowAt, waitForCapture } from './support/window.ts';

test('a note is written by keyboard, marked in the grid, listed, and leads back to its event', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const id = await cellAt(app, 3, 'id').textContent();
  await cellAt(app, 3, 'category').click();
  await page.getByTestId('note-add').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Ask <b>Weber</b> about this');
  await page.getByTestId('note-tags').fill('#case-7 open');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('note')).toContainText('Ask <b>Weber</b> about this');
  await expect(rowAt(app, 3).getByTestId('note-mark')).toBeVisible();
  await expect(page.getByTestId('note-mark')).toHaveCount(1);

  await page.getByTestId('detail-close').click();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('What do you want to do?').fill('Notes');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('noted')).toContainText('case-7');
  await page.getByTestId('notes-copy').click();
  const copied = (): Promise<string> => app.electron.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toContain('"tags"');
  expect(JSON.parse(await copied())).toMatchObject([{ event_id: id, source: 'demo:', tags: ['case-7', 'open'] }]);
  await page.getByTestId('note-go').click();
  await expect(page.getByTestId('note')).toContainText('Weber');

  await page.getByRole('button', { name: 'Edit the note' }).click();
  await page.getByTestId('event-notes').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('note-mark')).toHaveCount(0);
});

test('picked events are copied together in the order of the view', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  const ids: string[] = [];
  for (const index of [1, 3]) {
    await cellAt(app, index, 'category').click({ modifiers: ['Control'] });
    ids.push((await cellAt(app, index, 'id').textContent()) ?? '');
  }
  const copied = (): Promise<string> => app.electron.evaluate(({ clipboard }) => clipboard.readText());
  await cellAt(app, 3, 'category').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy 2 picked events as JSON' }).click();
  await expect(page.getByText('2 events are on the clipboard.')).toBeVisible();
  const events: unknown = JSON.parse(await copied());
  expect(events).toMatchObject(ids.map((id) => ({ id })));

  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('What do you want to do?').fill('as Markdown');
  await page.keyboard.press('Enter');
  await expect.poll(copied).toMatch(/^\| id \| category/);
  expect((await copied()).split('\n')).toHaveLength(4);
  await cellAt(app, 3, 'category').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Export 2 picked events' }).click();
  await expect(page.getByTestId('export-dialog').getByLabel('Picked rows, 2')).toBeChecked();
});

test('a note that was begun is a draft until it is kept or discarded, also after a restart', async () => {
  const first = await launchApp();
  await waitForCapture(first);
  await cellAt(first, 3, 'category').click();
  await first.page.getByTestId('note-add').click();
  await first.page.getByTestId('note-text').fill('Half a thought');
  await first.page.keyboard.press('Escape');
  await expect(first.page.getByTestId('note-draft')).toContainText('Unsaved draft');
  await first.page.getByTestId('note-continue').click();
  await first.page.getByTestId('note-text').fill('Half a thought, and more');
  await cellAt(first, 5, 'category').click();
  await expect(first.page.getByTestId('note-add')).toBeVisible();
  await expect(first.page.getByTestId('note-draft')).toHaveCount(0);
  await cellAt(first, 3, 'category').click();
  await expect(first.page.getByTestId('note-draft')).toContainText('Half a thought, and more');
  await expect
    .poll(() => readFileSync(join(first.dataDir, 'desktop/preferences.json'), 'utf8'))
    .toContain('Half a thought, and more');
  await first.end();

  const app = await launchApp({ dataDir: first.dataDir });
  const { page } = app;
  await waitForCapture(app);
  await cellAt(app, 3, 'category').click();
  await page.getByTestId('note-continue').click();
  await expect(page.getByTestId('note-text')).toHaveValue('Half a thought, and more');
  await page.getByTestId('note-save').click();
  await expect(page.getByTestId('note')).toContainText('Half a thought, and more');
  await expect(page.getByTestId('note-draft')).toHaveCount(0);
  await page.getByRole('button', { name: 'Edit the note' }).click();
  await page.getByTestId('note-tags').fill('case-7');
  await page.getByTestId('event-notes').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByTestId('note-draft')).toHaveCount(0);
  await expect(page.getByTestId('note')).not.toContainText('case-7');
  await app.close();
});
