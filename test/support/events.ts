/** Seeded events by the hundred thousand, as value, as JSON text and with the field name that Redis keeps them under. */
import { createRandom, type Random } from '../../scripts/sample/random.ts';

/** An event as ckanext-event-audit writes it, fields in order. */
export interface WrittenEvent {
  readonly id: string;
  readonly category: string;
  readonly action: string;
  readonly actor: string;
  readonly action_object: string;
  readonly action_object_id: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly timestamp: string;
  readonly result: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface GeneratedEvent {
  readonly event: WrittenEvent;
  /** The stored record: compact JSON. */
  readonly json: string;
  /** The field of the hash `event-audit`. */
  readonly field: string;
}

export interface EventOptions {
  /** The same seed gives the same events. */
  readonly seed?: number;
  /** First instant, ISO 8601, inclusive. */
  readonly from?: string;
  /** Last instant, ISO 8601, exclusive. */
  readonly to?: string;
  /** Categories with their weights; `model`, `view`, `api` and others of any name. */
  readonly categories?: Readonly<Record<string, number>>;
  /** Class names of model events. */
  readonly classes?: readonly string[];
  /** How many different people act. */
  readonly actors?: number;
  /** How many different objects are acted on. */
  readonly objects?: number;
  /** Whether `result` and `payload` are filled, as with payload storage on. */
  readonly stored?: boolean;
  /** Share (0 to 1) of events that carry a hostile text in actor, action, object, target and payload. */
  readonly hostile?: number;
}

/** Texts that break careless code; all are well-formed Unicode. Records that are odd as a whole are in `hostile.ts`. */
export const HOSTILE_TEXTS = [
  `quote " and ' and \\ backslash`,
  'line\nbreak\r\nand\ttab',
  'nul \u0000 and escape \u001b[31m',
  '👩🏽‍💻 family 👨‍👩‍👧 flag 🇩🇪',
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)*cmd',
  'a|b:c|ts:2024-01-01T00:00:00',
  'glob*?[a-z]^',
  '\u202eevil\u202c bidi',
  '<img src=x onerror=alert(1)>',
  '__proto__',
  'é composed, e\u0301 decomposed',
  '%00%25 100 %',
  "'; DROP TABLE event; --",
  '\ufeffbyte order mark',
  '\u2028line separator',
  'x'.repeat(2_000),
] as const;

const MODEL_ACTIONS = ['created', 'changed', 'changed', 'changed', 'deleted'] as const;
const API_ACTIONS = [
  'package_create',
  'package_update',
  'package_patch',
  'resource_create',
  'user_update',
  'package_list',
] as const;
const VIEW_ACTIONS = ['dataset.read', 'resource.read', 'user.login'] as const;
const DEFAULT_CLASSES = [
  'Package',
  'PackageExtra',
  'Resource',
  'Tag',
  'PackageTag',
  'Member',
  'User',
  'Group',
] as const;

/** The name of the hash field under which the extension keeps an event. */
export function redisField(event: Omit<WrittenEvent, 'result' | 'payload'>): string {
  return (
    `id:${event.id}|category:${event.category}|action:${event.action}|actor:${event.actor}` +
    `|action_object:${event.action_object}|action_object_id:${event.action_object_id}` +
    `|target_type:${event.target_type}|target_id:${event.target_id}|ts:${event.timestamp}`
  );
}

/** Events in time order, evenly spread over the range, made one at a time. */
export function* generateEvents(count: number, options: EventOptions = {}): Generator<GeneratedEvent> {
  const { seed = 1, from = '2024-01-01T00:00:00Z', to = '2025-01-01T00:00:00Z', hostile = 0, stored = true } = options;
  const random = createRandom(seed);
  const weights = Object.entries(options.categories ?? { model: 62, api: 30, view: 8 });
  const classes = options.classes ?? DEFAULT_CLASSES;
  const actors = Array.from({ length: options.actors ?? 40 }, () => random.uuid());
  const objects = Array.from({ length: options.objects ?? 5_000 }, () => random.uuid());
  const start = Date.parse(from);
  const span = Date.parse(to) - start;
  for (let index = 0; index < count; index += 1) {
    const category = random.weighted(weights);
    const object = random.pick(objects);
    const at = ((index + random.next()) / count) * span;
    const timestamp = writtenTime(start + Math.floor(at), random.int(0, 999));
    const plain = plainEvent(random, category, random.pick(classes), random.pick(actors), object, timestamp, stored);
    const event = hostile > 0 && random.chance(hostile) ? infect(plain, random.pick(HOSTILE_TEXTS)) : plain;
    yield { event, json: JSON.stringify(event), field: redisField(event) };
  }
}

/** One event, for tests that need just any. */
export function oneEvent(changes: Partial<WrittenEvent> = {}, seed = 1): GeneratedEvent {
  const [first] = generateEvents(1, { seed });
  if (first === undefined) throw new Error('No event was made.');
  const event = { ...first.event, ...changes };
  return { event, json: JSON.stringify(event), field: redisField(event) };
}

function plainEvent(
  random: Random,
  category: string,
  model: string,
  actor: string,
  object: string,
  timestamp: string,
  stored: boolean,
): WrittenEvent {
  const id = random.uuid();
  const base = { target_type: '', target_id: '', timestamp };
  const title = stored ? `Datensatz ${random.int(1, 999)} über Öffnungszeiten` : '';
  switch (category) {
    case 'model': {
      const row = { id: object, name: `datensatz-${object.slice(0, 8)}`, title, version: 'None', state: 'active' };
      const result = stored
        ? { new: row, old: { id: object, name: null, title: `${title} (alt)`, version: null, state: 'active' } }
        : {};
      return {
        id,
        category,
        action: random.pick(MODEL_ACTIONS),
        actor: '',
        action_object: model,
        action_object_id: object,
        ...base,
        result,
        payload: {},
      };
    }
    case 'api': {
      const payload = stored
        ? { id: object, title, private: false, tags: [{ name: 'umwelt' }, { name: 'verkehr' }] }
        : {};
      return {
        id,
        category,
        action: random.pick(API_ACTIONS),
        actor,
        action_object: '',
        action_object_id: '',
        ...base,
        result: {},
        payload,
      };
    }
    case 'view':
      return {
        id,
        category,
        action: random.pick(VIEW_ACTIONS),
        actor,
        action_object: 'Package',
        action_object_id: object,
        ...base,
        result: {},
        payload: {},
      };
    default:
      return {
        id,
        category,
        action: 'noted',
        actor,
        action_object: model,
        action_object_id: object,
        target_type: 'User',
        target_id: actor,
        timestamp,
        result: {},
        payload: stored ? { comment: title } : {},
      };
  }
}

function infect(event: WrittenEvent, text: string): WrittenEvent {
  return {
    ...event,
    action: `${event.action} ${text}`,
    actor: event.category === 'model' ? '' : text,
    action_object: text,
    action_object_id: `${event.action_object_id}${text}`,
    target_type: text,
    target_id: text,
    payload: { [text]: text, nested: { list: [text] } },
  };
}

let lastSecond = Number.NaN;
let lastText = '';

function writtenTime(milliseconds: number, micros: number): string {
  const second = Math.floor(milliseconds / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1_000).toISOString().slice(0, 19);
  }
  const fraction = (milliseconds - second * 1_000) * 1_000 + micros;
  return fraction === 0 ? `${lastText}+00:00` : `${lastText}.${String(fraction).padStart(6, '0')}+00:00`;
}
