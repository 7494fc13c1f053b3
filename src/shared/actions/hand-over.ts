/** Actions that write files for others, and check such files. */
import { z } from 'zod';
import {
  count,
  exportInputSchema,
  exportPreviewSchema,
  exportProgressSchema,
  exportResultSchema,
  findingSchema,
  journalHeadSchema,
  extraResultSchema,
  snapshotRef,
  verificationSchema,
} from '../contract-schemas.ts';

export const HAND_OVER_ACTIONS = {
  event_audit_export: {
    summary: 'Writes a view to a file, atomically, with a manifest. An abort leaves nothing.',
    input: exportInputSchema,
    output: exportResultSchema,
    progress: exportProgressSchema,
  },
  event_audit_preview_export: {
    summary: 'What an export will write: its first rows as they will stand in the file, how many, about how large.',
    input: exportInputSchema.omit({ output: true, manifest: true }).extend({ rows: count.max(100).default(20) }),
    output: exportPreviewSchema,
  },
  event_audit_export_notes: {
    summary: 'Writes the notes and tags on events of a snapshot’s sources to a file, with a manifest.',
    input: snapshotRef.extend({
      /** Absolute path. */
      output: z.string().min(1),
      format: z.enum(['csv', 'tsv', 'json', 'jsonl']),
      manifest: z.boolean().default(true),
    }),
    output: extraResultSchema,
    progress: exportProgressSchema,
  },
  event_audit_export_rejects: {
    summary:
      'Writes the records that were set aside to a file of JSON Lines, with all their bytes and a manifest. An abort leaves nothing.',
    input: snapshotRef.extend({
      /** Absolute path. */
      output: z.string().min(1),
      manifest: z.boolean().default(true),
    }),
    output: extraResultSchema,
    progress: exportProgressSchema,
  },
  event_audit_verify_journal: {
    summary: 'Checks the journal of the embedded store: names any change, removal, insertion or cut.',
    input: z.object({
      /** Heads that were known before; those in the manifests of exports and the last one of this computer are known anyway. */
      heads: z.array(journalHeadSchema).default([]),
      /** Manifests of exports that hold heads; absolute paths. */
      manifests: z.array(z.string()).default([]),
    }),
    output: z.object({
      path: z.string(),
      ok: z.boolean(),
      events: count,
      entries: count,
      head: journalHeadSchema,
      findings: z.array(findingSchema),
      more_findings: count,
    }),
  },
  event_audit_verify: {
    summary: 'Checks exported files against their manifests.',
    input: z.object({ paths: z.array(z.string()).min(1) }),
    output: z.object({ files: z.array(verificationSchema) }),
    progress: z.object({ path: z.string(), bytes: count, total: count }),
  },
} as const;
