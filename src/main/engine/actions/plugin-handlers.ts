/** Handlers of the actions on plugins. */
import type { Handlers, Services } from './handlers.ts';

type Names = 'event_audit_list_plugins' | 'event_audit_add_plugin' | 'event_audit_remove_plugin';

export function pluginHandlers({ plugins }: Services): Pick<Handlers, Names> {
  return {
    event_audit_list_plugins: async () => ({ plugins: await plugins.list() }),
    event_audit_add_plugin: ({ path }, { actor }) => plugins.add(path, actor),
    event_audit_remove_plugin: async ({ id }, { actor }) => ({ removed: await plugins.remove(id, actor) }),
  };
}
