/** Ordered positions of the rows that pass a filter, kept so that any page of a view is found at once. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { filterToSql } from './filter-sql.ts';
import { matchRefused } from './refused-json.ts';
import type { Relation } from './snapshot.ts';
import type { ViewSpec } from './view.ts';

/** A view whose rows are known. */
export interface View {
  readonly total: number;
  readonly relation: Relation;
  /** Table of ordered locators in ascending order, or `undefined` when they are simply 0 … total − 1. */
  readonly table: string | undefined;
  /** Whether the view runs from the last entry of the table to the first. */
  readonly reversed: boolean;
}

const KEPT = 12;

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
  #made = 0;

  /**
   * Runs a reader on the view of a filter and order, which is made on first use. Ascending and descending share one table.
   */
  async use<T>(
    connection: DuckDBConnection,
    relation: Relation,
    spec: ViewSpec,
    reader: (view: View) => Promise<T>,
  ): Promise<T> {
    const reversed = spec.sort.direction === 'desc';
    if (relation.ordered && spec.sort.field === 'timestamp' && isEmptyFilter(spec.filter) && spec.only === undefined) {
      const count = await connection.runAndReadAll(`SELECT count(*) FROM ${relation.table}`);
      return reader({ total: Number(count.getRows()[0]?.[0] ?? 0), relation, table: undefined, reversed });
    }
    const entry = await this.#entry(connection, relation, spec);
    try {
      const { table, total } = await entry.made;
      return await reader({ total, relation, table, reversed });
    } finally {
      entry.users -= 1;
    }
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
    this.#made += 1;
    const table = `views.view_${this.#made}`;
    const picked = only === undefined ? '' : ` AND n IN (${only.map(Number).join(', ') || 'NULL'})`;
    const timeOrder = relation.ordered ? relation.locator : 'ts, id, n';
    const order = sort.field === 'timestamp' ? timeOrder : `${sort.field}, ${timeOrder}`;
    // Rows of an ordered table come in its order by themselves, which saves sorting them.
    const orderBy = relation.ordered && sort.field === 'timestamp' ? '' : ` ORDER BY ${order}`;
    await connection.run(
      `CREATE TABLE ${table} AS SELECT ${relation.locator} AS locator FROM ${relation.table} WHERE (${condition.sql})${picked}${orderBy}`,
      [...condition.values],
    );
    const count = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
    return { table, total: Number(count.getRows()[0]?.[0] ?? 0), revision: relation.revision };
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

/** The locators of a stretch of a view, in view order. */
export async function locatorsOf(
  connection: DuckDBConnection,
  view: View,
  offset: number,
  limit: number,
): Promise<readonly bigint[]> {
  const from = Math.min(Math.max(0, offset), view.total);
  const to = Math.min(from + Math.max(0, limit), view.total);
  if (from === to) return [];
  // Entries of the ascending table that the stretch covers.
  const first = view.reversed ? view.total - to : from;
  const last = view.reversed ? view.total - from : to;
  let locators: bigint[];
  if (view.table === undefined) {
    locators = Array.from({ length: last - first }, (_, index) => BigInt(first + index));
  } else {
    const rows = await connection.runAndReadAll(
      `SELECT locator FROM ${view.table} WHERE rowid >= ${first} AND rowid < ${last} ORDER BY rowid`,
    );
    locators = rows.getRows().map(([locator]) => BigInt(String(locator)));
  }
  return view.reversed ? locators.toReversed() : locators;
}
