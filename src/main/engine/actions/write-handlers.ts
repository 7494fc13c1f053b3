/** Handlers of the actions that change a store. */
import { AppError } from '../../../shared/errors.ts';
import type { Handlers, Services } from './handlers.ts';

type Names =
  'event_audit_create_event' | 'event_audit_create_events' | 'event_audit_remove_events' | 'event_audit_clear_source';

export function writeHandlers(_services: Services): Pick<Handlers, Names> {
  return {
    event_audit_create_event: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_create_events: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_remove_events: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_clear_source: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
  };
}
