/** Keeps one engine process alive: starts it, carries calls to it, replaces it when it dies. */
import { rm } from 'node:fs/promises';
import { utilityProcess, type UtilityProcess } from 'electron';
import type { ActionName, Reply } from '../../shared/contract.ts';
import type { EngineStart, FromEngine, ToEngine } from '../../shared/engine-protocol.ts';
import { AppError, assertNever, toErrorReply } from '../../shared/errors.ts';
import { log } from './log.ts';

const MAX_DEATHS = 5;
const DEATHS_WINDOW_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const STOP_TIMEOUT_MS = 5_000;

export type EngineState =
  | { readonly state: 'running'; readonly reopened: readonly string[]; readonly lost: readonly string[] }
  | { readonly state: 'restarting' | 'failed' };

export interface EngineHostOptions {
  /** The engine's built entry file. */
  readonly entry: string;
  readonly start: EngineStart;
  /** Hears of every change after the first successful start, and of a first start that fails. */
  readonly onState: (state: EngineState) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: unknown) => void) | undefined;
}

interface Pending {
  readonly finish: (reply: Reply<unknown>) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

/** The engine as the shell sees it. Calls that come while it (re)starts wait for it. */
export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #pending = new Map<string, Pending>();
  #child: UtilityProcess | undefined;
  /** Messages for an engine that is not ready yet; `undefined` once it is. */
  #waiting: ToEngine[] | undefined = [];
  #deaths: readonly number[] = [];
  #state: 'starting' | 'running' | 'restarting' | 'failed' | 'stopping' = 'starting';
  #lastCall = 0;
  #exited: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#spawn();
  }

  /** What a window that was just loaded should know; `undefined` when everything is as usual. */
  get trouble(): EngineState | undefined {
    return this.#state === 'restarting' || this.#state === 'failed' ? { state: this.#state } : undefined;
  }

  /**
   * Runs an action. Never rejects: a dead engine answers `engine_stopped`. An abort asks the engine to stop; the reply
   * is still the engine's, which says what was done so far.
   */
  call(action: ActionName, input: unknown, options: CallOptions = {}): Promise<Reply<unknown>> {
    if (this.#state === 'failed' || this.#state === 'stopping') return Promise.resolve(stopped());
    if (options.signal?.aborted === true) {
      return Promise.resolve({ ok: false, error: toErrorReply(new AppError('cancelled', 'Cancelled.')) });
    }
    this.#lastCall += 1;
    const id = String(this.#lastCall);
    const cancel = (): void => this.#send({ type: 'cancel', id });
    return new Promise((resolve) => {
      const finish = (reply: Reply<unknown>): void => {
        options.signal?.removeEventListener('abort', cancel);
        this.#pending.delete(id);
        resolve(reply);
      };
      this.#pending.set(id, { finish, onProgress: options.onProgress });
      options.signal?.addEventListener('abort', cancel, { once: true });
      this.#send({ type: 'call', id, action, input });
    });
  }

  /** Lets the engine clean up and end; kills it when it takes too long. The session's captures are gone afterwards. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    if (this.#child !== undefined) {
      post(this.#child, { type: 'stop' });
      const timer = setTimeout(() => this.#child?.kill(), STOP_TIMEOUT_MS);
      await this.#exited.promise;
      clearTimeout(timer);
    }
    // Usually the engine has done this; one that was killed or had failed has not.
    await rm(this.#options.start.session_dir, { recursive: true, force: true });
  }

  #spawn(): void {
    const { ELECTRON_RUN_AS_NODE: _unwanted, ...env } = process.env;
    const child = utilityProcess.fork(this.#options.entry, [], {
      serviceName: 'Event Audit Engine',
      stdio: 'inherit',
      env,
    });
    this.#child = child;
    this.#exited = Promise.withResolvers();
    child.on('message', (message: FromEngine) => this.#receive(message));
    child.once('exit', (code) => this.#onExit(code));
    post(child, this.#options.start);
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        this.#onReady(message.reopened, message.lost);
        break;
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        break;
      case 'reply':
        this.#pending.get(message.id)?.finish(message.reply);
        break;
      default:
        assertNever(message);
    }
  }

  #onReady(reopened: readonly string[], lost: readonly string[]): void {
    if (this.#state === 'stopping') return;
    const isReplacement = this.#state === 'restarting';
    this.#state = 'running';
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.#send(message);
    if (isReplacement) this.#options.onState({ state: 'running', reopened, lost });
  }

  #onExit(code: number): void {
    this.#child = undefined;
    this.#exited.resolve();
    this.#failOutstanding();
    if (this.#state === 'stopping') return;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    log(`the engine ended unexpectedly (code ${code}, ${this.#deaths.length} in the last minute)`);
    this.#waiting = [];
    if (this.#deaths.length >= MAX_DEATHS) {
      this.#state = 'failed';
    } else {
      this.#state = 'restarting';
      setTimeout(
        () => {
          if (this.#state === 'restarting') this.#spawn();
        },
        FIRST_PAUSE_MS * 2 ** (this.#deaths.length - 1),
      );
    }
    this.#options.onState({ state: this.#state });
  }

  #failOutstanding(): void {
    for (const { finish } of this.#pending.values()) finish(stopped());
  }

  #send(message: ToEngine): void {
    if (this.#waiting !== undefined) this.#waiting.push(message);
    else if (this.#child !== undefined) post(this.#child, message);
  }
}

/** No ports go along. */
function post(child: UtilityProcess, message: ToEngine): void {
  child.postMessage(message, []);
}

function stopped(): Reply<unknown> {
  const error = new AppError('engine_stopped', 'The engine process ended. Try again.');
  return { ok: false, error: toErrorReply(error) };
}
