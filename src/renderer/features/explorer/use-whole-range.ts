/** First and last instant of the whole capture, whatever the filter. */
import { useMemo } from 'react';
import { useRowsAnswered } from './event-pages.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

export function useWholeRange(): { readonly from: string; readonly to: string } | undefined {
  const { snapshot_id } = useShownView();
  const asked = useRowsAnswered() ? snapshot_id : undefined;
  const { data } = useSnapshotQuery('event_audit_get_histogram', asked, { whole: true }, (snapshot) => ({
    snapshot_id: snapshot,
    buckets: 1,
  }));
  const from = data?.from ?? null;
  const to = data?.to ?? null;
  return useMemo(() => (from === null || to === null ? undefined : { from, to }), [from, to]);
}
