/** Connections that fail, in every place they can: what was asked for comes whole, or what came says that it is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startFaultProxy, type Faults } from '../../support/fault-proxy.ts';
import { freePort } from '../../support/redis-server.ts';
import { expectSettled, NEVER, SOON, useBench } from './bench.ts';
import { attempt, expectHonest, expectNothingLeft, type Outcome } from './outcome.ts';
import type { StoreUnderFaults } from './stores.ts';

const OUTCOMES: readonly Outcome[] = ['complete', 'partial', 'refused'];

/** The tests of one store: each has a file of its own, so that several run at a time. */
export function testConnections({ kind, open, cuts, midway }: StoreUnderFaults): void {
  describe(`a connection to ${kind}`, () => {
    testFaults({ open, cuts, midway });
  });
}

function testFaults({ open, cuts, midway }: Omit<StoreUnderFaults, 'kind'>): void {
  const bench = useBench(open);

  const cutBy = async (faults: Faults): Promise<Outcome> => {
    await using proxy = await startFaultProxy(bench.store, faults);
    const source = bench.source(proxy.port, SOON);
    return await expectSettled(bench, proxy, await attempt(bench.own, source), source);
  };

  test('is refused in one line where nothing listens', async () => {
    const tried = await attempt(bench.own, bench.source(await freePort()));
    expect(tried).toMatchObject({ error: { code: 'source_unreachable', retryable: true } });
    expect(await expectHonest(bench.own, tried, bench.whole)).toBe('refused');
    await expectNothingLeft(bench.own, tried, bench.temporary);
  });

  test.each(cuts)('that is reset once after %i bytes leaves all, or a part that says so', async (resetAfter) => {
    expect(OUTCOMES).toContain(await cutBy({ resetAfter, times: 1 }));
  });

  test.each(cuts)('that is reset after %i bytes each time leaves all, or a part that says so', async (resetAfter) => {
    expect(OUTCOMES).toContain(await cutBy({ resetAfter }));
  });

  test.each(cuts)('that is closed in order after %i bytes leaves all, or a part that says so', async (endAfter) => {
    expect(OUTCOMES).toContain(await cutBy({ endAfter, times: 1 }));
    expect(OUTCOMES).toContain(await cutBy({ endAfter }));
  });

  test('whose answers come byte by byte brings the same', async () => {
    await using proxy = await startFaultProxy(bench.store, { sliceTo: 1 });
    const source = bench.source(proxy.port, NEVER, true);
    const tried = await attempt(bench.own, source);
    expect(await expectSettled(bench, proxy, tried, source, bench.few)).toBe('complete');
  });

  test('that is silent for a while goes on when bytes flow again', async () => {
    await using proxy = await startFaultProxy(bench.store, { stallAfter: midway, times: 1 });
    const source = bench.source(proxy.port, NEVER);
    const trying = attempt(bench.own, source);
    await proxy.struck();
    await sleep(1_500);
    proxy.set({});
    expect(await expectSettled(bench, proxy, await trying, source)).toBe('complete');
  });

  test.each([0, 1, midway])(
    'that is silent for good after %i bytes ends by itself, and says so',
    async (stallAfter) => {
      await using proxy = await startFaultProxy(bench.store, { stallAfter });
      const source = bench.source(proxy.port, SOON);
      const tried = await attempt(bench.own, source);
      // A store that can be taken up where it was gets on a little with each connection.
      const allowed = stallAfter > 1 ? ['source_unreachable', undefined] : ['source_unreachable'];
      const reason = 'error' in tried ? tried.error : tried.status.reason;
      expect(allowed).toContain(reason?.code);
      expect(reason?.retryable ?? true).toBe(true);
      await expectSettled(bench, proxy, tried, source);
    },
  );

  test.each([0, 1, midway])('that is silent after %i bytes can be left at once', async (stallAfter) => {
    await using proxy = await startFaultProxy(bench.store, { stallAfter });
    const source = bench.source(proxy.port, NEVER);
    const controller = new AbortController();
    const trying = attempt(bench.own, source, { signal: controller.signal });
    await proxy.struck();
    await sleep(100);
    controller.abort();
    const tried = await trying;
    expect('error' in tried ? tried.error : tried.status.reason).toMatchObject({ code: 'cancelled' });
    if ('status' in tried) await expectSettled(bench, proxy, tried, source);
  });
}
