/**
 * Writes the queue out: in order, in batches, one process at a time. What the destination has not acknowledged stays in the
 * queue. A batch that was written but not yet taken out of the queue, because the process died in between, is written
 * again; stores that know events by their id hold each once all the same.
 */
import type { Note } from '../../../shared/contract.ts';
import { AppError, toErrorReply } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { StateDatabase } from '../config/state-database.ts';
import {
  acknowledge,
  endPause,
  LEASE_MS,
  leaseOwner,
  nextBatch,
  outboxState,
  putOff,
  refuse,
  releaseLease,
  takeLease,
  type Waiting,
} from './outbox.ts';
import { safeText } from './safe-value.ts';

/** A store, opened to be written to. */
export interface EventWriter {
  readonly writeEvents: (events: readonly AuditEvent[], signal: AbortSignal) => Promise<readonly Note[]>;
  readonly close: () => Promise<void>;
}

export interface Destination {
  /** Its URL without secrets, by which it is told from others. */
  readonly text: string;
  readonly open: () => Promise<EventWriter>;
}

export interface FlusherOptions {
  readonly state: StateDatabase;
  /** Where to, at this moment. @throws AppError when the settings do not say */
  readonly destination: () => Promise<Destination>;
  readonly batch: () => Promise<{ readonly size: number; readonly seconds: number }>;
  readonly report: (message: string) => void;
}

/** What became of writing the queue out: all of it is written, some of it has to wait, another process is at it. */
type Outcome = 'empty' | 'failing' | 'busy';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** How soon is looked again whether another process has finished. */
const BUSY_MS = 250;
/** How often is looked for what other processes queued and left. */
const LOOK_MS = 60_000;

export class Flusher {
  readonly #options: FlusherOptions;
  readonly #owner = leaseOwner();
  readonly #closing = new AbortController();
  #running: Promise<Outcome> | undefined;
  #timer: { readonly timeout: NodeJS.Timeout; readonly due: number } | undefined;
  /** Events that were queued here since the queue was written out last. */
  #queued = 0;

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  /** Looks for what an earlier run left, and keeps looking for what other processes leave. */
  async start(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const state = await this.#options.state.read((database) => ({
      oldest: nextBatch(database, 1, '')[0]?.queuedAt,
      next: outboxState(database).next_try_at,
    }));
    if (state?.oldest === undefined) this.#schedule(LOOK_MS);
    else {
      const { seconds } = await this.#options.batch();
      const now = Date.now();
      this.#schedule(Math.min(LOOK_MS, Math.max(0, state.oldest + seconds * 1_000 - now, pauseLeft(state.next))));
    }
  }

  /** Hears that events were queued: writes them when there are enough, else at the latest when their time is over. */
  async queued(events: number): Promise<void> {
    this.#queued += events;
    const { size, seconds } = await this.#options.batch();
    if (this.#queued < size) {
      this.#schedule(seconds * 1_000);
      return;
    }
    this.#queued = 0;
    // What runs already may have looked at the queue before these came. Where it failed, it has said when to try again.
    const running = this.#running;
    if (running === undefined || (await running) === 'empty') await this.#tryNow();
  }

  /**
   * Writes everything that is queued at this moment, unless writing failed a short while ago and the pause is not over.
   * @param patienceMs how long is waited at most; the work goes on after that
   * @returns whether all of it is written
   */
  async flush(patienceMs: number): Promise<boolean> {
    const deadline = Date.now() + patienceMs;
    // What runs already may have looked at the queue before the last event came.
    await within(this.#running, deadline);
    for (;;) {
      const outcome = await within(this.#tryNow(), deadline);
      if (outcome === 'empty') return true;
      if (outcome !== 'busy' || Date.now() + BUSY_MS >= deadline) return false;
      await within(new Promise<void>((resolve) => setTimeout(resolve, BUSY_MS)), deadline);
    }
  }

  /** Ends the pause that a failure brought. */
  async hurry(): Promise<void> {
    const isPaused = await this.#options.state.read((database) => outboxState(database).next_try_at > 0);
    if (isPaused === true) await this.#options.state.write((database) => endPause(database));
  }

  /** Writes what can be written within that time, and stops. What is left is written by the next process. */
  async close(patienceMs: number): Promise<void> {
    if (this.#closing.signal.aborted) return;
    clearTimeout(this.#timer?.timeout);
    await this.flush(patienceMs).catch(() => undefined);
    this.#closing.abort();
    clearTimeout(this.#timer?.timeout);
    await within(this.#running, Date.now() + BUSY_MS);
  }

  async #tryNow(): Promise<Outcome> {
    if (this.#running !== undefined) return this.#running;
    if (this.#closing.signal.aborted) return 'failing';
    this.#running = this.#attempt().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #attempt(): Promise<Outcome> {
    const { state } = this.#options;
    const pause = pauseLeft((await state.read((database) => outboxState(database).next_try_at)) ?? 0);
    if (pause > 0) {
      this.#schedule(pause);
      return 'failing';
    }
    try {
      const outcome = await this.#drain();
      if (outcome === 'busy') this.#schedule(BUSY_MS * 4);
      else this.#schedule(LOOK_MS);
      return outcome;
    } catch (error) {
      if (!this.#closing.signal.aborted) await this.#failed(error);
      return 'failing';
    }
  }

  async #drain(): Promise<Outcome> {
    const { state } = this.#options;
    const isWaiting = await state.read((database) => nextBatch(database, 1, '').length > 0);
    if (isWaiting !== true) return 'empty';
    const { text, open } = await this.#options.destination();
    if (!(await state.write((database) => takeLease(database, this.#owner)))) return 'busy';
    const renewing = setInterval(() => void this.#renew(), LEASE_MS / 3);
    renewing.unref();
    let writer: EventWriter | undefined;
    try {
      for (;;) {
        const { size } = await this.#options.batch();
        const batch = (await state.read((database) => nextBatch(database, size, text))) ?? [];
        if (batch.length === 0) return 'empty';
        this.#queued = 0;
        writer ??= await open();
        await this.#writeBatch(writer, batch, text);
      }
    } finally {
      clearInterval(renewing);
      await writer?.close().catch(() => undefined);
      if (!this.#closing.signal.aborted) await state.write((database) => releaseLease(database, this.#owner));
    }
  }

  /** Writes a batch. Events that the store will never take are found by halving, and set aside. */
  async #writeBatch(writer: EventWriter, batch: readonly Waiting[], text: string): Promise<void> {
    const { signal } = this.#closing;
    const events = batch.flatMap(({ event }) => event ?? []);
    try {
      if (events.length < batch.length) throw new AppError('invalid_input', 'What lies in the queue is no event.');
      for (const { message } of await writer.writeEvents(events, signal)) this.#options.report(message);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [first] = batch;
      if (batch.length === 1 && first !== undefined) {
        await this.#setAside(first, text, error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#writeBatch(writer, batch.slice(0, half), text);
      await this.#writeBatch(writer, batch.slice(half), text);
      return;
    }
    if (signal.aborted) return;
    await this.#options.state.write((database) => acknowledge(database, batch));
  }

  async #setAside(one: Waiting, text: string, error: unknown): Promise<void> {
    const { message } = toErrorReply(error);
    await this.#options.state.write((database) => refuse(database, one, text, safeText(message, [], 2_000)));
    this.#options.report(`${text} does not take an event, which is therefore kept aside: ${message}`);
  }

  async #failed(error: unknown): Promise<void> {
    const { code, message } = toErrorReply(error);
    const problem = JSON.stringify({ code, message: safeText(message, [], 2_000) });
    const pause = await this.#options.state.write((database) => {
      const { attempts } = outboxState(database);
      const wait = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random() / 2);
      putOff(database, problem, Date.now() + Math.ceil(wait));
      return wait;
    });
    this.#schedule(pause);
  }

  async #renew(): Promise<void> {
    // A lease that can't be renewed is lost to another process, which writes the same events: each is there once.
    await this.#options.state.write((database) => takeLease(database, this.#owner)).catch(() => undefined);
  }

  /** Makes sure that the queue is looked at in so many milliseconds, or before. */
  #schedule(millis: number): void {
    if (this.#closing.signal.aborted) return;
    const due = Date.now() + millis;
    if (this.#timer !== undefined && this.#timer.due <= due) return;
    clearTimeout(this.#timer?.timeout);
    const timeout = setTimeout(() => {
      this.#timer = undefined;
      void this.#onTime();
    }, millis);
    // A queue that waits is on disk: it need not keep the process alive.
    timeout.unref();
    this.#timer = { timeout, due };
  }

  async #onTime(): Promise<void> {
    try {
      const { seconds } = await this.#options.batch();
      const oldest = await this.#options.state.read((database) => nextBatch(database, 1, '')[0]?.queuedAt);
      const wait = oldest === undefined ? LOOK_MS : oldest + seconds * 1_000 - Date.now();
      const isFailing = await this.#options.state.read((database) => outboxState(database).attempts > 0);
      if (wait > 0 && isFailing !== true) this.#schedule(Math.min(wait, LOOK_MS));
      else await this.#tryNow();
    } catch (error) {
      this.#options.report(`The queue of events can’t be looked at: ${toErrorReply(error).message}`);
    }
  }
}

/** Milliseconds until it may be tried again; a time that no pause can reach was made by a clock that went wrong. */
function pauseLeft(nextTryAt: number): number {
  const left = nextTryAt - Date.now();
  return left > MAX_PAUSE_MS ? 0 : Math.max(0, left);
}

/** Whether the store says of the events themselves that it does not take them, now or ever. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code === 'invalid_input' && !error.retryable;
}

async function within<T>(work: Promise<T> | undefined, deadline: number): Promise<T | undefined> {
  if (work === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}
