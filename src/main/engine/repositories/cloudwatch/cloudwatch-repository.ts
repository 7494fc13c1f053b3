/** A log group of CloudWatch Logs, read through the official SDK in time slices side by side, at the rate the account has. */
import {
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  ResourceNotFoundException,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Estimate, Note, StoreDescription } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { narrowNotes } from '../estimate.ts';
import {
  RecordRepository,
  withWritten,
  type CountByTime,
  type CountRange,
  type EstimateOptions,
  type FollowOptions,
  type JsonBatch,
  type ReadOptions,
  type RepositoryContext,
} from '../repository.ts';
import { Caller } from './caller.ts';
import { Channel } from './channel.ts';
import { clientSource, type ClientSource } from './credentials.ts';
import { estimateGroup, scannedNote } from './estimate.ts';
import { followGroup } from './follow.ts';
import { countByTime } from './insights.ts';
import { estimatedRecords, findGroup, findStreams, groupNotes, maskingNote, sizeNote } from './log-group.ts';
import { narrowing } from './narrowing.ts';
import { cloudWatchError } from './problems.ts';
import { sharedLimiter } from './rate-limiter.ts';
import { readSlice } from './slice-reader.ts';
import { planSlices, SliceQueue } from './slices.ts';
import { targetOf, type CloudWatchTarget } from './target.ts';
import { cutNotes, putEvents, type PutProgress } from './writer.ts';

/** Slices read at a time; the rate limiter decides how fast. */
const READERS = 8;
/** Pages that wait to be taken in. */
const WAITING_PAGES = 8;
/** An entry is accepted up to 14 days after the time it carries, so a group can hold older ones than itself. */
const BEFORE_CREATION_MS = 15 * 86_400_000;

export class CloudWatchRepository extends RecordRepository {
  readonly #target: CloudWatchTarget;
  readonly #source: ClientSource;
  readonly #callers = new Set<Caller>();

  /** @throws AppError `invalid_input` when the URL or the keys can't be right. */
  constructor(context: RepositoryContext) {
    super(context);
    this.#target = targetOf(context.url);
    this.#source = clientSource(this.#target, context.secrets);
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const { url } = this.context;
    const target = this.#target;
    return this.#with(
      () => undefined,
      async (caller) => {
        const group = await findGroup(caller, url, target, signal);
        const { streams, more } = await findStreams(caller, url, target, signal);
        const bytes = group.storedBytes ?? 0;
        // The service counts stored bytes with delay, so a young group may say 0 and hold events.
        const known = bytes > 0 || streams.length === 0;
        return {
          kind: 'cloudwatch',
          url: url.text,
          product: `CloudWatch Logs in ${target.region}`,
          records: known ? estimatedRecords(bytes) : null,
          estimated: known,
          bytes: known ? bytes : null,
          notes: [...groupNotes(group, streams, more), ...(bytes > 0 ? [sizeNote(bytes, target.rate)] : [])],
        };
      },
    );
  }

  override async *readRecords({ signal, note, narrow, expect }: ReadOptions): AsyncIterable<JsonBatch> {
    const target = this.#target;
    const { from, to, pattern, message } = narrowing(narrow, target.maxLagHours);
    const once = noteOnce(note);
    const caller = this.#caller(once);
    const startedAt = Date.now();
    const stop = new AbortController();
    const reading = AbortSignal.any([signal, stop.signal]);
    const pages = new Channel<JsonBatch>(WAITING_PAGES);
    let readers: Promise<unknown> = Promise.resolve();
    let late = 0;
    try {
      const group = await this.#groupToRead(caller, reading, once);
      const bytes = group?.storedBytes ?? 0;
      if (message === '') {
        if (bytes > 0) expect(estimatedRecords(bytes));
        const size = sizeNote(bytes, target.rate);
        if (size.severity === 'warning') once(size);
      } else {
        once({ severity: 'info', code: 'narrowed', message });
      }
      const likelyFrom = (group?.creationTime ?? 0) - BEFORE_CREATION_MS;
      const end = to === undefined ? undefined : to + 1;
      const queue = new SliceQueue(planSlices({ from, to: end, likelyFrom, now: startedAt, bytes }), startedAt);
      const options = {
        caller,
        group: target.group,
        stream: target.stream,
        pattern,
        signal: reading,
        note: once,
        onPage: () => queue.progressed(),
        startedAt,
        onLate: (events: number) => {
          late += events;
        },
      };
      const read = async (): Promise<void> => {
        for (let slice = await queue.take(); slice !== undefined; slice = await queue.take()) {
          for await (const page of readSlice(slice, options)) if (!(await pages.push(page))) return queue.close();
          queue.done(slice);
        }
      };
      readers = Promise.all(Array.from({ length: READERS }, read)).then(
        () => pages.end(),
        (error: unknown) => {
          stop.abort();
          queue.close();
          pages.end({ error });
        },
      );
      let seen = 0;
      let seenBytes = 0;
      for await (const page of pages) {
        throwIfAborted(signal);
        yield page;
        seen += page.values.length;
        for (const value of page.values) seenBytes += value.length + 26;
        if (message === '' && bytes > seenBytes) expect(Math.max(seen, Math.round((bytes / seenBytes) * seen)));
      }
      if (group !== undefined) await this.#checkSame(caller, group, signal);
      if (late > 0) {
        once({
          severity: 'info',
          code: 'changed_while_read',
          message: `${late} entries came in while the group was read. What was captured is not one instant.`,
        });
      }
    } catch (error) {
      throwIfAborted(signal);
      throw cloudWatchError(error, this.context.url, target);
    } finally {
      stop.abort();
      pages.end();
      await readers;
      this.#end(caller);
    }
  }

  /**
   * How many entries the group holds and when they were written, by one Logs Insights query. It counts every message,
   * events or not, by write time. Insights is billed by the bytes it scans; a note says how many those were.
   * @throws AppError `source_*`; an abort stops the query and ends with `cancelled`
   */
  override countByTime(range: CountRange, signal: AbortSignal): Promise<CountByTime> {
    return this.#with(
      () => undefined,
      async (caller) => {
        const group = await findGroup(caller, this.context.url, this.#target, signal);
        const from = range.from ?? (group.creationTime ?? 0) - BEFORE_CREATION_MS;
        const { scannedBytes, ...counted } = await countByTime(
          caller,
          this.#target,
          { from, to: range.to ?? Date.now(), buckets: range.buckets },
          signal,
        );
        return { ...counted, notes: [scannedNote(scannedBytes)] };
      },
    );
  }

  override async estimate({ signal, narrow, exact }: EstimateOptions): Promise<Estimate> {
    const { bytes: stored } = await this.describe(signal);
    if (!exact) return estimateGroup(stored, null, this.#target.rate, narrowNotes(narrow));
    const { from, to } = narrowing(narrow, this.#target.maxLagHours);
    const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const { total, notes } = await this.countByTime(range, signal);
    return estimateGroup(stored, total, this.#target.rate, notes);
  }

  /**
   * Entries since the capture began, then those that are written from now on, until the signal aborts, which ends it
   * quietly. See {@link followGroup}.
   * @throws AppError `source_*`
   */
  override async *followRecords(options: FollowOptions): AsyncIterable<JsonBatch> {
    const { signal, narrow } = options;
    const target = this.#target;
    const note = noteOnce(options.note);
    const caller = this.#caller(note);
    try {
      const group = await this.#groupToRead(caller, signal, note);
      const { pattern } = narrowing(narrow, target.maxLagHours);
      yield* followGroup(
        {
          caller: () => this.#caller(note),
          release: (each) => this.#end(each),
          group,
          groupName: target.group,
          stream: target.stream,
          pattern,
        },
        { ...options, note },
      );
    } catch (error) {
      if (!signal.aborted) throw cloudWatchError(error, this.context.url, target);
    } finally {
      this.#end(caller);
    }
  }

  override async writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void> {
    await this.writeEvents([event], signal);
  }

  /** See {@link putEvents}. An error names in its `details` what was written before it, and of what nobody knows. */
  override async writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
    this.requireWritable();
    const progress: PutProgress = { written: [], unknown: [], cut: [] };
    try {
      await this.#with(
        () => undefined,
        (caller) => putEvents(caller, this.#target, events, progress, signal),
      );
    } catch (error) {
      throw withWritten(error, progress.written, progress.unknown);
    }
    return cutNotes(progress);
  }

  /**
   * Deletes the log group, or only the stream when the URL names one: there is no other way to remove anything. What is
   * written between the caller's last look and this goes with it.
   */
  override async clear(signal: AbortSignal): Promise<void> {
    this.requireWritable();
    const { group: logGroupName, stream: logStreamName } = this.#target;
    let calls = 0;
    await this.#with(
      () => undefined,
      (caller) =>
        caller.call(signal, async (client) => {
          const options = { abortSignal: signal };
          calls += 1;
          try {
            if (logStreamName === undefined) await client.send(new DeleteLogGroupCommand({ logGroupName }), options);
            else await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }), options);
          } catch (error) {
            // It is gone by a call before, whose answer was lost.
            if (calls === 1 || !(error instanceof ResourceNotFoundException)) throw error;
          }
        }),
    );
  }

  override close(): Promise<void> {
    for (const caller of this.#callers) this.#end(caller);
    return Promise.resolve();
  }

  /** What is known of the group. Who may not ask that may still be allowed to read. */
  /**
   * A group that was deleted and made anew while it was read answers like one that merely holds less.
   * @throws AppError `source_invalid` when it is another one now, or is gone
   */
  async #checkSame(caller: Caller, before: LogGroup, signal: AbortSignal): Promise<void> {
    const now = await findGroup(caller, this.context.url, this.#target, signal);
    if (now.creationTime === before.creationTime) return;
    throw new AppError(
      'source_invalid',
      `The log group ${this.#target.group} was deleted and made anew while it was read. Entries of either may be missing; read it again.`,
    );
  }

  async #groupToRead(caller: Caller, signal: AbortSignal, note: (note: Note) => void): Promise<LogGroup | undefined> {
    try {
      const group = await findGroup(caller, this.context.url, this.#target, signal);
      for (const each of maskingNote(group)) note(each);
      return group;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
      note({
        severity: 'info',
        code: 'group_unknown',
        message:
          'Size and age of the group can’t be asked for without logs:DescribeLogGroups; it is read without an estimate.',
      });
      return undefined;
    }
  }

  async #with<T>(note: (note: Note) => void, work: (caller: Caller) => Promise<T>): Promise<T> {
    const caller = this.#caller(note);
    try {
      return await work(caller);
    } catch (error) {
      throw cloudWatchError(error, this.context.url, this.#target);
    } finally {
      this.#end(caller);
    }
  }

  #caller(note: (note: Note) => void): Caller {
    const caller = new Caller(this.#source, sharedLimiter(this.#source.identity, this.#target.rate), note);
    this.#callers.add(caller);
    return caller;
  }

  #end(caller: Caller): void {
    caller.destroy();
    this.#callers.delete(caller);
  }
}

/** Each code is said once: what happens to one call happens to many. */
function noteOnce(note: (note: Note) => void): (note: Note) => void {
  const said = new Set<string>();
  return (each) => {
    if (said.has(each.code)) return;
    said.add(each.code);
    note(each);
  };
}
