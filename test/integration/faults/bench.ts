/** An engine, a store of a kind and what it holds, for the tests of one fault suite. */
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import {
  expectHonest,
  expectNothingLeft,
  expectRecovery,
  linesOf,
  type Attempt,
  type Outcome,
  type Source,
} from './outcome.ts';
import type { FaultyStore } from './stores.ts';

/** Short, where the end of patience is what a test is about. */
export const SOON = { timeout: '1' };
/** Longer than any test takes, where it is not. */
export const NEVER = { timeout: '3600' };

/** What goes on across the tests of a suite; filled before the first one. */
export class Bench {
  #own: TestEngine | undefined;
  #store: FaultyStore | undefined;
  #temporary: TempDir | undefined;
  #whole: readonly string[] = [];
  #few: readonly string[] = [];
  readonly unhandled: unknown[] = [];

  get own(): TestEngine {
    if (this.#own === undefined) throw new Error('The engine runs within a test only.');
    return this.#own;
  }

  get store(): FaultyStore {
    if (this.#store === undefined) throw new Error('The store runs within a test only.');
    return this.#store;
  }

  /** All events of the store, as lines of JSON; and of the small one. */
  get whole(): readonly string[] {
    return this.#whole;
  }

  get few(): readonly string[] {
    return this.#few;
  }

  async start(open: () => Promise<FaultyStore>): Promise<void> {
    this.#store = await open();
    this.#own = await testEngine();
    // The engine's own folder lies elsewhere: what comes into this one is somebody's leaving.
    this.#temporary = createTempDir();
    vi.stubEnv('TMPDIR', this.#temporary.path);
    const { secrets, port, url } = this.#store;
    this.#whole = await linesOf(this.#own, await this.#own.capture(url(port), { secrets }));
    this.#few = await linesOf(this.#own, await this.#own.capture(url(port, {}, true), { secrets }));
    if (this.#whole.length < 5_000 || this.#few.length < 100) throw new Error('The store is not filled.');
  }

  async stop(): Promise<void> {
    vi.unstubAllEnvs();
    await this.#own?.[Symbol.asyncDispose]();
    await this.#store?.[Symbol.asyncDispose]();
    this.#temporary?.remove();
  }

  source(port: number, parameters: Readonly<Record<string, string>> = {}, small = false): Source {
    return { url: this.store.url(port, parameters, small), secrets: this.store.secrets };
  }

  /** A folder for temporary files, in which nothing may stay. */
  get temporary(): string {
    return this.#temporary?.path ?? '';
  }
}

/** After a fault: the outcome is honest, all can be had once it is over, and nothing is left behind. */
export async function expectSettled(
  bench: Bench,
  proxy: FaultProxy,
  tried: Attempt,
  source: Source,
  whole = bench.whole,
): Promise<Outcome> {
  const outcome = await expectHonest(bench.own, tried, whole);
  await expect.poll(() => proxy.open()).toBe(0);
  proxy.set({});
  if (outcome !== 'complete') await expectRecovery(bench.own, tried, source, whole);
  await expectNothingLeft(bench.own, tried, bench.temporary);
  await expect.poll(() => proxy.open()).toBe(0);
  return outcome;
}

/** Call it at the top of a `describe`. */
export function useBench(open: () => Promise<FaultyStore>): Bench {
  const bench = new Bench();
  const onUnhandled = (reason: unknown): void => void bench.unhandled.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled);
    await bench.start(open);
  });
  afterAll(async () => {
    await bench.stop();
    process.off('unhandledRejection', onUnhandled);
  });
  afterEach(() => {
    expect(bench.unhandled).toEqual([]);
  });
  return bench;
}
