/** Handlers of the actions that ask a store about its events without reading them. */
import type { Filter } from '../../../shared/filter.ts';
import { resolveBound } from '../time-zone.ts';
import type { CountRange } from '../repositories/repository.ts';
import type { Handlers, Services } from './handlers.ts';

type Names = 'event_audit_estimate_source' | 'event_audit_count_source';

export function estimateHandlers({ snapshots }: Services): Pick<Handlers, Names> {
  return {
    event_audit_estimate_source: ({ url, secrets, narrow, exact }, { signal }) =>
      snapshots.withRepositories([{ url, secrets }], async ([opened]) => {
        if (opened === undefined) throw new Error('No repository was opened');
        const estimate = await opened.repository.estimate({ signal, narrow, exact });
        return { ...estimate, notes: [...estimate.notes] };
      }),

    event_audit_count_source: ({ url, secrets, narrow, buckets }, { signal, onProgress }) =>
      snapshots.withRepositories([{ url, secrets }], async ([opened]) => {
        if (opened === undefined) throw new Error('No repository was opened');
        onProgress({ message: `${opened.title} counts` });
        const found = await opened.repository.countByTime({ ...rangeOf(narrow), buckets }, signal);
        const last = found.buckets.at(-1);
        const [first] = found.buckets;
        const notes = [...found.notes];
        if (narrow !== undefined && isMoreThanTime(narrow)) {
          notes.push({
            severity: 'warning',
            code: 'counted_by_time_only',
            message: 'Of the filter only the time range was taken into account.',
          });
        }
        return {
          step: found.step,
          buckets: found.buckets.map(({ start, count }) => ({
            start: at(start),
            end: at(start + found.stepMs),
            total: count,
            series: {},
          })),
          from: first === undefined ? null : at(first.start),
          to: last === undefined ? null : at(last.start + found.stepMs),
          total: found.total,
          notes,
        };
      }),
  };
}

function at(millis: number): string {
  return new Date(millis).toISOString();
}

function rangeOf(narrow: Filter | undefined): CountRange {
  if (narrow === undefined) return {};
  const bound = (text: string, side: 'from' | 'to'): number | undefined =>
    text.trim() === '' ? undefined : Number(resolveBound(text, side, narrow.time_zone) / 1_000n);
  const [from, to] = [bound(narrow.time_from, 'from'), bound(narrow.time_to, 'to')];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function isMoreThanTime({ conditions, where, search }: Filter): boolean {
  return conditions.length > 0 || where.length > 0 || search !== '';
}
