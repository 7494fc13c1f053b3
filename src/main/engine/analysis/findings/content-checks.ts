/** What events say and do not say: `"None"` for null, no state, model events that the extension would not write, no request near. */
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import { EVENT_FLAGS } from '../../../../shared/event.ts';
import { formatInstant } from '../../../../shared/timestamp.ts';
import { numberOf, rowsOf } from '../event-rows.ts';
import { readable } from '../../snapshot/schema.ts';
import { counted, filterOf, grouped, keepSet, MAX_ITEMS, type Check, type CheckContext } from './finding.ts';

/** `"None"` as a value, not as a name or a part of a text. */
const NONE = String.raw`[:\[,][ \t\r\n]*"None"[ \t\r\n]*[,}\]]`;
/** Requests and changes are counted by minutes. */
const MINUTE = 60_000_000;
const EMPTY_STATES = ['{}', '{"new":{}}', '{"new":{},"old":{}}', '{"old":{},"new":{}}', '{"new":null,"old":null}'];

export const CONTENT_CHECK: Check = {
  name: 'contents',
  run: async (context) => [
    ...(await noneStrings(context)),
    ...(await withoutState(context)),
    ...(await unusualModelEvents(context)),
  ],
};

async function noneStrings(context: CheckContext): Promise<readonly TrailFinding[]> {
  const holds = ['result', 'payload'].map(
    (field) => `CASE WHEN contains(${field}, '"None"') THEN regexp_matches(${field}, '${NONE}') ELSE false END`,
  );
  const { count, filter } = await keepSet(
    context,
    'none_string',
    `SELECT n FROM ${context.relation.table} WHERE ${holds.join(' OR ')}`,
  );
  if (count === 0) return [];
  return [
    {
      code: 'none_string',
      severity: 'info',
      count,
      unit: 'events',
      message: `${counted(count, 'event holds', 'events hold')} the text “None”, which the extension writes for “no value”: whether it was that or the word, nobody can tell.`,
      values: { count },
      filter,
      items: [],
    },
  ];
}

/** SQL for a `result` without any state. */
const NO_STATE = `(result IS NULL OR (strlen(result) < 64 AND
  regexp_replace(result, '[ \\t\\r\\n]', '', 'g') IN (${EMPTY_STATES.map((text) => `'${text}'`).join(', ')})))`;

async function withoutState(context: CheckContext): Promise<readonly TrailFinding[]> {
  const { connection, relation } = context;
  const model = "category = 'model' AND action IN ('created', 'changed', 'deleted')";
  const [row] = await rowsOf(
    connection,
    `SELECT count(*), min(ts), max(ts) FROM ${relation.table}
     WHERE ${model} AND ${NO_STATE} AND (flags & ${EVENT_FLAGS.dropped}) = 0`,
  );
  const count = Number(row?.[0] ?? 0);
  if (count === 0) return [];
  const all = await numberOf(connection, `SELECT count(*) FROM ${relation.table} WHERE ${model}`);
  const { filter } = await keepSet(
    context,
    'no_state',
    `SELECT n FROM ${relation.table} WHERE ${model} AND ${NO_STATE} AND (flags & ${EVENT_FLAGS.dropped}) = 0`,
  );
  return [
    {
      code: 'no_state',
      severity: 'warning',
      count,
      unit: 'events',
      message: `${grouped(count)} of ${counted(all, 'model event says', 'model events say')} that something changed but not what: payload storage was off when they were written.`,
      values: {
        count,
        of: all,
        first: formatInstant(BigInt(String(row?.[1]))),
        last: formatInstant(BigInt(String(row?.[2]))),
      },
      filter,
      items: [],
    },
  ];
}

async function unusualModelEvents(context: CheckContext): Promise<readonly TrailFinding[]> {
  const { connection, relation } = context;
  const odd = {
    has_actor: "actor <> ''",
    other_action: "action NOT IN ('created', 'changed', 'deleted')",
    no_object: "(action_object = '' OR action_object_id = '')",
  };
  const rows = `FROM ${relation.table} WHERE category = 'model' AND (${Object.values(odd).join(' OR ')})`;
  const counts = Object.values(odd).map((sql) => `count(*) FILTER (${sql})`);
  const [row] = await rowsOf(connection, `SELECT count(*), ${counts.join(', ')} ${rows}`);
  const count = Number(row?.[0] ?? 0);
  if (count === 0) return [];
  const { filter } = await keepSet(context, 'unusual_model_event', `SELECT n ${rows}`);
  return [
    {
      code: 'unusual_model_event',
      severity: 'info',
      count,
      unit: 'events',
      message: `${counted(count, 'model event is', 'model events are')} not as the extension’s own tracker writes them: with an actor, another action, or without an object.`,
      values: { count },
      filter,
      items: Object.keys(odd).flatMap((why, index) => {
        const hits = Number(row?.[index + 1] ?? 0);
        return hits === 0 ? [] : [{ values: { why, count: hits }, filter: null }];
      }),
    },
  ];
}

export const CAUSE_CHECK: Check = {
  name: 'causes',
  run: async (context) => {
    const { connection, relation, skip } = context;
    const { table } = relation;
    const [row] = await rowsOf(connection, `SELECT min(ts), max(ts) FROM ${table} WHERE category = 'api'`);
    const [first, last] = row ?? [];
    if (typeof first !== 'bigint' || typeof last !== 'bigint') {
      skip(
        'model_without_request',
        'no_requests',
        'No request was tracked, so changes can’t be held against requests.',
      );
      return [];
    }
    const rows = `FROM ${table} WHERE category = 'model' AND ts BETWEEN ${first} AND ${last}
      AND ts // ${MINUTE} NOT IN (
        SELECT unnest([minute - 1, minute, minute + 1]) FROM (SELECT DISTINCT ts // ${MINUTE} AS minute FROM ${table} WHERE category = 'api'))`;
    const { count, filter } = await keepSet(context, 'model_without_request', `SELECT n ${rows}`);
    if (count === 0) return [];
    const types = await rowsOf(
      connection,
      `SELECT ${readable('action_object')}, count(*) ${rows} GROUP BY action_object ORDER BY 2 DESC, 1 LIMIT ${MAX_ITEMS}`,
    );
    return [
      {
        code: 'model_without_request',
        severity: 'warning',
        count,
        unit: 'events',
        message: `${counted(count, 'change has', 'changes have')} no tracked request in the same minute or the ones beside it, though requests were tracked before and after: made by a program, on the command line, or in the database.`,
        values: { count, first: formatInstant(first), last: formatInstant(last) },
        filter,
        items: types.map(([type, hits]) => ({
          values: { action_object: String(type), count: Number(hits) },
          filter: filterOf({
            set: 'finding-model_without_request',
            conditions: [{ field: 'action_object', values: [String(type)] }],
          }),
        })),
      },
    ];
  },
};
