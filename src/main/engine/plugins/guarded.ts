/** Wraps a plugin's repository so that whatever goes wrong in it is said to be the plugin's, and names it. */
import type { StoreDescription } from '../../../shared/contract.ts';
import { AppError, isAbort } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import {
  AbstractRepository,
  type ReadOptions,
  type RecordBatch,
  type RepositoryClass,
  type RepositoryContext,
} from '../repositories/repository.ts';

/** @param plugin the plugin's file, for messages */
export function guarded(plugin: string, kind: string, Repository: RepositoryClass): RepositoryClass {
  const problem = (error: unknown, doing: string): AppError => {
    if (error instanceof AppError) return error;
    if (isAbort(error)) return new AppError('cancelled', 'Cancelled.', { retryable: true });
    const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    return new AppError(
      'source_invalid',
      `The plugin ${plugin} failed while its repository “${kind}” ${doing}: ${text}`,
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
        const found = await this.#inner.describe(signal);
        return { ...(await super.describe(signal)), ...found };
      } catch (error) {
        throw problem(error, 'described the store');
      }
    }

    override async *readEvents(filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent> {
      try {
        yield* this.#inner.readEvents(filter, options);
      } catch (error) {
        throw problem(error, 'was read');
      }
    }

    override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
      try {
        yield* this.#inner.readRecords(options);
      } catch (error) {
        throw problem(error, 'was read');
      }
    }

    override async writeEvent(event: AuditEvent, signal: AbortSignal): Promise<void> {
      try {
        await this.#inner.writeEvent(event, signal);
      } catch (error) {
        throw problem(error, 'was written to');
      }
    }

    override async close(): Promise<void> {
      try {
        await this.#inner.close();
      } catch (error) {
        throw problem(error, 'was closed');
      }
    }
  };
}
