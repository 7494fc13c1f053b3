/** The desktop shell around the window: what the page can reach, what it can't, and what happens when the engine dies. */
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { JSHandle } from '@playwright/test';
import type { DesktopEvent } from '../../src/shared/desktop.ts';
import { expect, launchApp, startSecond, test, type RunningApp } from './support/app.ts';

function enginePids(app: RunningApp): Promise<readonly number[]> {
  return app.electron.evaluate(({ app: electronApp }) =>
    electronApp
      .getAppMetrics()
      .filter((metric) => metric.serviceName?.includes('node.mojom') === true)
      .map((metric) => metric.pid),
  );
}

async function enginePid(app: RunningApp): Promise<number> {
  const pids = await enginePids(app);
  expect(pids).toHaveLength(1);
  return pids[0] ?? 0;
}

/** What the shell tells the page from now on. */
function listen(app: RunningApp): Promise<JSHandle<DesktopEvent[]>> {
  return app.page.evaluateHandle(() => {
    const seen: DesktopEvent[] = [];
    window.eventAudit.onEvent((event) => seen.push(event));
    return seen;
  });
}

test('opens one window with the product’s title', async ({ app }) => {
  await expect.poll(() => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.getTitle())),
  ).toEqual(['Event Audit Viewer']);
  await expect
    .poll(() =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().every((one) => one.isVisible())),
    )
    .toBe(true);
});

test('gives the page the bridge and nothing of Node.js or Electron', async ({ app }) => {
  const reachable = await app.page.evaluate(() => ({
    bridge: Object.keys(window.eventAudit).toSorted(),
    node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
      (name) => name in window,
    ),
  }));
  expect(reachable).toEqual({ bridge: ['call', 'cancel', 'desktop', 'onEvent', 'pathForFile'], node: [] });
});

test('refuses to navigate, to open windows and to reach the network', async ({ app }) => {
  const url = app.page.url();
  const opened = await app.page.evaluate(() => window.open('https://example.org/') === null);
  expect(opened).toBe(true);
  await app.page.evaluate(() => {
    window.location.href = 'https://example.org/';
  });
  const fetched = await app.page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'reached',
      () => 'refused',
    ),
  );
  expect(fetched).toBe('refused');
  const ran = await app.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    return 'injected' in window;
  });
  expect(ran).toBe(false);
  expect(app.page.url()).toBe(url);
  expect(app.electron.windows()).toHaveLength(1);
  // The content policy reported the fetch and the script, which is what this spec wants to see.
  expect(app.problems.length).toBeGreaterThanOrEqual(2);
  expect(app.problems.every((problem) => /Content Security Policy|Fetch API cannot load/.test(problem))).toBe(true);
  app.problems.length = 0;
});

test('answers calls it doesn’t know, or whose input is wrong, with an error', async ({ app }) => {
  const calls: readonly (readonly unknown[])[] = [
    ['probe', 'event_audit_nothing', {}],
    ['probe', 'constructor', {}],
    ['probe', 'event_audit_page_events', { offset: -1 }],
    ['probe', 'event_audit_export', { snapshot_id: 'any', format: 'csv', output: '/etc/passwd' }],
    ['format_disk', {}],
    ['copy_text', { text: 1 }],
  ];
  const replies = await app.page.evaluate(
    (all) =>
      Promise.all(
        all.map((args) => {
          const { call, desktop } = window.eventAudit;
          return args[0] === 'probe'
            ? Reflect.apply(call, undefined, [...args])
            : Reflect.apply(desktop, undefined, [...args]);
        }),
      ),
    calls,
  );
  expect(replies.map((reply) => (reply.ok ? 'ok' : reply.error.code))).toEqual(Array(6).fill('invalid_input'));
});

test('replaces an engine that dies, and opens again what it had captured', async ({ app }) => {
  const rows = app.page.getByRole('grid').getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  await expect(app.page.getByText('complete', { exact: false }).first()).toBeVisible();
  const events = await listen(app);
  const before = await enginePid(app);
  process.kill(before, 'SIGKILL');
  await expect
    .poll(() => events.jsonValue())
    .toEqual([
      { type: 'engine', state: 'restarting', reopened: [], lost: [] },
      { type: 'engine', state: 'running', reopened: [expect.any(String)], lost: [] },
    ]);
  expect(await enginePid(app)).not.toBe(before);
  const reply = await app.page.evaluate(() => window.eventAudit.call('after', 'event_audit_list_snapshots', {}));
  expect(reply).toMatchObject({ ok: true, value: { snapshots: [{ state: 'complete' }] } });
  await expect(rows.nth(1)).toBeVisible();
});

test('gives up on an engine that keeps dying, and says so', async ({ app }) => {
  const events = await listen(app);
  for (let death = 0; death < 5; death += 1) {
    await expect.poll(() => enginePids(app)).toHaveLength(1);
    const [pid = 0] = await enginePids(app);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => enginePids(app)).not.toContain(pid);
  }
  const failed: DesktopEvent = { type: 'engine', state: 'failed', reopened: [], lost: [] };
  await expect.poll(() => events.jsonValue()).toContainEqual(failed);
  const reply = await app.page.evaluate(() => window.eventAudit.call('late', 'event_audit_list_sources', {}));
  expect(reply).toMatchObject({ ok: false, error: { code: 'engine_stopped' } });
});

test('withdraws the calls of a page that is reloaded', async ({ app }) => {
  // A server that accepts and never answers: only an abort ends the connection to it.
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.resume().on('error', () => socket.destroy())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await app.page.evaluate((url) => {
    void window.eventAudit.call('hangs', 'event_audit_capture_source', { url });
  }, `redis://127.0.0.1:${port}/0`);
  await expect.poll(() => sockets.length).toBe(1);
  const closed = once(sockets[0] ?? server, 'close');
  await app.page.reload();
  await closed;
  server.close();
});

test('a second start hands its sources to the first and ends', async ({ app }) => {
  await app.page.evaluate(() => window.eventAudit.desktop('get_app_info', {}));
  const events = await listen(app);
  expect(await startSecond(app, ['basic:'])).toBe(0);
  await expect.poll(() => events.jsonValue()).toContainEqual({ type: 'open', url: 'basic:' });
  expect(app.electron.windows()).toHaveLength(1);
});

test('leaves nothing of its captures behind when it ends', async () => {
  const app = await launchApp();
  await app.page.evaluate(() => window.eventAudit.call('one', 'event_audit_list_sources', {}));
  const captures = join(app.dataDir, 'captures');
  const [session = ''] = await readdir(captures);
  expect((await stat(join(captures, session))).mode & 0o777).toBe(0o700);
  await app.end();
  expect(await readdir(captures)).toEqual([]);
  await app.close();
});

test('keeps preferences, one at a time, and moves a damaged file aside', async () => {
  const first = await launchApp({ preferences: { language: 'de' } });
  await first.page.evaluate(() => window.eventAudit.desktop('set_preferences', { time_zone: 'Europe/Berlin' }));
  const kept = await first.page.evaluate(() => window.eventAudit.desktop('get_preferences', {}));
  expect(kept).toMatchObject({ ok: true, value: { language: 'de', theme: 'light', time_zone: 'Europe/Berlin' } });
  const { dataDir } = first;
  const file = join(dataDir, 'desktop/preferences.json');
  await first.end();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ language: 'de', time_zone: 'Europe/Berlin' });

  await writeFile(file, '{"theme": 1');
  const second = await launchApp({ dataDir });
  const fresh = await second.page.evaluate(() => window.eventAudit.desktop('get_preferences', {}));
  expect(fresh).toMatchObject({ ok: true, value: { language: 'system', theme: 'system', time_zone: 'UTC' } });
  expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"theme": 1');
  await second.close();
});

test('hands out files and sources named on the command line, by their content', async () => {
  const app = await launchApp({ args: ['redis://localhost:6379/0', 'package.json'] });
  const info = await app.page.evaluate(() => window.eventAudit.desktop('get_app_info', {}));
  await app.close();
  expect(info).toMatchObject({ ok: true });
  expect(JSON.stringify(info)).toContain(
    `"open_requests":["redis://localhost:6379/0","file:${join(process.cwd(), 'package.json')}"]`,
  );
});

test('keeps secrets only where the person allows a weak key store, and never in clear', async ({ app }) => {
  const secret = 'correct horse battery staple';
  const store = (allow: boolean) =>
    app.page.evaluate(
      ([password, allow_basic_text]) =>
        window.eventAudit.desktop('store_secrets', { connection_id: 'c1', secrets: { password }, allow_basic_text }),
      [secret, allow] as const,
    );
  const info = await app.page.evaluate(() => window.eventAudit.desktop('get_app_info', {}));
  const isWeak = JSON.stringify(info).includes('"secret_storage":"basic_text"');
  expect(await store(false)).toEqual({ ok: true, value: { stored: !isWeak } });
  expect(await store(true)).toEqual({ ok: true, value: { stored: true } });
  const file = join(app.dataDir, 'desktop/secrets.json');
  expect(await readFile(file, 'utf8')).not.toContain(secret);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const has = () => app.page.evaluate(() => window.eventAudit.desktop('has_secrets', { connection_id: 'c1' }));
  expect(await has()).toEqual({ ok: true, value: { has: true } });
  await app.page.evaluate(() => window.eventAudit.desktop('forget_secrets', { connection_id: 'c1' }));
  expect(await has()).toEqual({ ok: true, value: { has: false } });
});
