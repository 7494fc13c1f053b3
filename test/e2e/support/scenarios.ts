/**
 * Questions that auditors ask, each answered in the window. The specs check the answers and count the steps; the guide
 * takes its pictures from the same walks, so what it shows is what runs. Nothing here reads a word of either language.
 */
import { expect, type Locator } from '@playwright/test';
import type { Auditor } from './auditor.ts';
import type { RunningApp } from './app.ts';
import { cellAt, shownCount } from './window.ts';

function facetValue(app: RunningApp, field: string, value: string): Locator {
  return app.page
    .getByTestId(`facet-${field}`)
    .getByRole('button', { name: new RegExp(`^${value}(?![.\\w])`) })
    .first();
}

/** Asks for the days `from` to `to`, both whole: four steps. */
async function askForDays({ app, click, type, press }: Auditor, from: string, to: string): Promise<void> {
  const { page } = app;
  await click(page.getByTestId('time-range'));
  await type(page.getByTestId('range-from'), from);
  await type(page.getByTestId('range-to'), to);
  await press('Enter');
  await expect(page.getByTestId('range-form')).toHaveCount(0);
}

/** Who deleted these datasets, and what was in them? Leaves a deleted dataset open at its last known state. */
export async function whoDeleted(auditor: Auditor, from: string, to: string): Promise<{ readonly deleted: number }> {
  const { app, click, look } = auditor;
  const { page } = app;
  await askForDays(auditor, from, to);
  await click(facetValue(app, 'action', 'deleted'));
  await click(facetValue(app, 'action_object', 'Package'));
  const deleted = await shownCount(app);
  await look('deleted-datasets');
  await click(cellAt(app, 0, 'action'));
  await auditor.press('Enter');
  await expect(page.getByTestId('inferred-actor')).toHaveAttribute('data-grade', /strong|likely/);
  await look('who-deleted-it');
  await click(page.getByTestId('tab-history'));
  await expect(page.getByTestId('object-state')).toBeVisible();
  await look('what-was-in-it');
  return { deleted };
}

/** What did an account do in the ten minutes before it first called `action` within these days? Leaves the answer in the list. */
export async function whatBefore(
  auditor: Auditor,
  action: string,
  from: string,
  to: string,
): Promise<{ readonly before: number }> {
  const { app, click, menu, type, look } = auditor;
  await askForDays(auditor, from, to);
  await type(app.page.getByTestId('search'), action);
  await expect(cellAt(app, 0, 'action')).toHaveText(action);
  // Oldest first: the first call is what everything before it led to.
  await click(app.page.getByTestId('head-timestamp'));
  await menu(cellAt(app, 0, 'timestamp'));
  await look('menu-of-a-time');
  await click(app.page.getByTestId('moment-actor'));
  const before = await shownCount(app);
  await look('ten-minutes-before');
  return { before };
}

/** Hand me that as a spreadsheet: what is in the list, with a manifest. The native dialog has been told where. */
export async function asSpreadsheet({ app, click, press, look }: Auditor): Promise<{ readonly rows: number }> {
  const { page } = app;
  await press('Control+e');
  await expect(page.getByTestId('export-dialog')).toBeVisible();
  await look('export-dialog');
  await click(page.getByTestId('export-start'));
  const result = page.getByTestId('export-result');
  await expect(result).toBeVisible({ timeout: 60_000 });
  await look('export-done');
  return { rows: Number(await result.getAttribute('data-rows')) };
}
