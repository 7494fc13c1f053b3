/** A snapshot that is still being filled shows what is there so far: a prefix of the capture, in order, filtered rightly. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { facets } from '../../../src/main/engine/snapshot/facets.ts';
import { histogram } from '../../../src/main/engine/snapshot/histogram.ts';
import { SnapshotQuery } from '../../../src/main/engine/snapshot/query.ts';
import type { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import { DEFAULT_SORT, type FilterInput, type Sort } from '../../../src/shared/filter.ts';
import { BatchRepository, captureRepository, filterOf } from '../../support/captured.ts';
import { generateEvents } from '../../support/events.ts';
import { ordered, passes, type Numbered } from '../../support/reference-filter.ts';

const COUNT = 24_000;
const BATCH = 3_000;

describe('a capture under way', () => {
  it('is looked at from all sides while it grows and while it ends, and never shows anything wrong', async () => {
    const written = [...generateEvents(COUNT, { seed: 8, hostile: 0.05, actors: 5 })].toReversed();
    const model: readonly Numbered[] = written.map(({ event }, n) => ({ n, event }));
    const totals = new Set<number>();
    const revisions = new Set<number>();
    const looking = new AbortController();
    let watcher: Promise<void> | undefined;
    /** Says when somebody has looked, or when that went wrong. */
    const looked = new EventEmitter();

    const look = async (query: SnapshotQuery, input: FilterInput, sort: Sort): Promise<void> => {
      const filter = filterOf(input);
      const all = await query.page({ filter: filterOf(), sort: DEFAULT_SORT }, 0, 3);
      const some = await query.page({ filter, sort }, 5, 20);
      totals.add(all.total);
      revisions.add(all.revision);
      if (some.revision !== all.revision) return;
      // What is visible is what was captured first.
      const visible = model.slice(0, all.total);
      expect(all.rows.map(({ n }) => n)).toEqual(
        ordered(visible, DEFAULT_SORT)
          .slice(0, 3)
          .map(({ n }) => n),
      );
      const want = ordered(
        visible.filter((each) => passes(each, input)),
        sort,
      );
      expect(some.total).toBe(want.length);
      expect(some.rows.map(({ n }) => n)).toEqual(want.slice(5, 25).map(({ n }) => n));
      const counted = await histogram(query, filter, { buckets: 20, by: 'actor' });
      const { facets: found, revision } = await facets(query, filter, {
        fields: ['action'],
        limit: 1_000,
        contains: '',
        exclude_own: false,
      });
      if (counted.revision !== all.revision || revision !== all.revision) return;
      expect(counted.buckets.reduce((sum, { total }) => sum + total, 0)).toBe(want.length);
      expect(found[0]?.values.reduce((sum, { count }) => sum + count, 0)).toBe(want.length);
    };

    const watch = async (snapshot: Snapshot): Promise<void> => {
      const query = new SnapshotQuery(snapshot);
      for (let round = 0; !looking.signal.aborted; round += 1) {
        const input: FilterInput =
          [
            {},
            { conditions: [{ field: 'category' as const, values: ['model'] }] },
            { search: 'UMWELT' },
            { where: [{ path: 'payload.private', value: 'false' }] },
          ][round % 4] ?? {};
        const sort: Sort = {
          field: round % 3 === 0 ? 'action' : 'timestamp',
          direction: round % 2 === 0 ? 'asc' : 'desc',
        };
        await look(query, input, sort);
        looked.emit('look');
      }
    };

    let snapshot: Snapshot | undefined;
    await using captured = await captureRepository(
      new BatchRepository(async function* () {
        for (let at = 0; at < COUNT; at += BATCH) {
          if (snapshot !== undefined && watcher === undefined) {
            watcher = watch(snapshot);
            watcher.catch(() => looked.emit('look'));
          }
          yield {
            kind: 'json' as const,
            values: written.slice(at, at + BATCH).map(({ json }) => Buffer.from(json)),
            keys: [],
          };
          // Goes on when somebody has looked, however slow the machine is.
          await Promise.all([
            sleep(250),
            watcher === undefined ? undefined : Promise.race([watcher, once(looked, 'look')]),
          ]);
        }
      }),
      undefined,
      (made) => {
        snapshot = made;
      },
    );
    looking.abort();
    await watcher;
    expect(captured.status).toMatchObject({ state: 'complete', captured: COUNT });
    // It was seen at several sizes, growing.
    expect([...totals].filter((total) => total > 0 && total < COUNT).length).toBeGreaterThanOrEqual(2);
    expect([...totals]).toEqual([...totals].toSorted((a, b) => a - b));
    expect(revisions.size).toBeGreaterThanOrEqual(2);
    await look(captured.query, { search: 'Datensatz' }, DEFAULT_SORT);
  });
});
