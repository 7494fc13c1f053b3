/** What a store is to the engine. Built-in stores and plugins extend the same class. */
import type { Capabilities, Note, StoreDescription } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { auditEventSchema, EVENT_FIELDS, type AuditEvent } from '../../../shared/event.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import type { SourceSecrets, SourceUrl } from '../../../shared/source-url.ts';

/** What a repository is opened with. */
export interface RepositoryContext {
  readonly url: SourceUrl;
  readonly secrets: SourceSecrets;
  /** The app's data folder, where the embedded store lives. */
  readonly dataDir: string;
  /** Read-only folder with the bundled store. */
  readonly resourcesDir: string;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Says something the reader of the capture should know. */
  readonly note: (note: Note) => void;
  /**
   * Only what passes this filter is wanted. A hint: a repository may leave out what can't pass, must hand over all that
   * can, and says in a note by what it narrowed. Absent: everything is wanted.
   */
  readonly narrow?: Filter | undefined;
  /** Says how many records there seem to be, for progress. */
  readonly expect: (records: number) => void;
}

/** Records whose value is the event's JSON, as bytes exactly as stored. */
export interface JsonBatch {
  readonly kind: 'json';
  readonly values: readonly Uint8Array[];
  /** What the store keeps each under; a key delivered twice is one record. Empty when the store never delivers twice. */
  readonly keys: readonly Uint8Array[];
  /** Says where a record lies, for one that is set aside; asked only then. Without it, its key names it. */
  readonly place?: (index: number) => string;
}

/** Records that the store keeps in columns, in the order of EVENT_FIELDS; `null` where it has none. */
export interface RowBatch {
  readonly kind: 'rows';
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the store keeps each under, for naming a rejected one. */
  readonly keys: readonly string[];
}

/** Records that are no events, as their reader saw already. They are set aside. */
export interface BrokenBatch {
  readonly kind: 'broken';
  readonly records: readonly {
    /** A stable name of the reason, such as `wrong_cells`. */
    readonly code: string;
    /** One sentence. */
    readonly reason: string;
    readonly bytes: Uint8Array;
    /** Where it lies: a line number, for instance. */
    readonly place: string;
  }[];
}

export type RecordBatch = JsonBatch | RowBatch | BrokenBatch;

/**
 * One store. `readEvents` is all a custom repository needs; built-in ones override `readRecords`, which hands over what
 * is stored without taking it apart.
 */
export abstract class AbstractRepository {
  protected readonly context: RepositoryContext;

  constructor(context: RepositoryContext) {
    this.context = context;
  }

  /** Connects and says what is there, without reading events. Unless overridden, only what the URL says. @throws AppError `source_*` */
  describe(_signal: AbortSignal): Promise<StoreDescription> {
    const { kind, text } = this.context.url;
    return Promise.resolve({
      kind,
      url: text,
      product: kind,
      records: null,
      estimated: false,
      bytes: null,
      notes: [],
    });
  }

  /**
   * All events, in any order. A filter is a hint: events that do not pass it may be left out, those that pass must come.
   * @throws AppError `source_*` when the store can't be read to its end.
   */
  abstract readEvents(filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent>;

  /** All records as stored, in batches. An abort ends it with `cancelled` after closing what it opened. */
  async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    let values: Uint8Array[] = [];
    for await (const event of this.readEvents(EMPTY_FILTER, options)) {
      values.push(Buffer.from(JSON.stringify(event)));
      if (values.length >= 500) {
        yield { kind: 'json', values, keys: [] };
        values = [];
      }
    }
    if (values.length > 0) yield { kind: 'json', values, keys: [] };
  }

  /** Adds one event. Repositories that can't refuse. */
  writeEvent(_event: AuditEvent, _signal: AbortSignal): Promise<void> {
    return Promise.reject(new AppError('unsupported', `The store ${this.context.url.text} can’t be written to.`));
  }

  /** Lets go of connections and files. Safe to call twice. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A repository that hands over what is stored. Its events are the records that are whole events. */
export abstract class RecordRepository extends AbstractRepository {
  abstract override readRecords(options: ReadOptions): AsyncIterable<RecordBatch>;

  override async *readEvents(_filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent> {
    for await (const batch of this.readRecords(options)) {
      if (batch.kind === 'broken') continue;
      for (const record of batch.kind === 'json' ? batch.values : batch.rows) {
        const event = auditEventSchema.safeParse(record instanceof Uint8Array ? jsonOf(record) : rowObject(record));
        if (event.success) yield event.data;
      }
    }
  }
}

function rowObject(row: readonly (string | null)[]): Record<string, unknown> {
  return Object.fromEntries(
    EVENT_FIELDS.flatMap((field, index) => {
      const value = row[index] ?? null;
      if (value === null) return [];
      return [[field, field === 'result' || field === 'payload' ? jsonOf(Buffer.from(value)) : value]];
    }),
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

export type RepositoryClass = new (context: RepositoryContext) => AbstractRepository;

/** What is known of a kind of store without loading its driver. */
export interface RepositoryMeta {
  readonly title: string;
  readonly example: string;
  readonly capabilities: Capabilities;
}

export const READ_ONLY: Capabilities = { write: false, remove: false, clear: false, follow: false, pushdown: [] };
