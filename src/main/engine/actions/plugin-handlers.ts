/** Handlers of the actions on plugins. */
import { AppError } from '../../../shared/errors.ts';
import type { Handlers, Services } from './handlers.ts';

type Names = 'event_audit_list_plugins' | 'event_audit_add_plugin' | 'event_audit_remove_plugin';

export function pluginHandlers(_services: Services): Pick<Handlers, Names> {
  return {
    event_audit_list_plugins: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_add_plugin: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
    event_audit_remove_plugin: () => Promise.reject(new AppError('unsupported', 'This is not possible yet.')),
  };
}
