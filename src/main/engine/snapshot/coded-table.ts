/** The columns of a table in time order as small numbers in memory, so that filters, facets and orders need not read texts. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { FACET_FIELDS, type FacetField } from '../../../shared/event.ts';
import { codesFor, type Codes } from './rows.ts';
import { readable } from './schema.ts';
import type { Relation } from './snapshot.ts';
import { newTable } from './views.ts';

/** A column by codes, which are in order of its values. */
export interface CodedColumn {
  readonly codes: Codes;
  readonly distinct: number;
  /** The values by code; `undefined` where they are too many to be held here. */
  readonly values: readonly string[] | undefined;
  /** For each code, a row that has it. */
  readonly rowOf: Uint32Array;
}

export interface CodedTable {
  readonly revision: number;
  /** Rows are numbered from 0 to `size` − 1, in time order. */
  readonly size: number;
  /** Microseconds since 1970 UTC, ascending. */
  readonly times: BigInt64Array;
  readonly columns: ReadonlyMap<FacetField, CodedColumn>;
  /** For each row, which of the snapshot's sources it is from. */
  readonly sources: Codes;
}

/** Columns with at most so many different values have them in memory, and are read together. */
const MAX_HELD = 2 ** 16;

/**
 * Reads a table's columns: about 20 bytes a row, and less than half a second for a million rows.
 * @returns `undefined` when the table is not in time order, or its rows are not numbered without gaps
 */
export async function codeTable(connection: DuckDBConnection, relation: Relation): Promise<CodedTable | undefined> {
  const { table, revision } = relation;
  if (!relation.ordered) return undefined;
  const [[rows, numbers] = []] = await rowsOf(connection, `SELECT count(*), coalesce(max(rowid) + 1, 0) FROM ${table}`);
  const size = Number(rows);
  if (rows !== numbers || size >= 2 ** 32) return undefined;

  const dictionaries: Dictionary[] = [];
  try {
    for (const field of FACET_FIELDS) dictionaries.push(await makeDictionary(connection, relation, field, size));
    const times = new BigInt64Array(size);
    const sources = codesFor(size, relation.sources.length);
    const few = dictionaries.filter(({ distinct }) => distinct <= MAX_HELD);
    await fill(connection, relation, size, few, { times, sources });
    // A large dictionary takes the database's memory, so that only one is used at a time.
    for (const each of dictionaries) if (each.distinct > MAX_HELD) await fill(connection, relation, size, [each]);
    const columns = new Map<FacetField, CodedColumn>();
    for (const { field, name, codes, rowOf, distinct } of dictionaries) {
      const values = distinct <= MAX_HELD ? await valuesOf(connection, name) : undefined;
      columns.set(field, { codes, rowOf, distinct, values });
    }
    return { revision, size, times, columns, sources };
  } finally {
    for (const { name } of dictionaries) await connection.run(`DROP TABLE IF EXISTS ${name}`);
  }
}

/** A table of a column's values with their codes, and what is to be filled from it. */
interface Dictionary {
  readonly field: FacetField;
  readonly name: string;
  readonly distinct: number;
  readonly codes: Codes;
  readonly rowOf: Uint32Array;
}

async function makeDictionary(
  connection: DuckDBConnection,
  { table }: Relation,
  field: FacetField,
  size: number,
): Promise<Dictionary> {
  const name = newTable('dictionary');
  await connection.run(
    `CREATE TABLE ${name} AS SELECT value, (row_number() OVER (ORDER BY value) - 1)::UINTEGER AS code
     FROM (SELECT DISTINCT ${field} AS value FROM ${table})`,
  );
  const [[count] = []] = await rowsOf(connection, `SELECT count(*) FROM ${name}`);
  const distinct = Number(count);
  return { field, name, distinct, codes: codesFor(size, distinct), rowOf: new Uint32Array(distinct) };
}

/** Reads the codes of some columns, and what else there is to be read of each row. */
async function fill(
  connection: DuckDBConnection,
  { table }: Relation,
  size: number,
  dictionaries: readonly Dictionary[],
  also?: { readonly times: BigInt64Array; readonly sources: Codes },
): Promise<void> {
  const joins = dictionaries.map(({ name, field }, at) => `JOIN ${name} AS d${at} ON d${at}.value = event.${field}`);
  const codes = dictionaries.map((_dictionary, at) => `d${at}.code`);
  // A join need not keep the order of rows.
  const result = await connection.stream(
    `SELECT ${['event.rowid', ...(also === undefined ? [] : ['event.ts', 'event.source']), ...codes].join(', ')}
     FROM ${table} AS event ${joins.join(' ')}`,
  );
  let read = 0;
  for await (const chunk of result) {
    const count = chunk.rowCount;
    read += count;
    const rows = Uint32Array.from(chunk.getColumnValues(0), Number);
    let column = 1;
    if (also !== undefined) {
      const [times, sources] = [chunk.getColumnVector(1), chunk.getColumnVector(2)];
      column = 3;
      for (let at = 0; at < count; at += 1) {
        const [row, time] = [rows[at] ?? 0, times.getItem(at)];
        if (typeof time === 'bigint') also.times[row] = time;
        also.sources[row] = Number(sources.getItem(at));
      }
    }
    for (const { codes: filled, rowOf } of dictionaries) {
      const vector = chunk.getColumnVector(column);
      column += 1;
      for (let at = 0; at < count; at += 1) {
        const [row, code] = [rows[at] ?? 0, Number(vector.getItem(at))];
        filled[row] = code;
        rowOf[code] = row;
      }
    }
  }
  if (read !== size) throw new Error(`Of ${size} rows, ${read} have a code.`);
}

async function valuesOf(connection: DuckDBConnection, dictionary: string): Promise<readonly string[]> {
  const rows = await rowsOf(connection, `SELECT ${readable('value')} FROM ${dictionary} ORDER BY code`);
  return rows.map(([value]) => String(value));
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
