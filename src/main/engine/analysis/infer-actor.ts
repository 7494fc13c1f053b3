/**
 * Proposes who caused a model event, which names nobody: tracked requests close to it, CKAN's own note of the activity,
 * and users whom the changed row names. An inference, never a fact.
 *
 * A request may be noted when it begins or when it has ended, so both directions are looked into; which of them is
 * usual around the event is learnt from its neighbours and weighs a little.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ActorCandidate, ActorInference } from '../../../shared/analysis-schemas.ts';
import type { Relation, Snapshot } from '../snapshot/snapshot.ts';
import { fitOf, mayWrite } from './action-words.ts';
import { changeOf, rankRequests, USER_KEYS, type Change, type Request, type UsualOrder } from './actor-score.ts';
import { eventRow, ROW_COLUMNS, ROW_WIDTH, rowsOf } from './event-rows.ts';
import { objectMembers, scalarText, valueAt } from './json-members.ts';
import { findAnchor } from './neighbours.ts';
import { TEXT_BYTES, textsOf } from './row-texts.ts';

/** Of more requests within the window, only the nearest are looked at. */
const MAX_REQUESTS = 2_000;
const MAX_READ = 200;
const ACTIVITY_US = 5_000_000n;
const MAX_ACTIVITIES = 200;
/** Rows on either side from which the usual order is learnt, how far request and change may be apart, and how sure it must be. */
const LEARNT_ROWS = 2_000n;
const LEARNT_US = 10_000_000;
const LEARNT_REQUESTS = 10;
const MIN_PAIRS = 5;
const USUAL_SHARE = 0.8;

/** @throws AppError `not_found` for a position that is not in the snapshot, `cancelled` */
export async function inferActor(
  snapshot: Snapshot,
  n: number,
  windowMs: number,
  signal?: AbortSignal,
): Promise<ActorInference> {
  return snapshot.read(signal, async (connection, relation) => {
    const anchor = await findAnchor(connection, relation, n);
    const { row: event, ts } = anchor;
    const nothing = { inference: true, n, not_applicable: null, grade: 'none', candidates: [] } as const;
    const considered = { window_ms: windowMs, api_events: 0, writing_events: 0, actors: 0 };
    const order = { usual: 'unclear', pairs: 0 } as const;
    if (event.category !== 'model')
      return { ...nothing, considered, order, candidates: [], not_applicable: 'not_model' };
    if (event.actor !== '') return { ...nothing, considered, order, candidates: [], not_applicable: 'has_actor' };

    const places = [{ locator: anchor.locator, bytes: 0 }];
    const [own] = await collect(textsOf(connection, relation, places, signal));
    const change = changeOf(event, ts, own?.result ?? null);
    const usual = await usualOrder(connection, relation, anchor.locator, ts);
    const near = await requestsNear(connection, relation, ts, BigInt(windowMs) * 1_000n);
    const writing = near.filter((each) => mayWrite(each.event.action));
    const texts = await collect(textsOf(connection, relation, writing.slice(0, MAX_READ), signal));
    const requests: Request[] = texts.map((text, index) => ({ ...text, ...requireAt(writing, index) }));
    const ranked = rankRequests(change, requests, usual.usual);
    const noted = [...rowUsers(change), ...(await activities(connection, relation, change, signal))];
    const candidates = agree(ranked, noted).slice(0, 10);
    return {
      ...nothing,
      grade: candidates[0]?.grade ?? 'none',
      candidates,
      considered: {
        window_ms: windowMs,
        api_events: near.length,
        writing_events: writing.length,
        actors: new Set(writing.map((each) => each.event.actor)).size,
      },
      order: usual,
    };
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function requireAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
}

interface Near {
  readonly event: Request['event'];
  readonly ts: bigint;
  readonly locator: bigint;
  readonly bytes: number;
}

async function requestsNear(
  connection: DuckDBConnection,
  { table, locator }: Relation,
  ts: bigint,
  window: bigint,
): Promise<readonly Near[]> {
  const rows = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS}, ${locator}, ${TEXT_BYTES}, ts FROM ${table}
     WHERE ts BETWEEN ${ts - window} AND ${ts + window} AND category = 'api'
     ORDER BY abs(ts - ${ts}), n LIMIT ${MAX_REQUESTS}`,
  );
  const found = rows.map((row) => ({
    event: eventRow(row),
    locator: BigInt(String(row[ROW_WIDTH])),
    bytes: Number(row[ROW_WIDTH + 1]),
    ts: BigInt(String(row[ROW_WIDTH + 2])),
  }));
  // Two stores of one portal hold a request twice; it is one.
  return [...new Map(found.toReversed().map((each) => [`${each.ts} ${each.event.id}`, each])).values()].toReversed();
}

/** Whether requests are usually noted before or after what they change, as the rows around an event show it. */
async function usualOrder(
  connection: DuckDBConnection,
  { table, locator, ordered }: Relation,
  at: bigint,
  ts: bigint,
): Promise<{ readonly usual: UsualOrder; readonly pairs: number }> {
  const stretch = ordered
    ? `${locator} BETWEEN ${at - LEARNT_ROWS} AND ${at + LEARNT_ROWS}`
    : `ts BETWEEN ${ts - 3_600_000_000n} AND ${ts + 3_600_000_000n}`;
  const rows = await rowsOf(
    connection,
    `SELECT category, action, action_object, ts FROM ${table} WHERE ${stretch} AND category IN ('api', 'model')
     ORDER BY ${locator} LIMIT ${2n * LEARNT_ROWS}`,
  );
  const events = rows
    .map(([category, action, type, time]) => ({
      isRequest: category === 'api',
      action: String(action),
      type: String(type),
      ts: Number(time),
    }))
    .toSorted((a, b) => a.ts - b.ts);
  const requests = events.filter((each) => each.isRequest && mayWrite(each.action));
  let [first, last, next] = [0, 0, 0];
  for (const change of events) {
    if (change.isRequest) continue;
    while ((requests[next]?.ts ?? Infinity) <= change.ts) next += 1;
    const isFitting = (each: { readonly ts: number; readonly action: string }): boolean =>
      Math.abs(each.ts - change.ts) <= LEARNT_US &&
      fitOf(each.action, change.type, change.action, undefined) === 'exact';
    const before = requests.slice(Math.max(0, next - LEARNT_REQUESTS), next).findLast(isFitting);
    const after = requests.slice(next, next + LEARNT_REQUESTS).find(isFitting);
    if (before === undefined && after === undefined) continue;
    if (change.ts - (before?.ts ?? -Infinity) <= (after?.ts ?? Infinity) - change.ts) first += 1;
    else last += 1;
  }
  const pairs = first + last;
  if (pairs < MIN_PAIRS) return { usual: 'unclear', pairs };
  if (first / pairs >= USUAL_SHARE) return { usual: 'request_first', pairs };
  return { usual: last / pairs >= USUAL_SHARE ? 'request_last' : 'unclear', pairs };
}

/** Users whom the changed row itself names as the one who did it. */
function rowUsers({ event, state }: Change): readonly ActorCandidate[] {
  if (event.action !== 'created') return [];
  return USER_KEYS.flatMap((attribute) => {
    // Other rows name users for other reasons: whom somebody follows, whose token it is.
    if (attribute === 'user_id' && event.action_object !== 'Activity') return [];
    const value = state.get(attribute);
    if (value === undefined || !value.startsWith('"')) return [];
    const actor = scalarText(value);
    if (actor === '') return [];
    const grade = event.action_object === 'Activity' ? 'strong' : 'likely';
    return [
      {
        kind: 'row',
        event,
        actor,
        grade,
        score: 60,
        delta_us: 0,
        reasons: [{ code: 'row_names_user', values: { attribute } }],
      },
    ];
  });
}

/** CKAN's own notes, close to the event, of somebody doing something with this object or what it belongs to. */
async function activities(
  connection: DuckDBConnection,
  relation: Relation,
  change: Change,
  signal: AbortSignal | undefined,
): Promise<readonly ActorCandidate[]> {
  const { table, locator } = relation;
  if (change.event.action_object === 'Activity') return [];
  const rows = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS}, ${locator}, ${TEXT_BYTES}, ts FROM ${table}
     WHERE ts BETWEEN ${change.ts - ACTIVITY_US} AND ${change.ts + ACTIVITY_US}
       AND category = 'model' AND action = 'created' AND action_object = 'Activity'
     ORDER BY abs(ts - ${change.ts}), n LIMIT ${MAX_ACTIVITIES}`,
  );
  const places = rows.map((row) => ({ locator: BigInt(String(row[ROW_WIDTH])), bytes: Number(row[ROW_WIDTH + 1]) }));
  const found: ActorCandidate[] = [];
  let index = 0;
  for await (const { result } of textsOf(connection, relation, places, signal)) {
    const row = rows[index];
    index += 1;
    const members = result === null ? undefined : objectMembers(valueAt(result, ['new']) ?? '');
    if (row === undefined || members === undefined) continue;
    const said = new Map(members.map(({ key, value }) => [key, value.startsWith('"') ? scalarText(value) : value]));
    const [object, actor = ''] = [said.get('object_id'), said.get('user_id')];
    const isOwn = object === change.event.action_object_id;
    const parent = [...change.references].find(([, id]) => id === object);
    if (actor === '' || actor === 'None' || object === undefined || (!isOwn && parent === undefined)) continue;
    const delta = Number(BigInt(String(row[ROW_WIDTH + 2])) - change.ts);
    found.push({
      kind: 'activity',
      event: eventRow(row),
      actor,
      grade: isOwn ? 'strong' : 'likely',
      score: isOwn ? 70 : 50,
      delta_us: delta,
      reasons: [
        {
          code: isOwn ? 'activity_same_object' : 'activity_parent',
          values: {
            activity: said.get('activity_type') ?? '',
            ...(parent === undefined ? {} : { attribute: parent[0] }),
          },
        },
        { code: delta <= 0 ? 'time_before' : 'time_after', values: { microseconds: Math.abs(delta) } },
      ],
    });
  }
  return found;
}

const GRADES = ['weak', 'likely', 'strong'] as const;

/** Puts all candidates in one order, and says where they agree on a person and where they do not. */
function agree(requests: readonly ActorCandidate[], noted: readonly ActorCandidate[]): ActorCandidate[] {
  const all = [...requests, ...noted];
  const judged = all.map((each): ActorCandidate => {
    const others = (each.kind === 'api' ? noted : requests).filter((other) => other.grade !== 'weak');
    if (others.length === 0) return each;
    const same = others.find((other) => other.actor === each.actor);
    if (same === undefined) {
      const isBelow = others.some((other) => GRADES.indexOf(other.grade) >= GRADES.indexOf(each.grade));
      const grade = isBelow && each.grade === 'strong' ? 'likely' : each.grade;
      return {
        ...each,
        grade,
        score: each.score - 10,
        reasons: [...each.reasons, { code: 'others_disagree', values: { n: others[0]?.event.n ?? 0 } }],
      };
    }
    return {
      ...each,
      score: each.score + 10,
      reasons: [...each.reasons, { code: 'others_agree', values: { n: same.event.n, kind: same.kind } }],
    };
  });
  return judged.toSorted(
    (a, b) =>
      GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade) ||
      b.score - a.score ||
      Math.abs(a.delta_us) - Math.abs(b.delta_us),
  );
}
