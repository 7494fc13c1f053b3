/**
 * Object histories that do not hold together, over all objects at once: what ObjectStates notices event by event, as SQL.
 * Of each state only hashes of names and of names with values are kept, so that a million events fit.
 */
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import { EVENT_FLAGS } from '../../../../shared/event.ts';
import { rowsOf } from '../event-rows.ts';
import { readable } from '../../snapshot/schema.ts';
import { counted, filterOf, keepSet, MAX_ITEMS, type Check, type CheckContext } from './finding.ts';

interface ChainFinding extends Pick<TrailFinding, 'code' | 'severity'> {
  /** Over the columns of `finding_link`. */
  readonly sql: string;
  readonly says: (events: string, isOne: boolean) => string;
}

const CHAINS: readonly ChainFinding[] = [
  {
    code: 'contradiction',
    severity: 'error',
    sql: 'contradicts',
    says: (events, isOne) =>
      `${events} ${isOne ? 'names' : 'name'} a former state that is not the one after the event before: something changed in between without a trace.`,
  },
  {
    code: 'changed_after_deletion',
    severity: 'error',
    sql: "known AND action = 'changed' AND before_action = 'deleted'",
    says: (events, isOne) => `${events} ${isOne ? 'changes' : 'change'} an object that was deleted before and not created again.`,
  },
  {
    code: 'created_twice',
    severity: 'error',
    sql: "known AND action = 'created' AND before_action IN ('created', 'changed')",
    says: (events, isOne) => `${events} ${isOne ? 'creates' : 'create'} an object that was there already.`,
  },
  {
    code: 'deleted_twice',
    severity: 'error',
    sql: "known AND action = 'deleted' AND before_action = 'deleted'",
    says: (events, isOne) => `${events} ${isOne ? 'deletes' : 'delete'} an object that was deleted before.`,
  },
  {
    code: 'deleted_differs',
    severity: 'warning',
    sql: 'differs',
    says: (events, isOne) =>
      `${events} ${isOne ? 'deletes an object in a state' : 'delete objects in states'} that no event before led to.`,
  },
  {
    code: 'creation_missing',
    severity: 'info',
    sql: "before_action IS NULL AND action IN ('changed', 'deleted')",
    says: (events, isOne) =>
      `${events} ${isOne ? 'is' : 'are'} the first on an object and not its creation: it is older than the trail, or the creation is missing.`,
  },
];

/** A state as hashes. A text the database can't read as JSON says nothing. */
function stateSql(side: 'new' | 'old'): string {
  return `CASE WHEN (flags & ${EVENT_FLAGS.loneSurrogate}) = 0 AND json_valid(result) AND json_type(result, '/${side}') = 'OBJECT'
    THEN map_entries(json_transform(result, '{"${side}":"MAP(VARCHAR,JSON)"}').${side}) END`;
}

/** SQL for whether a value that one state names is another one in the state before. */
function contradictsSql(said: string): string {
  return `NOT list_has_all(q.pairs, list_transform(${said}, lambda x: x.pair))
    AND len(list_filter(${said}, lambda x: list_contains(q.names, x.name) AND NOT list_contains(q.pairs, x.pair))) > 0`;
}

const TABLES = ['finding_state', 'finding_order', 'finding_link'] as const;

export const CHAIN_CHECK: Check = {
  name: 'histories',
  run: async (context) => {
    const { connection } = context;
    const drop = async (): Promise<void> => {
      for (const table of TABLES) await connection.run(`DROP TABLE IF EXISTS views.${table}`);
    };
    await drop();
    try {
      await linkEvents(context);
      const found: TrailFinding[] = [];
      for (const chain of CHAINS) found.push(...(await chainFinding(context, chain)));
      return found;
    } finally {
      await drop();
    }
  },
};

async function linkEvents({ connection, relation }: CheckContext): Promise<void> {
  const { table, locator } = relation;
  const model = "category = 'model' AND action_object_id <> ''";
  const time = relation.ordered ? locator : 'ts, id, n';
  // Records of one id and instant are one event: two stores of one portal hold it twice.
  await connection.run(
    `CREATE TABLE views.finding_order AS
     SELECT place, n, ts, action, lag(place) OVER w AS before, lag(action) OVER w AS before_action, lag(ts) OVER w AS before_ts,
       lag(ts, 2) OVER w AS before_that_ts, lead(ts) OVER w AS after_ts
     FROM (SELECT ${locator} AS place, n, id, ts, action, action_object, action_object_id FROM ${table} WHERE ${model}
           AND n NOT IN (SELECT n FROM (SELECT n, row_number() OVER (PARTITION BY id, ts, action_object, action_object_id ORDER BY n) AS copy
             FROM ${table} WHERE ${model} AND hash(id) IN (SELECT hash(id) FROM ${table} WHERE ${model} GROUP BY 1 HAVING count(*) > 1)) WHERE copy > 1))
     WINDOW w AS (PARTITION BY action_object, action_object_id ORDER BY ${time.replace(locator, 'place')})`,
  );
  await connection.run(
    `CREATE TABLE views.finding_state AS
     SELECT place, list_transform(now, lambda x: {'name': hash(x.key), 'pair': hash(x.key, x.value::VARCHAR)}) AS now,
       list_transform(list_filter(old, lambda x: x.value::VARCHAR <> 'null'), lambda x: {'name': hash(x.key), 'pair': hash(x.key, x.value::VARCHAR)}) AS old,
       list_transform(now, lambda x: hash(x.key)) AS names, list_transform(now, lambda x: hash(x.key, x.value::VARCHAR)) AS pairs
     FROM (SELECT ${locator} AS place, ${stateSql('new')} AS now, ${stateSql('old')} AS old FROM ${table} WHERE ${model})`,
  );
  // Of events of one instant nobody knows which came first, so nothing is said about what depends on it.
  const known =
    'o.before IS NOT NULL AND o.ts <> o.before_ts AND coalesce(o.before_ts <> o.before_that_ts, true) AND coalesce(o.ts <> o.after_ts, true)';
  await connection.run(
    `CREATE TABLE views.finding_link AS
     SELECT o.n, o.action, o.before_action, ${known} AS known,
       coalesce(${known} AND o.action = 'changed' AND o.before_action IN ('created', 'changed') AND ${contradictsSql('s.old')}, false) AS contradicts,
       coalesce(${known} AND o.action = 'deleted' AND o.before_action IN ('created', 'changed') AND ${contradictsSql('s.now')}, false) AS differs
     FROM views.finding_order AS o JOIN views.finding_state AS s ON s.place = o.place LEFT JOIN views.finding_state AS q ON q.place = o.before`,
  );
}

async function chainFinding(
  context: CheckContext,
  { code, severity, sql, says }: ChainFinding,
): Promise<readonly TrailFinding[]> {
  const { connection, relation } = context;
  const { count, filter } = await keepSet(context, code, `SELECT n FROM views.finding_link WHERE ${sql}`);
  if (count === 0) return [];
  const rows = await rowsOf(
    connection,
    `SELECT ${readable('action_object')}, ${readable('action_object_id')}, count(*) AS hits, count(*) OVER () AS objects
     FROM ${relation.table} WHERE n IN (SELECT n FROM views.finding_link WHERE ${sql})
     GROUP BY action_object, action_object_id ORDER BY hits DESC, action_object, action_object_id LIMIT ${MAX_ITEMS}`,
  );
  return [
    {
      code,
      severity,
      count,
      unit: 'events',
      message: says(counted(count, 'event', 'events'), count === 1),
      values: { count, objects: Number(rows[0]?.[3] ?? 0) },
      filter,
      items: rows.map(([type, id, hits]) => ({
        values: { action_object: String(type), action_object_id: String(id), count: Number(hits) },
        filter: filterOf({
          set: `finding-${code}`,
          conditions: [
            { field: 'action_object', values: [String(type)] },
            { field: 'action_object_id', values: [String(id)] },
          ],
        }),
      })),
    },
  ];
}
