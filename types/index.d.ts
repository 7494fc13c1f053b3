/**
 * Types for plugins: what `import … from 'event-audit-viewer'` gives. Kept by hand as one file that needs nothing else;
 * test/unit/engine/api-types.test.ts compares it with the program.
 */

/** What went wrong, by kind. Plugins use the three that begin with `source_`, and `unsupported`. */
export type ErrorCode =
  | 'invalid_input'
  | 'source_unreachable'
  | 'source_refused'
  | 'source_invalid'
  | 'not_found'
  | 'target_unwritable'
  | 'disk_full'
  | 'verification_failed'
  | 'cancelled'
  | 'engine_stopped'
  | 'unsupported'
  | 'internal';

/** An expected failure: one line that says what happened, to what, and what to do next. */
export class AppError extends Error {
  override readonly name: 'AppError';
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryable: boolean;
  constructor(
    code: ErrorCode,
    message: string,
    options?: { readonly details?: unknown; readonly retryable?: boolean; readonly cause?: unknown },
  );
}

/** One event, fields in the order in which every store holds them. */
export interface AuditEvent {
  readonly id: string | number | boolean | null;
  readonly category: string;
  readonly action: string;
  readonly actor: string;
  readonly action_object: string;
  readonly action_object_id: string;
  readonly target_type: string;
  readonly target_id: string;
  /** ISO 8601; read as UTC when it carries no offset. */
  readonly timestamp: string;
  readonly result: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
}

/** What is asked for. A hint: hand over all that passes, more if that is easier. */
export interface Filter {
  /** All must hold; the values of one are alternatives, `''` is the empty value. */
  readonly conditions: {
    field: 'id' | 'category' | 'action' | 'actor' | 'action_object' | 'action_object_id' | 'target_type' | 'target_id';
    values: string[];
    negate: boolean;
  }[];
  /** Inclusive; `''` is no bound. */
  readonly time_from: string;
  readonly time_to: string;
  /** IANA name of the zone in which dates without an offset are read. */
  readonly time_zone: string;
  /** Case-insensitive, in any field; `''` is no search. */
  readonly search: string;
  /** Values inside `result` and `payload`. */
  readonly where: { path: string; value: string; negate: boolean }[];
  /** Of the snapshot, not of the store: nothing a repository can narrow by. */
  readonly sources: string[];
  readonly set: string;
}

/** Something a reader should know, in one sentence. */
export interface Note {
  readonly severity: 'info' | 'warning';
  /** A stable name, such as `changed_while_read`. */
  readonly code: string;
  readonly message: string;
}

/** What a kind of store can do. */
export interface Capabilities {
  readonly write: boolean;
  readonly remove: boolean;
  readonly clear: boolean;
  readonly follow: boolean;
  /** The filter fields the store itself can narrow by. */
  readonly pushdown: string[];
}

/** What a connection test found. */
export interface StoreDescription {
  readonly kind: string;
  readonly url: string;
  /** The server or file format with its version. */
  readonly product: string;
  /** `null` where the store can't tell without reading everything. */
  readonly records: number | null;
  readonly estimated: boolean;
  readonly bytes: number | null;
  readonly notes: Note[];
}

/** What reading would take; `null` where the store can't tell. */
export interface Estimate {
  readonly records: number | null;
  readonly bytes: number | null;
  readonly seconds: number | null;
  readonly cost_usd: number | null;
  readonly large: boolean;
  readonly notes: Note[];
}

/** Secrets by name (`password`, …). Never put one into a message. */
export type SourceSecrets = Readonly<Record<string, string>>;

/** A source URL taken apart. */
export interface SourceUrl {
  readonly kind: string;
  readonly scheme: string;
  /** The whole URL without secrets: safe to show. */
  readonly text: string;
  readonly host: string;
  /** `0` when the URL names none. */
  readonly port: number;
  readonly username: string;
  readonly path: string;
  readonly parameters: Record<string, string>;
}

export interface RepositoryContext {
  readonly url: SourceUrl;
  readonly secrets: SourceSecrets;
  readonly dataDir: string;
  readonly resourcesDir: string;
  /** Whether this opening may change the store. */
  readonly writable?: boolean | undefined;
}

/** A record as it was read: what your batch said it is kept under, and what it held. */
export type StoredRecord =
  | { readonly kind: 'json'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'row'; readonly key: string; readonly row: readonly (string | null)[] };

export interface RemoveOptions {
  readonly signal: AbortSignal;
  /** Call it each time that so many more records are gone for good. */
  readonly removed?: (count: number) => void;
  /** Call it before a request that may remove so many records, of which nobody knows anything until you call `removed`. */
  readonly removing?: (count: number) => void;
}

export interface ReadOptions {
  /** When it fires, stop and let go of what was opened. */
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  readonly narrow?: Filter | undefined;
  /** Says how many records there seem to be, for the progress bar. */
  readonly expect: (records: number) => void;
}

export interface EstimateOptions {
  readonly signal: AbortSignal;
  readonly narrow?: Filter | undefined;
  /** Whether the store may be made to count, where that is exact and billed. */
  readonly exact: boolean;
}

/** Milliseconds since 1970 UTC, inclusive. */
export interface CountRange {
  readonly from?: number;
  readonly to?: number;
  readonly buckets?: number;
}

export interface CountByTime {
  readonly total: number;
  /** What a bucket covers: `1 hour`. */
  readonly step: string;
  readonly stepMs: number;
  /** Ascending, empty ones left out. */
  readonly buckets: readonly { readonly start: number; readonly count: number }[];
  readonly notes: readonly Note[];
}

export interface FollowOptions {
  /** Ends the watching quietly. */
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  readonly narrow?: Filter | undefined;
  /** When the capture began that the watching goes on from, milliseconds since 1970 UTC. */
  readonly since: number;
  /** Call it when everything that is there already was handed over. */
  readonly caughtUp: () => void;
  /** Call it when something that came was missed for good. */
  readonly missed: (why: string) => void;
}

/** Records whose value is the event's JSON, as bytes exactly as stored. */
export interface JsonBatch {
  readonly kind: 'json';
  readonly values: readonly Uint8Array[];
  /** What the store keeps each under; a key delivered twice is one record. Empty when it never delivers twice. */
  readonly keys: readonly Uint8Array[];
  readonly place?: (index: number) => string;
}

/** Records that the store keeps in columns, in the order of the eleven fields; `null` where it has none. */
export interface RowBatch {
  readonly kind: 'rows';
  readonly rows: readonly (readonly (string | null)[])[];
  readonly keys: readonly string[];
}

/** Records that are no events. */
export interface BrokenBatch {
  readonly kind: 'broken';
  readonly records: readonly {
    readonly code: string;
    readonly reason: string;
    readonly bytes: Uint8Array;
    readonly place: string;
  }[];
}

/**
 * Records of a store that keeps columns, as bytes of which nothing has been made yet: the fastest way of handing over many.
 * All arrays are yours, to be filled again when the next batch is asked for.
 */
export interface CellBatch {
  readonly kind: 'cells';
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Where each value lies in `bytes`: row by row, eleven a row, in the order of the event’s fields; texts in UTF-8, JSON last. */
  readonly starts: Int32Array;
  /** Bytes of each value; -1 where there is none. */
  readonly lengths: Int32Array;
  /** The moment of each row, microseconds since 1970; `NaN` where the value says it, as a text. */
  readonly micros: Float64Array;
  /** Whether those moments have no time zone. */
  readonly naive: boolean;
  /** A row as the JSON of an event, in memory that is not used again. */
  readonly record: (row: number) => Uint8Array;
}

export type RecordBatch = JsonBatch | RowBatch | BrokenBatch | CellBatch;

/** One store. `readEvents` is all that must be there. */
export abstract class AbstractRepository {
  protected readonly context: RepositoryContext;
  constructor(context: RepositoryContext);
  describe(signal: AbortSignal): Promise<StoreDescription>;
  abstract readEvents(filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent>;
  readRecords(options: ReadOptions): AsyncIterable<RecordBatch>;
  estimate(options: EstimateOptions): Promise<Estimate>;
  countByTime(range: CountRange, signal: AbortSignal): Promise<CountByTime>;
  followRecords(options: FollowOptions): AsyncIterable<RecordBatch>;
  writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void>;
  writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]>;
  removeRecords(records: Iterable<StoredRecord>, options: RemoveOptions): Promise<number>;
  clear(signal: AbortSignal): Promise<void>;
  protected requireWritable(): void;
  close(): Promise<void>;
}

export type RepositoryClass = new (context: RepositoryContext) => AbstractRepository;

export interface RepositoryMeta {
  readonly title: string;
  /** A source URL to show as an example. */
  readonly example: string;
  readonly capabilities: Capabilities;
}

/**
 * The event as compact JSON, fields in their order. What was given as JSON text is written as it was given: `1.10` stays
 * `1.10`, which `JSON.stringify` would make `1.1`.
 */
export function eventJson(event: AuditEvent, leaveOut?: readonly (keyof AuditEvent)[]): string;

/** What a kind of store can do that can only be read. */
export const READ_ONLY: Capabilities;

/**
 * Makes a kind of store known under a name, which is also the scheme of its source URLs.
 * @example registerRepository('mycustom', MyCustomRepository)
 */
export function registerRepository(kind: string, Repository: RepositoryClass, meta?: Partial<RepositoryMeta>): void;
export function registerRepository(kind: string, meta: RepositoryMeta, load: () => Promise<RepositoryClass>): void;

/** Who calls an action, and how it is followed. */
export interface CallOptions {
  /** Who asks; the signed-in user of this computer unless said. */
  readonly actor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: never) => void) | undefined;
}

/**
 * An action of the running engine by its name; docs/actions.md lists them all.
 * @example await getAction('event_audit_get_events')({ actor: 'robot' }, { category: 'package', limit: 100 })
 */
export function getAction(
  name: string,
): (context: CallOptions, input: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;

/** An event as its writer gives it. An id and the time are filled in when they are left out; texts are empty then. */
export type NewEvent = Pick<AuditEvent, 'category' | 'action'> & Partial<AuditEvent>;

/** What became of an event that was written. */
export interface Written {
  readonly event: AuditEvent;
  /** The setting, or `skipEvent`, that kept it from being recorded; `undefined` when it is recorded. */
  readonly skipped: string | undefined;
}

/** Records an event of one's own, by the same queue and rules as those of the product. It is on disk when this resolves. */
export function writeEvent(event: NewEvent): Promise<Written>;

/** Records several events, in order, all or none. */
export function writeEvents(events: readonly NewEvent[]): Promise<readonly Written[]>;

/** What a tracker is given when it starts. */
export interface TrackerContext {
  /** Fires when the engine closes or the plugin is taken back: stop watching and let go of everything. */
  readonly signal: AbortSignal;
}

/** A tracker. Every member may be left out. */
export interface Tracker {
  /** For messages. */
  readonly name?: string;
  /** Begins to watch, once the engine runs, and goes on until the signal fires. */
  readonly start?: (context: TrackerContext) => void | Promise<void>;
  /** Whether an event is not to be recorded. It must answer at once; one that fails skips nothing. */
  readonly skipEvent?: (event: AuditEvent) => boolean;
}

/** Registers a tracker. @returns a function that takes it back */
export function registerTracker(tracker: Tracker): () => void;

/** An engine: what the window and the command work with. */
export interface Engine {
  readonly call: (name: string, input: unknown, options?: CallOptions) => Promise<unknown>;
  readonly version: string;
  /** Writes what is queued, as far as that is quickly done, and closes everything. */
  readonly close: () => Promise<void>;
}

export interface EngineOptions {
  /** The folder that the product keeps its own things in. */
  readonly dataDir: string;
  /** The folder `resources` of this package, which is found unless said. */
  readonly resourcesDir?: string;
  /** Tells a person what goes wrong while events are recorded. */
  readonly warn?: (message: string) => void;
}

/** Starts an engine in this process, for scripts that no plugin is. */
export function startEngine(options: EngineOptions): Promise<Engine>;
