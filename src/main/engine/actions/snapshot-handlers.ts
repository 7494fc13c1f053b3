/** Handlers of the actions that go on with, repeat, compare, watch and keep captures. */
import { AppError } from '../../../shared/errors.ts';
import type { Handlers, Services } from './handlers.ts';

type Names =
  | 'event_audit_resume_capture'
  | 'event_audit_refresh_snapshot'
  | 'event_audit_compare_snapshots'
  | 'event_audit_follow_snapshot'
  | 'event_audit_save_snapshot';

export function snapshotHandlers(_services: Services): Pick<Handlers, Names> {
  return {
    event_audit_resume_capture: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_refresh_snapshot: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_compare_snapshots: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_follow_snapshot: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_save_snapshot: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
  };
}
