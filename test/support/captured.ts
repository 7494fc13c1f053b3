/** Records that are in no store yet, captured into a real snapshot: the shortest way from bytes to a view. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SnapshotStatus, StoreDescription } from '../../src/shared/contract.ts';
import type { EventDetail } from '../../src/shared/event.ts';
import { DEFAULT_SORT, filterSchema, type Filter, type FilterInput } from '../../src/shared/filter.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { RecordRepository, type ReadOptions, type RecordBatch } from '../../src/main/engine/repositories/repository.ts';
import { capture } from '../../src/main/engine/snapshot/capture.ts';
import { SnapshotQuery } from '../../src/main/engine/snapshot/query.ts';
import { Snapshot } from '../../src/main/engine/snapshot/snapshot.ts';
import { createTempDir } from './temp-dir.ts';

type Batches = Iterable<RecordBatch> | AsyncIterable<RecordBatch>;

/** A custom repository over batches that a test makes. */
export class BatchRepository extends RecordRepository {
  readonly #batches: (options: ReadOptions) => Batches;

  constructor(batches: (options: ReadOptions) => Batches) {
    super({ url: parseSourceUrl('batches:').url, secrets: {}, dataDir: '', resourcesDir: '' });
    this.#batches = batches;
  }

  override describe(): Promise<StoreDescription> {
    return Promise.reject(new Error('No test asks for this.'));
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    yield* this.#batches(options);
  }
}

export interface Captured extends AsyncDisposable {
  readonly query: SnapshotQuery;
  readonly snapshot: Snapshot;
  readonly status: SnapshotStatus;
  readonly folder: string;
}

/** Captures what a repository hands over. The caller disposes of the snapshot. */
export async function captureRepository(
  repository: RecordRepository,
  signal?: AbortSignal,
  onMade?: (snapshot: Snapshot) => void,
): Promise<Captured> {
  const parent = createTempDir('event-audit-snapshot-');
  const folder = join(parent.path, 'snapshot');
  const source = { url: 'batches:', kind: 'batches', title: 'Batches' };
  const snapshot = await Snapshot.create(folder, 'snapshot', [source]);
  onMade?.(snapshot);
  const status = await capture(snapshot, [repository], {
    signal: signal ?? new AbortController().signal,
    onProgress: () => undefined,
  });
  const dispose = async (): Promise<void> => {
    await snapshot.close();
    parent.remove();
  };
  return { query: new SnapshotQuery(snapshot), snapshot, status, folder, [Symbol.asyncDispose]: dispose };
}

export async function captureBatches(...batches: readonly RecordBatch[]): Promise<Captured> {
  return captureRepository(new BatchRepository(() => batches));
}

/** Captures records as a store of JSON texts without keys would hand them over. */
export async function captureRecords(records: readonly (string | Uint8Array)[]): Promise<Captured> {
  const values = records.map((record) => (typeof record === 'string' ? Buffer.from(record) : record));
  return captureBatches({ kind: 'json', values, keys: [] });
}

/** The same for one test, at whose end the snapshot goes. */
export async function capturedHere(records: readonly (string | Uint8Array)[]): Promise<Captured> {
  const captured = await captureRecords(records);
  onTestFinished(() => captured[Symbol.asyncDispose]());
  return captured;
}

export function filterOf(input: FilterInput = {}): Filter {
  return filterSchema.parse(input);
}

/** All whole events under a filter, in time order. */
export async function allDetails({ query }: Pick<Captured, 'query'>, input: FilterInput = {}): Promise<EventDetail[]> {
  const { events } = await query.details({ filter: filterOf(input), sort: DEFAULT_SORT }, 0, 1_000_000);
  return events;
}

/** The positions (`n`) of the events that pass a filter, in time order. */
export async function positions({ query }: Pick<Captured, 'query'>, input: FilterInput = {}): Promise<number[]> {
  const { rows } = await query.page({ filter: filterOf(input), sort: DEFAULT_SORT }, 0, 1_000_000);
  return rows.map(({ n }) => n);
}
