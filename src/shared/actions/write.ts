/** Actions that change a store. Each names the store, and needs it opened writable. */
import { z } from 'zod';
import { count, noteSchema } from '../contract-schemas.ts';
import { auditEventSchema, jsonObjectSchema } from '../event.ts';
import { filterSchema } from '../filter.ts';
import { sourceSecretsSchema } from '../source-url.ts';

const target = z.object({
  /** The store, by its source URL. */
  source: z.string(),
  secrets: sourceSecretsSchema.optional(),
  /** In the desktop app, the shell adds the secrets that the key store keeps for this connection. */
  connection_id: z.string().optional(),
});
/** Left out, the store that the settings name, through the queue of tracking and by its rules. */
const destination = target.extend({ source: z.string().optional() });
/** A JSON object, or the text of one: a text is written as it is, numbers and the order of keys included. */
const json = z.union([jsonObjectSchema, z.string()]);

/** An event as a caller writes it; what is left out is filled in. */
export const newEventSchema = z.object({
  /** A UUID is made when there is none. */
  id: auditEventSchema.shape.id.optional(),
  category: z.string().min(1),
  action: z.string().min(1),
  actor: z.string().default(''),
  action_object: z.string().default(''),
  action_object_id: z.string().default(''),
  target_type: z.string().default(''),
  target_id: z.string().default(''),
  /** ISO 8601; now in UTC when there is none. */
  timestamp: z.string().optional(),
  result: json.default(() => ({})),
  payload: json.default(() => ({})),
});

const removal = z.object({
  removed: count,
  /** Events that were to be removed but were changed or gone meanwhile, and therefore left. */
  left: count,
  /** The file that holds what was removed, with a manifest; `null` when there was nothing to remove. */
  evidence: z.string().nullable(),
  notes: z.array(noteSchema),
});

export const WRITE_ACTIONS = {
  event_audit_create_event: {
    summary: 'Writes one event into a store.',
    input: destination.extend(newEventSchema.shape),
    output: z.object({ event: auditEventSchema, source: z.string(), notes: z.array(noteSchema) }),
  },
  event_audit_create_events: {
    summary: 'Writes events into a store, in order; all that were acknowledged are named.',
    input: destination.extend({ events: z.array(newEventSchema).min(1).max(10_000) }),
    output: z.object({ ids: z.array(auditEventSchema.shape.id), source: z.string(), notes: z.array(noteSchema) }),
  },
  event_audit_remove_events: {
    summary: 'Removes exactly the events that a filter shows, after keeping them in a file with a manifest.',
    input: target.extend({
      filter: filterSchema,
      /** Nothing is removed without it. */
      confirm: z.literal(true),
      /** Absolute path of the evidence; a file in the data folder unless said. */
      evidence: z.string().optional(),
    }),
    output: removal,
    progress: z.object({ phase: z.enum(['reading', 'keeping', 'removing']), done: count, total: count.nullable() }),
  },
  event_audit_clear_source: {
    summary: 'Removes everything from a store, after keeping it in a file with a manifest.',
    input: target.extend({ confirm: z.literal(true), evidence: z.string().optional() }),
    output: removal,
    progress: z.object({ phase: z.enum(['reading', 'keeping', 'removing']), done: count, total: count.nullable() }),
  },
} as const;
