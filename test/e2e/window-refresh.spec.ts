/** Reading again: what is new, gone and changed; going on where reading stopped; and following what comes in. */
import { Redis } from 'ioredis';
import { fillRedis, REDIS_KEY } from '../support/redis-fill.ts';
import { recordText } from '../support/record-text.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { expect, test, type RunningApp } from './support/app.ts';
import { cellAt, rowAt, shownCount, visibleRange, waitForEvents } from './support/window.ts';

function connect({ host, port }: RedisServer): Redis {
  return new Redis({ host, port });
}

async function open(app: RunningApp, redis: RedisServer): Promise<void> {
  await app.page.getByTestId('open-source').click();
  await app.page.getByTestId('connection-url').fill(`${redis.url}/0`);
  await app.page.getByTestId('connection-open').click();
  await expect(app.page.getByTestId('source-title')).toHaveText(`${redis.host}:${String(redis.port)}/0`);
}

test('a refresh tells what is new, gone and changed, and shows each', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis();
  await fillRedis(redis, 50);
  await open(app, redis);
  await waitForEvents(app, 50);

  const client = connect(redis);
  const [lost = '', altered = ''] = await client.hkeys(REDIS_KEY);
  const record = (await client.hget(REDIS_KEY, altered)) ?? '';
  await client.hdel(REDIS_KEY, lost);
  await client.hset(REDIS_KEY, altered, record.replace(/"actor": ?"[^"]*"/, '"actor":"somebody else"'));
  await client.hset(REDIS_KEY, 'new', recordText({ id: '"brand-new"' }));
  await client.quit();

  await page.keyboard.press('F5');
  const strip = page.getByTestId('refresh-strip');
  await expect(strip.getByTestId('refresh-added')).toHaveText('1 new');
  await expect(strip.getByTestId('refresh-gone')).toHaveText('1 gone');
  await expect(strip.getByTestId('refresh-changed')).toHaveText('1 changed');
  await strip.getByTestId('refresh-added').click();
  await expect.poll(() => shownCount(app)).toBe(1);
  await expect(cellAt(app, 0, 'id')).toHaveText('brand-new');
  await strip.getByTestId('refresh-changed').click();
  await expect(cellAt(app, 0, 'actor')).toHaveText('somebody else');
  await strip.getByTestId('refresh-differences').click();
  const pair = page.getByTestId('differences-dialog').getByTestId('difference');
  await expect(pair).toHaveCount(1);
  await expect(pair).toContainText('actor');
  await expect(pair).toContainText('somebody else');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('differences-dialog')).toHaveCount(0);

  // What is gone is shown from the former copy; going back shows all of the newest one.
  await strip.getByTestId('refresh-gone').click();
  await expect(strip).toContainText('in which they still are');
  await expect.poll(() => shownCount(app)).toBe(1);
  await rowAt(app, 0).click();
  await expect(page.getByTestId('field-id')).toContainText(/id:([^|]*)/.exec(lost)?.[1] ?? 'no id');
  await strip.getByTestId('refresh-back').click();
  await expect.poll(() => shownCount(app)).toBe(50);
  await strip.getByTestId('refresh-close').click();
  await expect(strip).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo filter change' }).click();
  await expect.poll(() => shownCount(app)).toBe(50);

  await page.getByTestId('refresh-button').click();
  await expect(strip).toContainText('Nothing changed');
});

test('a refresh keeps the open event, the picked rows and the place', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis();
  await fillRedis(redis, 300);
  await open(app, redis);
  await waitForEvents(app, 300);
  const grid = page.getByTestId('grid');
  const strip = page.getByTestId('refresh-strip');
  await grid.focus();
  await page.keyboard.press('End');
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const focused = page.locator('[data-focused]');
  const id = await page.locator('[data-open] [data-field=id]').textContent();
  const pickedIds = (): Promise<string[]> =>
    page.locator('[data-testid=grid-row][aria-selected=true] [data-field=id]').allTextContents();
  const picked = await pickedIds();
  expect(picked).toHaveLength(2);
  const { first } = await visibleRange(app);
  const place = (await focused.boundingBox())?.y ?? Number.NaN;

  const client = connect(redis);
  const shown = new Set([id, ...picked]);
  for (const key of (await client.hkeys(REDIS_KEY)).slice(0, 20)) {
    const record = (await client.hget(REDIS_KEY, key)) ?? '';
    if (![...shown].some((one) => record.includes(one ?? 'none'))) await client.hdel(REDIS_KEY, key);
  }
  for (let made = 0; made < 40; made += 1) {
    const time = '"2030-01-01T00:00:00+00:00"';
    await client.hset(REDIS_KEY, `new-${made}`, recordText({ id: `"new-${made}"`, timestamp: time }));
  }
  await client.quit();
  await page.keyboard.press('F5');
  await expect(strip.getByTestId('refresh-added')).toHaveText('40 new');
  await shownCount(app);
  await expect(page.getByTestId('field-id')).toContainText(id ?? 'none');
  await expect(page.locator('[data-open] [data-field=id]')).toHaveText(id ?? 'none');
  expect((await pickedIds()).toSorted()).toEqual(picked.toSorted());
  await expect(page.getByRole('button', { name: /2 picked/ })).toBeVisible();
  expect((await visibleRange(app)).first).toBeGreaterThan(first);
  await expect(focused).toHaveCount(1);
  await expect(grid).toBeFocused();
  // The strip above the events takes its own height.
  const height = (await strip.boundingBox())?.height ?? 0;
  const now = (await focused.boundingBox())?.y ?? Number.NaN;
  expect(Math.abs(now - place - height)).toBeLessThanOrEqual(28);
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('[data-open] [data-field=id]')).toHaveText(picked[1] ?? 'none');
});

test('a view of its own shows new events as they come, and stays when following ends', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis();
  await fillRedis(redis, 20);
  await open(app, redis);
  await waitForEvents(app, 20);
  await page.getByTestId('follow-button').click();
  await expect(page.getByTestId('source-title')).toContainText('live');
  await expect(page.getByTestId('following')).toBeVisible();
  const client = connect(redis);
  await client.hset(REDIS_KEY, 'n1', recordText({ id: '"came-in"' }));
  await expect(cellAt(app, 0, 'id')).toHaveText('came-in');
  await client.hset(REDIS_KEY, 'n2', recordText({ id: '"came-later"', timestamp: '"2030-01-01T00:00:00+00:00"' }));
  await expect(cellAt(app, 0, 'id')).toHaveText('came-later');
  await client.quit();
  await page.getByTestId('follow-stop').click();
  await expect(page.getByTestId('following')).toHaveCount(0);
  await expect.poll(() => shownCount(app)).toBe(2);
});
