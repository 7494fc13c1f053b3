/** The forms of the connection dialog with real stores behind them: each opens what it says, and its URL says the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillCloudWatch } from '../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../support/cloudwatch/server.ts';
import { generateEvents } from '../support/events.ts';
import { fillPostgres } from '../support/postgres-fill.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, test } from './support/app.ts';
import { waitForEvents } from './support/window.ts';

test('PostgreSQL opens from its form, and a wrong table offers those that fit', async ({ app }) => {
  const { page } = app;
  await using postgres = await startPostgres();
  await fillPostgres(postgres, 300);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-postgres').click();
  await page.getByTestId('connect-host').fill(`${postgres.host}:${String(postgres.port)}`);
  await page.getByTestId('connect-database').fill('postgres');
  await page.getByTestId('connect-user').fill(postgres.user);
  await page.getByTestId('connect-password').fill(postgres.password);
  await page.getByTestId('connect-table').fill('nothing');
  await expect(page.getByTestId('connect-port')).toHaveValue(String(postgres.port));
  await expect(page.getByTestId('connection-url')).toHaveValue(`${postgres.url}?table=nothing`);
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('connection-dialog').getByRole('alert')).toContainText('event_audit_event');
  await page.getByTestId('connect-table').fill('');
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('store-found')).toContainText('PostgreSQL');
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 300);
});

test('CloudWatch opens with keys from its form, which never reach the URL', async ({ app }) => {
  const { page } = app;
  await using server = await startCloudWatch();
  fillCloudWatch(server, 200);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-cloudwatch').click();
  await page.getByTestId('connect-region').fill(server.region);
  await page.getByTestId('connect-credentials').getByText('Keys').click();
  await page.getByTestId('connect-access_key').fill(TEST_KEY.accessKeyId);
  await page.getByTestId('connect-secret_key').fill(TEST_KEY.secretAccessKey);
  await page.getByTestId('connect-advanced').click();
  await page.getByTestId('connect-endpoint').fill(server.endpoint);
  await page.getByTestId('connect-rate').fill('500');
  const url = await page.getByTestId('connection-url').inputValue();
  expect(url).toBe(
    `cloudwatch:${server.region}//ckan/event-audit?endpoint=${encodeURIComponent(server.endpoint)}&rate=500`,
  );
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 200);
});

test('several files are one source', async () => {
  using folder = createTempDir();
  const lines = [...generateEvents(90)].map(({ json }) => `${json}\n`);
  const paths = ['a.jsonl', 'b c.jsonl'].map((name) => join(folder.path, name));
  for (const [index, path] of paths.entries()) writeFileSync(path, lines.slice(index * 45, index * 45 + 45).join(''));
  const app = await launchApp({ dialogs: { open: paths } });
  try {
    const { page } = app;
    await page.getByTestId('open-source').click();
    await page.getByTestId('connect-kind-file').click();
    await page.getByTestId('connect-files-choose').click();
    await expect(page.getByTestId('connect-files').getByRole('listitem')).toHaveCount(2);
    await expect(page.getByTestId('connection-url')).toHaveValue(`file:${paths.join('|')}`);
    await page.getByTestId('connection-test').click();
    await expect(page.getByTestId('store-found')).toContainText('2 JSON Lines');
    await page.getByTestId('connection-open').click();
    await waitForEvents(app, 90);
  } finally {
    await app.close();
  }
});

test('a ckan.ini shows which store it names and what it records, before it is opened', async ({ app }) => {
  const { page } = app;
  using folder = createTempDir();
  await using redis = await startRedis({ password: 'from the file' });
  await fillRedis({ host: redis.host, port: redis.port, password: 'from the file' }, 40);
  const path = join(folder.path, 'ckan.ini');
  writeFileSync(
    path,
    [
      '[app:main]',
      `ckan.redis.url = redis://:from%%20the%%20file@${redis.host}:${String(redis.port)}/0`,
      'ckanext.event_audit.active_repo = redis',
      'ckanext.event_audit.ignore.categories = view api',
      '',
    ].join('\n'),
  );
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-ckan').click();
  await page.getByTestId('connect-ckanIni').fill(path);
  await page.getByTestId('connection-test').click();
  const found = page.getByTestId('store-found');
  await expect(found).toContainText('40 records');
  await expect(found).toContainText('active_repo is redis');
  await expect(found).toContainText('ignore.categories = view api');
  await expect(found).not.toContainText('from the file');
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 40);
  await page.getByTestId('title-counts').click();
  await expect(page.getByTestId('capture-details')).toContainText('ignore.categories');
});
