/** What a store is to the engine. Built-in stores and plugins extend the same class. */
import type { Capabilities, Estimate, Note, StoreDescription } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { auditEventSchema, EVENT_FIELDS, type AuditEvent } from '../../../shared/event.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import type { SourceSecrets, SourceUrl } from '../../../shared/source-url.ts';
import { jsonBatchOf } from './cell-batch.ts';
import { estimateFrom } from './estimate.ts';

/** What a repository is opened with. */
export interface RepositoryContext {
  readonly url: SourceUrl;
  readonly secrets: SourceSecrets;
  /** The app's data folder, where the embedded store lives. */
  readonly dataDir: string;
  /** Read-only folder with the bundled store. */
  readonly resourcesDir: string;
  /** Whether this opening may change the store. Left out, it may not. */
  readonly writable?: boolean | undefined;
}

/**
 * A record as it was read: what the store keeps it under (empty when its reader did not say), and what it held, as its bytes
 * or, of a store that keeps columns, as its values in the order of EVENT_FIELDS.
 */
export type StoredRecord =
  | { readonly kind: 'json'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'row'; readonly key: string; readonly row: readonly (string | null)[] };

export interface RemoveOptions {
  /** Ends it with `cancelled`; what was removed until then stays removed. */
  readonly signal: AbortSignal;
  /** Hears of each time that so many more records are gone for good. */
  readonly removed?: (count: number) => void;
  /**
   * Hears before a request goes out how many records it may remove, of which nobody knows anything until `removed` follows;
   * 0 when it removed none.
   */
  readonly removing?: (count: number) => void;
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

export interface EstimateOptions {
  readonly signal: AbortSignal;
  /** Only what passes is wanted, as far as the store can narrow. */
  readonly narrow?: Filter | undefined;
  /** Whether the store may be made to count, where that is exact and billed. */
  readonly exact: boolean;
}

/** Times of writing, milliseconds since 1970 UTC, inclusive; without, all that is there. */
export interface CountRange {
  readonly from?: number;
  readonly to?: number;
  /** At most about so many buckets. */
  readonly buckets?: number;
}

/** How many records a store holds, over time. */
export interface CountByTime {
  /** Records in the range, events or not. */
  readonly total: number;
  /** What a bucket covers, for people: `1 hour`. */
  readonly step: string;
  /** The same in milliseconds. */
  readonly stepMs: number;
  /** Ascending; empty buckets are left out. `start` in milliseconds since 1970 UTC. */
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
  /** Says that everything was handed over which the store holds already; what comes from here on is new. */
  readonly caughtUp: () => void;
  /** Says in one sentence that something that came was missed for good; the result is not whole then. */
  readonly missed: (why: string) => void;
}

/** Records whose value is the event's JSON, as bytes exactly as stored. */
export interface JsonBatch {
  readonly kind: 'json';
  readonly values: readonly Uint8Array[];
  /** What the store keeps each under; a key delivered twice is one record. Empty when the store never delivers twice. */
  readonly keys: readonly Uint8Array[];
  /** When the store itself says that each was written, milliseconds since 1970 UTC. Absent where no store tells. */
  readonly written?: readonly number[];
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

/**
 * Records of a store that keeps columns, as bytes of which nothing has been made yet. All arrays are their reader's, which
 * fills them again when it is asked for the next batch.
 */
export interface CellBatch {
  readonly kind: 'cells';
  readonly rows: number;
  readonly bytes: Uint8Array;
  /**
   * Where each value lies in `bytes`, row by row and in the order of EVENT_FIELDS. They are texts in UTF-8, and `result` and
   * `payload` JSON, as far as their reader knows: both are checked when they are taken in.
   */
  readonly starts: Int32Array;
  /** Bytes of each value; -1 where there is none. */
  readonly lengths: Int32Array;
  /** The moment of each row, microseconds since 1970; `NaN` where the value says it, as a text. */
  readonly micros: Float64Array;
  /** Whether those moments have no time zone; they are read as UTC. */
  readonly naive: boolean;
  /** A row as the JSON of an event: for what can't be taken in as it lies, and to tell it again. The caller's to keep. */
  readonly record: (row: number) => Uint8Array;
}

export type RecordBatch = JsonBatch | RowBatch | BrokenBatch | CellBatch;

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

  /** What reading would take. Unless overridden, as far as {@link describe} tells. @throws AppError `source_*` */
  async estimate({ signal, narrow }: EstimateOptions): Promise<Estimate> {
    return estimateFrom(await this.describe(signal), narrow);
  }

  /** Counts records over time in the store itself. Repositories that can't refuse. @throws AppError `source_*`, `unsupported` */
  countByTime(_range: CountRange, _signal: AbortSignal): Promise<CountByTime> {
    return Promise.reject(
      new AppError('unsupported', `${this.context.url.text} can’t count over time by itself. Read it instead.`),
    );
  }

  /**
   * Watches the store (capability `follow`): hands over what it holds now, at least what came since the capture that the
   * options name, says that it caught up, then hands over what comes, each record once, until the signal fires. A lost
   * connection is taken up again. Repositories that can't refuse.
   * @throws AppError `source_*` when watching can't go on, `unsupported`
   */
  followRecords(_options: FollowOptions): AsyncIterable<RecordBatch> {
    throw new AppError('unsupported', `${this.context.url.text} can’t be watched. Read it again instead.`);
  }

  /**
   * Adds one event (capability `write`). When it resolves, the store has it for good. Repositories that can't refuse.
   * @throws AppError `unsupported`, `invalid_input` for an event that the store can't hold, `source_*`
   */
  writeEvent(_event: AuditEvent, _signal: AbortSignal): Promise<void> {
    return Promise.reject(new AppError('unsupported', `The store ${this.context.url.text} can’t be written to.`));
  }

  /**
   * Adds events in their order. Unless overridden, one by one; an error then names in its `details.written` the ids of
   * those that are in the store. Asked again after a failure, a store that can tell events by their ids holds each once.
   * @returns what a person should know, such as parts that the store was too small for
   */
  async writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
    const written: AuditEvent['id'][] = [];
    for (const event of events) {
      try {
        throwIfAborted(signal);
        await this.writeEvent(event, signal);
      } catch (error) {
        throw withWritten(error, written);
      }
      written.push(event.id);
    }
    return [];
  }

  /**
   * Removes records (capability `remove`), each only if the store still holds exactly what was read.
   * @returns how many were removed; the others had been changed or were gone
   * @throws AppError `unsupported`, `source_*`; how many were removed before, the options were told
   */
  removeRecords(_records: Iterable<StoredRecord>, _options: RemoveOptions): Promise<number> {
    return Promise.reject(new AppError('unsupported', `Single events can’t be removed from ${this.context.url.text}.`));
  }

  /**
   * Removes everything (capability `clear`). Repositories that can remove single records need not override this: their
   * records are removed one by one, so that nothing goes that was not kept before.
   */
  clear(_signal: AbortSignal): Promise<void> {
    return Promise.reject(new AppError('unsupported', `${this.context.url.text} can’t be cleared.`));
  }

  /** @throws AppError `unsupported` unless this opening may change the store */
  protected requireWritable(): void {
    if (this.context.writable !== true) throw openedToRead(this.context);
  }

  /** Lets go of connections and files. Safe to call twice. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Says that a store that was opened to be read is not changed. */
export function openedToRead({ url }: Pick<RepositoryContext, 'url'>): AppError {
  return new AppError('unsupported', `${url.text} was opened to be read, not to be changed. Nothing was changed.`);
}

/**
 * The same error, which also says what was written before it happened, and of what nobody knows: in its message how many,
 * in its `details` as `written` and `unknown` which, by their ids.
 */
export function withWritten(
  error: unknown,
  written: readonly AuditEvent['id'][],
  unknown: readonly AuditEvent['id'][] = [],
): unknown {
  if (!(error instanceof AppError)) return error;
  const known = typeof error.details === 'object' ? error.details : {};
  const said = [
    ...(written.length === 0 ? [] : [`${countOf(written)} written before that: ${listed(written)}.`]),
    ...(unknown.length === 0 ? [] : [`Whether ${countOf(unknown)} written nobody knows: ${listed(unknown)}.`]),
  ];
  return new AppError(error.code, [error.message, ...said].join(' '), {
    details: { ...known, written, unknown },
    retryable: error.retryable,
    cause: error,
  });
}

function countOf(ids: readonly unknown[]): string {
  return ids.length === 1 ? '1 event was' : `${ids.length} events were`;
}

function listed(ids: readonly AuditEvent['id'][]): string {
  const shown = ids.slice(0, 3).map((id) => String(id).slice(0, 60));
  return `${shown.join(', ')}${ids.length > 3 ? ', …' : ''}`;
}

/** A repository that hands over what is stored. Its events are the records that are whole events. */
export abstract class RecordRepository extends AbstractRepository {
  abstract override readRecords(options: ReadOptions): AsyncIterable<RecordBatch>;

  override async *readEvents(_filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent> {
    for await (const each of this.readRecords(options)) {
      const batch = each.kind === 'cells' ? jsonBatchOf(each) : each;
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
