/** The data that actions take and give: stores, snapshots, facets, histograms, exports and what is known of them. */
import { z } from 'zod';
import { errorReplySchema } from './errors.ts';
import { eventDetailSchema, groupFieldSchema } from './event.ts';
import { exportColumnSchema, maskedPartSchema } from './export-columns.ts';
import { filterSchema, sortSchema } from './filter.ts';
import { sourceSecretsSchema } from './source-url.ts';

export const count = z.number().int().nonnegative();

/** What a kind of store can do. Everything not said here it can't. */
export const capabilitiesSchema = z.object({
  /** Events can be added, when the connection was opened writable. */
  write: z.boolean(),
  /** Single events can be removed, when the connection was opened writable. */
  remove: z.boolean(),
  /** All events can be removed at once, when the connection was opened writable. */
  clear: z.boolean(),
  /** New events can be watched for as they come. */
  follow: z.boolean(),
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

/** One source of a capture, with its own truth: `captured + rejected + duplicates = read`. */
export const sourceStatusSchema = z.object({
  /** The source URL without secrets. */
  url: z.string(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'capturing', 'complete', 'partial']),
  read: count,
  captured: count,
  rejected: count,
  duplicates: count,
  expected: count.nullable(),
  bytes_read: count,
  reason: errorReplySchema.nullable(),
});
export type SourceStatus = Readonly<z.infer<typeof sourceStatusSchema>>;

/** A capture and its truth: `captured + rejected + duplicates = read`, at every moment. */
export const snapshotStatusSchema = z.object({
  snapshot_id: z.string(),
  /** The source; of several, all their URLs, the kind `several` and how many they are. */
  source: z.object({ url: z.string(), kind: z.string(), title: z.string() }),
  /** Every source by itself; the order is what {@link EventRow} `source` counts by. */
  sources: z.array(sourceStatusSchema).min(1),
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

export const sourceRef = z.object({
  url: z.string(),
  secrets: sourceSecretsSchema.optional(),
  /** In the desktop app, the shell adds the secrets that the key store keeps for this connection. */
  connection_id: z.string().optional(),
});
/** Secrets for the sources of a snapshot, by source URL; needed when the engine that had them is gone. */
export const secretsByUrl = z.record(z.string(), sourceSecretsSchema);
export const snapshotRef = z.object({ snapshot_id: z.string() });
export const viewInput = snapshotRef.extend({
  filter: filterSchema.default(() => filterSchema.parse({})),
});

export const facetSchema = z.object({
  field: groupFieldSchema,
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
      /** By value; what is not told apart is only in the total. */
      series: z.record(z.string(), count),
    }),
  ),
  /** First and last instant under the filter, `null` when there is none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** What an axis should span: the filter's bounds, else first and last instant; `null` when there is neither. */
  range: z.object({ from: z.string(), to: z.string() }).nullable(),
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

export const exportFormatSchema = z.enum(['csv', 'tsv', 'json', 'jsonl', 'xlsx', 'parquet']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const exportProgressSchema = z.object({
  phase: z.enum(['writing', 'hashing', 'finishing']),
  rows: count,
  total: count,
  bytes: count,
});
export type ExportProgress = Readonly<z.infer<typeof exportProgressSchema>>;

/** What is masked in an export, and by which key. The same key gives a value the same pseudonym in every export. */
export const maskSchema = z.object({
  /** Fields such as `actor`, and paths such as `payload.user.email`. */
  fields: z.array(maskedPartSchema).min(1),
  /** The key: 64 hexadecimal digits. It never reaches the file. In the desktop app the shell adds it. */
  secret: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
    .optional(),
});

export const exportInputSchema = viewInput.extend({
  sort: sortSchema.default(() => sortSchema.parse({})),
  format: exportFormatSchema,
  /** Absolute path, or `-` for standard output (command line only; without manifest). */
  output: z.string().min(1),
  /**
   * The columns, in order: fields of the event, JSON paths such as `result.new.title`, and what is known beside them.
   * `undefined`: all but result and payload for CSV, TSV and XLSX, and `source` where there are several; whole events, as
   * they were recorded, for JSON and JSON Lines; for Parquet whole events with their instant and record.
   */
  fields: z.array(exportColumnSchema).min(1).optional(),
  /**
   * What a JSON path's cell holds: `text`, the text itself and any other value as its JSON; `json`, always the JSON as it was
   * written, which alone tells `""` from a path that leads nowhere, and `null` from the text “null”. JSON formats keep the JSON.
   */
  path_values: z.enum(['text', 'json']).default('text'),
  /** Puts pseudonyms in the place of values, wherever they stand. */
  mask: maskSchema.optional(),
  /** IANA zone in which all but the JSON formats write timestamps; `undefined` keeps each exactly as it was written. */
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

/** What an export will write. */
export const exportPreviewSchema = z.object({
  /** The columns; `null` where rows are lines of JSON. */
  columns: z.array(z.string()).nullable(),
  /** The first rows as they will stand in the file, long cells cut and marked with `…`; `null` is a missing value. */
  rows: z.array(z.array(z.string().nullable())),
  /** How many rows the file will have. */
  total: count,
  /** About how large it will be, told from rows spread over the view. */
  about_bytes: count,
});
export type ExportPreview = Readonly<z.infer<typeof exportPreviewSchema>>;

export const extraResultSchema = z.object({
  path: z.string(),
  manifest_path: z.string().nullable(),
  /** Records that were set aside, or notes. A record of many megabytes takes several lines. */
  records: count,
  bytes: count,
  sha256: z.string(),
  notes: z.array(noteSchema),
});
export type ExtraResult = Readonly<z.infer<typeof extraResultSchema>>;

export const findingSchema = z.object({
  /** `bytes_changed`, `row_changed`, `row_removed`, `row_added`, `rows_reordered`, `manifest_changed`, … */
  code: z.string(),
  message: z.string(),
  /** 1-based data row, where there is one. */
  row: z.number().int().nullable(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** The last entry of the embedded store's journal at some moment; `seq` 0 of an empty one. */
export const journalHeadSchema = z.object({ seq: count, hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type JournalHead = Readonly<z.infer<typeof journalHeadSchema>>;

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

export const filterText = z.union([z.string(), z.array(z.string())]).optional();

/** What reading a store would take; `null` where the store can't tell. */
export const estimateSchema = z.object({
  records: count.nullable(),
  bytes: count.nullable(),
  seconds: z.number().nullable(),
  /** What the provider charges, in US dollars, with where the price comes from said in the notes. */
  cost_usd: z.number().nullable(),
  /** Whether this is enough that a person should be asked first. */
  large: z.boolean(),
  notes: z.array(noteSchema),
});
export type Estimate = Readonly<z.infer<typeof estimateSchema>>;

/**
 * Two snapshots of the same events, compared by event id; records that share an id are matched by content first. The
 * rows can be looked at by a filter's `set`.
 */
export const comparisonSchema = z.object({
  before: z.string(),
  after: z.string(),
  /**
   * What was compared: `record`, what the stores keep, to the byte; `fields`, the eleven fields, where the stores are of
   * different kinds and spell records differently.
   */
  basis: z.enum(['record', 'fields']),
  same: count,
  /** In `after` only; the filter `set` of that name shows them there. */
  added: z.object({ count, set: z.string() }),
  /** In `before` only; the set is of that snapshot. An audit trail should lose nothing: this is a finding. */
  gone: z.object({ count, set: z.string() }),
  /** In both under one id with other content; a set of that name is in both snapshots. */
  changed: z.object({ count, set: z.string() }),
  /** Whether both captures were complete, so that “gone” means gone from the store. */
  complete: z.boolean(),
});
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

/** One difference between two snapshots: a record that only one holds, or the two that share an id. */
export const differenceSchema = z.object({
  change: z.enum(['added', 'gone', 'changed']),
  before: eventDetailSchema.nullable(),
  after: eventDetailSchema.nullable(),
});
export type Difference = Readonly<z.infer<typeof differenceSchema>>;

/** A plugin that a person agreed to run. */
export const pluginSchema = z.object({
  id: z.string(),
  path: z.string(),
  /** SHA-256 of the file when it was agreed to; a file that changed is not run. */
  sha256: z.string(),
  state: z.enum(['loaded', 'changed', 'missing', 'failed', 'not_loaded']),
  /** What it registered. */
  kinds: z.array(z.string()),
  problem: z.string().nullable(),
  /** ISO 8601, UTC. */
  added_at: z.string(),
});
export type Plugin = Readonly<z.infer<typeof pluginSchema>>;
