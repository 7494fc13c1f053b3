/** Actions that answer questions about a snapshot. */
import { z } from 'zod';
import {
  count,
  facetSchema,
  filterText,
  histogramSchema,
  rejectSchema,
  snapshotRef,
  snapshotStatusSchema,
  viewInput,
} from '../contract-schemas.ts';
import { eventDetailSchema, gridRowSchema, groupFieldSchema } from '../event.ts';
import { sortSchema } from '../filter.ts';
import { sourceSecretsSchema } from '../source-url.ts';

export const EXPLORE_ACTIONS = {
  event_audit_get_events: {
    summary: 'Events of one store that match simple texts, in time order.',
    input: z.object({
      source: z.string().default('demo:'),
      secrets: sourceSecretsSchema.optional(),
      id: filterText,
      category: filterText,
      action: filterText,
      actor: filterText,
      /** Another name for `actor`. */
      user_id: filterText,
      action_object: filterText,
      action_object_id: filterText,
      target_type: filterText,
      target_id: filterText,
      time_from: z.string().optional(),
      time_to: z.string().optional(),
      time_zone: z.string().optional(),
      search: z.string().optional(),
      limit: count.max(100_000).default(100),
      offset: count.default(0),
    }),
    output: z.object({ total: count, events: z.array(eventDetailSchema), status: snapshotStatusSchema }),
  },
  event_audit_count_events: {
    summary: 'How many events pass a filter.',
    input: viewInput,
    output: z.object({ total: count, revision: count }),
  },
  event_audit_page_events: {
    summary: 'The rows at a position of a view.',
    input: viewInput.extend({
      sort: sortSchema.default(() => sortSchema.parse({})),
      offset: count,
      limit: count.max(1_000),
      /** Paths into `result` and `payload` whose values come with the rows. */
      paths: z.array(z.string()).max(50).default([]),
    }),
    output: z.object({ total: count, revision: count, rows: z.array(gridRowSchema) }),
  },
  event_audit_locate_event: {
    summary: 'The position of an event in a view, or null when the view does not hold it.',
    input: viewInput.extend({ sort: sortSchema.default(() => sortSchema.parse({})), n: count }),
    output: z.object({ position: count.nullable() }),
  },
  event_audit_get_event: {
    summary: 'One whole event by its position in the snapshot, or all events with an id.',
    input: snapshotRef.extend({ n: count.optional(), id: z.string().optional() }),
    output: z.object({ events: z.array(eventDetailSchema) }),
  },
  event_audit_get_facets: {
    summary:
      'The most frequent values of fields under a filter. A field’s own conditions are left out of its counts when `exclude_own` is set.',
    input: viewInput.extend({
      fields: z.array(groupFieldSchema).optional(),
      limit: count.max(1_000).default(10),
      /** Only values that contain this text, without regard to case. */
      contains: z.string().default(''),
      /** Of actors and objects, also ids whose known name or title contains it. */
      by_name: z.boolean().default(false),
      exclude_own: z.boolean().default(false),
    }),
    output: z.object({ facets: z.array(facetSchema), revision: count }),
  },
  event_audit_get_histogram: {
    summary: 'Counts over time, stacked by a field.',
    input: viewInput.extend({
      buckets: count.min(1).max(1_000).default(120),
      by: groupFieldSchema.default('category'),
      /** Only the values that occur most under the filter, so many, are told apart; the rest is in the totals only. */
      top: count.min(1).max(100).optional(),
    }),
    output: histogramSchema.extend({ revision: count }),
  },
  event_audit_list_rejects: {
    summary: 'Records that were set aside, with reason and bytes.',
    input: snapshotRef.extend({ offset: count.default(0), limit: count.max(1_000).default(100) }),
    output: z.object({ total: count, rejects: z.array(rejectSchema) }),
  },
} as const;
