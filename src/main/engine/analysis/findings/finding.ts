/** What every check of a trail has in common: what it is given, how it says what it found, and how its rows become a set. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import type { SnapshotStatus } from '../../../../shared/contract.ts';
import { filterSchema, type Filter, type FilterInput } from '../../../../shared/filter.ts';
import { quote } from '../../snapshot/schema.ts';
import type { Relation } from '../../snapshot/snapshot.ts';
import { numberOf } from '../event-rows.ts';

export interface CheckContext {
  readonly connection: DuckDBConnection;
  readonly relation: Relation;
  readonly status: SnapshotStatus;
  /** IANA name. */
  readonly timeZone: string;
  /** Says that something can't be looked for. */
  readonly skip: (code: string, why: string, message: string) => void;
}

/** One look at the whole snapshot. It may be run again from its start. */
export interface Check {
  /** For progress. */
  readonly name: string;
  readonly run: (context: CheckContext) => Promise<readonly TrailFinding[]>;
}

/** Every set of rows that a finding made has a name that begins so. */
export const SET_PREFIX = 'finding-';
export const MAX_ITEMS = 50;

/** Keeps rows as a set that a filter can ask for, in one transaction. Returns how many there are. */
export async function keepSet(
  { connection }: CheckContext,
  code: string,
  rows: string,
): Promise<{ readonly count: number; readonly filter: Filter | null }> {
  const name = quote(`${SET_PREFIX}${code}`);
  await connection.run('BEGIN');
  try {
    await connection.run(`DELETE FROM row_set WHERE name = ${name}`);
    await connection.run(`INSERT INTO row_set SELECT ${name}, n FROM (${rows})`);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  const count = await numberOf(connection, `SELECT count(*) FROM row_set WHERE name = ${name}`);
  return { count, filter: count === 0 ? null : filterOf({ set: `${SET_PREFIX}${code}` }) };
}

export function filterOf(input: FilterInput): Filter {
  return filterSchema.parse(input);
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
