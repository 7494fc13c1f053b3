/** Actions on stores themselves: which there are, what is in one, and which are remembered. */
import { z } from 'zod';
import {
  connectionSchema,
  count,
  estimateSchema,
  histogramSchema,
  noteSchema,
  sourceKindSchema,
  sourceRef,
  storeDescriptionSchema,
} from '../contract-schemas.ts';
import { filterSchema } from '../filter.ts';

export const SOURCE_ACTIONS = {
  event_audit_list_sources: {
    summary: 'The kinds of store this build opens, with what each can do, and the saved connections.',
    input: z.object({}),
    output: z.object({ kinds: z.array(sourceKindSchema), connections: z.array(connectionSchema) }),
  },
  event_audit_test_source: {
    summary: 'Connects, describes the store, and disconnects. Reads no events.',
    input: sourceRef,
    output: storeDescriptionSchema,
  },
  event_audit_save_connection: {
    summary: 'Remembers a store, without its secrets. The same URL is remembered once.',
    input: z.object({ url: z.string(), name: z.string().default('') }),
    output: connectionSchema,
  },
  event_audit_remove_connection: {
    summary: 'Forgets a remembered store.',
    input: z.object({ id: z.string() }),
    output: z.object({ removed: z.boolean() }),
  },
  event_audit_estimate_source: {
    summary:
      'What reading a store would take: records, bytes, time and money, as far as the store can tell beforehand.',
    input: sourceRef.extend({
      narrow: filterSchema.optional(),
      /** Lets the store count first, where that makes the estimate exact; it may be billed. */
      exact: z.boolean().default(false),
    }),
    output: estimateSchema,
  },
  event_audit_count_source: {
    summary: 'Counts events over time in the store itself, without reading them, where the store can.',
    input: sourceRef.extend({ narrow: filterSchema.optional(), buckets: count.min(1).max(1_000).default(120) }),
    output: histogramSchema.omit({ range: true }).extend({ total: count, notes: z.array(noteSchema) }),
    progress: z.object({ message: z.string() }),
  },
} as const;
