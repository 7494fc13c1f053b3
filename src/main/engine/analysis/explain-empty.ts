/** Which single part of a filter excludes most: the counts with each part left out, and with each part alone. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EmptyExplanation, FilterPart } from '../../../shared/analysis-schemas.ts';
import { assertNever } from '../../../shared/errors.ts';
import { EMPTY_FILTER, isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import type { Relation, Snapshot } from '../snapshot/snapshot.ts';
import { conditionOf, numberOf } from './event-rows.ts';

/** @throws AppError `invalid_input` for a filter that can't be read, `cancelled` */
export async function explainEmpty(
  snapshot: Snapshot,
  filter: Filter,
  signal?: AbortSignal,
): Promise<EmptyExplanation> {
  return snapshot.read(signal, async (connection, relation) => {
    const parts = partsOf(filter);
    const all = await count(connection, relation, EMPTY_FILTER);
    const total = await count(connection, relation, filter);
    const counted = [];
    for (const part of parts) {
      const rest = without(filter, part);
      // A part that can't leave more than there is without it needs no second look.
      const left = parts.length === 1 ? all : await count(connection, relation, rest);
      const alone = parts.length === 1 ? total : await count(connection, relation, only(filter, part));
      counted.push({ part, without: left, alone, filter: rest });
    }
    return {
      revision: relation.revision,
      total,
      all,
      parts: counted.toSorted((a, b) => b.without - a.without || a.alone - b.alone),
    };
  });
}

async function count(connection: DuckDBConnection, relation: Relation, filter: Filter): Promise<number> {
  const { sql, values } = await conditionOf(connection, relation, filter);
  return numberOf(connection, `SELECT count(*) FROM ${relation.table} WHERE ${sql}`, values);
}

function partsOf(filter: Filter): readonly FilterPart[] {
  if (isEmptyFilter(filter)) return [];
  return [
    ...filter.conditions.map((_condition, index): FilterPart => ({ kind: 'condition', index })),
    ...filter.where.map((_path, index): FilterPart => ({ kind: 'where', index })),
    ...(filter.time_from.trim() !== '' || filter.time_to.trim() !== '' ? [{ kind: 'time' } as const] : []),
    ...(filter.search === '' ? [] : [{ kind: 'search' } as const]),
    ...(filter.sources.length === 0 ? [] : [{ kind: 'sources' } as const]),
    ...(filter.set === '' ? [] : [{ kind: 'set' } as const]),
  ];
}

/** The filter without one part. */
function without(filter: Filter, part: FilterPart): Filter {
  switch (part.kind) {
    case 'condition':
      return { ...filter, conditions: filter.conditions.toSpliced(part.index, 1) };
    case 'where':
      return { ...filter, where: filter.where.toSpliced(part.index, 1) };
    case 'time':
      return { ...filter, time_from: '', time_to: '' };
    case 'search':
      return { ...filter, search: '' };
    case 'sources':
      return { ...filter, sources: [] };
    case 'set':
      return { ...filter, set: '' };
    default:
      return assertNever(part);
  }
}

/** One part by itself. */
function only(filter: Filter, part: FilterPart): Filter {
  const nothing = { ...EMPTY_FILTER, time_zone: filter.time_zone };
  switch (part.kind) {
    case 'condition':
      return { ...nothing, conditions: filter.conditions.slice(part.index, part.index + 1) };
    case 'where':
      return { ...nothing, where: filter.where.slice(part.index, part.index + 1) };
    case 'time':
      return { ...nothing, time_from: filter.time_from, time_to: filter.time_to };
    case 'search':
      return { ...nothing, search: filter.search };
    case 'sources':
      return { ...nothing, sources: filter.sources };
    case 'set':
      return { ...nothing, set: filter.set };
    default:
      return assertNever(part);
  }
}
