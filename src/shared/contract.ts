/**
 * Every action of the product: its name, its input and its output. IPC, the command line and plugins call the same
 * dispatcher with these; a handler that is missing or mistyped does not compile.
 */
import { z } from 'zod';
import { errorReplySchema } from './errors.ts';
import { eventDetailSchema, eventFieldSchema, eventRowSchema, facetFieldSchema } from './event.ts';
import { filterSchema, sortSchema } from './filter.ts';
import { sourceSecretsSchema } from './source-url.ts';

const count = z.number().int().nonnegative();

/** What a kind of store can do. Everything not said here it can't. */
export const capabilitiesSchema = z.object({
  /** Events can be added, when the connection was opened writable. */
  write: z.boolean(),
  /** Single events can be removed, when the connection was opened writable. */
  remove: z.boolean(),
  /** All events can be removed at once, when the connection was opened writable. */
  clear: z.boolean(),
  /** The filter fields the store itself can narrow by before anything is read. */
  pushdown: z.array(z.string()),
});
export type Capabilities = Readonly<z.infer<typeof capabilitiesSchema>>;

export const sourceKindSchema = z.object({
  kind: z.string(),
  title: z.string(),
  example: z.string(),
  capabilities: capabilitiesSchema,
});
export type SourceKind = Readonly<z.infer<typeof sourceKindSchema>>;

/** Something a reader should know about a store or a capture, in one sentence. */
export const noteSchema = z.object({
  severity: z.enum(['info', 'warning']),
  /** A stable name for translation and tests, such as `changed_while_read`. */
  code: z.string(),
  message: z.string(),
});
export type Note = Readonly<z.infer<typeof noteSchema>>;

/** What a connection test found. */
export const storeDescriptionSchema = z.object({
  kind: z.string(),
  /** The source URL without secrets. */
  url: z.string(),
  /** The server or file format with its version, for people: `Redis 7.0.15`. */
  product: z.string(),
  /** Records in the store; `null` where the store can't tell without reading all of them. */
  records: count.nullable(),
  /** Whether `records` is an estimate. */
  estimated: z.boolean(),
  /** Bytes the store takes, `null` where unknown. */
  bytes: count.nullable(),
  notes: z.array(noteSchema),
});
export type StoreDescription = Readonly<z.infer<typeof storeDescriptionSchema>>;

export const snapshotStateSchema = z.enum([
  /** Records are being read. */
  'capturing',
  /** Everything was read; rows are being put in time order. */
  'sorting',
  /** Every record of the store is here or accounted for. */
  'complete',
  /** Reading stopped early; `reason` says why. What is here is right, but it is not all. */
  'partial',
]);

/** A capture and its truth: `captured + rejected + duplicates = read`, at every moment. */
export const snapshotStatusSchema = z.object({
  snapshot_id: z.string(),
  source: z.object({ url: z.string(), kind: z.string(), title: z.string() }),
  state: snapshotStateSchema,
  /** Grows with every change of what the snapshot holds; answers of one revision belong together. */
  revision: count,
  read: count,
  captured: count,
  rejected: count,
  duplicates: count,
  /** How many records the store said it holds; `null` when it can't say. For progress only. */
  expected: count.nullable(),
  bytes_read: count,
  /** ISO 8601, UTC. */
  started_at: z.string(),
  finished_at: z.string().nullable(),
  elapsed_ms: z.number(),
  /** Why a partial capture ended. */
  reason: errorReplySchema.nullable(),
  notes: z.array(noteSchema),
});
export type SnapshotStatus = Readonly<z.infer<typeof snapshotStatusSchema>>;

const sourceRef = z.object({
  url: z.string(),
  secrets: sourceSecretsSchema.optional(),
  /** In the desktop app, the shell adds the secrets that the key store keeps for this connection. */
  connection_id: z.string().optional(),
});
const snapshotRef = z.object({ snapshot_id: z.string() });
const viewInput = snapshotRef.extend({
  filter: filterSchema.default(() => filterSchema.parse({})),
});

export const facetSchema = z.object({
  field: facetFieldSchema,
  /** Number of different values under the filter. */
  distinct: count,
  /** The most frequent values; ties in order of value. */
  values: z.array(z.object({ value: z.string(), count })),
});
export type Facet = Readonly<z.infer<typeof facetSchema>>;

export const histogramSchema = z.object({
  /** What a bucket covers, for people and axes: `1 hour`, `1 day`, … */
  step: z.string(),
  /** Bucket starts, microseconds since 1970 UTC as decimal text, ascending; empty buckets are left out. */
  buckets: z.array(
    z.object({
      /** ISO 8601 in UTC. */
      start: z.string(),
      /** ISO 8601 in UTC, exclusive. */
      end: z.string(),
      total: count,
      series: z.record(z.string(), count),
    }),
  ),
  /** First and last instant under the filter, `null` when there is none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type Histogram = Readonly<z.infer<typeof histogramSchema>>;

export const rejectSchema = z.object({
  seq: count,
  /** A stable name of the reason, such as `not_json`. */
  code: z.string(),
  /** One sentence: what is wrong, and at which byte. */
  reason: z.string(),
  /** Where the store keeps it: hash field, row id, line number. Base64 of its bytes when it is no text. */
  key: z.string(),
  size: count,
  /** The first bytes of the record, up to 64 KiB, undecodable bytes as U+FFFD. */
  preview: z.string(),
});
export type Reject = Readonly<z.infer<typeof rejectSchema>>;

export const exportFormatSchema = z.enum(['csv', 'tsv', 'json', 'jsonl', 'xlsx']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const exportProgressSchema = z.object({
  phase: z.enum(['writing', 'hashing', 'finishing']),
  rows: count,
  total: count,
  bytes: count,
});
export type ExportProgress = Readonly<z.infer<typeof exportProgressSchema>>;

export const exportInputSchema = viewInput.extend({
  sort: sortSchema.default(() => sortSchema.parse({})),
  format: exportFormatSchema,
  /** Absolute path, or `-` for standard output (command line only; without manifest). */
  output: z.string().min(1),
  /** `undefined`: all but result and payload for CSV, TSV and XLSX; whole events for JSON and JSON Lines. */
  fields: z.array(eventFieldSchema).min(1).optional(),
  /** IANA zone in which CSV, TSV and XLSX write timestamps; `undefined` keeps each exactly as it was written. */
  time_zone: z.string().optional(),
  limit: count.optional(),
  offset: count.default(0),
  manifest: z.boolean().default(true),
  /** Switches the formula guard of CSV and TSV off. */
  raw: z.boolean().default(false),
  /** Rows picked by hand; they must also pass the filter. */
  only: z.array(z.number().int()).optional(),
});
export type ExportInput = z.output<typeof exportInputSchema>;

export const exportResultSchema = z.object({
  path: z.string(),
  manifest_path: z.string().nullable(),
  rows: count,
  bytes: count,
  sha256: z.string(),
  /** Cells that got a leading apostrophe. */
  guarded_cells: count,
  notes: z.array(noteSchema),
  /** Whether the capture behind it was complete, without rejects. */
  complete: z.boolean(),
});
export type ExportResult = Readonly<z.infer<typeof exportResultSchema>>;

export const findingSchema = z.object({
  /** `bytes_changed`, `row_changed`, `row_removed`, `row_added`, `rows_reordered`, `manifest_changed`, … */
  code: z.string(),
  message: z.string(),
  /** 1-based data row, where there is one. */
  row: z.number().int().nullable(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;

export const verificationSchema = z.object({
  path: z.string(),
  ok: z.boolean(),
  rows: count.nullable(),
  sha256: z.string().nullable(),
  findings: z.array(findingSchema),
  /** How many more findings there are than are listed. */
  more_findings: count,
});
export type Verification = Readonly<z.infer<typeof verificationSchema>>;

/** A store the person opened before. The URL holds no secret. */
export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  /** ISO 8601, UTC. */
  last_opened_at: z.string(),
});
export type Connection = Readonly<z.infer<typeof connectionSchema>>;

const filterText = z.union([z.string(), z.array(z.string())]).optional();

interface ActionShape {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** What a long action reports while it works. */
  readonly progress?: z.ZodType;
  readonly summary: string;
}

/** The contract. Add an action here, then the compiler asks for its handler. */
export const ACTIONS = {
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
  event_audit_list_sources: {
    summary: 'The kinds of store this build opens, with what each can do, and the saved connections.',
    input: z.object({}),
    output: z.object({ kinds: z.array(sourceKindSchema), connections: z.array(connectionSchema) }),
  },
  event_audit_test_source: {
    summary: 'Connects, describes the store, and disconnects. Reads no events.',
    input: sourceRef,
    output: storeDescriptionSchema,
  },
  event_audit_save_connection: {
    summary: 'Remembers a store, without its secrets. The same URL is remembered once.',
    input: z.object({ url: z.string(), name: z.string().default('') }),
    output: connectionSchema,
  },
  event_audit_remove_connection: {
    summary: 'Forgets a remembered store.',
    input: z.object({ id: z.string() }),
    output: z.object({ removed: z.boolean() }),
  },
  event_audit_capture_source: {
    summary:
      'Drains a store into a new private snapshot. Progress carries its id at once; an abort keeps what was read as partial.',
    input: sourceRef.extend({
      /** Only events that pass this filter are wanted; stores that can narrow do, the others are read whole. */
      narrow: filterSchema.optional(),
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
    }),
    output: z.object({ total: count, revision: count, rows: z.array(eventRowSchema) }),
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
      fields: z.array(facetFieldSchema).optional(),
      limit: count.max(1_000).default(10),
      /** Only values that contain this text, without regard to case. */
      contains: z.string().default(''),
      exclude_own: z.boolean().default(false),
    }),
    output: z.object({ facets: z.array(facetSchema), revision: count }),
  },
  event_audit_get_histogram: {
    summary: 'Counts over time, stacked by a field.',
    input: viewInput.extend({
      buckets: count.min(1).max(1_000).default(120),
      by: facetFieldSchema.default('category'),
    }),
    output: histogramSchema.extend({ revision: count }),
  },
  event_audit_list_rejects: {
    summary: 'Records that were set aside, with reason and bytes.',
    input: snapshotRef.extend({ offset: count.default(0), limit: count.max(1_000).default(100) }),
    output: z.object({ total: count, rejects: z.array(rejectSchema) }),
  },
  event_audit_export: {
    summary: 'Writes a view to a file, atomically, with a manifest. An abort leaves nothing.',
    input: exportInputSchema,
    output: exportResultSchema,
    progress: exportProgressSchema,
  },
  event_audit_verify: {
    summary: 'Checks exported files against their manifests.',
    input: z.object({ paths: z.array(z.string()).min(1) }),
    output: z.object({ files: z.array(verificationSchema) }),
    progress: z.object({ path: z.string(), bytes: count, total: count }),
  },
} as const satisfies Record<string, ActionShape>;

export type ActionName = keyof typeof ACTIONS;
export type ActionInput<N extends ActionName> = z.input<(typeof ACTIONS)[N]['input']>;
export type ActionRequest<N extends ActionName> = z.output<(typeof ACTIONS)[N]['input']>;
export type ActionOutput<N extends ActionName> = z.output<(typeof ACTIONS)[N]['output']>;
export type ActionProgress<N extends ActionName> = (typeof ACTIONS)[N] extends { progress: infer P extends z.ZodType }
  ? z.output<P>
  : never;

/** Whether a text from outside names an action. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: z.infer<typeof errorReplySchema> };
