/** Which rows of a coded table pass a filter, and in which order: found once and kept while they are used. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { FACET_FIELDS, type FacetField } from '../../../shared/event.ts';
import { EMPTY_FILTER, type Filter, type PathCondition } from '../../../shared/filter.ts';
import type { CodedColumn, CodedTable } from './coded-table.ts';
import { filterToSql, sourceIndexes, timeBounds } from './filter-sql.ts';
import { rowsAmong, rowsThat } from './found-rows.ts';
import { matchRefused } from './refused-json.ts';
import type { SearchIndex } from './search/search-index.ts';
import {
  countCodes,
  firstPlace,
  inOrderOf,
  keep,
  markAllowed,
  mostOf,
  othersOf,
  shared,
  subtract,
  unionOf,
  withMarked,
  withOthers,
  type Allowed,
  type Rows,
  type Stretch,
} from './rows.ts';
import { RunningCounts } from './running-counts.ts';
import { searchParts } from './search-sql.ts';
import type { Relation } from './snapshot.ts';
import { ValueRows } from './value-rows.ts';
import type { ViewSpec } from './view.ts';

interface Kept {
  readonly rows: Promise<Rows>;
  /** Known when they are found. */
  bytes: number;
}

/** Lists of rows are kept up to so many bytes together. */
const KEPT_BYTES = 24 * 1024 * 1024;
const KEPT_LISTS = 256;

export class Selections {
  readonly table: CodedTable;
  /** Finds texts and values in JSON, as soon as it is there. */
  search: SearchIndex | undefined;
  /** The values of columns in lower case. */
  readonly #lowered = new Map<CodedColumn, readonly string[]>();
  /** The least lately used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #valueRows = new ValueRows();
  /** Made when a stretch is counted first: time ranges, and all rows, are asked for again and again. */
  readonly #running = new Map<CodedColumn, RunningCounts>();

  constructor(table: CodedTable) {
    this.table = table;
  }

  /**
   * The rows that pass a filter, in time order.
   * @throws AppError as {@link filterToSql} does
   */
  async rows(connection: DuckDBConnection, relation: Relation, filter: Filter): Promise<Rows> {
    // Whatever is wrong with a filter is wrong with it here, too.
    filterToSql(filter, relation);
    const span = this.#span(filter);
    const { time_from, time_to, time_zone, search, where, set } = filter;
    const within = { ...EMPTY_FILTER, time_from, time_to, time_zone };
    const lists: Rows[] = [];
    const index = this.#usableIndex();
    const conditions = filter.conditions.filter(({ field }) => !isFacet(field));
    const asked = { ...within, conditions, where: index === undefined ? where : [], set };
    if (asked.conditions.length + asked.where.length > 0 || set !== '') {
      lists.push(await this.#once(asked, () => this.#ask(connection, relation, asked, span)));
    }
    for (const condition of index === undefined ? [] : where) {
      const at = { ...within, where: [condition] };
      lists.push(await this.#once(at, () => this.#at(connection, relation, at, condition, span)));
    }
    if (search !== '') {
      const searched = { ...within, search };
      lists.push(await this.#once(searched, () => this.#search(connection, relation, search, span)));
    }
    const [rows = span, ...others] = lists;
    const isCoded = filter.conditions.length > conditions.length || filter.sources.length > 0;
    if (!isCoded && others.length === 0) return rows;
    return this.#once(filter, async () => {
      let found = others.reduce(shared, rows);
      const further: Allowed[] = [];
      for (const allowed of await this.#allowed(connection, relation, filter)) {
        const having = await this.#valueRows.of(allowed);
        if (having === undefined) further.push(allowed);
        else found = shared(found, having);
      }
      return keep(found, further);
    });
  }

  /**
   * The rows of a view in its order, ascending; those of a view in descending order are the same from the last to the
   * first. `undefined` when the order is that of a column without codes, or the rows were picked one by one.
   */
  async ordered(connection: DuckDBConnection, relation: Relation, spec: ViewSpec): Promise<Rows | undefined> {
    const { filter, sort, only } = spec;
    if (sort.field === 'id' || only !== undefined) return undefined;
    const rows = await this.rows(connection, relation, filter);
    const column = sort.field === 'timestamp' ? undefined : this.table.columns.get(sort.field);
    if (column === undefined) return sort.field === 'timestamp' ? rows : undefined;
    return this.#once([sort.field, filter], () => inOrderOf(rows, column.codes, column.distinct));
  }

  /** How often each code of a column occurs among the rows. The caller may change the list. */
  async counts(rows: Rows, column: CodedColumn): Promise<Uint32Array> {
    const { codes, distinct } = column;
    const most = mostOf(rows);
    if (most !== undefined) {
      const { stretch, missing } = most;
      return subtract(await this.counts(stretch, column), await countCodes(missing, codes, distinct));
    }
    if (rows instanceof Uint32Array || 'missing' in rows) return countCodes(rows, codes, distinct);
    const running = this.#running.get(column) ?? new RunningCounts(codes, distinct);
    this.#running.set(column, running);
    return running.of(rows);
  }

  /** The codes of those values of a column that hold a text, upper or lower case. */
  async codesHolding(
    connection: DuckDBConnection,
    relation: Relation,
    field: FacetField,
    text: string,
  ): Promise<Uint8Array> {
    const column = this.table.columns.get(field);
    if (this.search === undefined || column?.values === undefined) {
      return this.#marks(connection, relation, field, `contains(lower(${field}), lower($1))`, [text]);
    }
    const { letterCase } = this.search;
    const lowered = this.#lowered.get(column) ?? column.values.map((value) => letterCase.text(value));
    this.#lowered.set(column, lowered);
    const wanted = letterCase.text(text);
    return Uint8Array.from(lowered, (value) => (value.includes(wanted) ? 1 : 0));
  }

  /** The rows within a filter's time range. */
  #span(filter: Filter): Stretch {
    const { from, to } = timeBounds(filter);
    const { times, size } = this.table;
    const start = from === undefined ? 0 : firstPlace(size, (row) => (times[row] ?? 0n) >= from);
    const end = to === undefined ? size : firstPlace(size, (row) => (times[row] ?? 0n) > to);
    return { from: start, to: Math.max(start, end) };
  }

  /** The rows for which the database has to read texts. */
  async #ask(connection: DuckDBConnection, relation: Relation, filter: Filter, span: Stretch): Promise<Rows> {
    const paths = await matchRefused(connection, relation, filter);
    const { sql, values } = filterToSql(filter, { ...relation, paths });
    return rowsThat(connection, relation, span, sql, values);
  }

  /** The rows with a text in any field: columns with codes are searched value by value. */
  async #search(connection: DuckDBConnection, relation: Relation, search: string, span: Stretch): Promise<Rows> {
    const index = this.#usableIndex();
    const indexed =
      index === undefined ? undefined : await this.#searchIndex(index, connection, relation, search, span);
    if (indexed !== undefined) return indexed;
    const values: string[] = [];
    const { inField, inJson } = searchParts(search, (value) => `$${values.push(value)}`);
    const uncoded = ['id', 'timestamp'].map(inField).join(' OR ');
    const found = await rowsThat(connection, relation, span, `(${uncoded} OR ${inJson})`, values);
    return withMarked(found, span, await this.#holding(connection, relation, search, FACET_FIELDS));
  }

  /** The same with the index of what is searched; `undefined` when it has failed. */
  async #searchIndex(
    index: SearchIndex,
    connection: DuckDBConnection,
    relation: Relation,
    search: string,
    span: Stretch,
  ): Promise<Rows | undefined> {
    // What is not held in memory, the index has.
    const held = FACET_FIELDS.filter((field) => this.table.columns.get(field)?.values !== undefined);
    const holding = await this.#holding(connection, relation, search, held);
    const known = holding.length === 0 ? undefined : new Uint8Array(this.table.size);
    if (known !== undefined) await markAllowed(known, span, holding);
    const found = await index.search(search, span, known);
    if (found === undefined) return undefined;
    const { rows, unsure } = found;
    if (unsure.length === 0) return rows;
    const { sql, values } = filterToSql({ ...EMPTY_FILTER, search }, relation);
    const also = await rowsAmong(connection, relation, [...unsure], sql, values);
    return withOthers(rows, Uint32Array.from(also));
  }

  /** The values of some columns that hold a text. */
  async #holding(
    connection: DuckDBConnection,
    relation: Relation,
    text: string,
    fields: readonly FacetField[],
  ): Promise<readonly Allowed[]> {
    const found: Allowed[] = [];
    for (const field of fields) {
      const marks = await this.codesHolding(connection, relation, field, text);
      const codes = this.table.columns.get(field)?.codes;
      if (codes !== undefined && marks.includes(1)) found.push({ codes, marks });
    }
    return found;
  }

  #usableIndex(): SearchIndex | undefined {
    return this.search?.isUsable === true ? this.search : undefined;
  }

  /** The rows of a stretch that meet a condition on a JSON path. */
  async #at(
    connection: DuckDBConnection,
    relation: Relation,
    filter: Filter,
    condition: PathCondition,
    span: Stretch,
  ): Promise<Rows> {
    const found = await this.search?.at(connection, condition.path, condition.value, span);
    if (found === undefined) return this.#ask(connection, relation, filter, span);
    const { rows, alike, others } = found;
    const looked = [...new Set([...alike.map(({ row }) => row), ...others])].toSorted((a, b) => a - b);
    const having = new Set(await this.#having(connection, relation, looked, condition));
    const passing = alike.filter(({ row }) => having.has(row)).map((each) => each.rows);
    const all = unionOf([rows, ...passing, others.filter((row) => having.has(row))], span);
    return condition.negate ? othersOf(all, span) : all;
  }

  /** Those of some rows that have a value at a path, whatever they are asked for otherwise. */
  async #having(
    connection: DuckDBConnection,
    relation: Relation,
    looked: readonly number[],
    condition: PathCondition,
  ): Promise<readonly number[]> {
    if (looked.length === 0) return [];
    const asked = { ...EMPTY_FILTER, where: [{ ...condition, negate: false }] };
    const paths = await matchRefused(connection, relation, asked);
    const { sql, values } = filterToSql(asked, { ...relation, paths });
    return rowsAmong(connection, relation, looked, sql, values);
  }

  async #allowed(connection: DuckDBConnection, relation: Relation, filter: Filter): Promise<readonly Allowed[]> {
    const allowed: Allowed[] = [];
    for (const condition of filter.conditions) {
      const { field, negate } = condition;
      const column = isFacet(field) ? this.table.columns.get(field) : undefined;
      if (!isFacet(field) || column === undefined) continue;
      const marks = await this.codesOf(connection, relation, field, condition.values);
      allowed.push({ codes: column.codes, marks: negate ? marks.map((mark) => 1 - mark) : marks });
    }
    if (filter.sources.length > 0) {
      const marks = new Uint8Array(relation.sources.length);
      for (const index of sourceIndexes(filter, relation.sources)) marks[index] = 1;
      allowed.push({ codes: this.table.sources, marks });
    }
    return allowed;
  }

  /** Marks the codes of some values of a column. */
  async codesOf(
    connection: DuckDBConnection,
    relation: Relation,
    field: FacetField,
    values: readonly string[],
  ): Promise<Uint8Array> {
    const column = this.table.columns.get(field);
    const known = column?.values;
    if (column === undefined || known === undefined) {
      const placeholders = values.map((_value, at) => `$${at + 1}`);
      return this.#marks(connection, relation, field, `${field} IN (${placeholders.join(', ')})`, values);
    }
    const marks = new Uint8Array(column.distinct);
    const wanted = new Set(values.map((value) => value.toWellFormed()));
    known.forEach((value, code) => {
      if (wanted.has(value)) marks[code] = 1;
    });
    return marks;
  }

  /** Marks the codes of a column whose values meet a condition. */
  async #marks(
    connection: DuckDBConnection,
    { table }: Relation,
    field: FacetField,
    condition: string,
    values: readonly string[],
  ): Promise<Uint8Array> {
    const column = this.table.columns.get(field);
    const marks = new Uint8Array(column?.distinct ?? 0);
    const found = await connection.runAndReadAll(
      `SELECT min(rowid) FROM ${table} WHERE ${condition} GROUP BY ${field}`,
      [...values],
    );
    for (const [row] of found.getRows()) {
      const code = column?.codes[Number(row)];
      if (code !== undefined) marks[code] = 1;
    }
    return marks;
  }

  /** Finds rows unless they are known; several callers who ask at a time wait for the first. */
  async #once(key: unknown, find: () => Promise<Rows>): Promise<Rows> {
    const name = JSON.stringify(key);
    const known = this.#kept.get(name);
    if (known !== undefined) {
      try {
        const rows = await known.rows;
        // Used again: moves behind the others in the order of leaving.
        if (this.#kept.delete(name)) this.#kept.set(name, known);
        return rows;
      } catch {
        // Whoever began to look was interrupted, or they can't be found; the attempt below says which.
      }
    }
    const entry = { rows: find(), bytes: 0 };
    this.#kept.set(name, entry);
    try {
      const rows = await entry.rows;
      entry.bytes = bytesOf(rows);
      this.#letGo();
      return rows;
    } catch (error) {
      if (this.#kept.get(name) === entry) this.#kept.delete(name);
      throw error;
    }
  }

  #letGo(): void {
    let bytes = 0;
    for (const entry of this.#kept.values()) bytes += entry.bytes;
    for (const [name, entry] of this.#kept) {
      if (bytes <= KEPT_BYTES && this.#kept.size <= KEPT_LISTS) return;
      bytes -= entry.bytes;
      this.#kept.delete(name);
    }
  }
}

function bytesOf(rows: Rows): number {
  if (rows instanceof Uint32Array) return rows.byteLength;
  return 'missing' in rows ? rows.missing.byteLength : 0;
}

function isFacet(field: string): field is FacetField {
  return FACET_FIELDS.some((name) => name === field);
}
