import { launchApp } from './test/e2e/support/app.ts';
import { resolveElectron } from './scripts/electron-runtime.ts';
process.env['ELECTRON_OVERRIDE_DIST_PATH'] = (await resolveElectron()).folder;
const shots = async (theme: 'light'|'dark', language: 'en'|'de', w: number, h: number, tag: string) => {
  const app = await launchApp({ preferences: { theme, language, seen_welcome: true }, dialogs: { export: '/tmp/export/shot-' + tag + '.parquet' } });
  try {
    const { page } = app;
    await app.electron.evaluate(({ BrowserWindow }, [w, h]) => { BrowserWindow.getAllWindows()[0]?.setSize(w!, h!); }, [w, h]);
    await page.getByTestId('grid-row').first().waitFor({ timeout: 240000 });
    await page.getByTestId('status-completeness').and(page.locator('[data-state=complete]')).waitFor({ timeout: 240000 });
    page.setDefaultTimeout(240000); await page.keyboard.press('Control+e');
    await page.getByTestId('export-dialog').waitFor();
    await page.getByTestId('export-preview-facts').waitFor({ timeout: 240000 });
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `/tmp/export/${tag}-1.png` });
    await page.getByTestId('export-dialog').getByText('Parquet', { exact: true }).click();
    await page.getByTestId('export-dialog').getByText(language === 'en' ? 'Columns' : 'Spalten', { exact: true }).first().click();
    await page.getByTestId('export-add-column').fill('result.new.title');
    await page.getByTestId('export-add-column').press('Enter');
    await page.getByTestId('export-mask').fill('actor');
    await page.getByTestId('export-mask').press('Enter');
    await page.keyboard.press('Escape').catch(() => undefined);
    await page.waitForTimeout(3000);
    await page.screenshot({ path: `/tmp/export/${tag}-2.png` });
    await page.getByTestId('export-start').click();
    await page.getByTestId('export-result').waitFor({ timeout: 240000 });
    await page.getByTestId('export-verify').click();
    await page.getByTestId('export-verified').waitFor();
    await page.screenshot({ path: `/tmp/export/${tag}-3.png` });
    console.log(tag, app.problems);
  } catch (e) { console.log(tag, String(e).slice(0, 600)); await app.page.screenshot({ path: `/tmp/export/${tag}-err.png` }); } finally { await app.close(); }
};
await shots('light', 'en', 1280, 800, 'a');
if (process.argv[2] === 'all') { await shots('dark', 'de', 2560, 1440, 'b'); }
