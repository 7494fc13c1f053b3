/** The only way into the engine: looks the action up, checks its input, runs it, and turns whatever goes wrong into a reply. */
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
import type { Handler, Handlers } from './handlers.ts';

export interface CallOptions<P = unknown> {
  /** Who asks; the signed-in user of this computer unless said. */
  readonly actor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: P) => void) | undefined;
}

export class Dispatcher {
  readonly #handlers: Handlers;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  /** Runs an action named by a caller that is not trusted to know the contract. Never rejects. */
  async dispatch(name: string, input: unknown, options: CallOptions = {}): Promise<Reply<unknown>> {
    try {
      if (!isActionName(name)) throw new AppError('invalid_input', `There is no action “${name}”.`);
      return { ok: true, value: await this.#run(name, input, options) };
    } catch (error) {
      return { ok: false, error: toErrorReply(error) };
    }
  }

  /** Runs an action for code that is typed. @throws AppError */
  async call<N extends ActionName>(
    name: N,
    input: ActionInput<N>,
    options: CallOptions<ActionProgress<N>> = {},
  ): Promise<ActionOutput<N>> {
    return this.#run(name, input, options);
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
      actor: options.actor ?? systemUser(),
      signal: options.signal ?? new AbortController().signal,
      onProgress: options.onProgress ?? (() => undefined),
    });
  }
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
