/** Names that the events of a snapshot show: in states, in requests and their replies, in CKAN's notes of activities. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_FLAGS } from '../../../../shared/event.ts';
import type { Relation, Snapshot } from '../../snapshot/snapshot.ts';

/**
 * Columns: `id`, `kind`, `field` (`name` or `title`), `value`, `origin`, `place` (the path it was read from), `n` (the event
 * it was first seen in), `first_ts`, `last_ts`. One row for each stretch of time in which a field had one value, or several that
 * follow each other: see {@link joinStretches}.
 */
export interface SeenNames {
  readonly table: string;
}

const known = new WeakMap<Snapshot, { readonly revision: number; readonly made: Promise<SeenNames> }>();

/** Makes the table on first use, part by part, within the memory that the database has anyway. */
export async function seenNames(
  snapshot: Snapshot,
  connection: DuckDBConnection,
  relation: Relation,
): Promise<SeenNames> {
  const earlier = known.get(snapshot);
  if (earlier?.revision === relation.revision) {
    try {
      return await earlier.made;
    } catch {
      // Whoever began to make it was interrupted.
    }
    const next = known.get(snapshot);
    if (next !== undefined && next !== earlier && next.revision === relation.revision) return next.made;
  }
  const made = make(connection, relation);
  known.set(snapshot, { revision: relation.revision, made });
  await made;
  const former = await earlier?.made.catch(() => undefined);
  if (former !== undefined && earlier?.revision !== relation.revision) {
    await connection.run(`DROP TABLE IF EXISTS ${former.table}`);
  }
  return made;
}

/** Resolves when nobody is making the table. Who waits here keeps no connection from those who ask something else. */
export async function seenNamesSettled(snapshot: Snapshot): Promise<void> {
  await known.get(snapshot)?.made.catch(() => undefined);
}

let tables = 0;

/** Events that are looked into at once; what is found in more would need more memory than the database may take. */
const PART_ROWS = 32_768;

async function make(connection: DuckDBConnection, { table, revision }: Relation): Promise<SeenNames> {
  tables += 1;
  const name = `views.seen_name_${revision}_${tables}`;
  try {
    const counted = await connection.runAndReadAll(`SELECT coalesce(max(rowid) + 1, 0) FROM ${table}`);
    const rows = Number(counted.value(0, 0));
    await connection.run(`CREATE TABLE ${name} AS ${stretchesIn(`(${sightings(partOf(table, 0))})`)}`);
    for (let from = PART_ROWS; from < rows; from += PART_ROWS) {
      await connection.run(`INSERT INTO ${name} ${stretchesIn(`(${sightings(partOf(table, from))})`)}`);
    }
    return { table: name };
  } catch (error) {
    await connection.run(`DROP TABLE IF EXISTS ${name}`).catch(() => undefined);
    throw error;
  }
}

/** Some events; the table is in order of time, so a range of row ids is a stretch of it. */
function partOf(table: string, from: number): string {
  return `(SELECT * FROM ${table} WHERE rowid >= ${from} AND rowid < ${from + PART_ROWS})`;
}

/** Where a value came, went and came again, each of its stretches counts by itself. */
function stretchesIn(singles: string): string {
  return joinStretches(`SELECT *, ts AS first_ts, ts AS last_ts FROM ${singles}`);
}

/**
 * SQL that joins stretches of one value which follow each other: those of single sightings, or those that were cut because
 * events are looked into part by part. `stretches` is SQL with the columns of {@link SeenNames}.
 */
export function joinStretches(stretches: string): string {
  const inTime = 'PARTITION BY id, field ORDER BY first_ts, n, value';
  return `SELECT id, arg_min(kind, first_ts) AS kind, field, any_value(value) AS value, arg_min(origin, first_ts) AS origin,
      arg_min(place, first_ts) AS place, arg_min(n, first_ts) AS n, min(first_ts) AS first_ts, max(last_ts) AS last_ts
    FROM (
      SELECT *, sum(CASE WHEN value IS DISTINCT FROM former THEN 1 ELSE 0 END) OVER (${inTime}) AS island
      FROM (SELECT *, lag(value) OVER (${inTime}) AS former FROM (${stretches})))
    GROUP BY id, field, island`;
}

interface Sighting {
  readonly from: string;
  readonly where: string;
  /** SQL of the id, and of its kind. */
  readonly id: string;
  readonly kind: string;
  readonly origin: 'state' | 'request' | 'activity';
  /** The JSON paths of names and of titles below `root`, the preferred first. */
  readonly root: 'result' | 'payload';
  readonly below: string;
  readonly names: readonly string[];
  readonly titles: readonly string[];
  /** What `old` says was so just before. */
  readonly ts: string;
}

const NAMES = ['name'];
const TITLES = ['title', 'fullname', 'display_name'];

/** Every single time that a name or a title is said. */
function sightings(table: string): string {
  const model = "category = 'model' AND action_object_id <> ''";
  const state = {
    from: table,
    id: 'action_object_id',
    kind: 'lower(action_object)',
    origin: 'state',
    root: 'result',
    names: NAMES,
    titles: TITLES,
  } as const;
  // An action is named after what it is about: `package_update`, `user_create`.
  const request = {
    from: table,
    where: "category = 'api'",
    kind: "lower(split_part(action, '_', 1))",
    origin: 'request',
    names: NAMES,
    titles: TITLES,
    below: '',
    ts: 'ts',
  } as const;
  const activity = {
    from: table,
    where: "category = 'model' AND action_object = 'Activity'",
    origin: 'activity',
    root: 'result',
    ts: 'ts',
  } as const;
  const all: readonly Sighting[] = [
    { ...state, where: model, below: '/new', ts: 'ts' },
    { ...state, where: `${model} AND action = 'changed'`, below: '/old', ts: 'ts - 1' },
    { ...request, root: 'payload', id: at('payload', '/id') },
    { ...request, root: 'result', id: at('result', '/id') },
    { ...activity, id: at('result', '/new/user_id'), kind: "'user'", below: '/new/data', names: ['actor'], titles: [] },
    ...(['package', 'group'] as const).map((kind): Sighting => ({
      ...activity,
      id: at('result', '/new/object_id'),
      kind: `'${kind}'`,
      below: `/new/data/${kind}`,
      names: NAMES,
      titles: TITLES,
    })),
  ];
  return all.map(sightingSql).join(' UNION ALL ');
}

function at(root: 'result' | 'payload', pointer: string): string {
  return `json_extract_string(${root}, '${pointer}')`;
}

/** One of the texts that were found. `"None"` is what the extension makes of null. */
function value(index: number): string {
  return `nullif(nullif(found[${index + 1}], ''), 'None')`;
}

function sightingSql({ from, where, id, kind, origin, root, below, names, titles, ts }: Sighting): string {
  const paths = [...names, ...titles].map((name) => `'${below}/${name}'`).join(', ');
  const title = titles.map((_title, index) => value(names.length + index));
  const place = `'${root}${below.replaceAll('/', '.')}'`;
  const fields = [`{'field': 'name', 'value': coalesce(${names.map((_name, index) => value(index)).join(', ')})}`];
  if (title.length > 0) fields.push(`{'field': 'title', 'value': coalesce(${title.join(', ')})}`);
  return `SELECT id, kind, said.field AS field, left(said.value, 500) AS value, '${origin}' AS origin, ${place} AS place, n, ts FROM (
      SELECT id, kind, n, ts, unnest([${fields.join(', ')}]) AS said FROM (
        SELECT ${id} AS id, ${kind} AS kind, n, ${ts} AS ts, json_extract_string(${root}, [${paths}]) AS found FROM ${from}
        WHERE ${where} AND (flags & ${EVENT_FLAGS.loneSurrogate}) = 0 AND ${root} <> '{}'))
    WHERE said.value IS NOT NULL AND id IS NOT NULL AND id <> ''`;
}
