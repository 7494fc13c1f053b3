/** Events that touch an object without being events on it: requests that name it, notes whose target it is. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Reason, RelatedEvent } from '../../../shared/analysis-schemas.ts';
import type { EventRow } from '../../../shared/event.ts';
import type { SqlValue } from '../snapshot/filter-sql.ts';
import type { Relation } from '../snapshot/snapshot.ts';
import { fitOf } from './action-words.ts';
import { eventRow, ROW_COLUMNS, ROW_WIDTH, rowsOf, timeOrder } from './event-rows.ts';
import { scalarsOf } from './mentions.ts';
import { TEXT_BYTES, textsOf, type RowTexts } from './row-texts.ts';

/** An object, and the names it had. */
export interface KnownObject {
  readonly type: string;
  readonly id: string;
  readonly names: readonly string[];
}

const MAX_RELATED = 500;
/** Of more events that hold the id or a name somewhere, only the latest are looked into. */
const MAX_LOOKED_AT = 2_000;
/** A name as short as this is in many texts by chance. */
const MIN_NAME = 3;
const MAX_NAMES = 5;
const MAX_MATCHES = 10;

/** In time order; of more than 500, the latest. */
export async function relatedEvents(
  connection: DuckDBConnection,
  relation: Relation,
  object: KnownObject,
  signal: AbortSignal | undefined,
): Promise<{ readonly events: readonly RelatedEvent[]; readonly more: boolean }> {
  const { table, locator } = relation;
  const names = object.names.filter((name) => name.length >= MIN_NAME && name !== 'None').slice(-MAX_NAMES);
  const values: SqlValue[] = [object.id, object.type];
  const bind = (text: string): string => `$${values.push(text)}`;
  const needles = [object.id, ...names].flatMap(spellings).map(bind);
  const holds = ['payload', 'result'].flatMap((field) => needles.map((needle) => `contains(${field}, ${needle})`));
  if (/^\d{1,18}$/.test(object.id)) {
    const pattern = bind(`[:\\[,][ \\t\\r\\n]*${object.id}[ \\t\\r\\n]*[,\\]}]`);
    holds.push(...['payload', 'result'].map((field) => `regexp_matches(${field}, ${pattern})`));
  }
  const order = timeOrder(relation).split(', ');
  const rows = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS}, ${locator}, ${TEXT_BYTES} FROM ${table}
     WHERE category <> 'model' AND NOT (action_object_id = $1 AND action_object = $2)
       AND (action_object_id = $1 OR target_id = $1 OR coalesce(${holds.join(' OR ')}, false))
     ORDER BY ${order.map((column) => `${column} DESC`).join(', ')} LIMIT ${MAX_LOOKED_AT + 1}`,
    values,
  );
  const looked = rows.slice(0, MAX_LOOKED_AT).map((row) => ({
    event: eventRow(row),
    locator: BigInt(String(row[ROW_WIDTH])),
    bytes: Number(row[ROW_WIDTH + 1]),
  }));
  const found: RelatedEvent[] = [];
  let index = 0;
  for await (const texts of textsOf(connection, relation, looked, signal)) {
    const event = looked[index]?.event;
    index += 1;
    if (event === undefined) continue;
    const matches = matchesOf(event, texts, { ...object, names });
    if (matches.length > 0) found.push({ event, matches: [...matches] });
    if (found.length > MAX_RELATED) break;
  }
  const more = rows.length > MAX_LOOKED_AT || found.length > MAX_RELATED;
  return { events: found.slice(0, MAX_RELATED).toReversed(), more };
}

/** A text as JSON may hold it: as it is, and with everything but ASCII escaped. */
function spellings(text: string): readonly string[] {
  const plain = JSON.stringify(text.toWellFormed());
  const escaped = plain.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [...new Set([plain, escaped])];
}

function matchesOf(
  event: EventRow,
  { payload, result }: RowTexts,
  { type, id, names }: KnownObject,
): readonly Reason[] {
  const matches: Reason[] = [];
  if (event.action_object_id === id) matches.push({ code: 'other_type', values: { type: event.action_object } });
  if (event.target_id === id) matches.push({ code: 'target', values: { type: event.target_type } });
  // A name alone says little: what is done must be done to such objects, and the name stand where ids and names do.
  const mayBeNamed =
    event.category === 'api' &&
    ['exact', 'object', 'related'].includes(fitOf(event.action, type, 'changed', undefined));
  for (const [root, json] of [
    ['payload', payload],
    ['result', result],
  ] as const) {
    for (const { path, key, depth, text } of scalarsOf(root, json)) {
      if (matches.length >= MAX_MATCHES) return matches;
      if (text === id) {
        matches.push({ code: `${root}_${key === 'id' && depth === 1 ? 'id' : 'value'}`, values: { path } });
      } else if (
        root === 'payload' &&
        mayBeNamed &&
        depth <= 2 &&
        names.includes(text) &&
        /(?:^|_)(?:id|name)$/.test(key)
      ) {
        matches.push({ code: 'payload_name', values: { path, name: text } });
      }
    }
  }
  return matches;
}
