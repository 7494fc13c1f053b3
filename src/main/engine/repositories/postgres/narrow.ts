/** The part of a filter that PostgreSQL can decide as exactly as the snapshot will, as an SQL condition. */
import { DatabaseError, escapeLiteral, type Client } from 'pg';
import type { Filter } from '../../../../shared/filter.ts';
import { formatInstant } from '../../../../shared/timestamp.ts';
import { resolveBound } from '../../time-zone.ts';
import { identifier, type Column, type Layout } from './layout.ts';

export interface Narrowing {
  /** An SQL condition; `''` when nothing could be narrowed. */
  readonly where: string;
  /** The fields that were narrowed by, for people. */
  readonly by: readonly string[];
}

const FIRST_YEAR = -62_135_596_800_000_000n;
const LAST_YEAR = 253_402_300_799_999_999n;

/**
 * The values of a filter that the database can’t hold, and which therefore equal nothing in it: those with U+0000, and
 * those that its encoding has not. Asks the server, outside of a transaction.
 */
export async function foreignValues(client: Client, filter: Filter): Promise<ReadonlySet<string>> {
  const values = filter.conditions.flatMap((each) => each.values);
  const foreign = new Set(values.filter((value) => value.includes('\0')));
  const doubtful = values.filter((value) => !foreign.has(value) && /[^\0-\x7f]/.test(value));
  const canHold = async (some: readonly string[]): Promise<boolean> => {
    try {
      await client.query('SELECT $1::text[]', [some]);
      return true;
    } catch (error) {
      if (error instanceof DatabaseError && error.code === '22P05') return false;
      throw error;
    }
  };
  if (doubtful.length === 0 || (await canHold(doubtful))) return foreign;
  for (const value of doubtful) if (!(await canHold([value]))) foreign.add(value);
  return foreign;
}

/**
 * `COPY` takes no bound parameters, so values are escaped by the driver.
 * @param foreign the values that the database can’t hold
 */
export function narrowing(filter: Filter, { columns, time }: Layout, foreign: ReadonlySet<string>): Narrowing {
  const parts: string[] = [];
  const by: string[] = [];
  for (const { field, values, negate } of filter.conditions) {
    const column = columns.get(field);
    const sql = condition(column, values, negate, foreign);
    if (sql === undefined) continue;
    parts.push(sql);
    by.push(field);
  }
  const column = columns.get('timestamp');
  if (column !== undefined && time !== 'text') {
    for (const [text, bound, operator] of [
      [filter.time_from, 'from', '>='],
      [filter.time_to, 'to', '<='],
    ] as const) {
      if (text.trim() === '') continue;
      const micros = resolveBound(text, bound, filter.time_zone);
      if (micros < FIRST_YEAR || micros > LAST_YEAR) continue;
      const instant = formatInstant(micros).slice(0, -1);
      const value = time === 'timestamptz' ? `timestamptz '${instant}+00'` : `timestamp '${instant}'`;
      parts.push(`${identifier(column.name)} ${operator} ${value}`);
      by.push(bound === 'from' ? 'time_from' : 'time_to');
    }
  }
  return { where: parts.join(' AND '), by: [...new Set(by)] };
}

function condition(
  column: Column | undefined,
  values: readonly string[],
  negate: boolean,
  foreign: ReadonlySet<string>,
): string | undefined {
  // A field that the table does not have is empty in every event.
  if (column === undefined) return values.includes('') === negate ? 'FALSE' : undefined;
  const possible = values.filter((value) => !foreign.has(value));
  const list = possible.map((value) => escapeLiteral(value)).join(', ');
  const name = identifier(column.name);
  if (negate) {
    // By bytes, as the snapshot compares: a collation of the column’s own could call more values equal.
    return possible.length === 0 ? undefined : `coalesce(${name}::text, '') COLLATE "C" NOT IN (${list})`;
  }
  if (possible.length === 0) return 'FALSE';
  // A text column is compared as it is, so that an index on it can help; more than bytes allow may come, but not less.
  const text = column.type === 'text' || column.type === 'varchar' ? name : `${name}::text`;
  return possible.includes('') ? `(${text} IN (${list}) OR ${name} IS NULL)` : `${text} IN (${list})`;
}
