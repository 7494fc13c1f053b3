/** Rows stay on screen until their successors are here; what nobody waits for is withdrawn. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PAGE_SIZE, PageCache, type LoadPage, type Page } from '../../../src/renderer/model/page-cache.ts';
import type { EventRow } from '../../../src/shared/event.ts';

function row(n: number): EventRow {
  const empty = { category: '', action: '', actor: '', action_object: '', action_object_id: '' };
  return {
    n,
    id: String(n),
    ...empty,
    target_type: '',
    target_id: '',
    timestamp: '',
    instant: '',
    flags: 0,
    source: 0,
  };
}

function page(offset: number, limit: number, total: number, shift = 0): Page {
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) =>
    row(offset + at + shift),
  );
  return { total, rows };
}

interface Waiting {
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly answer: (page: Page) => void;
  readonly fail: (error: unknown) => void;
}

/** A loader whose answers come when the test says so. */
function slow(): { readonly load: LoadPage; readonly waiting: Waiting[] } {
  const waiting: Waiting[] = [];
  const load: LoadPage = (offset, _limit, signal) =>
    new Promise((answer, fail) => {
      waiting.push({ offset, signal, answer, fail });
    });
  return { load, waiting };
}

function quick(total: number, shift = 0): LoadPage {
  return (offset, limit) => Promise.resolve(page(offset, limit, total, shift));
}

test('rows are found by position over page borders', async () => {
  const cache = new PageCache();
  cache.look(PAGE_SIZE - 10, PAGE_SIZE + 10);
  cache.ask(quick(1_000), { question: 'q', start: undefined });
  await turn();
  expect(cache.state()).toMatchObject({ total: 1_000, stale: false });
  expect(cache.row(PAGE_SIZE - 1)?.n).toBe(PAGE_SIZE - 1);
  expect(cache.row(PAGE_SIZE)?.n).toBe(PAGE_SIZE);
  expect(cache.row(PAGE_SIZE * 3)).toBeUndefined();
  expect(cache.indexOf(PAGE_SIZE + 5)).toBe(PAGE_SIZE + 5);
});

test('the former rows stay until the new ones are here, then the view starts at its top', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  cache.ask(quick(1_000), { question: 'q', start: 0 });
  await turn();
  cache.look(500, 520);
  await turn();
  const { load, waiting } = slow();
  cache.ask(load, { question: 'q', start: 0 });
  expect(cache.state().stale).toBe(true);
  expect(cache.row(500)?.n).toBe(500);
  const before = cache.state().question;
  expect(waiting.map((one) => one.offset)).toEqual([0]);
  waiting[0]?.answer(page(0, PAGE_SIZE, 30, 7_000));
  await turn();
  expect(cache.state()).toMatchObject({ total: 30, stale: false, question: before + 1 });
  expect(cache.row(0)?.n).toBe(7_000);
});

test('asking the same again keeps the place', async () => {
  const cache = new PageCache();
  cache.look(400, 420);
  cache.ask(quick(1_000), { question: 'q', start: undefined });
  await turn();
  const { question } = cache.state();
  cache.ask(quick(1_200, 1), { question: 'q', start: undefined });
  expect(cache.row(400)?.n).toBe(400);
  await turn();
  expect(cache.state()).toMatchObject({ total: 1_200, question });
  expect(cache.row(400)?.n).toBe(401);
});

test('pages that were scrolled past are withdrawn', async () => {
  const cache = new PageCache();
  const { load, waiting } = slow();
  cache.look(0, 20);
  cache.ask(load, { question: 'q', start: undefined });
  waiting[0]?.answer(page(0, PAGE_SIZE, 1_000_000));
  await turn();
  cache.look(100_000, 100_020);
  cache.look(900_000, 900_020);
  const passed = waiting.find((one) => one.offset === 100_000);
  expect(passed?.signal.aborted).toBe(true);
  passed?.answer(page(100_000, PAGE_SIZE, 5));
  await turn();
  expect(cache.state().total).toBe(1_000_000);
  expect(waiting.at(-1)?.offset).toBe(900_000);
});

test('a question that was replaced can no longer answer', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  const first = slow();
  cache.ask(first.load, { question: 'q', start: 0 });
  cache.ask(quick(3), { question: 'q', start: 0 });
  await turn();
  expect(first.waiting[0]?.signal.aborted).toBe(true);
  first.waiting[0]?.answer(page(0, PAGE_SIZE, 99));
  await turn();
  expect(cache.state().total).toBe(3);
});

test('a failure is told and asking again recovers', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  const { load, waiting } = slow();
  cache.ask(load, { question: 'q', start: 0 });
  waiting[0]?.fail(new Error('no'));
  await turn();
  expect(cache.state().error).toBeInstanceOf(Error);
  cache.ask(quick(3), { question: 'q', start: undefined });
  await turn();
  expect(cache.state()).toMatchObject({ total: 3, error: undefined });
});

test('an empty view is an answer', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  cache.ask(quick(0), { question: 'q', start: 0 });
  await turn();
  expect(cache.state()).toMatchObject({ total: 0, stale: false });
});

test('a view that shrank below the place that is looked at still answers', async () => {
  const cache = new PageCache();
  cache.look(5_000, 5_020);
  cache.ask(quick(10_000), { question: 'q', start: undefined });
  await turn();
  cache.ask(quick(10), { question: 'q', start: undefined });
  await turn();
  expect(cache.state()).toMatchObject({ total: 10, stale: false });
});

test('only so many pages are kept', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  cache.ask(quick(1_000_000), { question: 'q', start: undefined });
  for (let first = 0; first < 200; first += 1) {
    cache.look(first * PAGE_SIZE, first * PAGE_SIZE + 10);
    await turn();
  }
  expect(cache.row(0)).toBeUndefined();
  expect(cache.row(199 * PAGE_SIZE)?.n).toBe(199 * PAGE_SIZE);
});

test('rows that turn out not to be what was wanted are dropped', async () => {
  const cache = new PageCache();
  cache.look(0, 20);
  cache.ask(quick(1_000), { question: 'q', start: undefined });
  await turn();
  const found: number[] = [];
  const onReady = (indexOf: (n: number) => number): boolean => {
    found.push(indexOf(7_005));
    return indexOf(7_005) !== -1;
  };
  cache.ask(quick(2_000), { question: 'q', start: undefined, onReady });
  await turn();
  expect(cache.state().total).toBe(1_000);
  cache.ask(quick(2_000, 7_000), { question: 'q', start: undefined, onReady });
  await turn();
  expect(cache.state().total).toBe(2_000);
  expect(found).toEqual([-1, 5]);
});
