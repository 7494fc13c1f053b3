/** Actions on tracking: whether what is done is recorded, and whether the records arrive where they belong. */
import { z } from 'zod';
import { count, journalHeadSchema } from '../contract-schemas.ts';

const trackingStatusSchema = z.object({
  track_api: z.boolean(),
  track_model: z.boolean(),
  /** Why nothing can be recorded at the moment; `null` when it can. */
  off_because: z.string().nullable(),
  /** What is wrong with the settings; the default rules hold and events wait until it is put right. */
  settings_problem: z.string().nullable(),
  /** The store that events are written to, its URL without secrets; empty when the settings do not say. */
  destination: z.string(),
  /** The setting `active_repo`. */
  repository: z.string(),
  /** Events that wait to be written. They are safe on disk. */
  waiting: count,
  /** Events that the store refused for what they are. They are kept. */
  refused: count,
  /** ISO 8601, UTC, as all times here. */
  oldest_waiting: z.string().nullable(),
  /** Why they could not be written; `null` when nothing is wrong. */
  last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
  failing_since: z.string().nullable(),
  next_try: z.string().nullable(),
  last_written: z.string().nullable(),
  /** Trackers that plugins and code have registered. */
  trackers: z.array(
    z.object({
      name: z.string(),
      /** The plugin’s file; empty for code. */
      plugin: z.string(),
      /** It is asked of every event whether to leave it out. */
      skips: z.boolean(),
      /** Its hook did not return, was stopped and is not asked any more. */
      stopped: z.boolean(),
    }),
  ),
});
export type TrackingStatus = Readonly<z.infer<typeof trackingStatusSchema>>;

const countedSchema = z.array(z.object({ value: z.string(), count }));

const journalSummarySchema = z.object({
  path: z.string(),
  /** Of the file and its log; 0 when there is none yet. */
  bytes: count,
  events: count,
  /** Entries of the journal, removals by the product among them. */
  entries: count,
  head: journalHeadSchema.nullable(),
  /** The first and last time of an event, as it is written. */
  first: z.string().nullable(),
  last: z.string().nullable(),
  /** The most frequent values, at most ten of each. */
  categories: countedSchema,
  actions: countedSchema,
  actors: countedSchema,
  /** Events a day, in order; the last 60 days that have any. */
  days: countedSchema,
});
export type JournalSummary = Readonly<z.infer<typeof journalSummarySchema>>;

const upgradedDatabaseSchema = z.object({
  path: z.string(),
  /** Schema versions before and now; `null` when there is no such file yet, or it can’t be upgraded. */
  from: count.nullable(),
  to: count.nullable(),
  /** The copy that was kept of it as it was; `null` when nothing had to be changed. */
  backup: z.string().nullable(),
  /** Why it can’t be upgraded. */
  problem: z.string().nullable(),
});
export type UpgradedDatabase = Readonly<z.infer<typeof upgradedDatabaseSchema>>;

export const TRACKING_ACTIONS = {
  event_audit_upgrade_databases: {
    summary:
      'Brings the embedded databases to the schema of this version, as every start does, and says what was done.',
    input: z.object({}),
    output: z.object({ databases: z.array(upgradedDatabaseSchema) }),
  },
  event_audit_get_tracking: {
    summary: 'Whether what is done is recorded, where to, and how many events still wait to be written.',
    input: z.object({}),
    output: trackingStatusSchema,
  },
  event_audit_get_journal: {
    summary: 'What is in the embedded store, at a glance: how much, since when, what of, and where its journal ends.',
    input: z.object({}),
    output: journalSummarySchema,
  },
  event_audit_flush_tracking: {
    summary: 'Writes the waiting events now, without waiting for more of them or for the end of a pause.',
    input: z.object({}),
    output: trackingStatusSchema,
  },
} as const;
