/** What an event keeps of a request or a reply: JSON without secrets, of a bounded size, which says where it was cut. */
import { entriesOf, HIDDEN, hiddenItems, isSecretName, isValueField, namesSecret, withoutSecrets } from './secrets.ts';

export interface Limits {
  /** Characters of one text. */
  readonly text: number;
  /** Elements of one list, fields of one object. */
  readonly items: number;
  readonly depth: number;
  /** Characters of all texts and names together, about. */
  readonly total: number;
}

export const CALL_LIMITS: Limits = { text: 4_000, items: 200, depth: 24, total: 64 * 1024 };
/** States of our own models are small; they are cut only when somebody put something huge there. */
export const STATE_LIMITS: Limits = { text: 32 * 1024, items: 10_000, depth: 64, total: 256 * 1024 };

/** The field of an event’s `payload` or `result` that says what is missing from it. */
export const CUT_FIELD = 'event_audit_cut';

/** How many of each were left out or shortened. */
interface Cuts {
  texts: number;
  items: number;
  values: number;
}

interface Work {
  readonly limits: Limits;
  readonly secrets: readonly string[];
  readonly cuts: Cuts;
  /** What lies around the value that is looked at, so that circles are found. */
  readonly around: Set<object>;
  left: number;
}

/**
 * A value as an object of plain JSON. What is no object is put under `value`. Secrets are replaced by dots; what is too
 * long, too many or too deep is left out, and {@link CUT_FIELD} says how much of it.
 * @param secrets the secrets that are known, longest first
 */
export function safeObject(
  value: unknown,
  secrets: readonly string[],
  limits: Limits = CALL_LIMITS,
): Record<string, unknown> {
  const cuts: Cuts = { texts: 0, items: 0, values: 0 };
  const work: Work = { limits, secrets, cuts, around: new Set(), left: limits.total };
  const safe = safeValue(value, 0, work);
  const object = isPlainObject(safe) ? safe : safe === undefined ? {} : { value: safe };
  const missing = Object.entries(cuts).filter(([, count]) => count > 0);
  return missing.length === 0 ? object : { ...object, [CUT_FIELD]: Object.fromEntries(missing) };
}

/** A text as an event may hold it: no secret, not too long, and nothing that a store would refuse. */
export function safeText(text: string, secrets: readonly string[], limit: number): string {
  const safe = withoutSecrets(text, secrets, limit);
  return storable(text.length > limit ? `${safe.slice(0, limit)}…` : safe);
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '�');
}

function safeValue(value: unknown, depth: number, work: Work): unknown {
  work.left -= 4;
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'string':
      return textWithin(value, work);
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      return value === null ? null : safeStructure(value, depth, work);
    default:
      return undefined;
  }
}

function textWithin(text: string, work: Work): string {
  const limit = Math.min(work.limits.text, Math.max(work.left, 0));
  const safe = withoutSecrets(text, work.secrets, limit);
  const isCut = text.length > limit;
  if (isCut) work.cuts.texts += 1;
  const kept = isCut ? `${safe.slice(0, limit)}…` : safe;
  work.left -= kept.length;
  return storable(kept);
}

function safeStructure(value: object, depth: number, work: Work): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (depth >= work.limits.depth || work.left <= 0 || work.around.has(value) || ArrayBuffer.isView(value)) {
    work.cuts.values += 1;
    return '…';
  }
  work.around.add(value);
  try {
    const own = asJson(value);
    if (own !== value) return safeValue(own, depth + 1, work);
    const hides = namesSecret(value);
    const entries = entriesOf(value);
    const kept = entries.slice(0, work.limits.items);
    work.cuts.items += entries.length - kept.length;
    return Array.isArray(value) || value instanceof Set
      ? listOf(kept, depth, hiddenItems(value), work)
      : objectOf(kept, depth, hides, work);
  } finally {
    work.around.delete(value);
  }
}

type Entries = readonly (readonly [string, unknown])[];

function listOf(entries: Entries, depth: number, isHidden: (position: string) => boolean, work: Work): unknown[] {
  const list: unknown[] = [];
  for (const [position, each] of entries) {
    if (work.left <= 0) {
      work.cuts.items += entries.length - list.length;
      break;
    }
    list.push((isHidden(position) ? hidden(each) : safeValue(each, depth + 1, work)) ?? null);
  }
  return list;
}

function objectOf(entries: Entries, depth: number, hides: boolean, work: Work): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  for (const [position, [name, each]] of entries.entries()) {
    if (work.left <= 0) {
      work.cuts.items += entries.length - position;
      break;
    }
    const isHidden = isSecretName(name) || (hides && isValueField(name));
    const safe = isHidden ? hidden(each) : safeValue(each, depth + 1, work);
    if (safe !== undefined) fields.push([textWithin(name, work), safe]);
  }
  // Not by assignment: a field may be called __proto__.
  return Object.fromEntries(fields);
}

/** What may be said of a secret: that there is one. */
function hidden(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'boolean' || value === '' ? value : HIDDEN;
}

/** A value as it turns itself into JSON, where it can. */
function asJson(value: object): unknown {
  try {
    if (!('toJSON' in value) || typeof value.toJSON !== 'function') return value;
    const own: unknown = value.toJSON();
    return own;
  } catch {
    return undefined;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
