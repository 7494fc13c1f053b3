/** The window's only way to the engine and the shell: typed calls over `window.eventAudit`, with abort and progress. */
import type { Bridge } from '../shared/bridge.ts';
import {
  ACTIONS,
  type ActionInput,
  type ActionName,
  type ActionOutput,
  type ActionProgress,
} from '../shared/contract.ts';
import {
  DESKTOP_CALLS,
  type DesktopCall,
  type DesktopEvent,
  type DesktopInput,
  type DesktopOutput,
} from '../shared/desktop.ts';
import { AppError, errorReplySchema, fromErrorReply } from '../shared/errors.ts';

declare global {
  interface Window {
    readonly eventAudit: Bridge;
  }
}

export interface CallOptions<N extends ActionName> {
  /** Withdraws the request; the promise then rejects with an AppError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ActionProgress<N>) => void) | undefined;
}

interface Reader<T> {
  readonly parse: (value: unknown) => T;
}

/** The contract seen from the asking side: each name with the readers of its own answers. */
const actions: {
  readonly [N in ActionName]: {
    readonly output: Reader<ActionOutput<N>>;
    readonly progress?: Reader<ActionProgress<N>>;
  };
} = ACTIONS;

const calls: { readonly [N in DesktopCall]: { readonly output: Reader<DesktopOutput<N>> } } = DESKTOP_CALLS;

// A page that was loaded anew must not be given the answers that its predecessor was waiting for.
const page = crypto.randomUUID();
let lastCall = 0;

/**
 * Runs an action in the engine.
 * @throws AppError with the engine's code; `cancelled` when the signal fires.
 */
export async function callAction<N extends ActionName>(
  name: N,
  input: ActionInput<N>,
  options: CallOptions<N> = {},
): Promise<ActionOutput<N>> {
  const { signal, onProgress } = options;
  if (signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.');
  lastCall += 1;
  const call_id = `${page}/${String(lastCall)}`;
  const progressReader = actions[name].progress;
  const cancel = (): void => window.eventAudit.cancel(call_id);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const reply = await window.eventAudit.call(
      call_id,
      name,
      input,
      onProgress && progressReader && ((progress) => onProgress(progressReader.parse(progress))),
    );
    if (!reply.ok) throw fromErrorReply(reply.error);
    return actions[name].output.parse(reply.value);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Asks the desktop shell: dialogs, secrets, clipboard, preferences. */
export async function desktop<N extends DesktopCall>(name: N, input: DesktopInput<N>): Promise<DesktopOutput<N>> {
  const reply = await window.eventAudit.desktop(name, input);
  if (!reply.ok) throw fromErrorReply(reply.error);
  return calls[name].output.parse(reply.value);
}

/** Listens to the shell; returns a function that ends the subscription. */
export function onDesktopEvent(listener: (event: DesktopEvent) => void): () => void {
  return window.eventAudit.onEvent(listener);
}

/** The path of a dropped file; `''` when it has none. */
export function pathForFile(file: File): string {
  return window.eventAudit.pathForFile(file);
}

/** Any failure as the error a person can be shown. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reply = errorReplySchema.safeParse(error);
  if (reply.success) return fromErrorReply(reply.data);
  return new AppError('internal', error instanceof Error ? error.message : String(error));
}
