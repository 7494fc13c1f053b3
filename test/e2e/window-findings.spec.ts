/** What is wrong with a trail, names for ids, and what stands where a filter leaves nothing: in the real window. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { startPostgres } from '../support/postgres-server.ts';
import type { Locator } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { expectAccessible } from './support/axe.ts';
import type { RunningApp } from './support/app.ts';
import { cellAt, shownCount, waitForCapture } from './support/window.ts';

async function openFindings({ page }: RunningApp): Promise<void> {
  await page.getByTestId('welcome-dismiss').click();
  await page.getByTestId('findings-button').click();
  await expect(page.getByTestId('findings')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
}

/** Narrows to the account that did most and has a name, and returns the cell that shows it. */
async function namedCell({ page }: RunningApp): Promise<Locator> {
  await page.getByTestId('facet-actor').locator('[data-named]').first().click();
  const cell = page.locator('[data-testid=grid-row] [data-field=actor] [data-named]').first();
  await expect(cell).toBeVisible();
  return cell;
}

test('finds what is wrong, shows exactly those events, and goes back by undo', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await openFindings(app);
  const findings = page.getByTestId('finding');
  const count = await findings.count();
  expect(count).toBeGreaterThan(3);
  await expect(page.getByTestId('findings-button')).toHaveAttribute('data-count', String(count));
  const dropped = page.locator('[data-testid=finding][data-code=dropped]');
  await dropped.getByTestId('finding-show').click();
  await expect(page.getByTestId('chip')).toHaveText('finding: Content dropped');
  await expect.poll(() => shownCount(app)).toBe(Number(await dropped.getAttribute('data-count')));
  await dropped.getByTestId('finding-details').click();
  await expect(dropped).toContainText('Result and payload are both absent');
  // The event itself says so, too.
  await cellAt(app, 0, 'action').click();
  await expect(page.getByTestId('event-findings')).toContainText('Content dropped');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('findings')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(() => shownCount(app)).toBe(all);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('findings')).toHaveCount(0);
});

test('shows the events of a single example', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await openFindings(app);
  const burst = page.locator('[data-testid=finding][data-code=burst]');
  await burst.getByTestId('finding-details').click();
  await burst.getByTestId('finding-item').first().click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  expect(await shownCount(app)).toBeGreaterThan(0);
});

test('says of an event that nobody looked yet, and looks when asked', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  await cellAt(app, 0, 'action').click();
  await expect(page.getByTestId('event-findings')).toHaveAttribute('data-looked', 'false');
  await page.getByTestId('event-findings-look').click();
  await expect(page.getByTestId('event-findings')).toHaveAttribute('data-looked', 'true', { timeout: 60_000 });
});

test('shows names for ids, keeps the id in the tooltip and in the filter, and switches back', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  const named = await namedCell(app);
  const title = (await named.getAttribute('title')) ?? '';
  const id = /^id: (.+)$/m.exec(title)?.[1] ?? '';
  expect(id).not.toBe('');
  expect(title).toMatch(/from the state in an event|from a request/);
  await named.click();
  await expect(page.getByTestId('chip')).toHaveText(new RegExp((await named.textContent()) ?? ' '));
  await expect(page.getByTestId('chip').locator('button').first()).toHaveAttribute('title', new RegExp(id));
  await expect(page.getByTestId('field-actor')).toContainText(id);
  await page.getByTestId('names-switch').click();
  await page.getByTestId('names-ids').click();
  await expect(page.locator('[data-testid=grid-row] [data-named]')).toHaveCount(0);
  await expect(page.getByTestId('chip')).toContainText(id);
});

const NAMES = join(tmpdir(), `event-audit-names-${String(process.pid)}.csv`);

test.describe('a mapping file', () => {
  test.use({ setup: { dialogs: { open: [NAMES] } } });

  test('gives names, says what it could not use, and can be forgotten', async ({ app }) => {
    const { page } = app;
    await waitForCapture(app);
    await page.getByTestId('welcome-dismiss').click();
    const named = await namedCell(app);
    const id = /^id: (.+)$/m.exec((await named.getAttribute('title')) ?? '')?.[1] ?? '';
    const former = (await named.textContent()) ?? '';
    await writeFile(NAMES, `id,name\n${id},Somebody quite else\n,nobody\n`);
    await page.getByTestId('names-switch').click();
    await page.getByTestId('names-open').click();
    await page.getByTestId('names-file').click();
    await expect(page.getByTestId('names-load')).toHaveAttribute('data-loaded', '1');
    await expect(page.getByTestId('names-ignored')).toHaveAttribute('data-count', '1');
    await expect(named).toHaveText('Somebody quite else');
    await page.getByTestId('names-forget').click();
    await expect(named).toHaveText(former);
  });
});

test('says which condition leaves nothing, and removes it in one click', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  await page
    .getByTestId('facet-category')
    .getByRole('button', { name: /^model/ })
    .click();
  await expect.poll(() => shownCount(app)).toBeLessThan(all);
  const models = await shownCount(app);
  await page.getByTestId('search').fill('there is no such text anywhere');
  await expect.poll(() => shownCount(app)).toBe(0);
  const parts = page.getByTestId('no-hits-part');
  await expect(parts).toHaveCount(2);
  await expect(parts.first()).toContainText('search:');
  await expect(parts.first()).toHaveAttribute('data-without', String(models));
  await expect(parts.last()).toHaveAttribute('data-without', '0');
  await parts.first().getByTestId('no-hits-remove').click();
  await expect.poll(() => shownCount(app)).toBe(models);
});

test('lists more events around one while that one stays where it is', async ({ app }) => {
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  await page
    .getByTestId('facet-action')
    .getByRole('button', { name: /^package_update/ })
    .click();
  await shownCount(app);
  await cellAt(app, 0, 'action').click();
  await page.getByTestId('tab-around').click();
  await expect(page.getByTestId('around-before')).toHaveAttribute('data-count', '50');
  const here = page.locator('[data-testid=around-row][aria-current]');
  const first = page.getByTestId('around-row').first();
  await first.scrollIntoViewIfNeeded();
  const n = await first.getAttribute('data-n');
  const before = await first.boundingBox();
  await page.getByTestId('around-more-before').click();
  await expect(page.getByTestId('around-before')).toHaveAttribute('data-count', '100');
  const same = page.locator(`[data-testid=around-row][data-n="${n ?? ''}"]`);
  await expect(same).toBeInViewport();
  expect(Math.abs(((await same.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
  await expect(here).toHaveCount(1);
});

const HUGE = join(tmpdir(), `event-audit-huge-${String(process.pid)}.jsonl`);

test.describe('an event of 15 MB', () => {
  test.use({ setup: { args: [`file:${HUGE}`] } });
  test.beforeAll(async () => {
    const rows = Array.from({ length: 30_000 }, (_none, index) => ({ id: index, text: 'x'.repeat(180) }));
    const state = (title: string): object => ({
      title: `${'word '.repeat(50_000)}${title}`,
      tags: ['a', title, 'c'],
      rows,
    });
    const event = {
      id: '1',
      category: 'model',
      action: 'changed',
      actor: '',
      action_object: 'Package',
      action_object_id: 'p',
      target_type: '',
      target_id: '',
      timestamp: '2024-03-11T10:20:30+00:00',
      result: { new: state('Hamburg'), old: state('Berlin') },
      payload: {},
    };
    await writeFile(HUGE, `${JSON.stringify(event)}\n`);
  });
  test.afterAll(() => rm(HUGE, { force: true }));

  test('opens, unfolds, and shows the one word and the one element that changed', async ({ app }) => {
    const { page } = app;
    await expect(page.getByTestId('status-completeness')).toHaveAttribute('data-captured', '1', { timeout: 60_000 });
    await cellAt(app, 0, 'action').click();
    await page.getByTestId('tab-changes').click();
    await expect(page.getByTestId('change')).toHaveCount(2);
    await expect(page.getByTestId('change').filter({ hasText: 'title' }).locator('mark')).toHaveText([
      'Berlin',
      'Hamburg',
    ]);
    await expect(page.getByTestId('list-difference')).toContainText('Berlin');
    await expect(page.getByTestId('list-difference')).toContainText('2 unchanged');
    await page.getByTestId('tab-json').click();
    const rows = page.locator('[data-testid=json-line][data-path="result.new.rows"]');
    await rows.locator('button').first().click();
    await expect(page.locator('[data-testid=json-line][data-path="result.new.rows.0"]')).toBeVisible();
    await page.getByTestId('json-tree').press('End');
    await page.getByText('As written').click();
    await expect(page.getByTestId('text-view')).toBeVisible();
  });
});

test('reads names from CKAN’s tables', async ({ app }) => {
  test.setTimeout(120_000);
  const { page } = app;
  await waitForCapture(app);
  await page.getByTestId('welcome-dismiss').click();
  const named = await namedCell(app);
  const id = /^id: (.+)$/m.exec((await named.getAttribute('title')) ?? '')?.[1] ?? '';
  await using server = await startPostgres();
  await server.sql(
    `CREATE TABLE "user" (id text, name text, fullname text); INSERT INTO "user" VALUES ('${id}', 'of-today', '')`,
  );
  await page.getByTestId('names-switch').click();
  await page.getByTestId('names-open').click();
  await page.getByTestId('names-url').fill(server.url);
  await page.getByTestId('names-password').fill('wrong');
  await page.getByTestId('names-ckan').click();
  await expect(page.getByTestId('names-load').getByRole('alert')).toBeVisible();
  await page.getByTestId('names-password').fill(server.password);
  await page.getByTestId('names-ckan').click();
  await expect(page.getByTestId('names-load')).toHaveAttribute('data-loaded', '1');
  await expect(named).toHaveText('of-today');
  expect(await named.getAttribute('title')).toContain('CKAN’s tables');
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ setup: { preferences: { theme } } });

    test('findings, names and an empty view break no rule', async ({ app }) => {
      test.setTimeout(120_000);
      const { page } = app;
      await waitForCapture(app);
      await openFindings(app);
      await page.locator('[data-code=burst]').getByTestId('finding-details').click();
      await page.locator('[data-code=dropped]').getByTestId('finding-show').click();
      await shownCount(app);
      await expectAccessible(app, 'findings');
      await page.getByTestId('names-switch').click();
      await page.getByTestId('names-open').click();
      await expect(page.getByTestId('names-dialog')).toBeVisible();
      await expectAccessible(app, 'names');
      await page.keyboard.press('Escape');
      await page.getByTestId('search').fill('there is no such text anywhere');
      await expect(page.getByTestId('no-hits-part')).toHaveCount(2);
      await expectAccessible(app, 'no hits');
    });
  });
}
