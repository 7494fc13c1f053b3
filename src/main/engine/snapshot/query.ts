/** Answers questions about a snapshot: pages, counts, positions, whole events, and rows in order for exporters. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Reject, SnapshotStatus } from '../../../shared/contract.ts';
import type { EventDetail, EventRow } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { RowIndex, SEARCH_INDEX_ROWS } from './row-index.ts';
import { placeOf, sizeOf } from './rows.ts';
import type { Selections } from './selections.ts';
import { DETAIL_COLUMNS, shownDetails, shownRows, toEventDetail } from './shown-rows.ts';
import type { Relation, Snapshot } from './snapshot.ts';
import { StreamMemory } from './stream-memory.ts';
import type { Blocks, RowBlock, ViewReader, ViewSpec } from './view.ts';
import { readBlocks } from './view-blocks.ts';
import { locatorsOf, ViewCache, type TableView, type View } from './views.ts';

/** An export reads so many rows at once, fewer where they are long. */
const BLOCK_ROWS = 16_384;
const BLOCK_BYTES = 1024 * 1024;
/** The database takes so many rows at a time through its operators. */
const VECTOR_ROWS = 2_048;
/** About what a row takes without its JSON. */
const FLAT_ROW_BYTES = 64;
/** Records this long may owe it to a field that is always read. */
const LONG_ROW_BYTES = 16_384;
/** Stretches that are read while the caller works on one. */
const READ_AHEAD = 2;
const PREVIEW_BYTES = 65_536;

export interface QueryOptions {
  /** Whether there are indexes, or the tables answer. */
  readonly indexed?: boolean;
  /** From so many rows on, there is an index of what is searched, too. */
  readonly searchIndexRows?: number;
}

export interface Page {
  readonly total: number;
  readonly revision: number;
  readonly rows: readonly EventRow[];
}

export class SnapshotQuery implements ViewReader {
  readonly snapshot: Snapshot;
  readonly views = new ViewCache();
  readonly #memory = new StreamMemory();
  /** `undefined` when only the tables are to answer. */
  readonly #index: RowIndex | undefined;

  constructor(snapshot: Snapshot, { indexed = true, searchIndexRows = SEARCH_INDEX_ROWS }: QueryOptions = {}) {
    this.snapshot = snapshot;
    this.#index = indexed ? new RowIndex(snapshot, { searchIndexRows }) : undefined;
  }

  /** Makes the indexes of the rows if they are not there, and waits for them. Questions do without them until then. */
  async prepare(signal?: AbortSignal): Promise<void> {
    await this.snapshot.read(signal, (_connection, relation) => Promise.resolve(this.#index?.begin(relation)));
    await this.#index?.made();
  }

  /**
   * Answers a question from the index, or from the table while there is none. The first answer from the table makes the
   * index begin, so that it is there for the next.
   * @param isLast no further question is to be expected
   */
  async answer<T>(
    signal: AbortSignal | undefined,
    fromIndex: (connection: DuckDBConnection, relation: Relation, selections: Selections) => Promise<T | undefined>,
    fromTable: (connection: DuckDBConnection, relation: Relation) => Promise<T>,
    isLast = false,
  ): Promise<T> {
    return this.snapshot.read(signal, async (connection, relation) => {
      const selections = this.#index?.of(relation);
      const quick = selections === undefined ? undefined : await fromIndex(connection, relation, selections);
      if (quick !== undefined) return quick;
      const answer = await fromTable(connection, relation);
      if (!isLast) this.#index?.begin(relation);
      return answer;
    });
  }

  status(): SnapshotStatus {
    return this.snapshot.status();
  }

  async count(spec: ViewSpec, signal?: AbortSignal): Promise<number> {
    const total = await this.#withView(spec, signal, (_connection, view) => Promise.resolve(view.total));
    const left = Math.max(0, total - (spec.offset ?? 0));
    return spec.limit === undefined ? left : Math.min(left, spec.limit);
  }

  async hasFlag(flag: number, signal?: AbortSignal): Promise<boolean> {
    return this.snapshot.read(signal, async (connection, { table }) => {
      const found = await connection.runAndReadAll(`SELECT 1 FROM ${table} WHERE (flags & ${flag}) <> 0 LIMIT 1`);
      return found.currentRowCount > 0;
    });
  }

  /** The number of events under a filter, and the revision it is true for. */
  async total(filter: Filter, signal?: AbortSignal): Promise<{ total: number; revision: number }> {
    return this.#quickly({ filter, sort: DEFAULT_SORT }, signal, (_connection, view) =>
      Promise.resolve({ total: view.total, revision: view.relation.revision }),
    );
  }

  async page(spec: ViewSpec, offset: number, limit: number, signal?: AbortSignal): Promise<Page> {
    return this.#quickly(spec, signal, async (connection, view) => {
      const locators = await locatorsOf(connection, view, offset, limit);
      const rows = await shownRows(connection, view, locators);
      return { total: view.total, revision: view.relation.revision, rows };
    });
  }

  /** Where an event stands in a view, or `null` when it does not pass the filter. */
  async locate(spec: ViewSpec, n: number, signal?: AbortSignal): Promise<number | null> {
    return this.#quickly(spec, signal, async (connection, view) => {
      const { place, relation } = view;
      const { locator, table } = relation;
      const [found] = (
        await connection.runAndReadAll(`SELECT ${locator} FROM ${table} WHERE n = $1`, [BigInt(n)])
      ).getRows();
      if (found === undefined) return null;
      let at = -1;
      if ('rows' in place) at = placeOf(place.rows, Number(found[0]));
      else {
        const sql = `SELECT rowid FROM ${place.table} WHERE locator = $1`;
        const rows = (await connection.runAndReadAll(sql, [BigInt(String(found[0]))])).getRows();
        at = Number(rows[0]?.[0] ?? -1);
      }
      if (at < 0) return null;
      return view.reversed ? view.total - 1 - at : at;
    });
  }

  /** Whole events by position in the snapshot or by id, in time order. An unknown one gives an empty list. */
  async events(key: { readonly n: number } | { readonly id: string }, signal?: AbortSignal): Promise<EventDetail[]> {
    return this.snapshot.read(signal, async (connection, { table }) => {
      const [where, value]: [string, DuckDBValue] = 'n' in key ? ['n = $1', BigInt(key.n)] : ['id = $1', key.id];
      const rows = await connection.runAndReadAll(
        `SELECT ${DETAIL_COLUMNS.join(', ')} FROM ${table} WHERE ${where} ORDER BY ts, n LIMIT 1000`,
        [value],
      );
      return rows.getRows().map(toEventDetail);
    });
  }

  /** Whole events of a stretch of a view. */
  async details(
    spec: ViewSpec,
    offset: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ total: number; events: EventDetail[] }> {
    const read = async (
      connection: DuckDBConnection,
      view: View,
    ): Promise<{ total: number; events: EventDetail[] }> => {
      const locators = await locatorsOf(connection, view, offset, limit);
      return { total: view.total, events: await shownDetails(connection, view, locators) };
    };
    return this.#quickly(spec, signal, read, true);
  }

  async rejects(offset: number, limit: number, signal?: AbortSignal): Promise<{ total: number; rejects: Reject[] }> {
    return this.snapshot.read(signal, async (connection) => {
      const total = Number((await connection.runAndReadAll('SELECT count(*) FROM reject')).getRows()[0]?.[0] ?? 0);
      const rows = await connection.runAndReadAll(
        `SELECT seq, code, reason, record_key, octet_length(raw), raw[1:${PREVIEW_BYTES}] FROM reject ORDER BY seq LIMIT ${limit} OFFSET ${offset}`,
      );
      const rejects = rows.getRowsJS().map(([seq, code, reason, key, size, raw]) => ({
        seq: Number(seq),
        code: textOf(code),
        reason: textOf(reason),
        key: keyText(key),
        size: Number(size),
        preview: Buffer.from(bytesOf(raw)).toString('utf8'),
      }));
      return { total, rejects };
    });
  }

  /** Reads a view stretch by stretch, each of about as many bytes. */
  async *blocks(
    spec: ViewSpec,
    expression: string,
    { separator, size: bytes = BLOCK_BYTES }: Blocks,
    signal?: AbortSignal,
  ): AsyncIterable<RowBlock> {
    const total = await this.count(spec, signal);
    const { captured, bytes_read } = this.snapshot.status();
    const wide = /\b(?:result|payload|raw)\b/.test(expression);
    const average = captured === 0 ? 1 : bytes_read / captured;
    const perRow = wide || average > LONG_ROW_BYTES ? average : FLAT_ROW_BYTES;
    const size = blockRows(perRow, bytes);
    const start = spec.offset ?? 0;
    const read = (from: number): Promise<readonly RowBlock[]> =>
      this.#withView(spec, signal, (connection, view) =>
        readBlocks(connection, view, expression, separator, start + from, Math.min(size, total - from)),
      );
    // The database reads the next stretches while the caller writes this one.
    const ahead: Promise<readonly RowBlock[]>[] = [];
    await this.snapshot.read(signal, (connection) => this.#memory.begin(connection));
    try {
      for (let from = 0; from < total || ahead.length > 0; from += size) {
        if (from < total) {
          const next = read(from);
          next.catch(() => undefined);
          ahead.push(next);
        }
        if (ahead.length <= READ_AHEAD && from + size < total) continue;
        const blocks = ahead.shift();
        if (blocks !== undefined) yield* await blocks;
      }
    } finally {
      // A snapshot that was closed meanwhile has no memory to be given back.
      await this.snapshot.read(undefined, (connection) => this.#memory.end(connection)).catch(() => undefined);
    }
  }

  /** Runs a reader on a view as the index knows it, or on its table. */
  #quickly<T>(
    spec: ViewSpec,
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, view: View) => Promise<T>,
    isLast = false,
  ): Promise<T> {
    return this.answer(
      signal,
      async (connection, relation, selections) => {
        const rows = await selections.ordered(connection, relation, spec);
        if (rows === undefined) return undefined;
        return reader(connection, {
          total: sizeOf(rows),
          relation,
          index: selections,
          place: { rows },
          reversed: spec.sort.direction === 'desc',
        });
      },
      (connection, relation) => this.views.use(connection, relation, spec, (view) => reader(connection, view)),
      isLast,
    );
  }

  #withView<T>(
    spec: ViewSpec,
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, view: TableView) => Promise<T>,
  ): Promise<T> {
    return this.snapshot.read(signal, (connection, relation) =>
      this.views.use(connection, relation, spec, (view) => reader(connection, view)),
    );
  }
}

/** Rows of so many bytes that are read at once: whole vectors of the database, where they are not too long. */
function blockRows(rowBytes: number, bytes: number): number {
  const rows = Math.floor(bytes / Math.max(1, rowBytes));
  return rows < VECTOR_ROWS ? Math.max(64, rows) : Math.min(BLOCK_ROWS, rows - (rows % VECTOR_ROWS));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function keyText(value: unknown): string {
  const bytes = Buffer.from(bytesOf(value));
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : bytes.toString('base64');
}
