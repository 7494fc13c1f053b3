/** The event that tells of a call: who asked for what and, when that is to be kept, with which request and reply. */
import type { Reply } from '../../../shared/contract.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { OptionValues } from '../../../shared/options.ts';
import { newEvent } from './new-event.ts';
import { safeObject, safeText } from './safe-value.ts';
import { secretsIn, secretSettings } from './secrets.ts';

/** A call that has been answered. */
export interface FinishedCall {
  /** As the caller named it; it may be no action at all. */
  readonly name: string;
  readonly actor: string;
  readonly input: unknown;
  readonly reply: Reply<unknown>;
}

const NAME_LENGTH = 200;
const MESSAGE_LENGTH = 2_000;

/** The name of a call as its event has it: bounded, and never empty. */
export function callName({ name }: Pick<FinishedCall, 'name'>): string {
  const safe = safeText(name, [], NAME_LENGTH);
  return safe === '' ? '(empty)' : safe;
}

export function callEvent(call: FinishedCall, options: OptionValues): AuditEvent {
  const { actor, input, reply } = call;
  const isStored = options.store_payload_and_result;
  const secrets = isStored ? secretsIn([input, secretSettings(options)]) : [];
  const code = reply.ok ? undefined : reply.error.code;
  let result: Record<string, unknown> = {};
  if (!reply.ok) {
    result = {
      error: { code, ...(isStored ? { message: safeText(reply.error.message, secrets, MESSAGE_LENGTH) } : {}) },
    };
  } else if (isStored) {
    result = safeObject(reply.value, secrets);
  }
  return newEvent({
    category: 'api',
    action: callName(call),
    actor: safeText(actor, secrets, NAME_LENGTH),
    payload: isStored ? safeObject(input, secrets) : {},
    result,
  });
}
