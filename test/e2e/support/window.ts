/** What specs of the window do again and again, in the words of the person at the screen. */
import { expect, type Locator } from '@playwright/test';
import type { RunningApp } from './app.ts';

/** How many events the sample store holds is not this spec's business; that all of them are shown is. */
export async function waitForCapture(app: RunningApp, state = 'complete'): Promise<number> {
  const completeness = app.page.getByTestId('status-completeness');
  await expect(completeness).toHaveAttribute('data-state', state, { timeout: 180_000 });
  const captured = Number(await completeness.getAttribute('data-captured'));
  await expect(app.page.getByTestId('status-count')).toHaveAttribute('data-count', String(captured));
  return captured;
}

/** Waits until a complete capture of so many events is shown, whatever was shown before. */
export async function waitForEvents(app: RunningApp, count: number): Promise<void> {
  const completeness = app.page.getByTestId('status-completeness');
  await expect(completeness).toHaveAttribute('data-captured', String(count), { timeout: 60_000 });
  await expect(completeness).toHaveAttribute('data-state', 'complete', { timeout: 60_000 });
  await expect(app.page.getByTestId('status-count')).toHaveAttribute('data-count', String(count));
}

/** The number of events in the view, once it has settled. */
export async function shownCount(app: RunningApp): Promise<number> {
  await expect(app.page.locator('[data-stale]')).toHaveCount(0);
  return Number(await app.page.getByTestId('status-count').getAttribute('data-count'));
}

/** Clicks a value of a field, which leaves its events alone. */
export async function takeValue({ page }: RunningApp, field: string, value: string): Promise<void> {
  const name = new RegExp(`^${value}`);
  await page.getByTestId(`facet-${field}`).getByRole('button', { name }).click();
}

/** The row at a position of the view; it must be on screen. */
export function rowAt(app: RunningApp, index: number): Locator {
  return app.page.locator(`[data-testid=grid-row][data-index="${String(index)}"]:not([data-loading])`);
}

export function cellAt(app: RunningApp, index: number, field: string): Locator {
  return rowAt(app, index).locator(`[data-field="${field}"]`);
}

/** Texts of a column over the rows that are drawn, from the top. */
export async function column(app: RunningApp, field: string, rows: number): Promise<string[]> {
  const texts: string[] = [];
  for (let index = 0; index < rows; index += 1) texts.push((await cellAt(app, index, field).textContent()) ?? '');
  return texts;
}

/** First and last row that are wholly in sight. */
export function visibleRange(app: RunningApp): Promise<{ first: number; last: number; loading: number }> {
  return app.page.getByTestId('grid').evaluate((grid) => {
    const box = grid.getBoundingClientRect();
    const seen = [...grid.querySelectorAll<HTMLElement>('[data-testid=grid-row]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top >= box.top + 27 && bottom <= box.bottom + 1;
    });
    return {
      first: Number(seen[0]?.dataset['index']),
      last: Number(seen.at(-1)?.dataset['index']),
      loading: seen.filter((row) => row.dataset['loading'] !== undefined).length,
    };
  });
}
