/** Names that the events of a snapshot show: in states, in requests and their replies, in CKAN's notes of activities. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_FLAGS } from '../../../../shared/event.ts';
import type { Relation, Snapshot } from '../../snapshot/snapshot.ts';

/**
 * Columns: `id`, `kind`, `field` (`name` or `title`), `value`, `origin`, `place` (the path it was read from), `n` (the event
 * it was first seen in), `first_ts`, `last_ts`. One row for each stretch of time in which a field had one value.
 */
export interface SeenNames {
  readonly table: string;
}

const known = new WeakMap<Snapshot, { readonly revision: number; readonly made: Promise<SeenNames> }>();

/** Makes the table on first use; a second or so for a million events. */
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

async function make(connection: DuckDBConnection, { table, revision }: Relation): Promise<SeenNames> {
  tables += 1;
  const name = `views.seen_name_${revision}_${tables}`;
  const [raw, values] = [`${name}_raw`, `${name}_value`];
  try {
    await connection.run(`CREATE TABLE ${raw} AS ${sightings(table)}`);
    await connection.run(
      `CREATE TABLE ${values} AS
       SELECT id, kind, field, value, arg_min(origin, ts) AS origin, arg_min(place, ts) AS place, arg_min(n, ts) AS n,
         min(ts) AS first_ts, max(ts) AS last_ts, count(*) OVER (PARTITION BY id, field) AS several
       FROM ${raw} GROUP BY id, kind, field, value`,
    );
    // Where a value came, went and came again, each of its stretches counts by itself.
    await connection.run(
      `CREATE TABLE ${name} AS
       SELECT id, kind, field, value, origin, place, n, first_ts, last_ts FROM ${values} WHERE several = 1
       UNION ALL
       SELECT id, arg_min(kind, ts), field, any_value(value), arg_min(origin, ts), arg_min(place, ts), arg_min(n, ts), min(ts), max(ts)
       FROM (
         SELECT *, sum(CASE WHEN value IS DISTINCT FROM former THEN 1 ELSE 0 END) OVER (PARTITION BY id, field ORDER BY ts, n, value) AS island
         FROM (
           SELECT r.*, lag(r.value) OVER (PARTITION BY r.id, r.field ORDER BY r.ts, r.n, r.value) AS former
           FROM ${raw} AS r SEMI JOIN (SELECT id, field FROM ${values} WHERE several > 1) AS s ON r.id = s.id AND r.field = s.field))
       GROUP BY id, field, island`,
    );
    return { table: name };
  } catch (error) {
    await connection.run(`DROP TABLE IF EXISTS ${name}`).catch(() => undefined);
    throw error;
  } finally {
    for (const each of [raw, values]) await connection.run(`DROP TABLE IF EXISTS ${each}`).catch(() => undefined);
  }
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
