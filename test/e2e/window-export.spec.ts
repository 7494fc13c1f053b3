/** Handing over a view: the dialog writes it, another program reads it, and changing it is found out. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, launchApp, test as base } from './support/app.ts';
import { cellAt, shownCount, waitForCapture } from './support/window.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-audit-export-'));
base.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a workbook with a reader that shares nothing with the one that wrote it. */
async function readWorkbook(path: string): Promise<{ rows: number; header: string[]; first: (string | null)[] }> {
  const script = `
import json, sys, openpyxl
sheet = openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0]
rows = list(sheet.iter_rows(values_only=True))
print(json.dumps({"rows": len(rows) - 1, "header": rows[0], "first": [str(v) if v is not None else None for v in rows[1]]}))`;
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, path]);
  return JSON.parse(stdout);
}

base('an XLSX of the filtered view holds exactly its rows, in its order', async () => {
  const path = join(folder, 'view.xlsx');
  const app = await launchApp({ dialogs: { export: path } });
  try {
    const { page } = app;
    await waitForCapture(app);
    await page
      .getByTestId('facet-action')
      .getByRole('button', { name: /^deleted/ })
      .click();
    await expect(page.getByTestId('chip')).toHaveCount(1);
    const shown = await shownCount(app);
    const id = (await cellAt(app, 0, 'id').textContent()) ?? '';
    await page.keyboard.press('Control+e');
    await page.getByTestId('export-start').click();
    await expect(page.getByTestId('export-result')).toHaveAttribute('data-rows', String(shown));
    const { rows, header, first } = await readWorkbook(path);
    expect(rows).toBe(shown);
    expect(header.slice(0, 3)).toEqual(['id', 'category', 'action']);
    expect(first[0]).toBe(id);
    expect(first[2]).toBe('deleted');
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

base('picked rows only, as JSON Lines', async () => {
  const path = join(folder, 'picked.jsonl');
  const app = await launchApp({ dialogs: { export: path } });
  try {
    const { page } = app;
    await waitForCapture(app);
    const ids: string[] = [];
    for (const index of [1, 3]) {
      await cellAt(app, index, 'category').click({ modifiers: ['Control'] });
      ids.push((await cellAt(app, index, 'id').textContent()) ?? '');
    }
    await page.getByTestId('export-button').click();
    await page.getByTestId('export-dialog').getByText('JSONL', { exact: true }).click();
    await page.getByTestId('export-start').click();
    await expect(page.getByTestId('export-result')).toHaveAttribute('data-rows', '2');
    const written = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(written.map((line) => new Map(Object.entries(JSON.parse(line))).get('id'))).toEqual(ids);
  } finally {
    await app.close();
  }
});

base('a file that was changed after its export is found out', async () => {
  const path = join(folder, 'checked.csv');
  const app = await launchApp({ dialogs: { export: path, open: [path] } });
  try {
    const { page } = app;
    await waitForCapture(app);
    await page.getByTestId('export-button').click();
    await page.getByTestId('export-dialog').getByText('CSV', { exact: true }).click();
    await page.getByTestId('export-start').click();
    await expect(page.getByTestId('export-result')).toBeVisible();
    await page.getByTestId('export-close').click();
    await page.getByTestId('verify-button').click();
    await page.getByTestId('verify-choose').click();
    await expect(page.getByTestId('verification')).toHaveAttribute('data-ok', 'true');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('package', 'packagf'));
    await page.getByTestId('verify-choose').click();
    await expect(page.getByTestId('verification')).toHaveAttribute('data-ok', 'false');
    await expect(page.getByTestId('verification').getByRole('listitem').first()).toBeVisible();
  } finally {
    await app.close();
  }
});
