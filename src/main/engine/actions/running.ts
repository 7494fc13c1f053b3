/** The engine that runs in this process, for code that is not handed one: plugins, and scripts that started it. */
import { type ActionInput, type ActionName, type ActionOutput, type ActionProgress } from '../../../shared/contract.ts';
import { AppError, fromErrorReply } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { Tracking, Written } from '../tracking/tracking.ts';
import type { CallOptions, Dispatcher } from './dispatcher.ts';

/** An event as its writer gives it. What is left out is filled in: an id, the time, the signed-in user is not. */
export type NewEvent = Pick<AuditEvent, 'category' | 'action'> & Partial<AuditEvent>;

interface Running {
  readonly dispatcher: Dispatcher;
  readonly tracking: Tracking;
}

const engines: Running[] = [];

/** Makes an engine the one that is meant here. @returns a function that ends this */
export function bindEngine(engine: Running): () => void {
  engines.push(engine);
  return () => {
    const at = engines.indexOf(engine);
    if (at !== -1) engines.splice(at, 1);
  };
}

function running(): Running {
  const engine = engines.at(-1);
  if (engine === undefined) {
    throw new AppError(
      'unsupported',
      'No engine runs in this process. Call this from a tracker’s start, from a repository, or after startEngine.',
    );
  }
  return engine;
}

/** An action, ready to be called: with who asks (the signed-in user unless said), and its input. */
export type Action<N extends ActionName> = (
  context: CallOptions<ActionProgress<N>>,
  input: ActionInput<N>,
) => Promise<ActionOutput<N>>;

/**
 * An action of the running engine by its name. A name that is none is refused when it is called, and recorded.
 * @example await getAction('event_audit_get_events')({ actor: 'robot' }, { category: 'package', limit: 100 })
 */
export function getAction<N extends ActionName>(name: N): Action<N> {
  return (context, input) => actionOf(running().dispatcher, name)(context, input);
}

/** An action of one engine by its name. @throws AppError what the action throws */
export function actionOf<N extends ActionName>(dispatcher: Dispatcher, name: N): Action<N> {
  return async (context, input) => {
    const { onProgress, ...options } = context;
    const reply = await dispatcher.dispatch(name, input, {
      ...options,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an action reports what its contract says
      onProgress: onProgress as ((progress: unknown) => void) | undefined,
    });
    if (!reply.ok) throw fromErrorReply(reply.error);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handler of this name made it
    return reply.value as ActionOutput<N>;
  };
}

/**
 * Records an event of one's own, through the same queue and rules as those of the product.
 * @returns the event as it is recorded, and what kept it from being recorded, if anything did
 * @throws AppError `invalid_input` when it is no event; `target_unwritable` when it can't be kept
 */
export async function writeEvent(event: NewEvent): Promise<Written> {
  const [written] = await writeEvents([event]);
  if (written === undefined) throw new AppError('internal', 'The event was lost.');
  return written;
}

/** Records several events, in order, all or none. @throws AppError as {@link writeEvent} does */
export async function writeEvents(events: readonly NewEvent[]): Promise<readonly Written[]> {
  return running().tracking.write(events);
}
