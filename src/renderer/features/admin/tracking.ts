/** What becomes of the records of what is done here. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ActionOutput } from '../../../shared/contract.ts';
import { callAction } from '../../api.ts';
import { TRACKING_KEY } from './options.ts';

const EVERY_MS = 10_000;

export function useTracking(): UseQueryResult<ActionOutput<'event_audit_get_tracking'>> {
  return useQuery({
    queryKey: TRACKING_KEY,
    queryFn: ({ signal }) => callAction('event_audit_get_tracking', {}, { signal }),
    refetchInterval: EVERY_MS,
  });
}
