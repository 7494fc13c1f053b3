/** Opening stores of one's own from the window: a Redis server, a SQLite file, hostile contents, an engine that dies. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTILE_EVENTS } from '../support/hostile.ts';
import { fillRedis, putRecords } from '../support/redis-fill.ts';
import { recordText } from '../support/record-text.ts';
import { startRedis } from '../support/redis-server.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, test } from './support/app.ts';
import { cellAt, shownCount, waitForCapture } from './support/window.ts';

test('a Redis server opens by its address; a wrong password is refused in words', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis({ password: 'correct horse' });
  await fillRedis({ host: redis.host, port: redis.port, password: 'correct horse' }, 500);
  await waitForCapture(app);
  await page.getByTestId('open-source').click();
  const dialog = page.getByTestId('connection-dialog');
  await page.getByTestId('connect-kind-redis').click();
  await page.getByTestId('connect-host').fill(redis.host);
  await page.getByTestId('connect-port').fill(String(redis.port));
  await page.getByTestId('connect-password').fill('wrong');
  await expect(page.getByTestId('connection-url')).toHaveValue(`redis://${redis.host}:${String(redis.port)}/0`);
  await page.getByTestId('connection-test').click();
  await expect(dialog.getByRole('alert')).toContainText('refused');
  await page.getByTestId('connect-password').fill('correct horse');
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('store-found')).toContainText('500 records');
  await page.getByTestId('connection-open').click();
  await expect(page.getByTestId('source-title')).toHaveText(`${redis.host}:${String(redis.port)}/0`);
  expect(await waitForCapture(app)).toBe(500);
  // The sample store is still open beside it, with its own filter.
  await page.getByTestId('open-line').first().click();
  await expect(page.getByTestId('source-title')).toHaveText('Sample store');
});

test('a remembered store whose password was not kept asks for it again', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis({ password: 'correct horse' });
  await fillRedis({ host: redis.host, port: redis.port, password: 'correct horse' }, 20);
  await page.evaluate(
    (url) => window.eventAudit.call('spec', 'event_audit_save_connection', { url, name: 'Portal' }),
    `${redis.url}/0`,
  );
  await page.reload();
  await waitForCapture(app);
  await page.getByTestId('saved-source').getByRole('button', { name: 'Portal' }).click();
  const dialog = page.getByTestId('connection-dialog');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await page.getByTestId('connect-password').fill('correct horse');
  await page.getByTestId('connection-open').click();
  await expect(page.getByTestId('source-title')).toHaveText('Portal');
  expect(await waitForCapture(app)).toBe(20);
});

test('a password in the URL leaves it, and fills the form', async ({ app }) => {
  const { page } = app;
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill('redis://auditor:s3cret@audit.example.org:6380/2?key=trail');
  await page.getByTestId('connection-url').blur();
  await expect(page.getByTestId('connection-url')).toHaveValue('redis://auditor@audit.example.org:6380/2?key=trail');
  await expect(page.getByTestId('connect-password')).toHaveValue('s3cret');
  await expect(page.getByTestId('connect-user')).toHaveValue('auditor');
  await expect(page.getByTestId('connect-databaseNumber')).toHaveValue('2');
  await page.getByTestId('connect-databaseNumber').fill('3');
  await expect(page.getByTestId('connection-url')).toHaveValue('redis://auditor@audit.example.org:6380/3?key=trail');
});

test('hostile values are only text, and what can’t be read is listed with its reason', async ({ app }) => {
  const { page } = app;
  await using redis = await startRedis();
  const records = [...HOSTILE_EVENTS, ...REJECTED_RECORDS].map(({ bytes }, index) => ({
    field: `record ${String(index)}`,
    bytes,
  }));
  await fillRedis(redis, 200, { hostile: 1 });
  await putRecords(redis, records);
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill(`${redis.url}/0`);
  await page.getByTestId('connection-open').click();
  await expect(page.getByTestId('source-title')).toHaveText(`${redis.host}:${String(redis.port)}/0`);
  expect(await waitForCapture(app)).toBe(200 + HOSTILE_EVENTS.length);
  for (const tab of ['fields', 'json', 'raw'] as const) {
    for (let index = 0; index < 12; index += 1) {
      await cellAt(app, index, 'category').click();
      await expect(page.getByTestId('detail')).toBeVisible();
      if ((await page.getByTestId(`tab-${tab}`).count()) > 0) await page.getByTestId(`tab-${tab}`).click();
    }
  }
  expect(await page.locator('[data-testid=grid] img, [data-testid=detail] img, bdi script, bdi a').count()).toBe(0);
  expect(alerts).toBe(0);
  await page.getByTestId('rejects-link').click();
  await expect(page.getByTestId('reject')).toHaveCount(REJECTED_RECORDS.length);
});

test('numbers keep every digit, odd names are names, and a value of megabytes is still looked into', async ({
  app,
}) => {
  const { page } = app;
  await using redis = await startRedis();
  const items = Array.from({ length: 200_000 }, (_, index) => `{"n":${String(index)}}`).join(',');
  const payload = `{"exact":9007199254740993,"__proto__":{"polluted":1.10},"items":[${items}]}`;
  await putRecords(redis, [{ field: 'large', bytes: Buffer.from(recordText({ payload })) }]);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill(`${redis.url}/0`);
  await page.getByTestId('connection-open').click();
  await expect(page.getByTestId('source-title')).toHaveText(`${redis.host}:${String(redis.port)}/0`);
  expect(await waitForCapture(app)).toBe(1);
  await cellAt(app, 0, 'category').click();
  await page.getByTestId('tab-json').click();
  const tree = page.getByTestId('json-tree');
  await expect(tree.locator('[data-path="payload.exact"]')).toContainText('9007199254740993');
  const proto = tree.locator('[data-path="payload.__proto__"]');
  await expect(proto).toBeVisible();
  if ((await proto.getAttribute('aria-expanded')) === 'false') await proto.getByRole('button').first().click();
  await expect(tree.locator('[data-path="payload.__proto__.polluted"]')).toContainText('1.10');
  await expect(tree.locator('[data-path="payload.items"]')).toContainText('1,000+');
  await page.getByText('Formatted', { exact: true }).click();
  await expect(page.getByTestId('text-view')).toContainText('9007199254740993');
  expect(await page.getByTestId('text-view').locator('bdi').count()).toBeLessThan(200);
});

test('a SQLite file opens from the dialog, and a file that is none says so', async () => {
  using folder = createTempDir();
  const path = join(folder.path, 'audit 2024.db');
  fillSqlite(path, 300);
  const app = await launchApp({ dialogs: { open: [path] } });
  try {
    const { page } = app;
    await page.getByTestId('open-source').click();
    await page.getByTestId('connect-file-choose').click();
    await expect(page.getByTestId('connection-url')).toHaveValue(`sqlite:${path}`);
    await page.getByTestId('connection-open').click();
    await expect(page.getByTestId('source-title')).toHaveText('audit 2024.db');
    expect(await waitForCapture(app)).toBe(300);
    rmSync(path);
    await page.getByTestId('open-source').click();
    await page.getByTestId('connect-file').fill(join(folder.path, 'nothing.db'));
    await page.getByTestId('connection-open').click();
    await expect(page.getByTestId('connection-dialog').getByRole('alert')).toBeVisible();
  } finally {
    await app.close();
  }
});

test('an engine that dies is replaced, and the window goes on where it was', async ({ app }) => {
  const { page } = app;
  const all = await waitForCapture(app);
  await page
    .getByTestId('facet-category')
    .getByRole('button', { name: /^model/ })
    .click();
  const models = await shownCount(app);
  const pids = await app.electron.evaluate(({ app: electronApp }) =>
    electronApp
      .getAppMetrics()
      .filter((metric) => metric.serviceName?.includes('node.mojom') === true)
      .map((metric) => metric.pid),
  );
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await expect(page.getByText('The engine is running again.')).toBeVisible();
  await expect.poll(() => shownCount(app)).toBe(models);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => shownCount(app)).toBe(all);
});
