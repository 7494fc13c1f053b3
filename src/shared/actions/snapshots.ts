/** Actions that make, compare, keep and close snapshots of stores. */
import { z } from 'zod';
import {
  comparisonSchema,
  count,
  secretsByUrl,
  snapshotRef,
  snapshotStatusSchema,
  sourceRef,
} from '../contract-schemas.ts';
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
  event_audit_follow_snapshot: {
    summary:
      'Watches the sources of a snapshot and takes what is new into a live snapshot, until it is aborted; then that one stays.',
    input: snapshotRef.extend({ secrets: secretsByUrl.optional() }),
    output: snapshotStatusSchema,
    progress: snapshotStatusSchema,
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
