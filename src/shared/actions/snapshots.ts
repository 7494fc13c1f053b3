/** Actions that make, compare, keep and close snapshots of stores. */
import { z } from 'zod';
import {
  comparisonSchema,
  count,
  differenceSchema,
  secretsByUrl,
  snapshotRef,
  snapshotStatusSchema,
  sourceRef,
  viewInput,
} from '../contract-schemas.ts';
import { eventDetailSchema } from '../event.ts';
import { filterSchema } from '../filter.ts';

export const SNAPSHOT_ACTIONS = {
  event_audit_capture_source: {
    summary:
      'Drains a store into a new private snapshot. Progress carries its id at once; an abort keeps what was read as partial.',
    input: sourceRef.extend({
      /** Only events that pass this filter are wanted; stores that can narrow do, the others are read whole. */
      narrow: filterSchema.optional(),
      /** Further sources, read into the same snapshot and merged in time order. */
      more: z.array(sourceRef).max(31).default([]),
    }),
    output: snapshotStatusSchema,
    progress: snapshotStatusSchema,
  },
  event_audit_list_snapshots: {
    summary: 'The snapshots that are open.',
    input: z.object({}),
    output: z.object({ snapshots: z.array(snapshotStatusSchema) }),
  },
  event_audit_close_snapshot: {
    summary: 'Closes a snapshot and removes its files.',
    input: snapshotRef,
    output: z.object({ closed: z.boolean() }),
  },
  event_audit_resume_capture: {
    summary: 'Goes on with a partial capture: what is there stays, what is missing is read.',
    input: snapshotRef.extend({ secrets: secretsByUrl.optional() }),
    output: snapshotStatusSchema,
    progress: snapshotStatusSchema,
  },
  event_audit_refresh_snapshot: {
    summary: 'Reads the sources of a snapshot again into a new one, and compares the two.',
    input: snapshotRef.extend({ secrets: secretsByUrl.optional() }),
    output: z.object({ status: snapshotStatusSchema, comparison: comparisonSchema }),
    progress: snapshotStatusSchema,
  },
  event_audit_compare_snapshots: {
    summary: 'Finds which events two snapshots share, and which are new, gone or changed in the second.',
    input: z.object({ before: z.string(), after: z.string() }),
    output: comparisonSchema,
  },
  event_audit_match_events: {
    summary:
      'The numbers that events of one snapshot have in another one of the same store; null for one that is not in it.',
    input: z.object({ before: z.string(), after: z.string(), n: z.array(count).max(20_000) }),
    output: z.object({ n: z.array(count.nullable()) }),
  },
  event_audit_page_differences: {
    summary: 'Whole records of one kind of difference that a comparison found, in order of id; changed ones pairwise.',
    input: z.object({
      before: z.string(),
      after: z.string(),
      change: differenceSchema.shape.change,
      offset: count.default(0),
      limit: count.max(1_000).default(100),
    }),
    output: z.object({ total: count, differences: z.array(differenceSchema) }),
  },
  event_audit_follow_snapshot: {
    summary:
      'Watches the sources of a snapshot and takes what is new into a live snapshot, until it is aborted; then that one stays.',
    input: snapshotRef.extend({ secrets: secretsByUrl.optional() }),
    output: snapshotStatusSchema,
    progress: snapshotStatusSchema,
  },
  event_audit_list_arrivals: {
    summary: 'Whole events of a snapshot in the order in which they came, from a position on.',
    input: viewInput.extend({
      /** Only events behind this position (`n`); -1 for all. */
      after: z.number().int().min(-1).default(-1),
      limit: count.max(1_000).default(100),
    }),
    output: z.object({ events: z.array(eventDetailSchema) }),
  },
  event_audit_save_snapshot: {
    summary: 'Keeps a snapshot as a file that opens without its store, encrypted when a passphrase is given.',
    input: snapshotRef.extend({
      /** Absolute path; an existing file is replaced only when the whole copy is written. */
      path: z.string().min(1),
      passphrase: z.string().min(8).optional(),
    }),
    output: z.object({ path: z.string(), bytes: count, sha256: z.string(), events: count }),
    progress: z.object({ bytes: count, total: count }),
  },
} as const;
