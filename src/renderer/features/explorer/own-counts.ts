/** What a field's counts are reckoned from while the filter has conditions on that field itself. */
import { useQuery } from '@tanstack/react-query';
import type { FilterField } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import { callAction } from '../../api.ts';
import { useShownView } from './view-query.ts';

export interface OwnCounts {
  /** Events that pass the filter without the conditions on the field; `undefined` until that is known. */
  readonly base: number | undefined;
  /** Of those, how many have each of the values that were asked about. */
  readonly counts: ReadonlyMap<string, number>;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** @param total events in the view, which is the answer where the field has no conditions */
export function useOwnCounts(field: FilterField, values: readonly string[], total: number): OwnCounts {
  const { snapshot_id, filter } = useShownView();
  const own = filter.conditions.some((condition) => condition.field === field);
  const without: Filter = { ...filter, conditions: filter.conditions.filter((one) => one.field !== field) };
  const { data } = useQuery({
    queryKey: [snapshot_id ?? '', 'own-counts', { field, values, without }],
    enabled: own && snapshot_id !== undefined,
    placeholderData: (previous: OwnCounts | undefined, query) =>
      query?.queryKey[0] === snapshot_id ? previous : undefined,
    queryFn: async ({ signal }): Promise<OwnCounts> => {
      const ask = async (asked: Filter): Promise<number> => {
        const input = { snapshot_id: snapshot_id ?? '', filter: asked };
        return (await callAction('event_audit_count_events', input, { signal })).total;
      };
      const [base, ...counts] = await Promise.all([
        ask(without),
        ...values.map((value) =>
          ask({ ...without, conditions: [...without.conditions, { field, values: [value], negate: false }] }),
        ),
      ]);
      return { base, counts: new Map(values.map((value, index) => [value, counts[index] ?? 0])) };
    },
  });
  if (!own) return { base: total, counts: NONE };
  return data ?? { base: undefined, counts: NONE };
}
