/** The events around one: the nearest on either side, under a filter or without, with the event itself always among them. */
import { describe, expect, it } from 'vitest';
import { neighbours, type NeighbourOptions } from '../../../../src/main/engine/analysis/neighbours.ts';
import type { Neighbours } from '../../../../src/shared/contract.ts';
import type { FilterInput } from '../../../../src/shared/filter.ts';
import { BatchRepository, captureRepository, capturedHere, filterOf, positions } from '../../../support/captured.ts';
import { generateEvents } from '../../../support/events.ts';
import { trailWriter } from '../../../support/trail.ts';

type Asked = Omit<Partial<NeighbourOptions>, 'filter'> & { readonly n: number; readonly filter?: FilterInput };

const asOptions = ({ filter, ...asked }: Asked): NeighbourOptions => ({
  before: 2,
  after: 2,
  ...asked,
  filter: filterOf(filter),
});

function ns({ rows, position }: Neighbours): string {
  return rows.map(({ n }, index) => (index === position ? `[${String(n)}]` : String(n))).join(' ');
}

function small(): readonly string[] {
  const { api } = trailWriter();
  return [
    api('08:04', 'e', 'u'),
    api('08:00', 'a', 'v'),
    api('08:02', 'c', 'u'),
    api('08:01', 'b', 'v'),
    api('08:03', 'd', 'v'),
  ];
}

describe('neighbours', () => {
  it('come in time order, however they were captured', async () => {
    const { snapshot } = await capturedHere(small());
    const told = await neighbours(snapshot, asOptions({ n: 2, before: 1, after: 1 }));
    expect(ns(told)).toBe('3 [2] 4');
    expect(told).toMatchObject({ more_before: true, more_after: true, passes: true });
  });

  it('end where the trail ends', async () => {
    const { snapshot } = await capturedHere(small());
    expect(await neighbours(snapshot, asOptions({ n: 1 }))).toMatchObject({
      position: 0,
      more_before: false,
      more_after: true,
    });
    const whole = await neighbours(snapshot, asOptions({ n: 0, before: 50, after: 50 }));
    expect(ns(whole)).toBe('1 3 2 4 [0]');
    expect(whole).toMatchObject({ more_before: false, more_after: false });
  });

  it('keep the event even when it does not pass the filter, and say so', async () => {
    const { snapshot } = await capturedHere(small());
    const told = await neighbours(
      snapshot,
      asOptions({ n: 3, filter: { conditions: [{ field: 'actor', values: ['u'] }] } }),
    );
    expect(ns(told)).toBe('[3] 2 0');
    expect(told.passes).toBe(false);
  });

  it('may be none', async () => {
    const { snapshot } = await capturedHere(small());
    expect(ns(await neighbours(snapshot, asOptions({ n: 3, before: 0, after: 0 })))).toBe('[3]');
  });

  it('keep ties in the order of the view', async () => {
    const { api } = trailWriter();
    const { snapshot, query } = await capturedHere(
      Array.from({ length: 9 }, () => api('08:00', 'a', 'u')).toReversed(),
    );
    const order = await positions({ query });
    const told = await neighbours(snapshot, asOptions({ n: order[4] ?? 0, before: 9, after: 9 }));
    expect(told.rows.map(({ n }) => n)).toEqual(order);
    expect(told.position).toBe(4);
  });

  it('are found far away when hardly anything passes', async () => {
    const records = [...generateEvents(30_000, { seed: 4, stored: false })].map(({ json }) => json);
    const { api } = trailWriter();
    const rare = [
      api('2024-01-02T00:00:00+00:00', 'rare', 'u'),
      api('2024-11-30T00:00:00+00:00', 'rare', 'u'),
      api('2024-12-30T00:00:00+00:00', 'rare', 'u'),
    ];
    const { snapshot } = await capturedHere([...records, ...rare]);
    const filter = { conditions: [{ field: 'action' as const, values: ['rare'] }] };
    const told = await neighbours(snapshot, asOptions({ n: 15_000, filter }));
    expect(told.rows.map(({ n }) => n)).toEqual([30_000, 15_000, 30_001, 30_002]);
    expect(told).toMatchObject({ more_before: false, more_after: false });
  });

  it('answer the same while the store is still read', async () => {
    const values = small().map((record) => Buffer.from(record));
    const asked: Promise<Neighbours>[] = [];
    let made: Parameters<NonNullable<Parameters<typeof captureRepository>[2]>>[0] | undefined;
    const repository = new BatchRepository(async function* () {
      yield { kind: 'json', values, keys: [] };
      // Rows of the first segment are seen once it is full or the capture is at its end; here it is the latter.
      await Promise.resolve();
    });
    await using captured = await captureRepository(repository, undefined, (snapshot) => {
      made = snapshot;
    });
    if (made !== undefined) asked.push(neighbours(made, asOptions({ n: 2, before: 1, after: 1 })));
    expect(ns(await neighbours(captured.snapshot, asOptions({ n: 2, before: 1, after: 1 })))).toBe('3 [2] 4');
    for (const each of asked) expect(ns(await each)).toBe('3 [2] 4');
  });

  it('refuse a position that is not there', async () => {
    const { snapshot } = await capturedHere(small());
    await expect(neighbours(snapshot, asOptions({ n: 99 }))).rejects.toMatchObject({ code: 'not_found' });
  });
});
