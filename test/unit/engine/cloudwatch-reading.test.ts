/** How a log group's time is cut, how fast calls come, and how pages wait their turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Channel } from '../../../src/main/engine/repositories/cloudwatch/channel.ts';
import { RateLimiter } from '../../../src/main/engine/repositories/cloudwatch/rate-limiter.ts';
import { planSlices, SliceQueue, type Slice } from '../../../src/main/engine/repositories/cloudwatch/slices.ts';

fc.configureGlobal({ seed: 20_240_301 });

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('slices', () => {
  test('cover the whole range without gap or overlap', () => {
    const instant = fc.integer({ min: 0, max: NOW * 2 });
    fc.assert(
      fc.property(
        fc.option(instant, { nil: undefined }),
        fc.option(instant, { nil: undefined }),
        fc.integer({ min: -1e12, max: NOW * 2 }),
        fc.integer({ min: 0, max: 1e12 }),
        (from, to, likelyFrom, bytes) => {
          fc.pre(from === undefined || to === undefined || from < to);
          const slices = planSlices({ from, to, likelyFrom, now: NOW, bytes });
          expect(slices[0]?.start).toBe(from ?? 0);
          expect(slices.at(-1)?.end).toBe(to);
          expect(slices.slice(1).map(({ start }) => start)).toEqual(slices.slice(0, -1).map(({ end }) => end));
          expect(slices.slice(0, -1).every(({ start, end }) => start < (end ?? 0))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('are cut again where one turns out long, at a time that was not read yet', async () => {
    const queue = new SliceQueue(planSlices({ from: 0, to: undefined, likelyFrom: 0, now: NOW, bytes: 0 }), NOW);
    const first = await queue.take();
    if (first === undefined) throw new Error('There is no slice.');
    const waiting = queue.take();
    first.pages = 2;
    first.reached = NOW / 2;
    queue.progressed();
    const second = await waiting;
    expect(second).toMatchObject({ start: (NOW * 3) / 4, end: undefined });
    expect(first.end).toBe(second?.start);
    const third = queue.take();
    first.first = first.reached - 1_000_000;
    first.pages = 2;
    queue.progressed();
    expect(await third).toMatchObject({ start: first.reached + 2_000_000, end: second?.start });
  });

  test('run out when all are read, also for those who wait', async () => {
    const queue = new SliceQueue([{ start: 0, end: 10, reached: 0, first: undefined, pages: 0 }], NOW);
    const only: Slice | undefined = await queue.take();
    const waiting = queue.take();
    if (only !== undefined) queue.done(only);
    expect(await waiting).toBeUndefined();
  });
});

describe('the rate limiter', () => {
  const { signal } = new AbortController();

  test('spaces calls', async () => {
    const limiter = new RateLimiter(50);
    const started = performance.now();
    await Promise.all(Array.from({ length: 11 }, () => limiter.turn(signal)));
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  test('goes half as fast after a refusal, not slower for calls that were under way, and recovers', async () => {
    const limiter = new RateLimiter(100);
    const turns = [await limiter.turn(signal), await limiter.turn(signal)];
    expect(turns.map((turn) => limiter.refused(turn))).toEqual([true, false]);
    expect(limiter.rate).toBe(50);
    for (let call = 0; call < 100; call += 1) limiter.succeeded();
    expect(limiter.rate).toBe(100);
    for (let call = 0; call < 10; call += 1) limiter.refused(performance.now() + 1);
    expect(limiter.rate).toBeCloseTo(10);
  });

  test('lets go of who is aborted', async () => {
    const limiter = new RateLimiter(0.01);
    const controller = new AbortController();
    await limiter.turn(controller.signal);
    const second = limiter.turn(controller.signal);
    controller.abort();
    await expect(second).rejects.toThrow(/abort/i);
  });
});

describe('the channel', () => {
  test('makes producers wait, and hands over what came before a failure', async () => {
    const channel = new Channel<number>(2);
    let pushed = 0;
    const producer = (async () => {
      for (let item = 0; item < 5; item += 1) {
        await channel.push(item);
        pushed += 1;
      }
      channel.end({ error: new Error('broken') });
    })();
    await sleep(20);
    expect(pushed).toBe(2);
    const seen: number[] = [];
    const consumer = (async () => {
      for await (const item of channel) seen.push(item);
    })();
    await expect(consumer).rejects.toThrow('broken');
    await producer;
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test('tells producers when nobody takes any more', async () => {
    const channel = new Channel<number>(1);
    await channel.push(1);
    const waiting = channel.push(2);
    for await (const item of channel) {
      expect(item).toBe(1);
      break;
    }
    await waiting;
    expect(await channel.push(3)).toBe(false);
  });
});
