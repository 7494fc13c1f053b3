/** Actions on plugins. They run with all the rights of the engine, so each is agreed to by a person. */
import { z } from 'zod';
import { pluginSchema } from '../contract-schemas.ts';

export const PLUGIN_ACTIONS = {
  event_audit_list_plugins: {
    summary: 'The plugins that were agreed to, and whether each runs.',
    input: z.object({}),
    output: z.object({ plugins: z.array(pluginSchema) }),
  },
  event_audit_add_plugin: {
    summary: 'Agrees to a plugin, remembers what its file holds, and loads it now and at every start.',
    input: z.object({ path: z.string().min(1), consent: z.literal(true) }),
    output: pluginSchema,
  },
  event_audit_remove_plugin: {
    summary: 'Takes the agreement to a plugin back; it is not loaded again.',
    input: z.object({ id: z.string() }),
    output: z.object({ removed: z.boolean() }),
  },
} as const;
