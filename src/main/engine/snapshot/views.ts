/** The rows of a view in its order, kept so that any page is found at once: where no index is, and for exports, in tables. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import { filterToSql } from './filter-sql.ts';
import { matchRefused } from './refused-json.ts';
import { rowAt, sizeOf, type Rows, type Stretch } from './rows.ts';
import { isOutOfMemory } from './schema.ts';
import type { Selections } from './selections.ts';
import type { Relation } from './snapshot.ts';
import { StreamMemory } from './stream-memory.ts';
import type { ViewSpec } from './view.ts';

/** A view whose rows are known, in ascending order: their numbers, or a table that lists their locators. */
export interface View {
  readonly total: number;
  readonly relation: Relation;
  /** What is known of the relation's rows without its table. */
  readonly index?: Pick<Selections, 'table' | 'search'>;
  readonly place: { readonly rows: Rows } | { readonly table: string };
  /** Whether the view runs from the last of them to the first. */
  readonly reversed: boolean;
}

/** A view that SQL can join with its table. */
export interface TableView extends View {
  readonly place: { readonly rows: Stretch } | { readonly table: string };
}

const SORT_MEMORY = '64MB';
const KEPT = 12;
const KEPT_STRETCHES = 64;

let tablesMade = 0;

/** A name for a table in memory that no other has, in whichever database. */
export function newTable(what: string): string {
  tablesMade += 1;
  return `views.${what}_${tablesMade}`;
}

interface Kept {
  readonly table: string;
  readonly total: number;
  readonly revision: number;
}

interface Entry {
  readonly made: Promise<Kept>;
  /** How many readers use the table now; it is not dropped below them. */
  users: number;
}

export class ViewCache {
  readonly #entries = new Map<string, Entry>();
  readonly #stretches = new Map<string, Stretch>();
  readonly #memory = new StreamMemory(SORT_MEMORY);

  /**
   * Runs a reader on the view of a filter and order, which is made on first use. Ascending and descending share one table.
   */
  async use<T>(
    connection: DuckDBConnection,
    relation: Relation,
    spec: ViewSpec,
    reader: (view: TableView) => Promise<T>,
  ): Promise<T> {
    const reversed = spec.sort.direction === 'desc';
    if (relation.ordered && spec.sort.field === 'timestamp' && spec.only === undefined && hasOnlyTimes(spec.filter)) {
      const rows = await this.#stretch(connection, relation, spec.filter);
      return reader({ total: sizeOf(rows), relation, place: { rows }, reversed });
    }
    const entry = await this.#entry(connection, relation, spec);
    try {
      const { table, total } = await entry.made;
      return await reader({ total, relation, place: { table }, reversed });
    } finally {
      entry.users -= 1;
    }
  }

  /** The rows of an ordered table within a filter's time range. */
  async #stretch(connection: DuckDBConnection, { table, revision }: Relation, filter: Filter): Promise<Stretch> {
    const { sql, values } = filterToSql(filter);
    const key = [revision, sql, ...values].join(' ');
    const known = this.#stretches.get(key);
    if (known !== undefined) return known;
    const found = await connection.runAndReadAll(
      `SELECT coalesce(min(rowid), 0), coalesce(max(rowid) + 1, 0) FROM ${table} WHERE ${sql}`,
      [...values],
    );
    const [from, to] = found.getRows()[0] ?? [];
    const stretch = { from: Number(from), to: Number(to) };
    if (this.#stretches.size >= KEPT_STRETCHES) this.#stretches.clear();
    this.#stretches.set(key, stretch);
    return stretch;
  }

  async #entry(connection: DuckDBConnection, relation: Relation, spec: ViewSpec): Promise<Entry> {
    const key = JSON.stringify([relation.revision, spec.sort.field, spec.filter, spec.only ?? null]);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.users += 1;
      try {
        await known.made;
        // Used again: moves behind the others in the order of eviction.
        if (this.#entries.delete(key)) this.#entries.set(key, known);
        return known;
      } catch {
        // Whoever began to make it was interrupted, or it can't be made; the attempt below says which.
        known.users -= 1;
      }
    }
    const entry: Entry = { made: this.#make(connection, relation, spec), users: 1 };
    this.#entries.set(key, entry);
    try {
      await entry.made;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
    await this.#evict(connection, relation.revision);
    return entry;
  }

  async #make(connection: DuckDBConnection, relation: Relation, { filter, sort, only }: ViewSpec): Promise<Kept> {
    const condition = filterToSql(filter, {
      ...relation,
      paths: await matchRefused(connection, relation, filter),
    });
    const table = newTable('view');
    const picked = only === undefined ? '' : ` AND n IN (${only.map(Number).join(', ') || 'NULL'})`;
    const timeOrder = relation.ordered ? relation.locator : 'ts, id, n';
    const order = sort.field === 'timestamp' ? timeOrder : `${sort.field}, ${timeOrder}`;
    // Also what is read from a table in this order: a filter may become a join, behind which rows come in any order.
    const sql = `CREATE TABLE ${table} AS SELECT ${relation.locator} AS locator FROM ${relation.table} WHERE (${condition.sql})${picked} ORDER BY ${order}`;
    const make = (): Promise<unknown> => connection.run(sql, [...condition.values]);
    // While rows are still coming in, they need the memory.
    await (relation.ordered ? this.#sorting(connection, make) : make());
    const count = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
    return { table, total: Number(count.getRows()[0]?.[0] ?? 0), revision: relation.revision };
  }

  /** Sorting takes what memory it may and hardly gains by it: it gets less, unless that is too little. */
  async #sorting(connection: DuckDBConnection, make: () => Promise<unknown>): Promise<void> {
    try {
      await this.#memory.begin(connection);
      await make();
      return;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    } finally {
      await this.#memory.end(connection);
    }
    await make();
  }

  /** Drops the views least lately used, and those of revisions that nobody asks for any more. */
  async #evict(connection: DuckDBConnection, revision: number): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (entry.users > 0) continue;
      const { table, revision: made } = await entry.made;
      if (entry.users > 0 || (this.#entries.size <= KEPT && made >= revision)) continue;
      this.#entries.delete(key);
      await connection.run(`DROP TABLE IF EXISTS ${table}`);
    }
  }
}

/** Whether rows in time order that pass the filter follow one another without gaps. */
function hasOnlyTimes(filter: Filter): boolean {
  return isEmptyFilter({ ...filter, time_from: '', time_to: '' });
}

/** SQL: the rows of a view, in no order, with all their columns. */
export function rowsOfView({ relation: { table, locator }, place }: TableView): string {
  return 'rows' in place
    ? `(SELECT * FROM ${table} WHERE ${locator} >= ${place.rows.from} AND ${locator} < ${place.rows.to})`
    : `(SELECT * FROM ${table} SEMI JOIN ${place.table} ON ${table}.${locator} = ${place.table}.locator)`;
}

/** The places in ascending order that a stretch of a view covers: from the first to the last, which is not of them. */
export function placesOf(view: View, offset: number, limit: number): Stretch {
  const from = Math.min(Math.max(0, offset), view.total);
  const to = Math.min(from + Math.max(0, limit), view.total);
  return view.reversed ? { from: view.total - to, to: view.total - from } : { from, to };
}

/** The locators of a stretch of a view, in view order. */
export async function locatorsOf(
  connection: DuckDBConnection,
  view: View,
  offset: number,
  limit: number,
): Promise<readonly bigint[]> {
  const { from, to } = placesOf(view, offset, limit);
  if (from === to) return [];
  const { place } = view;
  let locators: bigint[];
  if ('rows' in place) {
    locators = Array.from({ length: to - from }, (_, index) => BigInt(rowAt(place.rows, from + index) ?? 0));
  } else {
    const rows = await connection.runAndReadAll(
      `SELECT locator FROM ${place.table} WHERE rowid >= ${from} AND rowid < ${to} ORDER BY rowid`,
    );
    locators = rows.getRows().map(([locator]) => BigInt(String(locator)));
  }
  return view.reversed ? locators.toReversed() : locators;
}
