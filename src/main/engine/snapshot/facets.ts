/** The most frequent values of fields under a filter. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Facet } from '../../../shared/contract.ts';
import { FACET_FIELDS, type FacetField, type GroupField } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { filterToSql, type SqlCondition } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import { countCodes, mostFrequent } from './rows.ts';
import { readable } from './schema.ts';
import type { Selections } from './selections.ts';
import type { Relation } from './snapshot.ts';
import { rowsOfView } from './views.ts';

export interface FacetOptions {
  readonly fields?: readonly GroupField[] | undefined;
  readonly limit: number;
  readonly contains: string;
  readonly exclude_own: boolean;
  /** Ids that are among the values sought, whatever they contain; in the fields that hold ids. */
  readonly ids?: readonly string[];
}

/** One field's question. */
interface FacetQuestion {
  readonly filter: Filter;
  readonly limit: number;
  readonly contains: string;
  readonly ids: readonly string[];
}

const ID_FIELDS: ReadonlySet<string> = new Set<GroupField>(['actor', 'action_object_id', 'target_id']);

/** A number that stands for a value, and how often it occurs. */
interface Counted {
  readonly code: number;
  readonly count: number;
}

export async function facets(
  query: SnapshotQuery,
  filter: Filter,
  { fields = FACET_FIELDS, limit, contains, exclude_own, ids: named = [] }: FacetOptions,
  signal?: AbortSignal,
): Promise<{ facets: Facet[]; revision: number }> {
  let revision = 0;
  const counted = await Promise.all(
    fields.map((field) => {
      const ids = ID_FIELDS.has(field) ? named : [];
      const question = { filter: exclude_own ? withoutOwn(filter, field) : filter, limit, contains, ids };
      return query.answer(
        signal,
        (connection, relation, selections) => {
          revision = Math.max(revision, relation.revision);
          return field === 'source'
            ? sourcesFromCodes(connection, relation, selections, question)
            : valuesFromCodes(connection, relation, selections, field, question);
        },
        (connection, relation) => {
          revision = Math.max(revision, relation.revision);
          return fromTable(query, connection, relation, field, question);
        },
      );
    }),
  );
  return { facets: counted, revision };
}

function withoutOwn(filter: Filter, field: GroupField): Filter {
  if (field === 'source') return { ...filter, sources: [] };
  return { ...filter, conditions: filter.conditions.filter((condition) => condition.field !== field) };
}

async function valuesFromCodes(
  connection: DuckDBConnection,
  relation: Relation,
  selections: Selections,
  field: FacetField,
  { filter, limit, contains, ids }: FacetQuestion,
): Promise<Facet | undefined> {
  const column = selections.table.columns.get(field);
  if (column === undefined) return undefined;
  const rows = await selections.rows(connection, relation, filter);
  const counts = await selections.counts(rows, column);
  if (contains !== '') {
    const marks = await selections.codesHolding(connection, relation, field, contains);
    const named = ids.length === 0 ? undefined : await selections.codesOf(connection, relation, field, ids);
    marks.forEach((mark, code) => {
      if (mark === 0 && named?.[code] !== 1) counts[code] = 0;
    });
  }
  const most = mostFrequent(counts, limit).map((code) => ({ code, count: counts[code] ?? 0 }));
  const names = column.values ?? (await textsOf(connection, relation, field, most, column.rowOf));
  return {
    field,
    distinct: occurring(counts),
    values: most.map(({ code, count }) => ({ value: names[code] ?? '', count })),
  };
}

/** The values of a few codes, by code, read from rows that have them. */
export async function textsOf(
  connection: DuckDBConnection,
  { table }: Relation,
  field: FacetField,
  codes: readonly Counted[],
  rowOf: Uint32Array,
): Promise<readonly string[]> {
  if (codes.length === 0) return [];
  const codeOf = new Map(codes.map(({ code }) => [rowOf[code] ?? 0, code]));
  const rows = await connection.runAndReadAll(
    `SELECT rowid, ${readable(field)} FROM ${table} WHERE rowid IN (${[...codeOf.keys()].join(', ')})`,
  );
  const texts: string[] = [];
  for (const [row, value] of rows.getRows()) texts[codeOf.get(Number(row)) ?? 0] = String(value);
  return texts;
}

async function sourcesFromCodes(
  connection: DuckDBConnection,
  relation: Relation,
  selections: Selections,
  question: FacetQuestion,
): Promise<Facet> {
  const rows = await selections.rows(connection, relation, question.filter);
  return sourceFacet(relation, await countCodes(rows, selections.table.sources, relation.sources.length), question);
}

/** Sources by their URLs; ties in the order of the sources. */
function sourceFacet({ sources }: Relation, counts: Uint32Array, { limit, contains }: FacetQuestion): Facet {
  sources.forEach((url, index) => {
    if (!url.toLowerCase().includes(contains.toLowerCase())) counts[index] = 0;
  });
  const values = mostFrequent(counts, limit).map((index) => ({
    value: sources[index] ?? '',
    count: counts[index] ?? 0,
  }));
  return { field: 'source', distinct: occurring(counts), values };
}

function occurring(counts: Uint32Array): number {
  let found = 0;
  for (const count of counts) if (count > 0) found += 1;
  return found;
}

async function fromTable(
  query: SnapshotQuery,
  connection: DuckDBConnection,
  relation: Relation,
  field: GroupField,
  question: FacetQuestion,
): Promise<Facet> {
  const { filter } = question;
  const condition = filterToSql(filter, relation);
  const count = (table: string, where: SqlCondition): Promise<Facet> =>
    field === 'source'
      ? countSources(connection, { ...relation, table }, where, question)
      : countField(connection, table, where, field, question);
  if (!condition.costly) return count(relation.table, condition);
  return query.views.use(connection, relation, { filter, sort: DEFAULT_SORT }, (view) =>
    count(rowsOfView(view), EVERYTHING),
  );
}

const EVERYTHING: SqlCondition = { sql: 'true', values: [], costly: false };

async function countSources(
  connection: DuckDBConnection,
  relation: Relation,
  { sql, values }: SqlCondition,
  question: FacetQuestion,
): Promise<Facet> {
  const rows = await connection.runAndReadAll(
    `SELECT source, count(*) FROM ${relation.table} WHERE ${sql} GROUP BY 1`,
    [...values],
  );
  const counts = new Uint32Array(relation.sources.length);
  for (const [source, hits] of rows.getRows()) counts[Number(source)] = Number(hits);
  return sourceFacet(relation, counts, question);
}

async function countField(
  connection: DuckDBConnection,
  table: string,
  condition: SqlCondition,
  field: FacetField,
  { limit, contains, ids }: FacetQuestion,
): Promise<Facet> {
  const values = [...condition.values];
  let where = condition.sql;
  if (contains !== '') {
    const list = ids.map((id) => `$${values.push(id)}`).join(', ');
    const named = list === '' ? 'false' : `${field} IN (${list})`;
    where = `(${where}) AND (contains(lower(${field}), lower($${values.push(contains)})) OR ${named})`;
  }
  const rows = await connection.runAndReadAll(
    `WITH counted AS (SELECT ${field} AS value, count(*) AS hits FROM ${table} WHERE ${where} GROUP BY 1),
       most AS (SELECT value, hits FROM counted ORDER BY hits DESC, value LIMIT ${limit})
     SELECT (SELECT count(*) FROM counted), ${readable('value')}, hits FROM (SELECT 1) LEFT JOIN most ON true
     ORDER BY hits DESC, value`,
    values,
  );
  const found = rows.getRows();
  return {
    field,
    distinct: Number(found[0]?.[0] ?? 0),
    values: found.flatMap(([, value, hits]) => (hits === null ? [] : [{ value: String(value), count: Number(hits) }])),
  };
}
