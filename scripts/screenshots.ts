/** `npm run screenshots`: takes the pictures of the documentation in the real window, on the bundled store. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchApp } from '../test/e2e/support/app.ts';
import { resolveElectron } from './electron-runtime.ts';
import { ROOT } from './support/project.ts';

const FOLDER = join(ROOT, 'docs/images');

process.env['ELECTRON_OVERRIDE_DIST_PATH'] = (await resolveElectron()).folder;
await mkdir(FOLDER, { recursive: true });
for (const [theme, name] of [
  ['light', 'window.png'],
  ['dark', 'window-dark.png'],
] as const) {
  const app = await launchApp({ preferences: { theme, language: 'en', seen_welcome: true } });
  try {
    const { page } = app;
    await app.electron.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setSize(1440, 900);
    });
    await page.getByTestId('grid-row').first().waitFor();
    await page.getByTestId('search').fill('fahrrad');
    await page.getByTestId('status-count').getByText('191').waitFor();
    await page.getByTestId('grid-row').filter({ hasText: 'changed' }).first().click();
    await page.getByTestId('tab-changes').click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(FOLDER, name) });
  } finally {
    await app.close();
  }
}
