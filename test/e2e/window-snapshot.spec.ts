/** Keeping a snapshot as a file, opening it again, and plugins: what a person decides about files of this machine. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createTempDir } from '../support/temp-dir.ts';
import { expect, launchApp, test } from './support/app.ts';
import { waitForCapture, waitForEvents } from './support/window.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/custom-repository/journal-repository.js');

test('a snapshot is saved with a passphrase and opens with it only', async () => {
  using folder = createTempDir();
  const path = join(folder.path, 'evidence.duckdb');
  const app = await launchApp({ dialogs: { snapshot: path }, preferences: { seen_welcome: true } });
  try {
    const { page } = app;
    const all = await waitForCapture(app);
    await page.getByTestId('save-button').click();
    await page.getByTestId('save-encrypt').click();
    await page.getByTestId('save-passphrase').fill('correct horse');
    await page.getByTestId('save-again').fill('correct hose');
    await expect(page.getByTestId('save-start')).toBeDisabled();
    await expect(page.getByTestId('save-dialog')).toContainText('A lost passphrase can’t be recovered');
    await page.getByTestId('save-again').fill('correct horse');
    await page.getByTestId('save-start').click();
    await expect(page.getByTestId('save-result')).toHaveAttribute('data-events', String(all), { timeout: 60_000 });
    await page.getByTestId('save-close').click();
    expect(existsSync(path)).toBe(true);
    // Dropped on the window, it is known by its content.
    const dropped = await page.evaluate((file) => window.eventAudit.desktop('source_of_file', { path: file }), path);
    expect(dropped).toEqual({ ok: true, value: { url: `snapshot:${path}` } });

    await page.getByTestId('open-source').click();
    await page.getByTestId('connect-kind-snapshot').click();
    await page.getByTestId('connect-snapshotFile').fill(path);
    await page.getByTestId('connect-passphrase').fill('wrong horse');
    await page.getByTestId('connection-test').click();
    await expect(page.getByTestId('connection-dialog').getByRole('alert')).toContainText('passphrase');
    await page.getByTestId('connect-passphrase').fill('correct horse');
    await page.getByTestId('connection-open').click();
    await expect(page.getByTestId('source-title')).toHaveText('evidence.duckdb');
    await waitForEvents(app, all);
  } finally {
    await app.close();
  }
});

test('a plugin runs only after its path and checksum were agreed to, and brings its kind of store', async () => {
  using folder = createTempDir();
  const plugin = join(folder.path, 'journal.js');
  copyFileSync(EXAMPLE, plugin);
  const journal = join(folder.path, 'journal.txt');
  writeFileSync(journal, '2024-03-01T10:20:30Z alice package_create {"name":"budget"}\n');
  const app = await launchApp({ dialogs: { plugin } });
  try {
    const { page } = app;
    await waitForCapture(app);
    // No window can agree to a file that nobody chose in the dialog of the system.
    const unasked = await page.evaluate(
      (path) => window.eventAudit.call('spec', 'event_audit_add_plugin', { path, consent: true }),
      plugin,
    );
    expect(unasked).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    await page.getByTestId('settings-button').click();
    await page.getByTestId('plugins-button').click();
    await page.getByTestId('plugin-choose').click();
    const consent = page.getByTestId('plugin-consent');
    await expect(consent).toContainText(plugin);
    await expect(consent).toContainText(createHash('sha256').update(readFileSync(plugin)).digest('hex'));
    await expect(page.getByTestId('plugin-run')).toBeDisabled();
    await page.getByTestId('plugin-agree').click();
    await page.getByTestId('plugin-run').click();
    await expect(page.getByTestId('plugin')).toHaveAttribute('data-state', 'loaded');
    await page.keyboard.press('Escape');
    await page.getByTestId('open-source').click();
    await page.getByTestId('connect-kind-journal').click();
    await page.getByTestId('connection-url').fill(`journal:${journal}`);
    await page.getByTestId('connection-open').click();
    await waitForEvents(app, 1);
  } finally {
    await app.close();
  }
});
