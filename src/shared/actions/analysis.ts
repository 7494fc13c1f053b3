/** Actions that look deeper into a snapshot: what lies around an event, how an object came to be, and what is odd. */
import { z } from 'zod';
import {
  actorInferenceSchema,
  emptyExplanationSchema,
  jsonPathListSchema,
  namedIdSchema,
  neighboursSchema,
  objectHistorySchema,
  pathValuesSchema,
  trailFindingSchema,
  trailFindingsSchema,
} from '../analysis-schemas.ts';
import { count, snapshotRef, viewInput } from '../contract-schemas.ts';
import { sourceSecretsSchema } from '../source-url.ts';
import { viewTextSchema } from '../view-text.ts';

export const ANALYSIS_ACTIONS = {
  event_audit_get_neighbours: {
    summary: 'The events before and after one, in time order, of all or of those under a filter.',
    input: viewInput.extend({
      n: count,
      before: count.max(1_000).default(50),
      after: count.max(1_000).default(50),
    }),
    output: neighboursSchema,
  },
  event_audit_get_object_history: {
    summary: 'Everything that happened to an object, with its state at a moment rebuilt and gaps said to be gaps.',
    input: snapshotRef.extend({
      object_type: z.string(),
      object_id: z.string().min(1),
      /** The state after this event; without it and without `at`, after the last one. */
      at_n: count.optional(),
      /** The state at this instant, inclusive: ISO 8601, read in `time_zone` when it has no offset. */
      at: z.string().optional(),
      time_zone: z.string().default('UTC'),
      /** Steps to leave out at the start, and how many to return. */
      offset: count.default(0),
      limit: count.max(1_000).default(200),
      /** Whether other events that touch the object are looked for. */
      related: z.boolean().default(true),
    }),
    output: objectHistorySchema,
  },
  event_audit_infer_actor: {
    summary: 'Who may have caused a model event, with reasons and a grade: an inference, never a fact.',
    input: snapshotRef.extend({ n: count, window_ms: count.min(1).max(3_600_000).default(60_000) }),
    output: actorInferenceSchema,
  },
  event_audit_get_findings: {
    summary: 'What is wrong or odd with this trail. Findings come as progress while they are looked for.',
    input: snapshotRef.extend({
      /** IANA zone by whose clock the usual rhythm of a week is told. */
      time_zone: z.string().default('UTC'),
      /** Looks again even when this was asked before. */
      again: z.boolean().default(false),
    }),
    output: trailFindingsSchema,
    progress: z.object({
      done: count,
      total: count,
      /** What is looked for now. */
      looking_for: z.string(),
      /** What was found since the last report. */
      found: z.array(trailFindingSchema),
    }),
  },
  event_audit_get_event_findings: {
    summary: 'Which findings are about one event, as far as they were looked for.',
    input: snapshotRef.extend({ n: count }),
    output: z.object({
      /** Whether this snapshot, as it is now, was looked through; otherwise nothing can be said. */
      looked: z.boolean(),
      /** The codes of the findings, the gravest first. */
      codes: z.array(z.string()),
    }),
  },
  event_audit_get_names: {
    summary: 'Names of ids of actors and objects, each with where it is from. Ids without a known name are left out.',
    input: snapshotRef.extend({
      ids: z.array(z.string()).max(2_000),
      /** The names of that moment, as far as the snapshot tells: ISO 8601; without it, the latest ones. */
      at: z.string().optional(),
    }),
    output: z.object({ revision: count, names: z.array(namedIdSchema) }),
  },
  event_audit_load_names: {
    summary: 'Takes names from a mapping file or from CKAN’s own tables, for as long as the snapshot is open.',
    input: snapshotRef.extend({
      from: z.union([
        /** Absolute path of a CSV or JSON file: id, name, perhaps title and kind. */
        z.object({ path: z.string().min(1) }),
        /** A `postgres:` source URL of CKAN’s database; only ids, names and titles are read. */
        z.object({
          url: z.string().min(1),
          secrets: sourceSecretsSchema.optional(),
          /** A saved connection to the same store, whose kept secrets serve. */
          connection_id: z.string().optional(),
        }),
      ]),
    }),
    output: z.object({
      loaded: count,
      /** Rows without an id or without a name, by number, at most 100 of them listed. */
      ignored: count,
      ignored_rows: z.array(z.object({ row: count, reason: z.string() })),
      by_kind: z.record(z.string(), count),
      /** CKAN’s tables that the database’s role may not read, by kind. */
      closed: z.array(z.string()),
    }),
  },
  event_audit_forget_names: {
    summary: 'Forgets the names that were loaded for a snapshot; those seen in its events stay.',
    input: snapshotRef,
    output: z.object({ forgotten: count }),
  },
  event_audit_view_text: {
    summary: 'A view as one text that can be shared, or such a text as a view.',
    input: z.union([z.object({ view: viewTextSchema }), z.object({ text: z.string() })]),
    output: z.object({ view: viewTextSchema, text: z.string() }),
  },
  event_audit_explain_empty: {
    summary: 'Which single part of a filter excludes most: how many events there are without it.',
    input: viewInput,
    output: emptyExplanationSchema,
  },
  event_audit_get_path_values: {
    summary: 'The values at JSON paths of some events, as they were written.',
    input: snapshotRef.extend({
      ns: z.array(count).max(1_000),
      paths: z.array(z.string().min(1)).min(1).max(50),
      /** Longer values are cut there and marked, characters. */
      max_length: count.min(1).max(10_000).default(500),
    }),
    output: pathValuesSchema,
  },
  event_audit_list_paths: {
    summary: 'The JSON paths that occur under a filter, with counts; of a sample where there are many events.',
    input: viewInput,
    output: jsonPathListSchema,
  },
} as const;
