/** Redis as it is reached in earnest, through its form: encrypted with certificates, as a user with few rights, by sentinels, in a cluster. */
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { makeCertificates } from '../support/certificates.ts';
import { generateEvents } from '../support/events.ts';
import { fillRedis, REDIS_KEY } from '../support/redis-fill.ts';
import { recordText } from '../support/record-text.ts';
import { startRedis } from '../support/redis-server.ts';
import { startCluster, startSentinels, withClient } from '../support/redis-topology.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, test } from './support/app.ts';
import { cellAt, waitForEvents } from './support/window.ts';

test('an encrypted server that wants a client certificate and knows a user who may only read', async ({ app }) => {
  const { page } = app;
  using folder = createTempDir();
  const { ca, server, client, strangerCa } = makeCertificates(folder.path, 'auditor');
  await using redis = await startRedis({
    tls: { ca, ...server, clientAuth: true },
    acl: [
      'user default on >administrator ~* &* +@all',
      `user auditor on >s3cret ~${REDIS_KEY} +type +hlen +hscan +ping`,
    ],
  });
  const tls = { ca: readFileSync(ca), cert: readFileSync(client.cert), key: readFileSync(client.key) };
  const admin = new Redis({ port: redis.port, password: 'administrator', tls });
  for (const { field, json } of generateEvents(60)) await admin.hset(REDIS_KEY, field, json);
  await admin.quit();

  await page.getByTestId('open-source').click();
  const dialog = page.getByTestId('connection-dialog');
  await page.getByTestId('connect-kind-redis').click();
  await page.getByTestId('connect-host').fill(`${redis.host}:${String(redis.port)}`);
  await page.getByTestId('connect-user').fill('auditor');
  await page.getByTestId('connect-password').fill('s3cret');
  await page.getByTestId('connect-tls').check({ force: true });
  if ((await page.getByTestId('connect-advanced').getAttribute('aria-expanded')) === 'false') {
    await page.getByTestId('connect-advanced').click();
  }
  await page.getByTestId('connect-timeout').fill('5');
  // An authority that did not sign the server’s certificate is not good enough.
  await page.getByTestId('connect-ca').fill(strangerCa);
  await page.getByTestId('connection-test').click();
  await expect(dialog.getByRole('alert')).toContainText('no secure connection');
  await page.getByTestId('connect-ca').fill(ca);
  await page.getByTestId('connection-test').click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(page.getByTestId('store-found')).toHaveCount(0);
  await page.getByTestId('connect-clientCert').fill(client.cert);
  await page.getByTestId('connect-clientKey').fill(client.key);
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('store-found')).toContainText('60 records');
  const url = new URL(await page.getByTestId('connection-url').inputValue());
  expect([url.protocol, url.username, url.password]).toEqual(['rediss:', 'auditor', '']);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ca,
    client_cert: client.cert,
    client_key: client.key,
    timeout: '5',
  });
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 60);
});

test('a cluster is found from any of its nodes', async ({ app }) => {
  const { page } = app;
  await using cluster = await startCluster();
  const holder = await holderOf(cluster.nodes);
  await fillRedis(holder, 70);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-redis').click();
  await page.getByTestId('connect-topology').getByText('Cluster').click();
  await page.getByTestId('connect-servers').fill(cluster.hosts);
  await expect(page.getByTestId('connection-url')).toHaveValue(`redis+cluster://${cluster.hosts}`);
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('store-found')).toContainText('70 records');
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 70);
  await page.getByTestId('title-counts').click();
  await expect(page.getByTestId('capture-details')).toContainText(`127.0.0.1:${String(holder.port)}`);
});

test('sentinels name the master; when another becomes it, following goes on and says that there was a gap', async ({
  app,
}) => {
  test.setTimeout(120_000);
  const { page } = app;
  await using watched = await startSentinels();
  await fillRedis(watched.master, 40);
  await page.getByTestId('open-source').click();
  await page.getByTestId('connect-kind-redis').click();
  await page.getByTestId('connect-topology').getByText('Sentinel').click();
  await page.getByTestId('connect-servers').fill(watched.hosts);
  await page.getByTestId('connect-master').fill('mymaster');
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('connection-dialog').getByRole('alert')).toContainText('They watch audit');
  await page.getByTestId('connect-master').fill('audit');
  await page.getByTestId('connection-open').click();
  await waitForEvents(app, 40);

  await page.getByTestId('follow-button').click();
  await expect(page.getByTestId('following')).toBeVisible();
  await add(watched.master.port, 'before');
  await expect(cellAt(app, 0, 'id')).toHaveText('before');
  await withClient(watched.master.port, (redis) => redis.wait(1, 10_000));
  await watched.master.kill();
  await expect
    .poll(() => withClient(watched.replica.port, (redis) => redis.info('replication')), { timeout: 60_000 })
    .toContain('role:master');
  await add(watched.replica.port, 'after');
  await expect(page.getByTestId('following')).toHaveAttribute('data-captured', '2', { timeout: 60_000 });
  await page.getByTestId('title-counts').click();
  await expect(page.getByTestId('capture-details')).toContainText('The connection was lost at');
  await page.keyboard.press('Escape');
  await page.getByTestId('follow-stop').click();
  await expect(page.getByTestId('following')).toHaveCount(0);
});

function add(port: number, id: string): Promise<unknown> {
  return withClient(port, (redis) => redis.hset(REDIS_KEY, id, recordText({ id: JSON.stringify(id) })));
}

/** The node that takes the trail. */
async function holderOf<T extends { readonly port: number }>(nodes: readonly T[]): Promise<T> {
  for (const node of nodes) {
    const isTaken = await withClient(node.port, (redis) =>
      redis.exists(REDIS_KEY).then(
        () => true,
        () => false,
      ),
    );
    if (isTaken) return node;
  }
  throw new Error('No node takes the key.');
}
