/** Answers questions about a snapshot: pages, counts, positions, whole events, and rows in order for exporters. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Reject, SnapshotStatus } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { FILTER_FIELDS, type EventDetail, type EventRow } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import { readable } from './schema.ts';
import type { Relation, Snapshot } from './snapshot.ts';
import type { RowBatch, ViewReader, ViewSpec } from './view.ts';
import { locatorsOf, ViewCache, type View } from './views.ts';

const ROW_COLUMNS = ['n', ...[...FILTER_FIELDS, 'timestamp'].map(readable), 'ts', 'flags', 'source'].join(', ');
const DETAIL_COLUMNS = [ROW_COLUMNS, ...['result', 'payload', 'raw'].map(readable)].join(', ');

/** An export reads so many rows at once, fewer where they are long. */
const BATCH_ROWS = 16_384;
const BATCH_BYTES = 1024 * 1024;
/** About what a row takes without its JSON. */
const FLAT_ROW_BYTES = 64;
/** Records this long may owe it to a field that is always read. */
const LONG_ROW_BYTES = 16_384;
/** Stretches that are read while the caller works on one. */
const READ_AHEAD = 1;
const PREVIEW_BYTES = 65_536;

export interface Page {
  readonly total: number;
  readonly revision: number;
  readonly rows: readonly EventRow[];
}

export class SnapshotQuery implements ViewReader {
  readonly snapshot: Snapshot;
  readonly views = new ViewCache();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  status(): SnapshotStatus {
    return this.snapshot.status();
  }

  async count(spec: ViewSpec, signal?: AbortSignal): Promise<number> {
    const total = await this.#withView(spec, signal, (_connection, view) => Promise.resolve(view.total));
    const left = Math.max(0, total - (spec.offset ?? 0));
    return spec.limit === undefined ? left : Math.min(left, spec.limit);
  }

  /** The number of events under a filter, and the revision it is true for. */
  async total(filter: Filter, signal?: AbortSignal): Promise<{ total: number; revision: number }> {
    return this.#withView({ filter, sort: DEFAULT_SORT }, signal, (_connection, view) =>
      Promise.resolve({ total: view.total, revision: view.relation.revision }),
    );
  }

  async page(spec: ViewSpec, offset: number, limit: number, signal?: AbortSignal): Promise<Page> {
    return this.#withView(spec, signal, async (connection, view) => {
      const locators = await locatorsOf(connection, view, offset, limit);
      const found = await fetchRows(connection, view.relation, ROW_COLUMNS, locators);
      const rows = locators.flatMap((locator) => {
        const row = found.get(locator);
        return row === undefined ? [] : [toEventRow(row)];
      });
      return { total: view.total, revision: view.relation.revision, rows };
    });
  }

  /** Where an event stands in a view, or `null` when it does not pass the filter. */
  async locate(spec: ViewSpec, n: number, signal?: AbortSignal): Promise<number | null> {
    return this.#withView(spec, signal, async (connection, view) => {
      const { locator, table } = view.relation;
      const source =
        view.table === undefined
          ? `SELECT ${locator} FROM ${table} WHERE n = $1`
          : `SELECT rowid FROM ${view.table} WHERE locator = (SELECT ${table}.${locator} FROM ${table} WHERE n = $1)`;
      const rows = (await connection.runAndReadAll(source, [BigInt(n)])).getRows();
      const at = rows[0]?.[0];
      if (at === undefined || at === null) return null;
      return view.reversed ? view.total - 1 - Number(at) : Number(at);
    });
  }

  /** Whole events by position in the snapshot or by id, in time order. An unknown one gives an empty list. */
  async events(key: { readonly n: number } | { readonly id: string }, signal?: AbortSignal): Promise<EventDetail[]> {
    return this.snapshot.read(signal, async (connection, { table }) => {
      const [where, value]: [string, DuckDBValue] = 'n' in key ? ['n = $1', BigInt(key.n)] : ['id = $1', key.id];
      const rows = await connection.runAndReadAll(
        `SELECT ${DETAIL_COLUMNS} FROM ${table} WHERE ${where} ORDER BY ts, n LIMIT 1000`,
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
    return this.#withView(spec, signal, async (connection, view) => {
      const locators = await locatorsOf(connection, view, offset, limit);
      const found = await fetchRows(connection, view.relation, DETAIL_COLUMNS, locators);
      const events = locators.flatMap((locator) => {
        const row = found.get(locator);
        return row === undefined ? [] : [toEventDetail(row)];
      });
      return { total: view.total, events };
    });
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

  batches(spec: ViewSpec, expressions: readonly string[], signal?: AbortSignal): AsyncIterable<RowBatch> {
    return this.#stretches(spec, expressions, signal, (connection, view, offset, limit) =>
      readBatch(connection, view, expressions, offset, limit),
    );
  }

  lines(spec: ViewSpec, expression: string, signal?: AbortSignal): AsyncIterable<readonly string[]> {
    return this.#stretches(spec, [expression], signal, (connection, view, offset, limit) =>
      readLines(connection, view, expression, offset, limit),
    );
  }

  /** Reads a view stretch by stretch, each of about as many bytes. */
  async *#stretches<T>(
    spec: ViewSpec,
    expressions: readonly string[],
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, view: View, offset: number, limit: number) => Promise<T>,
  ): AsyncIterable<T> {
    const total = await this.count(spec, signal);
    const { captured, bytes_read } = this.snapshot.status();
    const wide = expressions.some((expression) => /\b(?:result|payload|raw)\b/.test(expression));
    const average = captured === 0 ? 1 : bytes_read / captured;
    const perRow = wide || average > LONG_ROW_BYTES ? average : FLAT_ROW_BYTES;
    const size = Math.max(64, Math.min(BATCH_ROWS, Math.floor(BATCH_BYTES / Math.max(1, perRow))));
    const start = spec.offset ?? 0;
    const read = (from: number): Promise<T> =>
      this.#withView(spec, signal, (connection, view) =>
        reader(connection, view, start + from, Math.min(size, total - from)),
      );
    // The database reads the next stretches while the caller writes this one.
    const ahead: Promise<T>[] = [];
    for (let from = 0; from < total || ahead.length > 0; from += size) {
      if (from < total) {
        const next = read(from);
        next.catch(() => undefined);
        ahead.push(next);
      }
      if (ahead.length <= READ_AHEAD && from + size < total) continue;
      const batch = ahead.shift();
      if (batch !== undefined) yield await batch;
    }
  }

  #withView<T>(
    spec: ViewSpec,
    signal: AbortSignal | undefined,
    reader: (connection: DuckDBConnection, view: View) => Promise<T>,
  ): Promise<T> {
    return this.snapshot.read(signal, (connection, relation) =>
      this.views.use(connection, relation, spec, (view) => reader(connection, view)),
    );
  }
}

async function readBatch(
  connection: DuckDBConnection,
  view: View,
  expressions: readonly string[],
  offset: number,
  limit: number,
): Promise<RowBatch> {
  const { rows, order } = await stretch(connection, view, offset, limit);
  const result = await connection.runAndReadAll(`SELECT ${expressions.join(', ')} FROM ${rows} ORDER BY ${order}`);
  const rowCount = result.currentRowCount;
  checkRows(limit, rowCount);
  return { rowCount, columns: result.getColumns() };
}

async function readLines(
  connection: DuckDBConnection,
  view: View,
  expression: string,
  offset: number,
  limit: number,
): Promise<readonly string[]> {
  const { rows, order } = await stretch(connection, view, offset, limit);
  try {
    // The driver drops one byte order mark from the start of a text, so the text is given one.
    const sql = `SELECT chr(65279) || string_agg(${expression}, chr(10) ORDER BY ${order}) FROM ${rows}`;
    const result = await connection.runAndReadAll(sql);
    const lines = textOf(result.getRows()[0]?.[0]).split('\n');
    checkRows(limit, lines.length);
    return lines;
  } catch (error) {
    if (limit === 1 || !(error instanceof Error && /out of memory/i.test(error.message))) throw error;
    // These rows are far longer than most: half of them at a time may fit.
    const half = Math.floor(limit / 2);
    const first = await readLines(connection, view, expression, offset, half);
    return [...first, ...(await readLines(connection, view, expression, offset + half, limit - half))];
  }
}

/** The SQL for a stretch of a view: where its rows come from, and by what they are put in order. */
async function stretch(
  connection: DuckDBConnection,
  view: View,
  offset: number,
  limit: number,
): Promise<{ readonly rows: string; readonly order: string }> {
  const { table, locator } = view.relation;
  const first = view.reversed ? view.total - offset - limit : offset;
  const last = view.reversed ? view.total - offset : offset + limit;
  const direction = view.reversed ? 'DESC' : 'ASC';
  if (view.table === undefined) {
    return {
      rows: `${table} WHERE ${locator} >= ${first} AND ${locator} < ${last}`,
      order: `${locator} ${direction}`,
    };
  }
  const entries = `(SELECT rowid AS place, locator AS located FROM ${view.table} WHERE rowid >= ${first} AND rowid < ${last})`;
  const range = await connection.runAndReadAll(`SELECT min(located), max(located) FROM ${entries}`);
  const [low, high] = range.getRows()[0] ?? [];
  // The range lets the scan skip most of the table when the view is in the table's order.
  return {
    rows: `${table} JOIN ${entries} ON ${table}.${locator} = located
           WHERE ${table}.${locator} BETWEEN ${String(low)} AND ${String(high)}`,
    order: `place ${direction}`,
  };
}

function checkRows(wanted: number, found: number): void {
  if (wanted === found) return;
  throw new AppError('internal', `Unexpected problem: ${wanted} rows were to be read, ${found} came.`);
}

type Row = readonly DuckDBValue[];

async function fetchRows(
  connection: DuckDBConnection,
  relation: Relation,
  columns: string,
  locators: readonly bigint[],
): Promise<Map<bigint, Row>> {
  if (locators.length === 0) return new Map();
  let low = locators[0] ?? 0n;
  let high = low;
  for (const locator of locators) {
    if (locator < low) low = locator;
    if (locator > high) high = locator;
  }
  const { locator } = relation;
  const dense = high - low < BigInt(locators.length);
  const picked = dense ? '' : ` AND ${locator} IN (${locators.join(', ')})`;
  const rows = await connection.runAndReadAll(
    `SELECT ${locator}, ${columns} FROM ${relation.table} WHERE ${locator} BETWEEN ${low} AND ${high}${picked}`,
  );
  return new Map(rows.getRows().map(([at, ...row]) => [BigInt(String(at)), row]));
}

function toEventRow(row: Row): EventRow {
  const [n, id, category, action, actor, object, objectId, targetType, targetId, timestamp, ts, flags, source] = row;
  return {
    n: Number(n),
    id: String(id),
    category: String(category),
    action: String(action),
    actor: String(actor),
    action_object: String(object),
    action_object_id: String(objectId),
    target_type: String(targetType),
    target_id: String(targetId),
    timestamp: String(timestamp),
    instant: formatInstant(BigInt(String(ts))),
    flags: Number(flags),
    source: Number(source),
  };
}

function toEventDetail(row: Row): EventDetail {
  const [result, payload, raw] = row.slice(13);
  return { ...toEventRow(row), result: textOrNull(result), payload: textOrNull(payload), raw: textOrNull(raw) };
}

function textOrNull(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
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
