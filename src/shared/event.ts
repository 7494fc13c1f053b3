/** The audit event: its eleven fields, as ckanext-event-audit writes them, and the shapes in which events travel. */
import { z } from 'zod';

/**
 * The fields of an event, in the order in which every store, file and column list holds them.
 * Source: the record layout of ckanext-event-audit releases up to 1.2.13.
 */
export const EVENT_FIELDS = [
  'id',
  'category',
  'action',
  'actor',
  'action_object',
  'action_object_id',
  'target_type',
  'target_id',
  'timestamp',
  'result',
  'payload',
] as const;

export type EventField = (typeof EVENT_FIELDS)[number];

/** The fields that an exact filter can name. */
export const FILTER_FIELDS = [
  'id',
  'category',
  'action',
  'actor',
  'action_object',
  'action_object_id',
  'target_type',
  'target_id',
] as const;

export const filterFieldSchema = z.enum(FILTER_FIELDS);
export type FilterField = z.infer<typeof filterFieldSchema>;

/** The fields that facets are counted for: every filter field but the unique id. */
export const FACET_FIELDS = [
  'category',
  'action',
  'actor',
  'action_object',
  'action_object_id',
  'target_type',
  'target_id',
] as const satisfies readonly FilterField[];

export type FacetField = (typeof FACET_FIELDS)[number];

/** What events can be counted by: a field of theirs, or the source they came from, whose values are the sources' URLs. */
export const groupFieldSchema = z.enum([...FACET_FIELDS, 'source']);
export type GroupField = z.infer<typeof groupFieldSchema>;

/** The fields a spreadsheet holds unless more are asked for: all but the two JSON objects. */
export const FLAT_FIELDS = EVENT_FIELDS.filter(
  (field): field is Exclude<EventField, 'result' | 'payload'> => field !== 'result' && field !== 'payload',
);

/**
 * What was noticed about a record when it was captured, as bits of {@link EventRow.flags}.
 * A flag never changes a value; it says how far the indexed columns may be trusted as the record's own text.
 */
export const EVENT_FLAGS = {
  /** The timestamp carried no offset and was read as UTC. */
  naiveTime: 1,
  /** The record's bytes are not what its columns rebuild to, so the original record is kept beside them. */
  notCanonical: 2,
  /** `result` and `payload` were both absent: CloudWatch drops them when they are too large. */
  dropped: 4,
  /** A text holds a lone surrogate; columns show U+FFFD in its place, the kept record has it exactly. */
  loneSurrogate: 8,
  /** The timestamp is finer than a microsecond; filters and order see it cut to microseconds. */
  subMicrosecond: 16,
} as const;

/** One event as a row of the grid. `n` is its stable position in the snapshot, and its key. */
export const eventRowSchema = z.object({
  n: z.number().int(),
  id: z.string(),
  category: z.string(),
  action: z.string(),
  actor: z.string(),
  action_object: z.string(),
  action_object_id: z.string(),
  target_type: z.string(),
  target_id: z.string(),
  /** The timestamp exactly as it was written. */
  timestamp: z.string(),
  /** The same instant in UTC with six decimals, `2024-03-11T10:20:30.123456Z`. */
  instant: z.string(),
  flags: z.number().int(),
  /** Which of the snapshot's sources it came from, counted from 0. */
  source: z.number().int().nonnegative(),
});
export type EventRow = Readonly<z.infer<typeof eventRowSchema>>;

/** What stands at a JSON path of an event, for a cell of the grid. */
export const pathValueSchema = z.object({
  /** The text of a scalar, as written; objects and arrays as their JSON. */
  text: z.string(),
  /** Only the beginning is here, or nothing at all where the event is too large to be looked into for a cell. */
  cut: z.boolean(),
});
export type PathValue = Readonly<z.infer<typeof pathValueSchema>>;

/** A row with what was asked for of its JSON, by path; `null` where the path leads nowhere. */
export const gridRowSchema = eventRowSchema.extend({
  values: z.record(z.string(), pathValueSchema.nullable()).optional(),
});
export type GridRow = Readonly<z.infer<typeof gridRowSchema>>;

/** One whole event. JSON fields are original text, byte for byte; `null` means the record had no such key. */
export const eventDetailSchema = eventRowSchema.extend({
  result: z.string().nullable(),
  payload: z.string().nullable(),
  /** The whole record as the store delivered it, when it is more than the columns say; else `null`. */
  raw: z.string().nullable(),
});
export type EventDetail = Readonly<z.infer<typeof eventDetailSchema>>;

/** A JSON object, handed on as it is: a copy that is made key by key would lose the key `__proto__`. */
export const jsonObjectSchema = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be a JSON object',
  )
  .meta({ type: 'object', additionalProperties: {} });

/** An event as plugins and writers exchange it: a value tree, not text. */
export const auditEventSchema = z.object({
  id: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  category: z.string().min(1),
  action: z.string().min(1),
  actor: z.string().default(''),
  action_object: z.string().default(''),
  action_object_id: z.string().default(''),
  target_type: z.string().default(''),
  target_id: z.string().default(''),
  /** ISO 8601; read as UTC when it carries no offset. */
  timestamp: z.string(),
  result: jsonObjectSchema.default(() => ({})),
  payload: jsonObjectSchema.default(() => ({})),
});
export type AuditEvent = Readonly<z.infer<typeof auditEventSchema>>;
