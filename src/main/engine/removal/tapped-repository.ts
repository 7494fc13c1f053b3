/** A repository whose records are noted, in the order in which they are read, as they pass. */
import type { StoreDescription } from '../../../shared/contract.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import {
  AbstractRepository,
  type ReadOptions,
  type RecordBatch,
  type RepositoryContext,
} from '../repositories/repository.ts';
import type { RecordLog } from './record-log.ts';

export class TappedRepository extends AbstractRepository {
  readonly #inner: AbstractRepository;
  readonly #log: RecordLog;

  constructor(inner: AbstractRepository, log: RecordLog, context: RepositoryContext) {
    super(context);
    this.#inner = inner;
    this.#log = log;
  }

  override describe(signal: AbortSignal): Promise<StoreDescription> {
    return this.#inner.describe(signal);
  }

  override readEvents(filter: Filter, options: ReadOptions): AsyncIterable<AuditEvent> {
    return this.#inner.readEvents(filter, options);
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    for await (const batch of this.#inner.readRecords(options)) {
      this.#log.add(batch);
      yield batch;
    }
  }
}
