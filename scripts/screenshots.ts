/**
 * `npm run screenshots`: takes the pictures of the documentation in the real window, on the bundled store. `docs/images`
 * gets the window in both themes; `docs/images/guide` each step of the guide's questions, in both languages and themes.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchApp, type RunningApp } from '../test/e2e/support/app.ts';
import { createAuditor } from '../test/e2e/support/auditor.ts';
import { asSpreadsheet, whatBefore, whoDeleted } from '../test/e2e/support/scenarios.ts';
import { waitForCapture } from '../test/e2e/support/window.ts';
import { resolveElectron } from './electron-runtime.ts';
import { ROOT } from './support/project.ts';

const IMAGES = join(ROOT, 'docs/images');
const GUIDE = join(IMAGES, 'guide');
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'de'] as const;
const FROM = '2024-08-01';
const TO = '2024-08-31';

type Theme = (typeof THEMES)[number];
type Language = (typeof LANGUAGES)[number];

async function withWindow(
  theme: Theme,
  language: Language,
  work: (app: RunningApp) => Promise<void>,
  xlsx?: string,
): Promise<void> {
  const app = await launchApp({
    preferences: { theme, language, seen_welcome: true },
    ...(xlsx !== undefined && { dialogs: { export: xlsx } }),
  });
  try {
    await app.electron.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setSize(1440, 900);
    });
    await waitForCapture(app);
    await work(app);
  } finally {
    await app.close();
  }
}

/** Takes the picture once nothing moves and the pointer is out of the way. */
async function take({ page }: RunningApp, path: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(800);
  await page.screenshot({ path });
}

async function theWindow(app: RunningApp, theme: Theme): Promise<void> {
  const { page } = app;
  await page.getByTestId('search').fill('fahrrad');
  await page.getByTestId('status-count').getByText('191').waitFor();
  await page.getByTestId('grid-row').filter({ hasText: 'changed' }).first().click();
  await page.getByTestId('tab-changes').click();
  await take(app, join(IMAGES, theme === 'light' ? 'window.png' : 'window-dark.png'));
}

process.env['ELECTRON_OVERRIDE_DIST_PATH'] = (await resolveElectron()).folder;
await mkdir(GUIDE, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'event-audit-pictures-'));
try {
  for (const theme of THEMES) {
    await withWindow(theme, 'en', (app) => theWindow(app, theme));
    for (const language of LANGUAGES) {
      const auditor = (app: RunningApp) =>
        createAuditor(app, (name) => take(app, join(GUIDE, `${name}-${language}-${theme}.png`)));
      await withWindow(theme, language, async (app) => {
        await whoDeleted(auditor(app), FROM, TO);
      });
      const xlsx = join(folder, `august-${language}-${theme}.xlsx`);
      await withWindow(
        theme,
        language,
        async (app) => {
          await whatBefore(auditor(app), 'dataset_purge', FROM, TO);
          await asSpreadsheet(auditor(app));
        },
        xlsx,
      );
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
