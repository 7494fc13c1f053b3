/** Judges which tracked request most likely caused a model event: reasons, what speaks against it, and a grade. */
import type { ActorCandidate, Grade, Reason } from '../../../shared/analysis-schemas.ts';
import type { EventRow } from '../../../shared/event.ts';
import { fitOf, type Fit } from './action-words.ts';
import { objectMembers, sameSpelling, scalarText, valueAt } from './json-members.ts';
import { scalarsOf } from './mentions.ts';
import type { RowTexts } from './row-texts.ts';

/** The model event that is to be explained, with what its state names. */
export interface Change {
  readonly event: EventRow;
  readonly ts: bigint;
  /** Values of its state that may be in a request, by attribute; JSON texts. */
  readonly state: ReadonlyMap<string, string>;
  /** Former and present names. */
  readonly names: ReadonlySet<string>;
  /** Ids of what the row belongs to, such as its dataset, by attribute. */
  readonly references: ReadonlyMap<string, string>;
  /** Whether the change moved it to the trash; `undefined` when its states are not known. */
  readonly isTrashed: boolean | undefined;
}

export interface Request extends RowTexts {
  readonly event: EventRow;
  readonly ts: bigint;
}

export type UsualOrder = 'request_first' | 'request_last' | 'unclear';

interface Judged {
  readonly request: Request;
  readonly fit: Fit;
  /** It names the object, or what it belongs to, or says the very values. */
  readonly isIdentified: boolean;
  readonly isOther: boolean;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

/** Requests noted up to so far from the change are common; beyond, only what they say ties them to it. */
const CLOSE_US = 2_000_000;
const NEAR_US = 30_000_000;
const MAX_CANDIDATES = 10;
const FIT_SCORE: Readonly<Record<Fit, number>> = { exact: 30, object: 22, related: 15, other: 4, reads: -100 };
/** Below each distance in microseconds so many points. */
const TIME_SCORE: readonly (readonly [number, number])[] = [
  [100_000, 20],
  [1_000_000, 15],
  [5_000_000, 10],
  [15_000_000, 5],
];

/** What a model event says, for {@link rankRequests}. */
export function changeOf(event: EventRow, ts: bigint, result: string | null): Change {
  const [now, old] = ['new', 'old'].map((name) => {
    const text = result === null ? undefined : valueAt(result, [name]);
    return new Map((text === undefined ? [] : (objectMembers(text) ?? [])).map(({ key, value }) => [key, value]));
  });
  const state = new Map([...(old ?? []), ...(now ?? [])].filter(([, value]) => value !== 'null' && value !== '"None"'));
  const names = new Set([old, now].flatMap((each) => textsOf(each?.get('name'))));
  const references = new Map(
    [...state].flatMap(([key, value]): [string, string][] =>
      key.endsWith('_id') && !USER_KEYS.includes(key)
        ? textsOf(value).map((text): [string, string] => [key, text])
        : [],
    ),
  );
  const nowIn = textsOf(now?.get('state'))[0];
  return {
    event,
    ts,
    state,
    names,
    references,
    isTrashed: nowIn === undefined ? undefined : nowIn === 'deleted' && textsOf(old?.get('state'))[0] !== 'deleted',
  };
}

/** Attributes that name who did something. */
export const USER_KEYS: readonly string[] = ['user_id', 'creator_user_id'];

function textsOf(value: string | undefined): readonly string[] {
  if (value === undefined || !value.startsWith('"')) return [];
  const text = scalarText(value);
  return text === '' || text === 'None' ? [] : [text];
}

/** The requests that may have caused a change, best first. Those that only read are left out. */
export function rankRequests(change: Change, requests: readonly Request[], usual: UsualOrder): ActorCandidate[] {
  const judged = requests
    .map((request) => judge(change, request, usual))
    .filter(({ fit }) => fit !== 'reads')
    .toSorted((a, b) => b.score - a.score || distance(change, a.request) - distance(change, b.request));
  const strongest = judged.filter((each) => !each.isOther);
  const shown = (strongest.length > 0 ? strongest : judged).slice(0, MAX_CANDIDATES);
  return shown.map((each) => ({
    kind: 'api',
    event: each.request.event,
    actor: each.request.event.actor,
    grade: gradeOf(change, each, judged),
    score: each.score,
    delta_us: Number(each.request.ts - change.ts),
    reasons: [...each.reasons, ...rivals(each, judged)],
  }));
}

function distance(change: Change, request: Request): number {
  return Math.abs(Number(request.ts - change.ts));
}

function judge(change: Change, request: Request, usual: UsualOrder): Judged {
  const { event } = change;
  const fit = fitOf(request.event.action, event.action_object, event.action, change.isTrashed);
  const reasons: Reason[] = [];
  let score = FIT_SCORE[fit];
  const add = (points: number, code: string, values: Reason['values']): void => {
    score += points;
    reasons.push({ code, values });
  };
  reasons.push({
    code: `action_${fit}`,
    values: { action: request.event.action, model: event.action_object, change: event.action },
  });

  const delta = Number(request.ts - change.ts);
  const points = TIME_SCORE.find(([limit]) => Math.abs(delta) <= limit)?.[1] ?? 0;
  add(points, delta <= 0 ? 'time_before' : 'time_after', { microseconds: Math.abs(delta) });
  if (usual !== 'unclear') {
    const isUsual = delta <= 0 === (usual === 'request_first');
    add(isUsual ? 5 : -10, isUsual ? 'usual_order' : 'unusual_order', { usual });
  }

  const { isIdentified, isOther } = identify(change, request, fit, add);
  const actor = request.event.actor;
  const named = USER_KEYS.find((key) => actor !== '' && textsOf(change.state.get(key))[0] === actor);
  if (named !== undefined && (event.action === 'created' || event.action_object === 'Activity')) {
    add(15, 'same_user', { attribute: named });
  }
  return { request, fit, isIdentified, isOther, score, reasons };
}

/** What the request says of the object. */
function identify(
  change: Change,
  request: Request,
  fit: Fit,
  add: (points: number, code: string, values: Reason['values']) => void,
): { readonly isIdentified: boolean; readonly isOther: boolean } {
  const scalars = [...scalarsOf('payload', request.payload), ...scalarsOf('result', request.result)];
  const objectId = change.event.action_object_id;
  const same = scalars.find(({ text }) => objectId !== '' && text === objectId);
  if (same !== undefined) add(50, 'same_id', { path: same.path });
  const name = scalars.find(
    ({ key, depth, text }) => depth <= 2 && /(?:^|_)(?:id|name)$/.test(key) && change.names.has(text),
  );
  if (same === undefined && name !== undefined) add(40, 'same_name', { path: name.path, name: name.text });
  let isParent = false;
  for (const [attribute, id] of change.references) {
    const found = scalars.find(({ text }) => text === id);
    if (found === undefined || attribute === 'owner_org') continue;
    isParent = true;
    add(30, 'same_parent', { path: found.path, attribute });
    break;
  }
  const agreeing = agreeingValues(change, request);
  if (agreeing.length > 0) {
    add(Math.min(30, agreeing.length * 10), 'same_values', {
      count: agreeing.length,
      names: agreeing.slice(0, 5).join(', '),
    });
  }
  const isIdentified =
    same !== undefined || name !== undefined || (isParent && fit !== 'other') || agreeing.length >= 3;
  // A request that names another object of this very kind is about that one.
  const other = scalars.find(({ path }) => path === 'payload.id');
  const isOther = !isIdentified && other !== undefined && (fit === 'exact' || fit === 'object');
  if (isOther) add(-60, 'other_object', { path: 'payload.id', value: other.text.slice(0, 100) });
  return { isIdentified, isOther };
}

/** Attributes whose value the request says too, but for those that say little: flags, short texts, ids. */
function agreeingValues(change: Change, { payload }: Request): readonly string[] {
  const members = payload === null ? [] : (objectMembers(payload) ?? []);
  return members.flatMap(({ key, value }) => {
    const known = change.state.get(key);
    if (known === undefined || key === 'id' || key === 'state' || key.endsWith('_id') || value.length < 6) return [];
    return sameSpelling(known) === sameSpelling(value) ? [key] : [];
  });
}

function gradeOf(change: Change, each: Judged, all: readonly Judged[]): Exclude<Grade, 'none'> {
  const far = distance(change, each.request);
  const competing = all.filter(
    (other) =>
      other.request.event.actor !== each.request.event.actor && other.score >= each.score - 15 && !other.isOther,
  );
  if (each.isOther) return 'weak';
  if (each.isIdentified && each.fit !== 'other' && far <= NEAR_US) {
    return competing.some((other) => other.isIdentified) ? 'likely' : 'strong';
  }
  if (each.isIdentified) return competing.some((other) => other.isIdentified) ? 'weak' : 'likely';
  const isAlone = competing.every((other) => other.fit === 'other');
  return each.fit === 'exact' && far <= CLOSE_US && isAlone ? 'likely' : 'weak';
}

/** How many others could have been it. */
function rivals(each: Judged, all: readonly Judged[]): readonly Reason[] {
  const others = all.filter((other) => other !== each && !other.isOther && other.score >= each.score - 15);
  if (others.length === 0) return [{ code: 'no_rivals', values: { considered: all.length } }];
  const actors = new Set(
    others.map(({ request }) => request.event.actor).filter((actor) => actor !== each.request.event.actor),
  );
  return [{ code: 'rivals', values: { events: others.length, actors: actors.size } }];
}
