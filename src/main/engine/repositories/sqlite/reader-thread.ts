/** Runs the reading thread and takes in what it sends. An abort is answered at once, however long SQLite's step takes. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError, fromErrorReply, throwIfAborted } from '../../../../shared/errors.ts';
import { FEW_UNDER_WAY, STOP, UNDER_WAY, type FromReader, type ReaderTask } from './reader-protocol.ts';

/** How long the end of a thread is waited for. One that is stuck ends by itself when its step does. */
const PATIENCE_MS = 300;

/** The thread's program: beside this file as source, beside the bundles when built. */
function program(): URL {
  const source = new URL(`./reader-worker.ts`, import.meta.url);
  return existsSync(fileURLToPath(source)) ? source : new URL(`../sqlite-reader.js`, import.meta.url);
}

export interface ReaderThreadOptions {
  /** Runs when the thread is really gone. */
  readonly after?: () => Promise<void>;
  /** Another program that speaks the same protocol. */
  readonly script?: URL;
}

/** Threads that were told to end and are stuck in a step of SQLite's, with what is to be done when each is gone. */
const stuck = new Map<ReaderThread, ReaderThreadOptions['after']>();

/**
 * Does what threads that are stuck would leave undone, for a process that is about to end without waiting for them.
 * @returns whether there are any: such a process can't end in order, since Node.js waits for its threads
 */
export async function leaveStuckThreads(): Promise<boolean> {
  const left = [...stuck.values()];
  // A file that is open can't be removed everywhere; then the next run does so.
  for (const after of left) await after?.().catch(() => undefined);
  return left.length > 0;
}

export class ReaderThread {
  readonly #after: ReaderThreadOptions['after'];
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;
  readonly #inbox: FromReader[] = [];
  readonly #gone: Promise<void>;
  #isGone = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  constructor(task: Omit<ReaderTask, 'control'>, { script = program(), after }: ReaderThreadOptions = {}) {
    this.#after = after;
    const workerData: ReaderTask = { ...task, control: this.#control };
    this.#worker = new Worker(script, { workerData, name: 'sqlite-reader' });
    this.#worker.on('message', (message: FromReader) => {
      this.#inbox.push(message);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
      this.#wake?.();
    });
    this.#gone = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => {
        this.#failure ??= new Error('the thread that reads SQLite files ended early');
        this.#wake?.();
        stuck.delete(this);
        this.#isGone = true;
        resolve();
      });
    }).then(after);
    this.#gone.catch(() => undefined);
  }

  /** Everything the thread says until it is done. @throws AppError what stopped it; `cancelled` as soon as the signal fires */
  async *messages(signal: AbortSignal): AsyncIterable<Exclude<FromReader, { type: 'end' | 'error' }>> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        throwIfAborted(signal);
        const message = this.#inbox.shift();
        if (message === undefined) {
          if (this.#failure !== undefined) throw this.#failure;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
          continue;
        }
        if (message.type === 'end') return;
        if (message.type === 'error') throw fromErrorReply(message.error);
        yield message;
        if (message.type === 'rows') this.#taken();
        if (message.type === 'description') return;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Ends the thread, and resolves when it has ended or is stuck. Safe to call twice. */
  async stop(): Promise<void> {
    Atomics.store(this.#control, STOP, 1);
    Atomics.notify(this.#control, UNDER_WAY);
    // Nothing waits for a thread that is stuck in SQLite.
    this.#worker.unref();
    void this.#worker.terminate();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    try {
      await Promise.race([this.#gone, patience]);
    } finally {
      clearTimeout(timer);
      if (!this.#isGone) stuck.set(this, this.#after);
    }
  }

  #taken(): void {
    const left = Atomics.sub(this.#control, UNDER_WAY, 1) - 1;
    if (left === FEW_UNDER_WAY) Atomics.notify(this.#control, UNDER_WAY);
  }
}

/** @throws AppError `internal` when the thread ended without saying what it found */
export function noAnswer(): AppError {
  return new AppError('internal', 'The thread that reads SQLite files gave no answer. Try again.', { retryable: true });
}
