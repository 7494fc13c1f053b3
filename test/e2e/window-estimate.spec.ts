/** A log group that is large: asked about before it is read, counted in the store, read in part, stopped and resumed. */
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { ServiceError } from '../support/cloudwatch/service-error.ts';
import { startCloudWatch, TEST_KEY, type CloudWatchServer } from '../support/cloudwatch/server.ts';
import { expect, test, type RunningApp } from './support/app.ts';
import { shownCount, waitForCapture, waitForEvents } from './support/window.ts';

async function open(app: RunningApp, server: CloudWatchServer): Promise<void> {
  const { page } = app;
  const query = new URLSearchParams({ endpoint: server.endpoint, rate: '500' }).toString();
  await page.getByTestId('open-source').click();
  await page.getByTestId('connection-url').fill(`cloudwatch:${server.region}/${LOG_GROUP}?${query}`);
  await page.getByTestId('connect-credentials').getByText('Keys').click();
  await page.getByTestId('connect-access_key').fill(TEST_KEY.accessKeyId);
  await page.getByTestId('connect-secret_key').fill(TEST_KEY.secretAccessKey);
  await page.getByTestId('connection-open').click();
}

test('a large group is read only when that was asked for; counting reads nothing', async ({ app }) => {
  const { page } = app;
  await using server = await startCloudWatch();
  const events = fillCloudWatch(server, 400, { from: '2024-01-01T00:00:00Z', to: '2024-03-01T00:00:00Z' });
  server.store.group(LOG_GROUP).storedBytes = 5e11;
  await open(app, server);
  const panel = page.getByTestId('estimate');
  await expect(panel).toContainText('about 500 GB');
  await page.getByTestId('estimate-count').click();
  await expect(page.getByTestId('store-count')).toHaveAttribute('data-total', '400');
  expect(server.calls.some((call) => call.operation === 'FilterLogEvents')).toBe(false);

  await page.getByTestId('estimate-from').fill('2024-02-01');
  await page.getByTestId('estimate-range').click();
  const wanted = events.filter(({ event }) => event.timestamp >= '2024-02-01').length;
  await waitForCapture(app);
  await page.getByTestId('title-counts').click();
  await expect(page.getByTestId('capture-details')).toContainText('since 2024-02-01');
  await page.keyboard.press('Escape');
  expect(await shownCount(app)).toBeGreaterThanOrEqual(wanted);
});

test('a capture that broke off says what is missing, and goes on from there', async ({ app }) => {
  const { page } = app;
  await using server = await startCloudWatch();
  fillCloudWatch(server, 6_000);
  server.paging.scanEvents = 500;
  server.fault = (call) =>
    call.operation === 'FilterLogEvents' && call.index >= 4
      ? new ServiceError('AccessDeniedException', 'User is not authorized to perform: logs:FilterLogEvents')
      : undefined;
  await open(app, server);
  const banner = page.getByTestId('partial-banner');
  await expect(banner).toContainText('This is not everything');
  await expect(banner).toContainText('not authorized');
  server.fault = undefined;
  await page.getByTestId('resume').click();
  await waitForEvents(app, 6_000);
  await expect(banner).toHaveCount(0);
});
