/** Actions on tracking: whether what is done is recorded, and whether the records arrive where they belong. */
import { z } from 'zod';
import { count } from '../contract-schemas.ts';

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
});
export type TrackingStatus = Readonly<z.infer<typeof trackingStatusSchema>>;

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
  event_audit_flush_tracking: {
    summary: 'Writes the waiting events now, without waiting for more of them or for the end of a pause.',
    input: z.object({}),
    output: trackingStatusSchema,
  },
} as const;
