/**
 * Wraps a plugin's repository so that whatever goes wrong in it is said to be the plugin's, and names it: what it throws,
 * what it hands over that is no record, and that it does not let go when it is told to.
 */
import { z } from 'zod';
import { noteSchema, type Estimate, type Note, type StoreDescription } from '../../../shared/contract.ts';
import { AppError, isAbort } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import { asBatch } from './batch-shape.ts';
import { closing, untilAborted, withinSignal } from './let-go.ts';
import {
  AbstractRepository,
  type CountByTime,
  type CountRange,
  type EstimateOptions,
  type FollowOptions,
  type ReadOptions,
  type RecordBatch,
  type RemoveOptions,
  type RepositoryClass,
  type RepositoryContext,
  type StoredRecord,
} from '../repositories/repository.ts';

/** @param plugin the plugin's file, for messages */
export function guarded(plugin: string, kind: string, Repository: RepositoryClass): RepositoryClass {
  const problem = (error: unknown, doing: string): AppError => {
    if (error instanceof AppError) return error;
    if (isAbort(error)) return new AppError('cancelled', 'Cancelled.', { retryable: true });
    const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    return new AppError(
      'source_invalid',
      `The plugin ${plugin} failed while its repository “${kind}” ${doing}: ${text}${/[.!?]$/.test(text) ? '' : '.'}`,
      { cause: error },
    );
  };

  return class extends AbstractRepository {
    readonly #inner: AbstractRepository;

    constructor(context: RepositoryContext) {
      super(context);
      try {
        this.#inner = new Repository(context);
      } catch (error) {
        throw problem(error, 'was opened');
      }
    }

    override async describe(signal: AbortSignal): Promise<StoreDescription> {
      try {
        const found = await withinSignal(this.#inner.describe(signal), signal);
        return { ...(await super.describe(signal)), ...found };
      } catch (error) {
        throw problem(error, 'described the store');
      }
    }

    override async *readEvents(filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent> {
      try {
        yield* untilAborted(this.#inner.readEvents(filter, options), options.signal);
      } catch (error) {
        throw problem(error, 'was read');
      }
    }

    override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
      try {
        for await (const batch of untilAborted(this.#inner.readRecords(options), options.signal)) yield asBatch(batch);
      } catch (error) {
        throw problem(error, 'was read');
      }
    }

    override async estimate(options: EstimateOptions): Promise<Estimate> {
      // What a plugin leaves out of its description is filled in here, so the usual estimate is made of that.
      if (this.#inner.estimate === AbstractRepository.prototype.estimate) return super.estimate(options);
      try {
        const found = await withinSignal(this.#inner.estimate(options), options.signal);
        return { ...found, notes: [...found.notes] };
      } catch (error) {
        throw problem(error, 'was asked what reading would take');
      }
    }

    override async countByTime(range: CountRange, signal: AbortSignal): Promise<CountByTime> {
      try {
        return await withinSignal(this.#inner.countByTime(range, signal), signal);
      } catch (error) {
        throw problem(error, 'counted over time');
      }
    }

    override async *followRecords(options: FollowOptions): AsyncIterable<RecordBatch> {
      try {
        for await (const batch of untilAborted(this.#inner.followRecords(options), options.signal))
          yield asBatch(batch);
      } catch (error) {
        throw problem(error, 'was watched');
      }
    }

    override async writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void> {
      this.requireWritable();
      try {
        await this.#inner.writeEvent(event, signal);
      } catch (error) {
        throw problem(error, 'was written to');
      }
    }

    override async writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
      this.requireWritable();
      // Where the plugin writes one by one, its errors are named before they are told with what was written.
      if (this.#inner.writeEvents === AbstractRepository.prototype.writeEvents)
        return super.writeEvents(events, signal);
      try {
        // A plugin may have been written without types and give nothing back.
        const notes: unknown = await this.#inner.writeEvents(events, signal);
        return z.array(noteSchema).catch([]).parse(notes);
      } catch (error) {
        throw problem(error, 'was written to');
      }
    }

    override async removeRecords(records: Iterable<StoredRecord>, options: RemoveOptions): Promise<number> {
      this.requireWritable();
      try {
        return await this.#inner.removeRecords(records, options);
      } catch (error) {
        throw problem(error, 'removed records');
      }
    }

    override async clear(signal: AbortSignal): Promise<void> {
      this.requireWritable();
      try {
        await this.#inner.clear(signal);
      } catch (error) {
        throw problem(error, 'was cleared');
      }
    }

    override async close(): Promise<void> {
      try {
        await closing(this.#inner.close());
      } catch (error) {
        throw problem(error, 'was closed');
      }
    }
  };
}
