/** Compares two snapshots record by record: what both hold, and which rows are new, gone or changed in the second. */
import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Comparison } from '../../../shared/contract.ts';
import { EMPTY_FILTER, isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import { EVENT_FIELDS, EVENT_FLAGS } from '../../../shared/event.ts';
import { filterToSql } from './filter-sql.ts';
import { matchRefused } from './refused-json.ts';
import { quote } from './schema.ts';
import type { Relation, Snapshot } from './snapshot.ts';

export interface CompareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Compares only what passes; for captures that were both narrowed by it, since stores may hand over more. */
  readonly filter?: Filter | undefined;
}

/** What a comparison found, but for what only the holder of both captures knows. */
export type Differences = Omit<Comparison, 'complete'>;

/**
 * Compares two snapshots as multisets of records. Records of equal content are the same; of the others, those that share
 * an id are `changed`, one with one, and the rest `added` or `gone`. Content is stored text: an object whose keys were put
 * in another order is changed. The basis `record` compares what the store keeps, to the byte; `fields` compares the
 * eleven fields, which is what stores that spell a record differently have in common.
 *
 * Each database digests its own rows; files of digests go from one private folder to the other, because neither may read
 * outside its own. The sets are written into both snapshots and go with them.
 * @throws AppError `cancelled`, after which neither snapshot has changed; `not_found` when one is closed meanwhile
 */
export async function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  { signal, filter = EMPTY_FILTER }: CompareOptions = {},
): Promise<Differences> {
  const name = randomBytes(6).toString('hex');
  const basis = basisOf(before, after);
  const sets = { added: `added-${name}`, gone: `gone-${name}`, changed: `changed-${name}` };
  const file = (snapshot: Snapshot, part: string): string => join(snapshot.folder, `compare-${name}-${part}.parquet`);
  const files = {
    before: file(after, 'before'),
    after: file(after, 'after'),
    beforeAtHome: file(before, 'before'),
    found: file(after, 'found'),
    foundAtHome: file(before, 'found'),
  };
  const digests = (snapshot: Snapshot, to: string): Promise<number> =>
    snapshot.read(signal, (connection, relation) => writeDigests(connection, relation, basis, filter, to));
  try {
    const held = await digests(before, files.beforeAtHome);
    await rename(files.beforeAtHome, files.before);
    await digests(after, files.after);
    const counts = await after.read(signal, (connection) => matchRows(connection, name, files));
    await rename(files.found, files.foundAtHome);
    // From here on both are told; nothing of it takes long.
    await before.read(undefined, (connection) =>
      connection.run(
        `INSERT INTO row_set SELECT CASE WHEN changed THEN ${quote(sets.changed)} ELSE ${quote(sets.gone)} END, n
         FROM read_parquet(${quote(files.foundAtHome)})`,
      ),
    );
    await after.read(undefined, (connection) =>
      connection.run(
        `INSERT INTO row_set SELECT CASE WHEN changed THEN ${quote(sets.changed)} ELSE ${quote(sets.added)} END, n
         FROM views.compare_${name}_found`,
      ),
    );
    await Promise.all([before.readSets(), after.readSets()]);
    return {
      before: before.id,
      after: after.id,
      basis,
      same: held - counts.gone - counts.changed,
      added: { count: counts.added, set: sets.added },
      gone: { count: counts.gone, set: sets.gone },
      changed: { count: counts.changed, set: sets.changed },
    };
  } finally {
    await Promise.all(Object.values(files).map((path) => rm(path, { force: true })));
    await after
      .read(undefined, async (connection) => {
        for (const part of PARTS) await connection.run(`DROP TABLE IF EXISTS views.compare_${name}_${part}`);
      })
      .catch(() => undefined);
  }
}

const PARTS = ['unequal', 'before', 'after', 'found'] as const;

/** Stores of one kind keep records in one spelling; files come in many. */
export function basisOf(before: Snapshot, after: Snapshot): Comparison['basis'] {
  return spellingOf(before) === spellingOf(after) ? 'record' : 'fields';
}

function spellingOf(snapshot: Snapshot): string {
  const { sources } = snapshot.status();
  return sources
    .map(({ kind, url }) => (kind === 'file' || kind === 'ckan' ? url : kind))
    .toSorted()
    .join(' ');
}

/**
 * The digest of a row, as SQL: 128 bits that nobody can make agree for two contents. The lengths before the texts say
 * where each ends. MD5 only shortens the SHA-256 to a number that DuckDB groups by quickly; what it is given can't be
 * chosen by whoever writes events, so its own weakness is out of reach.
 */
export function digestSql(basis: Comparison['basis']): string {
  // Where a column can't hold a text exactly, only the record itself tells two of them apart.
  const record = basis === 'record' ? 'raw' : `CASE WHEN (flags & ${EVENT_FLAGS.loneSurrogate}) <> 0 THEN raw END`;
  const fields = [...EVENT_FIELDS, record];
  const lengths = fields.map((field) => `coalesce(strlen(${field})::VARCHAR, '-')`).join(", ':', ");
  return `md5_number(sha256(concat(${lengths}, '|', ${fields.join(', ')})))`;
}

/** Writes `n`, id and digest of every row that passes. Returns how many they are. */
async function writeDigests(
  connection: DuckDBConnection,
  relation: Relation,
  basis: Comparison['basis'],
  filter: Filter,
  path: string,
): Promise<number> {
  const { sql, values } = isEmptyFilter(filter)
    ? { sql: 'true', values: [] }
    : filterToSql(filter, { ...relation, paths: await matchRefused(connection, relation, filter) });
  await connection.run(
    `COPY (SELECT n, id, ${digestSql(basis)} AS digest FROM ${relation.table} WHERE ${sql})
     TO ${quote(path)} (FORMAT parquet)`,
    [...values],
  );
  return oneCount(connection, `SELECT count(*) FROM read_parquet(${quote(path)})`);
}

interface Counts {
  readonly added: number;
  readonly gone: number;
  readonly changed: number;
}

/** Finds the rows without an equal on the other side and pairs those that share an id. Runs again from the start when it must. */
async function matchRows(
  connection: DuckDBConnection,
  name: string,
  files: { readonly before: string; readonly after: string; readonly found: string },
): Promise<Counts> {
  const table = (part: (typeof PARTS)[number]): string => `views.compare_${name}_${part}`;
  const rows = { before: `read_parquet(${quote(files.before)})`, after: `read_parquet(${quote(files.after)})` };
  // Most digests are on both sides equally often, and that settles them.
  await connection.run(
    `CREATE OR REPLACE TABLE ${table('unequal')} AS
     SELECT digest, sum(one)::BIGINT AS before, sum(other)::BIGINT AS after
     FROM (SELECT digest, 1 AS one, 0 AS other FROM ${rows.before} UNION ALL SELECT digest, 0, 1 FROM ${rows.after})
     GROUP BY digest HAVING before <> after`,
  );
  for (const [side, other] of [
    ['before', 'after'],
    ['after', 'before'],
  ] as const) {
    // Of several equal records the latest captured are the ones too many; `k` numbers what is left of one id.
    await connection.run(
      `CREATE OR REPLACE TABLE ${table(side)} AS
       SELECT n, id, row_number() OVER (PARTITION BY id ORDER BY n) AS k FROM (
         SELECT n, id, ${side} - ${other} AS surplus, row_number() OVER (PARTITION BY digest ORDER BY n DESC) AS place
         FROM ${rows[side]} JOIN ${table('unequal')} USING (digest) WHERE ${side} > ${other}
       ) WHERE place <= surplus`,
    );
  }
  await connection.run(`CREATE OR REPLACE TABLE ${table('found')} AS ${paired(table('after'), table('before'))}`);
  await connection.run(`COPY (${paired(table('before'), table('after'))}) TO ${quote(files.found)} (FORMAT parquet)`);
  return {
    added: await oneCount(connection, `SELECT count(*) FROM ${table('found')} WHERE NOT changed`),
    changed: await oneCount(connection, `SELECT count(*) FROM ${table('found')} WHERE changed`),
    gone: await oneCount(connection, `SELECT count(*) FROM read_parquet(${quote(files.found)}) WHERE NOT changed`),
  };
}

/** SQL: whether each row of one table has a partner in the other. */
function paired(own: string, other: string): string {
  return `SELECT n, coalesce(paired, false) AS changed FROM ${own} LEFT JOIN (SELECT id, k, true AS paired FROM ${other}) USING (id, k)`;
}

async function oneCount(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? 0);
}
