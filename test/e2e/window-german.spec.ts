/** A German window: dates as they are written there, and no word of the engine's English where German ones are known. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './support/app.ts';
import { shownCount, waitForCapture } from './support/window.ts';

test.use({ setup: { preferences: { language: 'de', seen_welcome: true } } });

test('dates are understood day first, and one that is none is refused in German', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('time-range').click();
  await page.getByTestId('range-from').fill('01.03.2024');
  await page.getByTestId('range-to').fill('31.02.2024');
  await page.keyboard.press('Enter');
  const problem = page.getByTestId('range-problem');
  await expect(problem).toContainText('„31.02.2024“ lässt sich nicht als Datum lesen');
  await page.getByTestId('range-to').fill('1.2.2024');
  await page.keyboard.press('Enter');
  await expect(problem).toHaveText('Der Anfang liegt nach dem Ende.');
  await page.getByTestId('range-to').fill('11.3.2024 14:05');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('range-form')).toHaveCount(0);
  await expect(page.getByTestId('chip')).toContainText('2024-03-01');
  await expect(page.getByTestId('chip')).toContainText('2024-03-11');
  expect(await shownCount(app)).toBeGreaterThan(0);
});

test.describe('with a file that holds more than events', () => {
  let folder = '';

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-audit-german-'));
    const event = { id: 'one', category: 'api', action: 'read', timestamp: '2024-03-11T10:20:30' };
    await writeFile(join(folder, 'audit.jsonl'), `${JSON.stringify(event)}\n{"id":"two"}\nno JSON\n`);
  });
  test.afterAll(() => rm(folder, { recursive: true, force: true }));

  test('reasons and what a connection test found are told in German', async ({ app }) => {
    const { page } = app;
    await waitForCapture(app);
    await page.keyboard.press('Control+o');
    await page.getByTestId('connection-url').fill(`file:${join(folder, 'audit.jsonl')}`);
    await page.getByTestId('connection-test').click();
    await expect(page.getByTestId('store-found')).toContainText('-Datei');
    await expect(page.getByTestId('store-found')).not.toContainText(' file');
    await page.getByTestId('connection-open').click();
    await page.getByTestId('rejects-link').click();
    await expect(page.getByTestId('reject-reason')).toHaveText(['Ein Pflichtfeld fehlt', 'Kein JSON']);
  });
});
