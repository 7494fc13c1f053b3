/** Handing over a view: the dialog writes it, another program reads it, and changing it is found out. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { jsonLines } from '../support/file-fill.ts';
import { expect, launchApp, test as base } from './support/app.ts';
import { cellAt, shownCount, waitForCapture, waitForEvents } from './support/window.ts';

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

base('columns are chosen, ordered, named and masked, and seen before they are written', async () => {
  base.slow();
  const path = join(folder, 'masked.csv');
  const app = await launchApp({ dialogs: { export: path } });
  try {
    const { page } = app;
    const captured = await waitForCapture(app);
    await page.keyboard.press('Control+e');
    const dialog = page.getByTestId('export-dialog');
    await dialog.getByText('CSV', { exact: true }).click();
    const preview = page.getByTestId('export-preview');
    await expect(page.getByTestId('export-preview-facts')).toHaveAttribute('data-total', String(captured));
    await dialog.getByRole('button', { name: 'Leave out id', exact: true }).click();
    await dialog.getByRole('button', { name: 'Move action up', exact: true }).click();
    await page.getByTestId('export-add-column').fill('nobody');
    await page.getByTestId('export-add-column').press('Enter');
    await expect(dialog.getByText('Not a column or a path')).toBeVisible();
    await page.getByTestId('export-add-column').fill('result.new.title');
    await page.getByTestId('export-add-column').press('Enter');
    await dialog.getByText('Id and name', { exact: true }).click();
    await expect(preview.getByRole('columnheader')).toContainText(['action', 'category', 'actor', 'actor_name']);
    await page.getByTestId('export-mask').fill('foo bar(');
    await page.getByTestId('export-mask').press('Enter');
    await expect(dialog.getByText('“foo bar(” is no field')).toBeVisible();
    await page.getByTestId('export-mask').fill('actor');
    await page.getByTestId('export-mask').press('Enter');
    await expect(dialog.getByText('“foo bar(” is no field')).toHaveCount(0);
    await page.getByTestId('export-mask').press('Tab');
    await expect(page.getByTestId('export-key')).toContainText('Key ');
    // Names beside masked actors would tell whom the mask hides.
    await expect(preview.getByRole('columnheader', { name: 'actor_name' })).toHaveCount(0);
    await expect(preview.locator('td', { hasText: /^p-[a-z2-7]{16}$/ }).first()).toBeVisible();
    await page.getByTestId('export-start').click();
    await expect(page.getByTestId('export-result')).toHaveAttribute('data-rows', String(captured));
    await page.getByTestId('export-verify').click();
    await expect(page.getByTestId('export-verified')).toHaveAttribute('data-ok', 'true');
    const [header, ...rows] = parse(readFileSync(path));
    expect(header?.slice(0, 3)).toEqual(['action', 'category', 'actor']);
    expect(header?.at(-1)).toBe('result.new.title');
    expect(rows.every((row: string[]) => row[2] === '' || /^p-[a-z2-7]{16}$/.test(row[2] ?? ''))).toBe(true);
    // The next export of the format begins with the same choices.
    await page.getByRole('button', { name: 'Another export' }).click();
    await expect(page.getByTestId('export-columns').locator('[data-column="result.new.title"]')).toBeVisible();
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

base('exports go on when the dialog is closed, and say how they ended', async () => {
  const path = join(folder, 'behind.parquet');
  const app = await launchApp({ dialogs: { export: path } });
  try {
    const { page } = app;
    await waitForCapture(app);
    for (let round = 1; round <= 2; round += 1) {
      await page.keyboard.press('Control+e');
      await page.getByTestId('export-dialog').getByText('Parquet', { exact: true }).click();
      await page.getByTestId('export-start').click();
      await page
        .getByTestId('export-dialog')
        .getByRole('button', { name: /^Close/ })
        .last()
        .click();
      await expect(page.getByTestId('export-dialog')).toHaveCount(0);
    }
    await page.getByTestId('export-status').click();
    await expect(page.getByTestId('export-task').and(page.locator('[data-state=done]'))).toHaveCount(2);
    expect(readFileSync(path).subarray(0, 4).toString()).toBe('PAR1');
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

base('a cancelled export leaves nothing, and one that can’t be written says why', async () => {
  base.slow();
  const work = mkdtempSync(join(folder, 'cancel-'));
  const source = join(folder, 'many.jsonl');
  writeFileSync(source, jsonLines(60_000));
  const app = await launchApp({ dialogs: { export: join(work, 'big.xlsx') }, args: [`file:${source}`] });
  try {
    const { page } = app;
    await waitForEvents(app, 60_000);
    await page.keyboard.press('Control+e');
    await page.getByTestId('export-dialog').getByRole('button', { name: 'All', exact: true }).click();
    await page.getByTestId('export-start').click();
    await page.getByTestId('export-stop').click();
    await expect(page.getByTestId('export-ended')).toHaveAttribute('data-state', 'cancelled');
    expect(readdirSync(work)).toEqual([]);
    // The folder goes while the person thinks: the failure names the place, nothing is left.
    rmSync(work, { recursive: true });
    await page.getByRole('button', { name: 'Another export' }).click();
    await page.getByTestId('export-start').click();
    await expect(page.getByTestId('export-ended')).toHaveAttribute('data-state', 'failed');
    await expect(page.getByTestId('export-ended')).toContainText('its folder does not exist');
    expect(existsSync(work)).toBe(false);
  } finally {
    await app.close();
  }
});
