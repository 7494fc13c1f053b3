/** Completes events that the product writes itself: their id and their time. */
import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../../../shared/event.ts';

let last = 0;

/**
 * Now in UTC, `2024-03-11T10:20:30.123456+00:00`, without a fraction when it is zero. Times of one process never repeat:
 * a clock that has not moved on is taken to be a microsecond later, so that events stay in the order in which they
 * happened.
 */
export function eventTime(now = Date.now()): string {
  const micros = now * 1_000;
  last = Math.max(micros, last < micros + 1_000_000 ? last + 1 : micros);
  const text = new Date(Math.floor(last / 1_000)).toISOString();
  const time = `${text.slice(0, -1)}${String(last % 1_000).padStart(3, '0')}`;
  return `${time.replace(/\.0+$/, '')}+00:00`;
}

/** An event with everything that was left out filled in. */
export function newEvent(
  parts: Pick<AuditEvent, 'category' | 'action'> & { readonly [F in keyof AuditEvent]?: AuditEvent[F] | undefined },
): AuditEvent {
  return {
    id: parts.id === undefined ? randomUUID() : parts.id,
    category: parts.category,
    action: parts.action,
    actor: parts.actor ?? '',
    action_object: parts.action_object ?? '',
    action_object_id: parts.action_object_id ?? '',
    target_type: parts.target_type ?? '',
    target_id: parts.target_id ?? '',
    timestamp: parts.timestamp ?? eventTime(),
    result: parts.result ?? {},
    payload: parts.payload ?? {},
  };
}
