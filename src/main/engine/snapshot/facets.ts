/** The most frequent values of fields under a filter. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Facet } from '../../../shared/contract.ts';
import { FACET_FIELDS, type FacetField } from '../../../shared/event.ts';
import { DEFAULT_SORT, type Filter } from '../../../shared/filter.ts';
import { filterToSql, type SqlCondition } from './filter-sql.ts';
import type { SnapshotQuery } from './query.ts';
import { readable } from './schema.ts';
import type { Relation } from './snapshot.ts';

export interface FacetOptions {
  readonly fields?: readonly FacetField[] | undefined;
  readonly limit: number;
  readonly contains: string;
  readonly exclude_own: boolean;
}

export async function facets(
  query: SnapshotQuery,
  filter: Filter,
  { fields = FACET_FIELDS, limit, contains, exclude_own }: FacetOptions,
  signal?: AbortSignal,
): Promise<{ facets: Facet[]; revision: number }> {
  let revision = 0;
  const counted = await Promise.all(
    fields.map((field) => {
      const own = exclude_own ? field : undefined;
      const reduced =
        own === undefined
          ? filter
          : { ...filter, conditions: filter.conditions.filter((condition) => condition.field !== own) };
      return query.snapshot.read(signal, async (connection, relation) => {
        revision = Math.max(revision, relation.revision);
        const condition = filterToSql(reduced, relation);
        if (!condition.costly) return countField(connection, relation.table, condition, field, limit, contains);
        return query.views.use(connection, relation, { filter: reduced, sort: DEFAULT_SORT }, (view) =>
          countField(connection, joined(relation, view.table), EVERYTHING, field, limit, contains),
        );
      });
    }),
  );
  return { facets: counted, revision };
}

const EVERYTHING: SqlCondition = { sql: 'true', values: [], costly: false };

/** The rows of a view that was found once, instead of searching long texts again for each field. */
function joined(relation: Relation, table: string | undefined): string {
  return table === undefined
    ? relation.table
    : `(SELECT * FROM ${relation.table} SEMI JOIN ${table} ON ${relation.table}.${relation.locator} = ${table}.locator)`;
}

async function countField(
  connection: DuckDBConnection,
  source: string,
  condition: SqlCondition,
  field: FacetField,
  limit: number,
  contains: string,
): Promise<Facet> {
  const values = [...condition.values];
  let where = condition.sql;
  if (contains !== '') {
    values.push(contains);
    where = `(${where}) AND contains(lower(${field}), lower($${values.length}))`;
  }
  const rows = await connection.runAndReadAll(
    `WITH counted AS (SELECT ${field} AS value, count(*) AS hits FROM ${source} WHERE ${where} GROUP BY 1)
     SELECT ${readable('value')}, hits, (SELECT count(*) FROM counted) FROM counted ORDER BY hits DESC, value LIMIT ${limit}`,
    values,
  );
  const found = rows.getRows();
  return {
    field,
    distinct: Number(found[0]?.[2] ?? 0),
    values: found.map(([value, hits]) => ({ value: String(value), count: Number(hits) })),
  };
}
