/**
 * The only way into the engine: looks the action up, checks its input, runs it, turns whatever goes wrong into a reply, and
 * tells tracking of every call, refused ones included.
 */
import { userInfo } from 'node:os';
import { z } from 'zod';
import {
  ACTIONS,
  isActionName,
  type ActionInput,
  type ActionName,
  type ActionOutput,
  type ActionProgress,
  type Reply,
} from '../../../shared/contract.ts';
import { AppError, toErrorReply } from '../../../shared/errors.ts';
import type { FinishedCall } from '../tracking/call-event.ts';
import type { Handler, Handlers } from './handlers.ts';

export interface CallOptions<P = unknown> {
  /** Who asks; the signed-in user of this computer unless said. */
  readonly actor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: P) => void) | undefined;
}

/** Hears of every call before it is answered. Must not reject. */
export type CallListener = (call: FinishedCall) => Promise<void>;

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

export class Dispatcher {
  readonly #handlers: Handlers;
  readonly #listener: CallListener;

  constructor(handlers: Handlers, listener: CallListener = () => Promise.resolve()) {
    this.#handlers = handlers;
    this.#listener = listener;
  }

  /** Runs an action named by a caller that is not trusted to know the contract. Never rejects. */
  async dispatch(name: string, input: unknown, options: CallOptions = {}): Promise<Reply<unknown>> {
    return replyOf(await this.#heard(name, input, options, (actor) => this.#named(name, input, { ...options, actor })));
  }

  /** Runs an action for code that is typed. @throws AppError */
  async call<N extends ActionName>(
    name: N,
    input: ActionInput<N>,
    options: CallOptions<ActionProgress<N>> = {},
  ): Promise<ActionOutput<N>> {
    const outcome = await this.#heard(name, input, options, (actor) => this.#run(name, input, { ...options, actor }));
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }

  async #heard<T>(
    name: string,
    input: unknown,
    options: Pick<CallOptions, 'actor'>,
    run: (actor: string) => Promise<T>,
  ): Promise<Outcome<T>> {
    const actor = options.actor ?? systemUser();
    const outcome = await run(actor).then(
      (value): Outcome<T> => ({ ok: true, value }),
      (error: unknown): Outcome<T> => ({ ok: false, error }),
    );
    await this.#listener({ name, actor, input, reply: replyOf(outcome) });
    return outcome;
  }

  #named(name: string, input: unknown, options: CallOptions): Promise<unknown> {
    if (isActionName(name)) return this.#run(name, input, options);
    return Promise.reject(new AppError('invalid_input', `There is no action “${name}”.`));
  }

  async #run<N extends ActionName>(
    name: N,
    input: unknown,
    options: CallOptions<ActionProgress<N>>,
  ): Promise<ActionOutput<N>> {
    const parsed = ACTIONS[name].input.safeParse(input);
    if (!parsed.success) {
      throw new AppError('invalid_input', `${name}: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`, {
        details: parsed.error.issues,
      });
    }
    const handler: Handler<N> = this.#handlers[name];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema that made the data is the one its type comes from
    return handler(parsed.data as Parameters<Handler<N>>[0], {
      actor: options.actor ?? '',
      signal: options.signal ?? new AbortController().signal,
      onProgress: options.onProgress ?? (() => undefined),
    });
  }
}

function replyOf<T>(outcome: Outcome<T>): Reply<T> {
  return outcome.ok ? outcome : { ok: false, error: toErrorReply(outcome.error) };
}

/** Who is signed in at this computer, or `''` where the system can't tell. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user number that nobody gave a name.
    return '';
  }
}
