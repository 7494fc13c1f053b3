/** What the analysis of a snapshot finds: neighbours, histories, likely causes, findings, names, values at JSON paths. */
import { z } from 'zod';
import { count } from './contract-schemas.ts';
import { eventRowSchema } from './event.ts';
import { filterSchema } from './filter.ts';

/** A fact in words of its own: a stable code and the values that go into a sentence of any language. */
export const reasonSchema = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Reason = Readonly<z.infer<typeof reasonSchema>>;

export const neighboursSchema = z.object({
  revision: count,
  /** In time order; the anchor is always among them, even when it does not pass the filter. */
  rows: z.array(eventRowSchema),
  /** Where the anchor stands in `rows`. */
  position: count,
  /** Whether the anchor itself passes the filter. */
  passes: z.boolean(),
  /** Whether there are more events before the first and behind the last row. */
  more_before: z.boolean(),
  more_after: z.boolean(),
});
export type Neighbours = Readonly<z.infer<typeof neighboursSchema>>;

/** A JSON value as text, shortened when it is long. */
const valueText = z.object({ text: z.string(), cut: z.boolean() });
export type ValueText = Readonly<z.infer<typeof valueText>>;

export const attributeChangeSchema = z.object({
  name: z.string(),
  /** JSON text, from `old` of the event, or, where that says nothing, from the state after the previous event. */
  before: valueText,
  before_from: z.enum(['old', 'previous']),
  /** JSON text; `null` when the state does not hold the attribute any more. */
  after: valueText.nullable(),
});
export type AttributeChange = Readonly<z.infer<typeof attributeChangeSchema>>;

export const gapCodeSchema = z.enum([
  /** The first event on the object is not its creation: it is older than the trail, or the creation is missing. */
  'creation_missing',
  /** The event says nothing about the state: payload storage was off, or the state was dropped as too large. */
  'state_missing',
  /** `result` can't be read as states. */
  'state_unreadable',
  /** `old` contradicts the state after the previous event: something changed in between without an event. */
  'contradiction',
  /** The state at deletion is not the one after the previous event. */
  'deleted_differs',
  'created_twice',
  'changed_after_deletion',
  'deleted_twice',
]);
export type GapCode = z.infer<typeof gapCodeSchema>;

/** Something the trail does not tell, in front of the event it was noticed at. */
export const historyGapSchema = z.object({
  code: gapCodeSchema,
  /** The event before the gap, by position; `null` where there is none. */
  after_n: count.nullable(),
  /** For contradictions: what the state should be, and what the event says it was. At most 50. */
  attributes: z.array(z.object({ name: z.string(), expected: valueText, found: valueText })),
  more_attributes: count,
});
export type HistoryGap = Readonly<z.infer<typeof historyGapSchema>>;

export const historyStepSchema = z.object({
  event: eventRowSchema,
  /** What it did to the object; `other` for events that are no model events (views, approvals, …). */
  kind: z.enum(['created', 'changed', 'deleted', 'other']),
  gaps: z.array(historyGapSchema),
  /** Of a `changed` event: the attributes that are known to have changed, at most 200, in the order of the state. */
  changes: z.array(attributeChangeSchema),
  more_changes: count,
  /** Attributes whose former value nobody knows, so that they may have changed or not. */
  unknown_before: count,
  /** Whether another event of the object has the same instant, so that nobody can say which came first. */
  same_instant: z.boolean(),
  /** Further records of the same event (one id, one instant), by position: they count once. */
  copies: z.array(count),
});
export type HistoryStep = Readonly<z.infer<typeof historyStepSchema>>;

export const objectStateSchema = z.object({
  /** The event after which this is the state; `null` before the first one. */
  n: count.nullable(),
  instant: z.string().nullable(),
  exists: z.enum(['yes', 'no', 'unknown']),
  /** At most 1,000, in the order of the state. */
  attributes: z.array(
    z.object({
      name: z.string(),
      value: valueText,
      /** The event that says so. */
      n: count,
      /** `false`: a later event may have changed it without saying so. */
      certain: z.boolean(),
    }),
  ),
  more_attributes: count,
});
export type ObjectState = Readonly<z.infer<typeof objectStateSchema>>;

export const relatedEventSchema = z.object({
  event: eventRowSchema,
  /**
   * How it was matched: `payload_id`, `result_id` (the path is `id`), `payload_value`, `result_value` (another path holds
   * the id), `payload_name` (it names the object by a name it had), `target` (its target is the object), `other_type`
   * (the same id under another type).
   */
  matches: z.array(reasonSchema).min(1),
});
export type RelatedEvent = Readonly<z.infer<typeof relatedEventSchema>>;

export const objectHistorySchema = z.object({
  revision: count,
  /** Events on the object, copies counted once. */
  total: count,
  /** A stretch of them in time order, `offset` says from where. */
  steps: z.array(historyStepSchema),
  /** All gaps of the object by code, also those before or behind the stretch. */
  gaps: z.partialRecord(gapCodeSchema, count),
  /** The oldest events of a very long history that were not gone through. */
  left_out: count,
  /** The state at the moment that was asked for; without one, after the last event. */
  state: objectStateSchema,
  /** Other events that touch the object, in time order, at most 500. */
  related: z.array(relatedEventSchema),
  more_related: z.boolean(),
});
export type ObjectHistory = Readonly<z.infer<typeof objectHistorySchema>>;

export const gradeSchema = z.enum(['strong', 'likely', 'weak', 'none']);
export type Grade = z.infer<typeof gradeSchema>;

export const actorCandidateSchema = z.object({
  /** `api`: a request that was tracked; `activity`: CKAN’s own note of who did something; `row`: the changed row names a user. */
  kind: z.enum(['api', 'activity', 'row']),
  event: eventRowSchema,
  /** `''` is an anonymous request. */
  actor: z.string(),
  grade: gradeSchema.exclude(['none']),
  score: z.number(),
  /** From the event that is explained to this one, microseconds; negative when this one is earlier. */
  delta_us: z.number(),
  /** Why it may be the cause, and what speaks against it; codes are listed in docs/analysis.md. */
  reasons: z.array(reasonSchema),
});
export type ActorCandidate = Readonly<z.infer<typeof actorCandidateSchema>>;

export const actorInferenceSchema = z.object({
  /** Always `true`: this is a guess with reasons, never a fact, and is never exported as one. */
  inference: z.literal(true),
  n: count,
  /** Why nothing is proposed: the event names its actor, or is no model event. */
  not_applicable: z.enum(['has_actor', 'not_model']).nullable(),
  /** Of the best candidate. */
  grade: gradeSchema,
  /** Best first, at most 10. */
  candidates: z.array(actorCandidateSchema),
  considered: z.object({
    window_ms: count,
    /** Tracked requests within the window, and how many of them could write. */
    api_events: count,
    writing_events: count,
    /** Different actors among those that could write. */
    actors: count,
  }),
  /** Whether, around here, requests are noted before or after what they change; learnt from `pairs` neighbouring events. */
  order: z.object({ usual: z.enum(['request_first', 'request_last', 'unclear']), pairs: count }),
});
export type ActorInference = Readonly<z.infer<typeof actorInferenceSchema>>;

export const trailFindingSchema = z.object({
  /** Stable; listed with what it means in docs/analysis.md. */
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  /** Events, or what else `unit` says. */
  count,
  unit: z.enum(['events', 'records', 'stretches', 'objects', 'ids']),
  /** One English sentence for an auditor. */
  message: z.string(),
  /** Values for a sentence of any language. */
  values: reasonSchema.shape.values,
  /** Shows exactly the events that it is about; `null` where there are none to show, as for rejects. */
  filter: filterSchema.nullable(),
  /** Single cases, the worst first, at most 50, each with its own filter. */
  items: z.array(z.object({ values: reasonSchema.shape.values, filter: filterSchema.nullable() })),
});
export type TrailFinding = Readonly<z.infer<typeof trailFindingSchema>>;

export const trailFindingsSchema = z.object({
  revision: count,
  /** The gravest first. */
  findings: z.array(trailFindingSchema),
  /** What was not looked for, and why (`code` names the finding). */
  skipped: z.array(z.object({ code: z.string(), why: z.string(), message: z.string() })),
  elapsed_ms: z.number(),
});
export type TrailFindings = Readonly<z.infer<typeof trailFindingsSchema>>;

export const nameOriginSchema = z.enum([
  /** A mapping file that a person gave. */
  'file',
  /** CKAN’s own tables. */
  'ckan',
  /** `new` or `old` of a model event. */
  'state',
  /** A request or its reply. */
  'request',
  /** CKAN’s note of an activity. */
  'activity',
]);

export const knownNameSchema = z.object({
  /** Short name, such as a login or the name in a URL; `''` when none is known. */
  name: z.string(),
  /** Title or full name; `''` when none is known. */
  title: z.string(),
  /** `user`, `package`, `group`, `resource`, … in lower case; `''` when unknown. */
  kind: z.string(),
  origin: nameOriginSchema,
  /** The file or source URL, or the path in the event it was read from. */
  where: z.string(),
  /** The event it was seen in and when, first and last; `null` for names from outside the snapshot. */
  n: count.nullable(),
  first_seen: z.string().nullable(),
  last_seen: z.string().nullable(),
});
export type KnownName = Readonly<z.infer<typeof knownNameSchema>>;

export const namedIdSchema = z.object({
  id: z.string(),
  /** What to show beside the id: the title, else the name. */
  label: z.string(),
  best: knownNameSchema,
  /** Whether the snapshot shows it under more than one name or title over time. */
  changed: z.boolean(),
  /** Everything else that is known, at most 20, the latest first. */
  others: z.array(knownNameSchema),
});
export type NamedId = Readonly<z.infer<typeof namedIdSchema>>;

export const filterPartSchema = z.union([
  z.object({ kind: z.enum(['condition', 'where']), index: count }),
  z.object({ kind: z.enum(['time', 'search', 'sources', 'set']) }),
]);
export type FilterPart = Readonly<z.infer<typeof filterPartSchema>>;

export const emptyExplanationSchema = z.object({
  revision: count,
  /** Under the whole filter. */
  total: count,
  /** Of the whole snapshot. */
  all: count,
  /** Every part of the filter, the one that excludes most first. */
  parts: z.array(
    z.object({
      part: filterPartSchema,
      /** Events when this part is left out. */
      without: count,
      /** Events when only this part is asked for. */
      alone: count,
      /** The filter without this part. */
      filter: filterSchema,
    }),
  ),
});
export type EmptyExplanation = Readonly<z.infer<typeof emptyExplanationSchema>>;

export const pathValuesSchema = z.object({
  revision: count,
  /** In the order of `ns`; a position that is not in the snapshot is left out. */
  rows: z.array(
    z.object({
      n: count,
      /** In the order of `paths`: JSON text exactly as written, `null` where the path leads nowhere. */
      values: z.array(valueText.nullable()),
    }),
  ),
});
export type PathValues = Readonly<z.infer<typeof pathValuesSchema>>;

export const jsonPathListSchema = z.object({
  revision: count,
  /** Events under the filter, and how many of them were looked into. */
  total: count,
  looked_at: count,
  /** Whether the counts are of a sample. */
  sampled: z.boolean(),
  /** The most frequent first; at most 2,000. */
  paths: z.array(
    z.object({
      path: z.string(),
      /** Events, among those looked at, that have a value there. */
      count,
      kinds: z.array(z.enum(['object', 'array', 'string', 'number', 'boolean', 'null'])),
      /** One value, shortened. */
      example: valueText,
    }),
  ),
  more_paths: count,
});
export type JsonPathList = Readonly<z.infer<typeof jsonPathListSchema>>;
