/**
 * Object histories that do not hold together, over all objects at once: what ObjectStates notices event by event, as SQL.
 * Of each state only hashes are kept, so that a million events fit; what they can't settle is compared in full.
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
    says: (events, isOne) =>
      `${events} ${isOne ? 'changes' : 'change'} an object that was deleted before and not created again.`,
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

/** The members of a state. A text that the database can't read as JSON says nothing. */
function membersSql(side: 'new' | 'old'): string {
  return `CASE WHEN (flags & ${EVENT_FLAGS.loneSurrogate}) = 0
    THEN map_entries(TRY(json_transform(result, '{"${side}":"MAP(VARCHAR,JSON)"}')).${side}) END`;
}

/** Names with their values, hashed. In `old`, null says that the attribute was not loaded. */
function pairsSql(side: 'new' | 'old'): string {
  const members = membersSql(side);
  const known = side === 'old' ? `list_filter(${members}, lambda x: x.value::VARCHAR <> 'null')` : members;
  return `list_transform(${known}, lambda x: hash(x.key, x.value::VARCHAR))`;
}

const TABLES = ['finding_copy', 'finding_order', 'finding_state', 'finding_doubt', 'finding_link'] as const;

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
  const order = relation.ordered ? 'place' : 'ts, id, n';
  const make = (name: (typeof TABLES)[number], query: string): Promise<unknown> =>
    connection.run(`CREATE TABLE views.${name} AS ${query}`);
  // Records of one id and instant are one event: two stores of one portal hold it twice.
  await make(
    'finding_copy',
    `SELECT n FROM (
       SELECT n, row_number() OVER (PARTITION BY id, ts, action_object, action_object_id ORDER BY n) AS copy FROM ${table}
       WHERE ${model} AND hash(id) IN (SELECT hash(id) FROM ${table} WHERE ${model} GROUP BY 1 HAVING count(*) > 1))
     WHERE copy > 1`,
  );
  // Of events of one instant nobody knows which came first, so nothing is said about what depends on it.
  await make(
    'finding_order',
    `SELECT place, n, action, before, before_action, before IS NOT NULL AND ts <> before_ts
       AND coalesce(before_ts <> before_that_ts, true) AND coalesce(ts <> after_ts, true) AS known
     FROM (
       SELECT place, n, ts, action, lag(place) OVER w AS before, lag(action) OVER w AS before_action,
         lag(ts) OVER w AS before_ts, lag(ts, 2) OVER w AS before_that_ts, lead(ts) OVER w AS after_ts
       FROM (SELECT ${locator} AS place, n, id, ts, action, action_object, action_object_id FROM ${table}
             WHERE ${model} AND n NOT IN (SELECT n FROM views.finding_copy))
       WINDOW w AS (PARTITION BY action_object, action_object_id ORDER BY ${order}))`,
  );
  await make(
    'finding_state',
    `SELECT ${locator} AS place, ${pairsSql('new')} AS now, CASE WHEN action = 'changed' THEN ${pairsSql('old')} END AS old
     FROM ${table} WHERE ${model}`,
  );
  // What says nothing that the state before does not say is settled. The few others are looked at name by name.
  await make(
    'finding_doubt',
    `SELECT o.place, o.before, o.action FROM views.finding_order AS o
     JOIN views.finding_state AS s ON s.place = o.place JOIN views.finding_state AS q ON q.place = o.before
     WHERE known AND o.action IN ('changed', 'deleted') AND before_action IN ('created', 'changed')
       AND NOT list_has_all(q.now, CASE WHEN o.action = 'changed' THEN s.old ELSE s.now END)`,
  );
  await make(
    'finding_link',
    `WITH said AS (
       SELECT d.place, d.before, unnest(CASE WHEN d.action = 'changed' THEN ${membersSql('old')} ELSE ${membersSql('new')} END) AS x
       FROM views.finding_doubt AS d JOIN ${table} AS e ON e.${locator} = d.place),
     had AS (
       SELECT d.place, unnest(${membersSql('new')}) AS x FROM views.finding_doubt AS d JOIN ${table} AS e ON e.${locator} = d.before),
     wrong AS (
       SELECT DISTINCT place FROM (
         SELECT said.place, said.x.key FROM said JOIN had ON had.place = said.place AND had.x.key = said.x.key
         WHERE said.x.value::VARCHAR <> 'null'
         GROUP BY ALL HAVING NOT bool_or(said.x.value::VARCHAR = coalesce(had.x.value::VARCHAR, 'null'))))
     SELECT n, action, before_action, known, wrong.place IS NOT NULL AND action = 'changed' AS contradicts,
       wrong.place IS NOT NULL AND action = 'deleted' AS differs
     FROM views.finding_order AS o LEFT JOIN wrong ON wrong.place = o.place`,
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
