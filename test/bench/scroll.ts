/**
 * `npm run bench:scroll [-- --events=1000000]`: scrolls a store of a million events in the real window from top to bottom,
 * by wheel, scroll bar and keys, and prints how long rows stayed blank and how long the window was busy. Times of the
 * wall clock mean little on a busy machine; beside them stands the processor time of the page's main thread a step.
 * Needs a screen (on Linux also a virtual one).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveElectron } from '../../scripts/electron-runtime.ts';
import { launchApp } from '../e2e/support/app.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';

const BLANK_LIMIT_MS = 100;
const TASK_LIMIT_MS = 50;
const GIVE_UP_MS = 5_000;
const ROW = 28;

interface Way {
  readonly name: string;
  /** Milliseconds from each step to the moment at which every row in sight held its event. */
  readonly filled: number[];
  /** Milliseconds of processor time of the page's main thread, a step. */
  readonly busy: number[];
  /** Long tasks, in milliseconds of the wall clock. */
  readonly long: readonly number[];
}

const events = Number(process.argv.find((each) => each.startsWith('--events='))?.slice(9) ?? 1_000_000);
process.env['ELECTRON_OVERRIDE_DIST_PATH'] = (await resolveElectron()).folder;
const folder = mkdtempSync(join(tmpdir(), 'event-audit-scroll-'));
const path = join(folder, 'large.db');
fillSqlite(path, events);
const app = await launchApp({ args: [`sqlite:${path}`], preferences: { seen_welcome: true } });
const ways: Way[] = [];
try {
  const { page } = app;
  const shown = page.locator(
    `[data-testid=status-completeness][data-state=complete][data-captured="${String(events)}"]`,
  );
  await shown.waitFor({ timeout: 600_000 });
  await page.locator('[data-testid=grid-row]:not([data-loading])').first().waitFor();
  // The indexes, which are made in the background once, are not what is measured.
  await sleep(5_000 + events / 50);
  await page.evaluate(() => {
    const long: number[] = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration);
    }).observe({ type: 'longtask' });
    Object.assign(globalThis, { takeLong: () => long.splice(0) });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  /** Resolves with the milliseconds until no row in sight is blank and the rows reach from edge to edge. */
  const fill = (): Promise<number> =>
    page.evaluate(async (giveUp) => {
      const began = performance.now();
      const grid = document.querySelector('[data-testid=grid]');
      if (grid === null) throw new Error('there is no grid');
      const isFilled = (): boolean => {
        const box = grid.getBoundingClientRect();
        const rows = [...grid.querySelectorAll<HTMLElement>('[data-testid=grid-row]')];
        const seen = rows.filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return bottom > box.top + 28 && top < box.top + grid.clientHeight;
        });
        const [first, last] = [seen[0], seen.at(-1)].map((row) => row?.getBoundingClientRect());
        const covers =
          first !== undefined &&
          last !== undefined &&
          first.top <= box.top + 29 &&
          last.bottom >= box.top + grid.clientHeight - 1;
        return covers && seen.every((row) => row.dataset['loading'] === undefined);
      };
      while (!isFilled() && performance.now() - began < giveUp) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    }, GIVE_UP_MS);
  const takeLong = (): Promise<number[]> => page.evaluate(() => Reflect.get(globalThis, 'takeLong')());

  /** Takes so many steps of one kind. */
  const go = async (name: string, steps: number, step: (index: number) => Promise<void>): Promise<void> => {
    const way = { name, filled: [] as number[], busy: [] as number[] };
    await takeLong();
    for (let index = 0; index < steps; index += 1) {
      const before = await busy();
      await step(index);
      way.filled.push(await fill());
      way.busy.push((await busy()) - before);
    }
    ways.push({ ...way, long: await takeLong() });
  };

  const grid = page.getByTestId('grid');
  const box = await grid.boundingBox();
  if (box === null) throw new Error('the grid is nowhere');
  const wheel = (pixels: number) => () => page.mouse.wheel(0, pixels);
  await grid.focus();
  await page.mouse.move(box.x + 300, box.y + 200);
  const sweep = 100;
  await go('wheel, whole trail in 100 turns', sweep, wheel(Math.ceil((events * ROW) / sweep)));
  await go('Home and End', 10, (index) => page.keyboard.press(index % 2 === 0 ? 'Home' : 'End'));
  await page.keyboard.press('Home');
  await go('wheel, one notch at a time', 150, wheel(100));
  await go('PgDn', 100, () => page.keyboard.press('PageDown'));
  await go('arrow down', 60, () => page.keyboard.press('ArrowDown'));
  await page.keyboard.press('Home');
  const bar = box.x + box.width - 5;
  await page.mouse.move(bar, box.y + 40);
  await page.mouse.down();
  await go('scroll bar, dragged in 60 steps', 60, (index) =>
    page.mouse.move(bar, box.y + 40 + ((index + 1) / 60) * (box.height - 60)),
  );
  await page.mouse.up();
  const last = await page.locator('[data-testid=grid-row]').last().getAttribute('data-index');
  console.log(`the scroll bar ended at row ${String(last)} of ${String(events)}`);
} finally {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}

function share(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

const round = (value: number): string => value.toFixed(0).padStart(6);
console.log(`\n${events.toLocaleString('en')} events; milliseconds`);
console.log(`${''.padEnd(34)}   blank until            late   processor a step     long tasks`);
console.log(`${''.padEnd(34)}   p50    p95    max  >100 ms   p50    p95    max   number    max`);
for (const { name, filled, busy, long } of ways) {
  const late = filled.filter((time) => time > BLANK_LIMIT_MS).length;
  const tasks = long.filter((time) => time > TASK_LIMIT_MS);
  console.log(
    `${name.padEnd(32)}${[share(filled, 0.5), share(filled, 0.95), Math.max(...filled), late, share(busy, 0.5), share(busy, 0.95), Math.max(...busy), tasks.length, Math.max(0, ...tasks)].map(round).join(' ')}`,
  );
}
process.exitCode = ways.every(
  ({ filled, busy }) => Math.max(...filled) <= BLANK_LIMIT_MS && Math.max(...busy) <= TASK_LIMIT_MS,
)
  ? 0
  : 1;
