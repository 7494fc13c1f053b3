/** Whatever store a CKAN configuration file names: reads the file, then hands everything on to that store. */
import type { Estimate, Note, StoreDescription } from '../../../../shared/contract.ts';
import { readCkanConfig } from '../../config/ckan-ini.ts';
import { checkParameters } from '../parameters.ts';
import { openRepository, registeredKinds } from '../registry.ts';
import {
  RecordRepository,
  type AbstractRepository,
  type CountByTime,
  type CountRange,
  type EstimateOptions,
  type FollowOptions,
  type ReadOptions,
  type RecordBatch,
} from '../repository.ts';

/** Kinds that no CKAN writes to under these names. What else is registered, a plugin brought. */
const OURS = new Set(['demo', 'basic', 'sqlite', 'redis', 'postgres', 'cloudwatch', 'file', 'ckan', 'snapshot']);

interface Opened {
  readonly repository: AbstractRepository;
  readonly notes: readonly Note[];
}

export class CkanRepository extends RecordRepository {
  #opened: Promise<Opened> | undefined;

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const { repository, notes } = await this.#open();
    const found = await repository.describe(signal);
    return { ...found, kind: 'ckan', url: this.context.url.text, notes: [...notes, ...found.notes] };
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    const { repository, notes } = await this.#open();
    for (const note of notes) options.note(note);
    yield* repository.readRecords(options);
  }

  override async estimate(options: EstimateOptions): Promise<Estimate> {
    return (await this.#open()).repository.estimate(options);
  }

  override async countByTime(range: CountRange, signal: AbortSignal): Promise<CountByTime> {
    return (await this.#open()).repository.countByTime(range, signal);
  }

  override async *followRecords(options: FollowOptions): AsyncIterable<RecordBatch> {
    yield* (await this.#open()).repository.followRecords(options);
  }

  override async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.repository.close();
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#read();
    return this.#opened;
  }

  async #read(): Promise<Opened> {
    const { url, secrets } = this.context;
    checkParameters(url, []);
    const custom = registeredKinds().flatMap(({ kind }) => (OURS.has(kind) ? [] : [kind]));
    const { source, notes } = await readCkanConfig(url.path, custom);
    // Secrets that the caller gave are newer than the file's.
    const repository = await openRepository({
      ...this.context,
      url: source.url,
      secrets: { ...source.secrets, ...secrets },
    });
    return { repository, notes };
  }
}
