/** The saved connections and the kinds of store, from the engine. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ActionOutput } from '../../../shared/contract.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { tryParse } from '../../model/connection-form.ts';
import { reportProblem } from '../../stores/problems.ts';
import type { OpenSource } from '../../stores/sources.ts';

export const SOURCES_KEY = ['sources'];

export function useConnections(): ActionOutput<'event_audit_list_sources'> | undefined {
  return useQuery({
    queryKey: SOURCES_KEY,
    queryFn: ({ signal }) => callAction('event_audit_list_sources', {}, { signal }),
  }).data;
}

/** Whether every store of a view can be watched for new events. */
export function useCanFollow(source: OpenSource | undefined): boolean {
  const kinds = useConnections()?.kinds ?? [];
  if (source?.status === undefined || source.live) return false;
  return source.refs.every(({ url }) => {
    const kind = tryParse(url)?.url.kind;
    return kinds.some((one) => one.kind === kind && one.capabilities.follow);
  });
}

/** Forgets a connection and the secrets kept for it. */
export function useRemoveConnection(): (id: string) => void {
  const client = useQueryClient();
  return (id) => {
    const remove = async (): Promise<void> => {
      try {
        await callAction('event_audit_remove_connection', { id });
        await desktop('forget_secrets', { connection_id: id });
      } catch (error) {
        reportProblem(asAppError(error));
      }
      await client.invalidateQueries({ queryKey: SOURCES_KEY });
    };
    void remove();
  };
}
