/** The event that tells of a change of one of the product's own models. */
import type { AuditEvent } from '../../../shared/event.ts';
import type { OptionValues } from '../../../shared/options.ts';
import type { ModelChange } from '../config/models.ts';
import { newEvent } from './new-event.ts';
import { safeObject, STATE_LIMITS } from './safe-value.ts';
import { secretsIn, secretSettings } from './secrets.ts';

/**
 * With the previous state kept, `result` is `{ old, new }`: `null` where there was or is no row, so a created row has its
 * state under `new` only and a deleted one under `old` only, and a value that was null is null. With only payloads kept,
 * it is `{ new }`: the state after the change.
 * @param actor `undefined` when another program made the change: nobody knows who, but the change says when
 */
export function changeEvent(change: ModelChange, actor: string | undefined, options: OptionValues): AuditEvent {
  const result = options['track.store_previous_model_state']
    ? statesOf(change, options)
    : options.store_payload_and_result
      ? { new: statesOf(change, options).new }
      : {};
  return newEvent({
    category: 'model',
    action: change.action,
    actor,
    timestamp: actor === undefined ? change.at.replace(/Z$/, '000+00:00') : undefined,
    action_object: change.model,
    action_object_id: change.key,
    result,
  });
}

function statesOf(change: ModelChange, options: OptionValues): Record<'old' | 'new', Record<string, unknown> | null> {
  const [before, after] = [parsed(change.old), parsed(change.new)];
  // A secret of one state must not be in the other, either.
  const secrets = secretsIn([before, after, secretSettings(options)]);
  const safe = (state: unknown): Record<string, unknown> | null =>
    state === null ? null : safeObject(state, secrets, STATE_LIMITS);
  return { old: safe(before), new: safe(after) };
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Only another program can have written this; it is kept as it is.
    return { unreadable: text };
  }
}
