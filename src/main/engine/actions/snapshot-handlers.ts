/** Handlers of the actions that go on with, repeat, compare, watch and keep captures. */
import type { Comparison, Difference } from '../../../shared/contract.ts';
import { AppError, toErrorReply } from '../../../shared/errors.ts';
import { filterSchema, isEmptyFilter, type Filter, type Sort } from '../../../shared/filter.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import { keepSavedSnapshot } from '../config/model-records.ts';
import type { Handlers, Services } from './handlers.ts';
import type { OpenSnapshots } from './open-snapshots.ts';

type Names =
  | 'event_audit_resume_capture'
  | 'event_audit_refresh_snapshot'
  | 'event_audit_compare_snapshots'
  | 'event_audit_match_events'
  | 'event_audit_page_differences'
  | 'event_audit_follow_snapshot'
  | 'event_audit_list_arrivals'
  | 'event_audit_save_snapshot';

/** Ties are in time order, so that the k-th of an id on one side is the k-th on the other. */
const BY_ID: Sort = { field: 'id', direction: 'asc' };

export function snapshotHandlers({ snapshots, state, tracking, version }: Services): Pick<Handlers, Names> {
  /** The last comparison of two snapshots, which the pages of differences are taken from. */
  const comparisons = new Map<string, Comparison>();

  const compare = async (before: string, after: string, signal: AbortSignal): Promise<Comparison> => {
    const found = await compareOpen(snapshots, before, after, signal);
    const open = new Set(snapshots.list().map(({ snapshot_id }) => snapshot_id));
    for (const [key, each] of comparisons) if (!open.has(each.before) || !open.has(each.after)) comparisons.delete(key);
    comparisons.set(`${before} ${after}`, found);
    return found;
  };

  return {
    event_audit_resume_capture: ({ snapshot_id, secrets }, { signal, onProgress }) => {
      const { snapshot } = snapshots.ended(snapshot_id, 'go on');
      const { sources } = snapshot.status();
      const wanted = snapshots.origin(snapshot_id, secrets).filter((_, index) => sources[index]?.state !== 'complete');
      return snapshots.withRepositories(wanted, async (opened) => {
        const { resume } = await import('../snapshot/capture.ts');
        const waiting = [...opened];
        const repositories = sources.map((source) =>
          source.state === 'complete' ? undefined : waiting.shift()?.repository,
        );
        return snapshots.work(snapshot_id, signal, (controlled) =>
          resume(snapshot, repositories, { signal: controlled, onProgress }),
        );
      });
    },

    event_audit_refresh_snapshot: async ({ snapshot_id, secrets }, { signal, onProgress }) => {
      const { narrow } = snapshots.ended(snapshot_id, 'read it again').snapshot;
      const status = await snapshots.capture(snapshots.origin(snapshot_id, secrets), signal, narrow, onProgress);
      // What was read stays, whatever becomes of the comparison; a cancelled reading is compared as far as it came.
      const comparison = await compare(snapshot_id, status.snapshot_id, new AbortController().signal);
      return { status, comparison };
    },

    event_audit_compare_snapshots: ({ before, after }, { signal }) => compare(before, after, signal),

    event_audit_match_events: async ({ before, after, n }, { signal }) => {
      const { matchEvents } = await import('../snapshot/match-events.ts');
      return { n: await matchEvents(snapshots.get(before).snapshot, snapshots.get(after).snapshot, n, signal) };
    },

    event_audit_page_differences: async ({ before, after, change, offset, limit }, { signal }) => {
      const found = comparisons.get(`${before} ${after}`);
      if (found === undefined) {
        throw new AppError('not_found', 'These two snapshots were not compared. Compare them first.');
      }
      const { set, count: total } = found[change];
      const view = { filter: setFilter(set), sort: BY_ID };
      const page = async (query: SnapshotQuery): Promise<readonly NonNullable<Difference['before']>[]> =>
        (await query.details(view, offset, limit, signal)).events;
      const [old, now] = await Promise.all([
        change === 'added' ? [] : page(snapshots.get(before)),
        change === 'gone' ? [] : page(snapshots.get(after)),
      ]);
      const differences = Array.from({ length: Math.max(old.length, now.length) }, (_, index) => ({
        change,
        before: old[index] ?? null,
        after: now[index] ?? null,
      }));
      return { total, differences };
    },

    event_audit_follow_snapshot: ({ snapshot_id, secrets }, { signal, onProgress }) => {
      const base = snapshots.ended(snapshot_id, 'watch it').snapshot;
      const sources = snapshots.origin(snapshot_id, secrets);
      return snapshots.withRepositories(sources, async (opened) => {
        const { followSources } = await import('../snapshot/follow.ts');
        const repositories = opened.map(({ repository }) => repository);
        return snapshots.begin(sources, opened, signal, (live, controlled) =>
          followSources(base, live, repositories, { signal: controlled, narrow: base.narrow, onProgress }),
        );
      });
    },

    event_audit_list_arrivals: async ({ snapshot_id, filter, after, limit }, { signal }) => {
      const { arrivals } = await import('../snapshot/arrivals.ts');
      return arrivals(snapshots.get(snapshot_id), filter, { after, limit }, signal);
    },

    event_audit_save_snapshot: async ({ snapshot_id, path, passphrase }, { actor, signal, onProgress }) => {
      const { snapshot } = snapshots.ended(snapshot_id, 'save it');
      const { saveSnapshot } = await import('../snapshot/save.ts');
      const saved = await saveSnapshot(snapshot, path, { passphrase, version, signal, onProgress });
      const sources = snapshot.status().sources.map(({ url }) => url);
      const kept = { ...saved, sources, encrypted: passphrase !== undefined };
      await keepSavedSnapshot(state, kept, actor).catch((error: unknown) =>
        tracking.warn(`${path} is saved, but can’t be listed among the snapshots: ${toErrorReply(error).message}`),
      );
      return saved;
    },
  };
}

async function compareOpen(
  snapshots: OpenSnapshots,
  before: string,
  after: string,
  signal: AbortSignal,
): Promise<Comparison> {
  if (before === after) {
    throw new AppError('invalid_input', 'A snapshot can’t be compared with itself. Name two different ones.');
  }
  const [first, second] = [snapshots.ended(before, 'compare'), snapshots.ended(after, 'compare')];
  const [narrowBefore, narrowAfter] = [first.snapshot.narrow, second.snapshot.narrow];
  const isAlike = sameFilter(narrowBefore, narrowAfter);
  const { compareSnapshots } = await import('../snapshot/compare.ts');
  const found = await compareSnapshots(first.snapshot, second.snapshot, {
    signal,
    filter: isAlike ? narrowBefore : undefined,
  });
  const isWhole = [first.status(), second.status()].every((each) => each.state === 'complete' && each.rejected === 0);
  return { ...found, complete: isWhole && isAlike };
}

function setFilter(set: string): Filter {
  return filterSchema.parse({ set });
}

function sameFilter(one: Filter | undefined, other: Filter | undefined): boolean {
  return filterText(one) === filterText(other);
}

function filterText(filter: Filter | undefined): string {
  return filter === undefined || isEmptyFilter(filter) ? '' : JSON.stringify(filterSchema.parse(filter));
}
