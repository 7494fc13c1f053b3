/** An audit event as the stores keep it: compact JSON, the name of its Redis field, a row of texts. */
import { AppError } from '../../../shared/errors.ts';
import { auditEventSchema, EVENT_FIELDS, FLAT_FIELDS, type AuditEvent } from '../../../shared/event.ts';
import { parseTimestamp } from '../../../shared/timestamp.ts';
import { members as membersOf } from '../export/json-text.ts';
import { jsonObject, textOfObject } from './json-object.ts';

/** Readers set larger records aside: 16 MB. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

type EventField = keyof AuditEvent;

/**
 * The event as compact JSON, its fields in the order of EVENT_FIELDS. Text is written as it is, in UTF-8, not as `\u`
 * escapes: any reader of JSON reads both the same, and the names of Redis fields hold it so, too. Control characters are
 * escaped, and what UTF-8 can't hold (half of a surrogate pair). An object that was given as JSON text is written as that
 * text; see json-object.ts.
 * @param leaveOut fields that are left out altogether
 */
export function eventJson(event: AuditEvent, leaveOut: readonly EventField[] = []): string {
  const members = EVENT_FIELDS.filter((field) => !leaveOut.includes(field)).map(
    (field) => `"${field}":${valueJson(event, field)}`,
  );
  return `{${members.join(',')}}`;
}

/** The event that {@link eventJson} wrote; its objects keep the text they have there. @throws when it is none */
export function eventFromJson(text: string): AuditEvent {
  const event = auditEventSchema.parse(JSON.parse(text));
  const values = new Map((membersOf(text) ?? []).map(({ key, value }) => [key, value]));
  return {
    ...event,
    result: jsonObject(values.get('result') ?? '{}', 'result'),
    payload: jsonObject(values.get('payload') ?? '{}', 'payload'),
  };
}

/** The name of an event's field in the Redis hash. It is an index only; the JSON value is the truth. */
export function eventField(event: AuditEvent): string {
  return [
    `id:${pythonText(event.id)}`,
    `category:${event.category}`,
    `action:${event.action}`,
    `actor:${event.actor}`,
    `action_object:${event.action_object}`,
    `action_object_id:${event.action_object_id}`,
    `target_type:${event.target_type}`,
    `target_id:${event.target_id}`,
    `ts:${event.timestamp}`,
  ].join('|');
}

/**
 * The event as a row of text columns, in the order of EVENT_FIELDS.
 * @param store as messages name it
 * @throws AppError `invalid_input` when its id is no text, or when a text holds what no text column can: it would come back as
 * another one
 */
export function eventRow(event: AuditEvent, store: string): readonly string[] {
  if (typeof event.id !== 'string') {
    throw refusal(event, `${store} keeps ids as text, and its id is none. Give it as a text`);
  }
  return EVENT_FIELDS.map((field) => {
    const value = field === 'result' || field === 'payload' ? textOfObject(event[field]) : String(event[field]);
    if (!value.isWellFormed()) {
      throw refusal(event, `its ${field} holds half of a surrogate pair, which ${store} can’t keep`);
    }
    return value;
  });
}

/**
 * Checks that what is to be written is an event that every reader takes for one.
 * @throws AppError `invalid_input` saying what is wrong with which event
 */
export function checkEvent(event: AuditEvent): void {
  const { id } = event;
  const isScalar = typeof id === 'string' || typeof id === 'boolean' || id === null || Number.isFinite(id);
  if (!isScalar) throw refusal(event, 'its id is no text, number, boolean or null');
  for (const field of FLAT_FIELDS) {
    const value: unknown = event[field];
    if (field !== 'id' && typeof value !== 'string') throw refusal(event, `its ${field} is no text`);
  }
  for (const field of ['category', 'action'] as const) {
    if (event[field] === '') throw refusal(event, `its ${field} is empty`);
  }
  if (parseTimestamp(event.timestamp) === undefined) {
    throw refusal(
      event,
      `its timestamp “${event.timestamp.slice(0, 64)}” is no ISO 8601 date and time. Write one such as 2024-11-11T10:20:30+00:00`,
    );
  }
  const bytes = Buffer.byteLength(eventJson(event));
  if (bytes > MAX_EVENT_BYTES) {
    throw refusal(event, `it takes ${bytes} bytes as JSON; at most ${MAX_EVENT_BYTES} are read as one event`);
  }
}

/** Says of an event why it can't be written. @param why a clause, without a full stop */
export function refusal(event: AuditEvent, why: string): AppError {
  const name = String(event.id).slice(0, 100).toWellFormed();
  return new AppError('invalid_input', `The event ${name} can’t be written: ${why}.`, { details: { id: event.id } });
}

function valueJson(event: AuditEvent, field: EventField): string {
  if (field === 'result' || field === 'payload') return textOfObject(event[field]);
  return JSON.stringify(event[field]);
}

/** A scalar as the extension, written in Python, puts it into a text. */
function pythonText(value: AuditEvent['id']): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
