/** Tracking as the engine sees it: calls and changes become events, events are queued on disk, the queue is written out. */
import { z } from 'zod';
import { AppError, toErrorReply } from '../../../shared/errors.ts';
import { EVENT_FIELDS, type AuditEvent } from '../../../shared/event.ts';
import type { TrackingStatus } from '../../../shared/actions/tracking.ts';
import { DEFAULT_OPTIONS, type OptionValues } from '../../../shared/options.ts';
import type { ModelChange } from '../config/models.ts';
import type { OptionService } from '../config/option-service.ts';
import type { StateDatabase } from '../config/state-database.ts';
import { checkEvent, eventFromJson, eventJson } from '../repositories/event-json.ts';
import { callEvent, callName, type FinishedCall } from './call-event.ts';
import { changeEvent } from './change-event.ts';
import { destinationOf } from './destination.ts';
import { Flusher, type Destination, type EventWriter } from './flusher.ts';
import { newEvent } from './new-event.ts';
import { countOutbox, outboxState } from './outbox.ts';
import { skippedBy, type EventOrigin, type SkipReason } from './rules.ts';
import { safeText } from './safe-value.ts';
import { secretsIn, secretSettings } from './secrets.ts';
import { isSkipped, startTrackers, trackerStates } from './trackers.ts';

export interface TrackingOptions {
  readonly state: StateDatabase;
  readonly options: OptionService;
  /** Opens a store to be written to. */
  readonly open: (url: string, secrets: Readonly<Record<string, string>>) => Promise<EventWriter>;
  /** Tells a person something about tracking that went wrong. */
  readonly report: (message: string) => void;
}

/** What became of an event that somebody wrote. */
export interface Written {
  readonly event: AuditEvent;
  /** What kept it from being recorded; `undefined` when it is recorded. */
  readonly skipped: SkipReason | undefined;
}

/** As many events wait in memory for the disk; of more, the oldest are given up. */
const MAX_UNKEPT = 10_000;
/** How long the end of a run waits for its events to be written. */
const CLOSE_MS = 3_000;
/** How long a reader of the destination waits for what was queued before. */
const READ_MS = 5_000;
/** How long an answer waits for its event, where answers wait. */
const ANSWER_MS = 10_000;

export class Tracking {
  readonly #options: TrackingOptions;
  readonly #flusher: Flusher;
  readonly #closing = new AbortController();
  readonly #said = new Set<string>();
  /** Why nothing can be recorded; `undefined` while it can. */
  #off: string | undefined;
  /** Events that could not be put on disk yet, because the file was locked or the disk was full for a moment. */
  readonly #unkept: AuditEvent[] = [];
  /** What is wrong with the settings. */
  #wrongSettings: string | undefined;
  /** The settings as they were last read. */
  #known: OptionValues = DEFAULT_OPTIONS;

  constructor(options: TrackingOptions) {
    this.#options = options;
    const { state } = options;
    this.#flusher = new Flusher({
      state,
      destination: () => this.#destination(),
      batch: async () => {
        const values = await this.#values();
        return { size: values['batch.size'], seconds: values['batch.timeout'] };
      },
      report: (message) => this.#say(message),
    });
    state.observe({
      prepare: async () => {
        const values = await this.#values();
        return (change, actor) => this.#changeEvent(change, actor, values);
      },
      queued: (events) => void this.#flusher.queued(events).catch((error: unknown) => this.#fails(error)),
    });
  }

  /**
   * Records what other programs changed since the last run, and starts the trackers of plugins.
   * @param prepare makes the embedded store ready
   */
  async start(prepare: () => Promise<void>): Promise<void> {
    startTrackers(this.#closing.signal, (message) => this.#sayOfOthers(message));
    await prepare().catch((error: unknown) => this.#say(toErrorReply(error).message));
    try {
      const { state } = this.#options;
      const isBehind = await state.read(
        (database) => database.prepare('SELECT 1 FROM model_change LIMIT 1').get() !== undefined,
      );
      if (isBehind === true) await state.enqueue([]);
      await this.#flusher.start();
    } catch (error) {
      this.#fails(error);
    }
  }

  /** Records a call. Resolves when its event is safe on disk; never rejects: a call that was done stays done. */
  async recordCall(call: FinishedCall): Promise<void> {
    try {
      const values = await this.#values();
      // Calls that are not recorded must cost nothing: no event is made of them, and no file is touched.
      const facts = { category: 'api', action: callName(call), action_object: '' };
      if (skippedBy(facts, 'api', values) !== undefined) return;
      const event = callEvent(call, values);
      if (isSkipped(event, (message) => this.#sayOfOthers(message))) return;
      await this.#keep([event]);
      await this.#untilWritten(values);
    } catch (error) {
      this.#fails(error);
    }
  }

  /**
   * Queues events that somebody wrote, in one transaction, and resolves when they are safe on disk. The rules hold for
   * them, too: the answer says of each whether it was skipped.
   * @throws AppError `invalid_input` when one is no event, and none is queued; `target_unwritable` when the data folder
   * can't be written to
   */
  async write(parts: readonly Parameters<typeof newEvent>[0][]): Promise<readonly Written[]> {
    const values = await this.#values();
    const written = parts.map((part): Written => {
      const event = checked(part);
      return { event, skipped: this.#skipped(event, 'written', values) };
    });
    const kept = written.flatMap(({ event, skipped }) => (skipped === undefined ? [event] : []));
    if (kept.length > 0) {
      await this.#options.state.enqueue(kept);
      await this.#untilWritten(values);
    }
    return written;
  }

  /** Writes what is queued before the embedded store is read. Waits a few seconds at most. */
  async settle(kind: string): Promise<void> {
    try {
      if ((await this.#values()).active_repo !== kind) return;
      // What kept it from being written a moment ago, such as a wrong setting, may be put right.
      await this.#flusher.hurry();
      await this.#flusher.flush(READ_MS);
    } catch (error) {
      this.#fails(error);
    }
  }

  /** Tries at once to write what is queued, even when that failed a moment ago. */
  async writeNow(): Promise<void> {
    await this.#flusher.hurry();
    await this.#flusher.flush(ANSWER_MS);
  }

  async status(): Promise<TrackingStatus> {
    const values = await this.#values();
    const url = await this.#destination().then(
      ({ text }) => text,
      () => '',
    );
    const found = await this.#options.state
      .read((database) => ({ ...countOutbox(database, url), ...outboxState(database) }))
      .catch((error: unknown) => {
        this.#off = toErrorReply(error).message;
        return undefined;
      });
    return {
      track_api: values.track_api,
      track_model: values.track_model,
      off_because: this.#off ?? null,
      settings_problem: this.#wrongSettings ?? null,
      destination: url,
      repository: values.active_repo,
      waiting: found?.waiting ?? 0,
      refused: found?.refused ?? 0,
      oldest_waiting: timeText(found?.oldest),
      last_error: found?.problem === null || found === undefined ? null : problemOf(found.problem),
      failing_since: timeText(found?.failing_since),
      next_try: found === undefined || found.next_try_at === 0 ? null : timeText(found.next_try_at),
      last_written: timeText(found?.written_at),
      trackers: trackerStates(),
    };
  }

  /** Puts events on disk, after those that could not be put there before. @throws AppError when that is still so */
  async #keep(events: readonly AuditEvent[]): Promise<void> {
    const all = [...this.#unkept.splice(0), ...events];
    try {
      await this.#options.state.enqueue(all);
      this.#off = undefined;
    } catch (error) {
      this.#unkept.unshift(...all.slice(-MAX_UNKEPT));
      throw error;
    }
  }

  /** Stops the trackers and writes what is queued, as far as that is quickly done. The rest waits on disk. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#unkept.length > 0) await this.#keep([]).catch((error: unknown) => this.#fails(error));
    await this.#flusher.close(CLOSE_MS);
  }

  #changeEvent(change: ModelChange, actor: string | undefined, values: OptionValues): AuditEvent | undefined {
    const facts = { category: 'model', action: change.action, action_object: change.model };
    if (skippedBy(facts, 'model', values) !== undefined) return undefined;
    const event = changeEvent(change, actor, values);
    return isSkipped(event, (message) => this.#sayOfOthers(message)) ? undefined : event;
  }

  #skipped(event: AuditEvent, origin: EventOrigin, values: OptionValues): SkipReason | undefined {
    const rule = skippedBy(event, origin, values);
    return rule ?? (isSkipped(event, (message) => this.#sayOfOthers(message)) ? 'skipEvent' : undefined);
  }

  async #untilWritten(values: OptionValues): Promise<void> {
    if (!values.threaded_mode) await this.#flusher.flush(ANSWER_MS);
  }

  /** The settings; the defaults while they are wrong, so that what happens is recorded all the same. */
  async #values(): Promise<OptionValues> {
    try {
      const { values, warnings } = await this.#options.options.effective();
      this.#known = values;
      this.#wrongSettings = undefined;
      for (const warning of warnings) this.#say(warning);
      return values;
    } catch (error) {
      this.#wrongSettings = toErrorReply(error).message;
      this.#say(
        `The settings are wrong, so events are recorded by the default rules and wait to be written: ${this.#wrongSettings}`,
        this.#wrongSettings,
      );
      return DEFAULT_OPTIONS;
    }
  }

  /** @throws AppError when the settings are wrong: nothing is written to a place that nobody named */
  async #destination(): Promise<Destination> {
    const { url, secrets } = destinationOf(await this.#options.options.values());
    return { text: url.text, open: () => this.#options.open(url.text, secrets) };
  }

  #fails(error: unknown): void {
    this.#off = toErrorReply(error).message;
    this.#say(`What is done is not recorded: ${this.#off}`, this.#off);
  }

  /** Tells a person what could not be kept, each thing once. */
  warn(message: string): void {
    this.#say(message);
  }

  /** Says what code of others has to say: it may repeat what it was given. */
  #sayOfOthers(message: string): void {
    this.#say(safeText(message, secretsIn(secretSettings(this.#known)), 2_000));
  }

  /** Says each thing once in a run, and of one reason only the first thing. */
  #say(message: string, reason = message): void {
    if (this.#said.has(reason)) return;
    this.#said.add(reason);
    this.#options.report(message);
  }
}

/**
 * The event as it will be written and read: plain JSON with all of its fields.
 * @throws AppError `invalid_input`
 */
function checked(part: Parameters<typeof newEvent>[0]): AuditEvent {
  const odd = Object.keys(Object(part)).find((field) => !EVENT_FIELDS.some((known) => known === field));
  if (odd !== undefined) throw noEvent(`it has a field “${odd}”. An event has ${EVENT_FIELDS.join(', ')}.`);
  let event: AuditEvent;
  try {
    event = eventFromJson(eventJson(newEvent(Object(part))));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : toErrorReply(error).message;
    throw noEvent(why.replaceAll(/\s*\n\s*/g, ' '), error);
  }
  checkEvent(event);
  return event;
}

function noEvent(why: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `This is no event that can be recorded: ${why}`, { cause });
}

function timeText(millis: number | null | undefined): string | null {
  return millis === null || millis === undefined ? null : new Date(millis).toISOString();
}

const problemSchema = z.object({ code: z.string(), message: z.string() });

function problemOf(text: string): z.infer<typeof problemSchema> {
  try {
    return problemSchema.parse(JSON.parse(text));
  } catch {
    // Another program wrote it.
    return { code: 'internal', message: safeText(text, [], 2_000) };
  }
}
