/** The threads of this process that keep search indexes: each starts with the first of its indexes and ends with the last. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fromErrorReply } from '../../../../shared/errors.ts';
import type { Answer, FromThread, Task, ToThread } from './protocol.ts';

/** The program as it lies in the sources, or beside the program that was built from them. */
function program(): URL {
  const source = new URL(`./search-worker.ts`, import.meta.url);
  return existsSync(fileURLToPath(source)) ? source : new URL(`../search-worker.js`, import.meta.url);
}

interface Call {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

class SearchThread {
  readonly #worker = new Worker(program(), { name: 'search-index', resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  readonly #calls = new Map<number, Call>();
  readonly #gone: Promise<void>;
  /** How many indexes it keeps. */
  kept = 0;
  #failure: unknown;
  #made = 0;

  constructor(lane: number) {
    // A process that has nothing else to do ends.
    this.#worker.unref();
    this.#worker.on('message', ({ call, answer, error }: FromThread) => {
      const waiting = this.#calls.get(call);
      this.#calls.delete(call);
      if (this.#calls.size === 0) this.#worker.unref();
      if (error === undefined) waiting?.resolve(answer ?? {});
      else waiting?.reject(fromErrorReply(error));
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
    });
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#failure ??= new Error('the thread that keeps search indexes ended');
        if (threads.get(lane) === this) threads.delete(lane);
        for (const { reject } of this.#calls.values()) reject(this.#failure);
        this.#calls.clear();
        resolve();
      });
    });
  }

  ask(index: number, task: Task, transfer: readonly ArrayBuffer[]): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#made += 1;
    const message: ToThread = { call: this.#made, index, task };
    return new Promise((resolve, reject) => {
      this.#calls.set(message.call, { resolve, reject });
      // Whoever waits for an answer keeps the process alive.
      this.#worker.ref();
      this.#worker.postMessage(message, [...transfer]);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    await this.#gone;
  }
}

const threads = new Map<number, SearchThread>();
let made = 0;

/** An index as the engine talks of it to its thread. */
export class ThreadIndex {
  readonly #lane: number;
  readonly #thread: SearchThread;
  readonly #number: number;
  #isOpen = true;

  /** @param lane indexes of different lanes are searched at the same time */
  constructor(lane: number) {
    const thread = threads.get(lane) ?? new SearchThread(lane);
    threads.set(lane, thread);
    thread.kept += 1;
    made += 1;
    this.#lane = lane;
    this.#thread = thread;
    this.#number = made;
  }

  /** @throws Error when the thread can't do it, or has ended */
  ask(task: Task, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    return this.#thread.ask(this.#number, task, transfer);
  }

  /** Closes the index's file, and ends the thread with the last index. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#thread.ask(this.#number, { do: 'close' }, []);
    } catch {
      // Where there is no such index any more, there is nothing to be closed.
    } finally {
      this.#thread.kept -= 1;
      if (this.#thread.kept === 0) {
        if (threads.get(this.#lane) === this.#thread) threads.delete(this.#lane);
        await this.#thread.end();
      }
    }
  }
}
