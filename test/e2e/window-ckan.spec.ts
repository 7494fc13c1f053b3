/** A ckan.ini that is dropped on the window: its store opens, its settings are shown, its limits hold, its secrets stay in it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, test as base, type RunningApp } from './support/app.ts';
import { waitForCapture, waitForEvents } from './support/window.ts';

const PASSWORD = 'only-in-the-file-4711';

/** Drops a file on the window as a file manager does: the page gets a File that knows its path. */
async function drop({ page }: RunningApp, path: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'dropped';
    document.body.append(input);
  });
  await page.locator('#dropped').setInputFiles(path);
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#dropped');
    const file = input?.files?.[0];
    if (file === undefined) throw new Error('There is no file.');
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    for (const type of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
    input?.remove();
  });
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

base('a dropped ckan.ini opens its store and shows what it records; its password stays in the file', async () => {
  using folder = createTempDir();
  await using redis = await startRedis({ password: PASSWORD });
  await fillRedis({ host: redis.host, port: redis.port, password: PASSWORD }, 45);
  const path = join(folder.path, 'ckan.ini');
  const lines = [
    '\ufeff[DEFAULT]',
    `audit_password = ${PASSWORD}`,
    '[app:main]',
    `ckan.redis.url = redis://:%(audit_password)s@${redis.host}:${String(redis.port)}/0`,
    'ckanext.event_audit.active_repo = redis',
    'ckanext.event_audit.restrict_available_repos = redis, cloudwatch',
    'ckanext.event_audit.ignore.models = Option,',
    '    Tag',
    'ckanext.event_audit.track.models = Package Resource',
    'ckanext.event_audit.store_payload_and_result = true',
    '',
  ];
  writeFileSync(path, lines.join('\r\n'));
  const app = await launchApp({
    env: { EVENT_AUDIT_STORE_PAYLOAD_AND_RESULT: 'true', EVENT_AUDIT_TRACK_STORE_PREVIOUS_MODEL_STATE: 'true' },
  });
  const { page } = app;
  try {
    await waitForCapture(app);
    await drop(app, path);
    await waitForEvents(app, 45);
    await page.getByTestId('title-counts').click();
    const details = page.getByTestId('capture-details');
    await expect(details).toContainText('ignore.models = Option Tag');
    await expect(details).toContainText('track.models = Package Resource');
    await expect(details).toContainText('has no effect');
    await expect(details).toContainText('store_payload_and_result = true');
    await expect(page.locator('body')).not.toContainText(PASSWORD);
    expect(app.problems).toEqual([]);
    await app.end();
    const holders = filesBelow(app.dataDir).filter((file) => readFileSync(file).includes(PASSWORD));
    expect(holders).toEqual([]);
  } finally {
    await app.close();
  }
});

base('a ckan.ini that allows only other repositories is refused, with the line that says so', async () => {
  using folder = createTempDir();
  const path = join(folder.path, 'production.ini');
  writeFileSync(
    path,
    [
      '[app:main]',
      'ckanext.event_audit.active_repo = redis',
      'ckanext.event_audit.restrict_available_repos = cloudwatch',
      '',
    ].join('\n'),
  );
  const app = await launchApp();
  const { page } = app;
  try {
    const all = await waitForCapture(app);
    await drop(app, path);
    await expect(page.getByTestId('source-failed')).toContainText(`${path}:3`);
    await expect(page.getByTestId('source-failed')).toContainText('allows only cloudwatch');
    await page.getByTestId('open-line').first().click();
    await waitForEvents(app, all);
  } finally {
    await app.close();
  }
});
