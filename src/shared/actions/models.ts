/** Actions on the product's own data: saved views, notes on events, exports that were made, snapshots that were saved. */
import { z } from 'zod';
import { count } from '../contract-schemas.ts';

/** A view under a name: what is shown, of what, in which order. Its content is the window's own. */
export const savedViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  view: z.record(z.string(), z.unknown()),
  /** ISO 8601, UTC, as all times here. */
  created_at: z.string(),
  updated_at: z.string(),
});
export type SavedView = Readonly<z.infer<typeof savedViewSchema>>;

/** A note and tags on one event. The event is named by its source, its id and a digest of its record. */
export const annotationSchema = z.object({
  id: z.string(),
  /** The source URL without secrets. */
  source: z.string(),
  event_id: z.string(),
  /** SHA-256 of the record, so that a note is not taken for one on an event that was changed since; may be empty. */
  event_hash: z.string(),
  tags: z.array(z.string()),
  note: z.string(),
  /** Who wrote it last. */
  author: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Annotation = Readonly<z.infer<typeof annotationSchema>>;

/** An export that was begun. */
export const exportJobSchema = z.object({
  id: z.string(),
  path: z.string(),
  format: z.string(),
  /** The source URL without secrets. */
  source: z.string(),
  rows: count.nullable(),
  bytes: count.nullable(),
  sha256: z.string().nullable(),
  manifest_path: z.string().nullable(),
  started_at: z.string(),
  /** `null` while it runs, and for good when the program ended before it did. */
  finished_at: z.string().nullable(),
  outcome: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Why it failed, on one line. */
  problem: z.string().nullable(),
});
export type ExportJob = Readonly<z.infer<typeof exportJobSchema>>;

/** A snapshot that was saved to a file. The file may have been moved since. */
export const savedSnapshotSchema = z.object({
  id: z.string(),
  path: z.string(),
  /** The source URLs without secrets. */
  sources: z.array(z.string()),
  events: count,
  bytes: count,
  sha256: z.string(),
  encrypted: z.boolean(),
  saved_at: z.string(),
});
export type SavedSnapshot = Readonly<z.infer<typeof savedSnapshotSchema>>;

const byId = z.object({ id: z.string() });
const removed = z.object({ removed: z.boolean() });

export const MODEL_ACTIONS = {
  event_audit_list_views: {
    summary: 'The saved views, by name.',
    input: z.object({}),
    output: z.object({ views: z.array(savedViewSchema) }),
  },
  event_audit_save_view: {
    summary: 'Keeps a view under a name. With the id of a saved view, changes that one.',
    input: z.object({
      id: z.string().optional(),
      name: z.string().trim().min(1).max(200),
      view: z.record(z.string(), z.unknown()),
    }),
    output: savedViewSchema,
  },
  event_audit_remove_view: {
    summary: 'Forgets a saved view.',
    input: byId,
    output: removed,
  },
  event_audit_list_annotations: {
    summary: 'Notes and tags on events: all, those of one source, or those on one event.',
    input: z.object({ source: z.string().optional(), event_id: z.string().optional() }),
    output: z.object({ annotations: z.array(annotationSchema) }),
  },
  event_audit_save_annotation: {
    summary: 'Keeps a note and tags on an event. With the id of a note, changes that one.',
    input: z.object({
      id: z.string().optional(),
      source: z.string(),
      event_id: z.string(),
      event_hash: z.string().default(''),
      tags: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
      note: z.string().max(20_000).default(''),
    }),
    output: annotationSchema,
  },
  event_audit_remove_annotation: {
    summary: 'Removes a note.',
    input: byId,
    output: removed,
  },
  event_audit_list_export_jobs: {
    summary: 'Exports that were made or begun, the last one first.',
    input: z.object({ offset: count.default(0), limit: count.max(1_000).default(100) }),
    output: z.object({ total: count, jobs: z.array(exportJobSchema) }),
  },
  event_audit_list_saved_snapshots: {
    summary: 'Snapshots that were saved to files, the last one first.',
    input: z.object({}),
    output: z.object({ snapshots: z.array(savedSnapshotSchema) }),
  },
} as const;
