/**
 * Watches a log group: live tail shows entries within a second or two, and reading the last minutes again and again makes
 * sure that none was left out, by sampling, by a session that ended or by a connection that was lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FilterLogEventsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { FollowOptions, JsonBatch } from '../repository.ts';
import { Arrivals, type ReadEntry } from './arrivals.ts';
import type { Caller } from './caller.ts';
import { Channel } from './channel.ts';
import { liveTail, type TailedEntry } from './live-tail.ts';
import { problemKind } from './problems.ts';

/** An entry carries its writer's clock, which may be wrong; so far before the capture is looked back. */
const LOOK_BACK_MS = 3_600_000;
/** Each reading begins so far before the last one began: what was accepted may be readable only after a while. */
const OVERLAP_MS = 300_000;
/** Between readings while live tail shows what comes, and without it. */
const READ_MS = 30_000;
const POLL_MS = 2_000;
/** Before what live tail left out is read; it leaves out more while much comes. */
const OWED_MS = 1_000;
/** How long the first session is waited for before reading begins. */
const SESSION_MS = 10_000;
const RETRY_MS = 3_000;
/** How long the last reading may take when the watching ends. */
const LAST_MS = 10_000;
/** Before another session; sessions that end at once are not asked for as often. */
const RENEW_MS = 500;
const RENEW_SLOWLY_MS = 5_000;
const SHORT_SESSION_MS = 2_000;
const WAITING_BATCHES = 16;
const FRUITLESS = 5;

/** Goes the way of the batches, so that it is heard behind those that came before it. */
const CAUGHT_UP = 'caught up';

/** Problems that pass by themselves. */
const PASSING = new Set(['transient', 'unreachable', 'throttled']);

export interface Watched {
  /** A caller for one use, which is then given back. */
  readonly caller: () => Caller;
  readonly release: (caller: Caller) => void;
  /** `undefined` when nobody may ask for it; there is no live tail then. */
  readonly group: LogGroup | undefined;
  readonly groupName: string;
  readonly stream: string | undefined;
  readonly pattern: string;
}

/** @throws the SDK's error when reading can't go on */
export async function* followGroup(watched: Watched, options: FollowOptions): AsyncGenerator<JsonBatch> {
  const { signal } = options;
  const out = new Channel<JsonBatch | typeof CAUGHT_UP>(WAITING_BATCHES);
  const stop = new AbortController();
  const watch = new Watch(watched, options, out, AbortSignal.any([signal, stop.signal]));
  const working = watch.run().then(
    () => out.end(),
    (error: unknown) => out.end({ error }),
  );
  try {
    for await (const each of out) {
      if (each === CAUGHT_UP) options.caughtUp();
      else yield each;
    }
  } finally {
    stop.abort();
    out.end();
    await working;
  }
}

class Watch {
  readonly #watched: Watched;
  readonly #options: FollowOptions;
  readonly #out: Channel<JsonBatch | typeof CAUGHT_UP>;
  readonly #signal: AbortSignal;
  readonly #arrivals = new Arrivals();
  #from: number;
  #tailing = false;
  /** Whether live tail may have left something out since the last reading began. */
  #owed = false;
  #wake: (() => void) | undefined;
  #caughtUp = false;

  constructor(
    watched: Watched,
    options: FollowOptions,
    out: Channel<JsonBatch | typeof CAUGHT_UP>,
    signal: AbortSignal,
  ) {
    this.#watched = watched;
    this.#options = options;
    this.#out = out;
    this.#signal = signal;
    this.#from = Math.max(0, options.since - LOOK_BACK_MS);
  }

  async run(): Promise<void> {
    const session = new AbortController();
    const begun = (): void => session.abort();
    const tailing = this.#tail(begun).finally(begun);
    try {
      // Read from when live tail is there on, nothing can fall between the two.
      const until = AbortSignal.any([this.#signal, session.signal]);
      await sleep(SESSION_MS, undefined, { signal: until }).catch(() => undefined);
      while (!this.#signal.aborted) {
        await this.#readAgain();
        if (this.#owed) await sleep(OWED_MS, undefined, { signal: this.#signal }).catch(() => undefined);
        else await this.#pause(this.#tailing ? READ_MS : POLL_MS);
      }
    } finally {
      await tailing;
    }
    if (this.#caughtUp) await this.#last();
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#read(this.#signal);
      if (!this.#caughtUp) await this.#out.push(CAUGHT_UP);
      this.#caughtUp = true;
    } catch (error) {
      if (this.#signal.aborted) return;
      if (!PASSING.has(problemKind(error))) throw error;
      this.#owed = true;
      this.#noteLoss();
      await sleep(RETRY_MS, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  /** Reads what live tail may have left out at the end. */
  async #last(): Promise<void> {
    try {
      await this.#read(AbortSignal.timeout(LAST_MS));
    } catch {
      this.#options.missed('When the watching ended, the last entries could not be read again; some may be missing.');
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const begun = Date.now();
    this.#owed = false;
    const caller = this.#watched.caller();
    try {
      for await (const entries of readEntries(caller, this.#watched, this.#from, signal)) {
        await this.#hand(entries.filter((entry) => this.#arrivals.read(entry)));
      }
    } finally {
      this.#watched.release(caller);
    }
    this.#from = Math.max(this.#from, begun - OVERLAP_MS);
    this.#arrivals.forgetBefore(this.#from);
  }

  /** One session after the other, as long as there can be any. */
  async #tail(begun: () => void): Promise<void> {
    const { group, stream, pattern } = this.#watched;
    if (group === undefined) return;
    while (!this.#signal.aborted) {
      const since = Date.now();
      const caller = this.#watched.caller();
      try {
        const session = liveTail({ caller, group, stream, pattern, signal: this.#signal });
        for await (const { entries, sampled } of session) {
          this.#tailing = true;
          begun();
          if (sampled) this.#noteSampled();
          await this.#hand(entries.filter((entry) => this.#arrivals.tailed(entry)));
        }
      } catch (error) {
        if (this.#signal.aborted) return;
        if (!PASSING.has(problemKind(error))) {
          this.#tailing = false;
          this.#noteNoTail();
          return;
        }
        this.#noteLoss();
      } finally {
        this.#watched.release(caller);
      }
      // Sessions end after three hours; what came until the next one begins is read.
      this.#tailing = false;
      this.#owe();
      const pause = Date.now() - since < SHORT_SESSION_MS ? RENEW_SLOWLY_MS : RENEW_MS;
      await sleep(pause, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  async #hand(entries: readonly (TailedEntry | ReadEntry)[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#out.push({
      kind: 'json',
      values: entries.map(({ message }) => Buffer.from(message)),
      keys: [],
      written: entries.map(({ timestamp }) => timestamp),
      place: (index) => placeOf(entries[index]),
    });
  }

  #owe(): void {
    this.#owed = true;
    this.#wake?.();
  }

  async #pause(millis: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const rest = new AbortController();
    const until = AbortSignal.any([this.#signal, rest.signal]);
    await Promise.race([woken, sleep(millis, undefined, { signal: until }).catch(() => undefined)]);
    rest.abort();
    this.#wake = undefined;
  }

  #noteSampled(): void {
    this.#owe();
    this.#options.note({
      severity: 'warning',
      code: 'live_tail_sampled',
      message:
        'More than 500 entries came within a second, and CloudWatch showed a sample of them; the others were read after it.',
    });
  }

  #noteLoss(): void {
    this.#options.note({
      severity: 'info',
      code: 'reconnected',
      message: 'The connection was lost while watching and taken up again; what came in between was read after it.',
    });
  }

  #noteNoTail(): void {
    this.#options.note({
      severity: 'info',
      code: 'live_tail_unavailable',
      message: 'Live tail can’t be used here (it needs logs:StartLiveTail), so the group is read every few seconds.',
    });
  }
}

/** By what a record that is set aside can be found: its id, as a capture names it, or where live tail saw it. */
function placeOf(entry: TailedEntry | ReadEntry | undefined): string {
  if (entry === undefined) return '';
  return 'id' in entry ? entry.id : `${entry.stream} at ${new Date(entry.timestamp).toISOString()}`;
}

/** The entries written since a time, page by page; a page token that is not good any more begins anew. */
async function* readEntries(
  caller: Caller,
  { groupName, stream, pattern }: Watched,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<readonly ReadEntry[]> {
  let token: string | undefined;
  let fruitless = 0;
  for (;;) {
    try {
      const page = await caller.call(signal, (client) =>
        client.send(
          new FilterLogEventsCommand({
            logGroupName: groupName,
            startTime: from,
            ...(stream === undefined ? {} : { logStreamNames: [stream] }),
            ...(pattern === '' ? {} : { filterPattern: pattern }),
            ...(token === undefined ? {} : { nextToken: token }),
          }),
          { abortSignal: signal },
        ),
      );
      yield (page.events ?? []).map(({ eventId, logStreamName, timestamp, message }) => ({
        id: eventId ?? '',
        stream: logStreamName ?? '',
        timestamp: timestamp ?? 0,
        message: message ?? '',
      }));
      token = page.nextToken;
      if (token === undefined) return;
    } catch (error) {
      fruitless += 1;
      if (token === undefined || problemKind(error) !== 'bad_token' || fruitless > FRUITLESS) throw error;
      token = undefined;
    }
  }
}
