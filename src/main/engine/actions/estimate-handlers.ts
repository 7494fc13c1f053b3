/** Handlers of the actions that ask a store about its events without reading them. */
import { AppError } from '../../../shared/errors.ts';
import type { Handlers, Services } from './handlers.ts';

type Names = 'event_audit_estimate_source' | 'event_audit_count_source';

export function estimateHandlers(_services: Services): Pick<Handlers, Names> {
  return {
    event_audit_estimate_source: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_count_source: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
  };
}
