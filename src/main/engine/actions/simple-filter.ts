/** The filter that the simple texts of `event_audit_get_events` mean. */
import type { ActionRequest } from '../../../shared/contract.ts';
import { FILTER_FIELDS } from '../../../shared/event.ts';
import { conditionFromText, filterSchema, type Filter } from '../../../shared/filter.ts';

/** Texts are trimmed, empty ones ask for nothing, several mean any of them; `user_id` is another name for `actor`. */
export function simpleFilter(request: ActionRequest<'event_audit_get_events'>): Filter {
  const conditions = FILTER_FIELDS.flatMap((field) => {
    const texts = [request[field] ?? []].flat();
    if (field === 'actor') texts.push(...[request.user_id ?? []].flat());
    return conditionFromText(field, texts) ?? [];
  });
  return filterSchema.parse({
    conditions,
    time_from: request.time_from ?? '',
    time_to: request.time_to ?? '',
    time_zone: request.time_zone ?? 'UTC',
    search: request.search ?? '',
  });
}
