/** Waiting for what has to happen, however slow the machine is: only the test’s own limit of time ends it sooner. */
import { vi } from 'vitest';

const LONG_MS = 50_000;

/** Asks again until `check` throws no more. @throws what it threw last, after most of a test’s time */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: LONG_MS, interval: 10 });
}
