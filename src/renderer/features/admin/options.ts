/** The settings of event auditing, as the engine has them now. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ActionOutput } from '../../../shared/contract.ts';
import { callAction } from '../../api.ts';

type Options = ActionOutput<'event_audit_get_options'>;

const OPTIONS_KEY = ['options'];
export const TRACKING_KEY = ['tracking'];

export function useOptions() {
  return useQuery({
    queryKey: OPTIONS_KEY,
    queryFn: ({ signal }) => callAction('event_audit_get_options', {}, { signal }),
  });
}

/** Whether administration is to be seen. */
export function useIsAdmin(): boolean {
  const { data } = useOptions();
  return data?.options.some(({ name, text }) => name === 'enable_admin_panel' && text === 'true') ?? false;
}

/** Changes a setting; `null` takes it back. @throws AppError saying what is wrong with the value */
export function useSetOption(): (name: string, text: string | null) => Promise<Options> {
  const client = useQueryClient();
  return async (name, text) => {
    const options = await callAction('event_audit_set_option', { name, text });
    client.setQueryData(OPTIONS_KEY, options);
    await client.invalidateQueries({ queryKey: TRACKING_KEY });
    return options;
  };
}
