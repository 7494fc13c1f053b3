/** Trackers that plugins and code register: they may write events of their own, and keep events from being recorded. */
import type { TrackingStatus } from '../../../shared/actions/tracking.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import { callWithin, TookTooLong } from './call-within.ts';

/** What a tracker is given when it starts. */
export interface TrackerContext {
  /** Fires when the engine closes or the plugin is taken back: stop watching and let go of everything. */
  readonly signal: AbortSignal;
}

/** A tracker. Every member may be left out. */
export interface Tracker {
  /** For messages. */
  readonly name?: string;
  /**
   * Begins to watch, once the engine runs. It writes what it sees with `writeEvent`. It must return soon; what it
   * goes on doing ends with the signal.
   */
  readonly start?: (context: TrackerContext) => void | Promise<void>;
  /**
   * Whether an event is not to be recorded. Asked for every event that the settings let pass, whoever made it. It must
   * answer at once, with `true` or `false`, and gets a copy: it can’t change the event. One that takes seconds is stopped,
   * and not asked again.
   */
  readonly skipEvent?: (event: AuditEvent) => boolean;
}

interface Registered {
  readonly tracker: Tracker;
  /** The plugin’s file; empty for code. */
  readonly owner: string;
  readonly title: string;
  isReported: boolean;
  /** It did not let go by itself: it would stop everything at every event. */
  isStuck: boolean;
  /** Fires when the tracker is taken back. */
  readonly gone: AbortController;
}

/** An engine that runs. */
interface Run {
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
}

/** How long code of others may hold everything up, milliseconds. Long enough for a machine that stalls. */
const ANSWER_MS = 5_000;

const registered = new Set<Registered>();
const runs = new Set<Run>();
let currentOwner = '';

/**
 * Registers a tracker.
 * @returns a function that takes it back
 * @throws AppError `invalid_input` when it is none
 * @example registerTracker({ skipEvent: (event) => event.actor === 'backup' })
 */
export function registerTracker(tracker: Tracker): () => void {
  const given: unknown = tracker;
  if (
    typeof given !== 'object' ||
    given === null ||
    !isOptionalFunction(tracker.start) ||
    !isOptionalFunction(tracker.skipEvent)
  ) {
    throw new AppError('invalid_input', 'registerTracker needs an object; its start and skipEvent must be functions.');
  }
  const entry: Registered = {
    tracker,
    owner: currentOwner,
    title: tracker.name ?? (currentOwner === '' ? 'a tracker' : currentOwner),
    isReported: false,
    isStuck: false,
    gone: new AbortController(),
  };
  registered.add(entry);
  // What loads the tracker may still be at work.
  for (const run of runs) queueMicrotask(() => start(entry, run));
  return () => takeBack(entry);
}

/** Runs the loading of a plugin, and says how many trackers it registered. */
export async function trackersOf(owner: string, load: () => Promise<unknown>): Promise<number> {
  currentOwner = owner;
  try {
    await load();
  } catch (error) {
    forgetTrackers(owner);
    throw error;
  } finally {
    currentOwner = '';
  }
  return [...registered].filter((each) => each.owner === owner).length;
}

/** Every tracker that is registered, in that order. */
export function trackerStates(): TrackingStatus['trackers'] {
  return [...registered].map(({ title, owner, tracker, isStuck }) => ({
    name: title,
    plugin: owner,
    skips: tracker.skipEvent !== undefined,
    stopped: isStuck,
  }));
}

/** Takes back what a plugin registered. */
export function forgetTrackers(owner: string): void {
  for (const each of registered) if (each.owner === owner) takeBack(each);
}

function takeBack(entry: Registered): void {
  registered.delete(entry);
  entry.gone.abort();
}

/** Starts them all, and those that are registered later. One that fails is reported, and the others start. */
export function startTrackers(signal: AbortSignal, report: (message: string) => void): void {
  const run: Run = { signal, report };
  runs.add(run);
  signal.addEventListener('abort', () => runs.delete(run), { once: true });
  for (const entry of registered) start(entry, run);
}

function start({ tracker, title, gone }: Registered, { signal, report }: Run): void {
  if (signal.aborted || gone.signal.aborted) return;
  const failed = (error: unknown): void => report(`${title} can’t track: ${textOf(error)}`);
  try {
    const context = { signal: AbortSignal.any([signal, gone.signal]) };
    Promise.resolve(callWithin(ANSWER_MS, () => tracker.start?.(context))).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/**
 * Whether a tracker wants the event not to be recorded. One whose hook fails skips nothing, and is reported once; one that
 * does not return is stopped, and not asked again.
 */
export function isSkipped(event: AuditEvent, report: (message: string) => void): boolean {
  for (const each of registered) {
    const { skipEvent } = each.tracker;
    if (skipEvent === undefined || each.isStuck) continue;
    try {
      const answer: unknown = callWithin(ANSWER_MS, () => skipEvent.call(each.tracker, structuredClone(event)));
      if (answer instanceof Promise) {
        answer.catch(() => undefined);
        throw new TypeError('it answered with a promise, but must answer at once');
      }
      if (answer === true) return true;
    } catch (error) {
      each.isStuck = error instanceof TookTooLong;
      const effect = each.isStuck ? 'it was stopped, skips nothing and is not asked again' : 'it skips nothing';
      if (!each.isReported || each.isStuck) {
        report(`The skipEvent of ${each.title} failed, so ${effect}: ${textOf(error)}`);
      }
      each.isReported = true;
    }
  }
  return false;
}

function isOptionalFunction(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
