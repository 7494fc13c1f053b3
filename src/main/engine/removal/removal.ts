/**
 * Removes events from a store: all of it is captured, what is to go is kept in a file that is verified, and then exactly
 * those records are removed that the store still holds as they were read.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { exportInputSchema, type ActionOutput, type ActionProgress, type Note } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { DEFAULT_SORT, EMPTY_FILTER, isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import { parseSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import type { OpenSnapshots } from '../actions/open-snapshots.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import { RecordLog } from './record-log.ts';
import { TappedRepository } from './tapped-repository.ts';

export interface RemovalOptions {
  readonly snapshots: OpenSnapshots;
  readonly dataDir: string;
  readonly version: string;
  readonly source: string;
  readonly secrets: SourceSecrets | undefined;
  /** Absolute path of the file that keeps what is removed. */
  readonly evidence: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ActionProgress<'event_audit_remove_events'>) => void;
}

type Removed = ActionOutput<'event_audit_remove_events'>;

const PAGE = 1_000;
const REMOVED_AT_A_TIME = 1_000;

/** @throws AppError `invalid_input` for a filter that lets everything pass, or a capture that is not whole; `unsupported` */
export async function removeByFilter(filter: Filter, options: RemovalOptions): Promise<Removed> {
  if (isEmptyFilter(filter)) {
    throw new AppError(
      'invalid_input',
      'This filter shows everything. Name what is to be removed, or clear the store.',
    );
  }
  return remove(filter, 'remove', options);
}

/** Removes everything that could be read, the records that are no events included. */
export async function clearStore(options: RemovalOptions): Promise<Removed> {
  return remove(EMPTY_FILTER, 'clear', options);
}

async function remove(filter: Filter, ability: 'remove' | 'clear', options: RemovalOptions): Promise<Removed> {
  const { snapshots, source, secrets, signal, onProgress, evidence } = options;
  if (evidence !== undefined && !isAbsolute(evidence)) {
    throw new AppError('invalid_input', `The path of the evidence, ${evidence}, is not absolute.`);
  }
  const can = await capabilitiesOf(source);
  if (!can[ability]) throw cannot(source, ability);
  const log = new RecordLog(join(tmpdir(), `event-audit-removal-${randomBytes(8).toString('hex')}`));
  let snapshotId: string | undefined;
  try {
    const opened = await snapshots.repository(source, secrets);
    const context = { url: parseSourceUrl(opened.text).url, secrets: {}, dataDir: '', resourcesDir: '' };
    const tapped = new TappedRepository(opened.repository, log, context);
    const { capture } = await import('../snapshot/capture.ts');
    try {
      const status = await snapshots.begin(
        [{ url: source, secrets }],
        [{ ...opened, repository: tapped }],
        signal,
        (snapshot, controlled) =>
          capture(snapshot, [tapped], {
            signal: controlled,
            onProgress: ({ read, expected }) => onProgress({ phase: 'reading', done: read, total: expected }),
          }),
      );
      snapshotId = status.snapshot_id;
      throwIfAborted(signal);
      if (status.state !== 'complete') {
        throw new AppError(
          'invalid_input',
          `Nothing was removed: the store could not be read to its end (${status.reason?.message ?? ''}), so what is to go can’t be kept first.`,
        );
      }
    } finally {
      await opened.repository.close();
    }
    const query = snapshots.get(snapshotId);
    const positions = await positionsOf(query, filter, signal);
    const rejected = ability === 'clear' ? query.status().rejected : 0;
    if (positions.length === 0 && rejected === 0) return { removed: 0, left: 0, evidence: null, notes: [] };
    const kept = await keep(query, filter, ability, positions.length, rejected, options);
    const removed = can.remove
      ? await removeRecords(ability === 'clear' ? allOf(log) : positions, log, options)
      : await clearAtOnce(positions.length + rejected, options);
    const wanted = ability === 'clear' ? log.size : positions.length;
    return { removed, left: Math.max(0, wanted - removed), evidence: kept.path, notes: [...kept.notes] };
  } finally {
    log.close();
    if (snapshotId !== undefined) await snapshots.close(snapshotId);
  }
}

async function capabilitiesOf(source: string) {
  const [{ registeredKinds }, { registerBuiltIns }] = await Promise.all([
    import('../repositories/registry.ts'),
    import('../repositories/built-in.ts'),
  ]);
  registerBuiltIns();
  const { kind } = parseSourceUrl(source).url;
  return (
    registeredKinds().find((each) => each.kind === kind)?.capabilities ?? { write: false, remove: false, clear: false }
  );
}

function cannot(source: string, ability: 'remove' | 'clear'): AppError {
  const { url } = parseSourceUrl(source);
  return new AppError(
    'unsupported',
    ability === 'remove'
      ? `Single events can’t be removed from ${url.text}.${url.kind === 'cloudwatch' ? ' CloudWatch Logs only deletes whole log groups: clear the store.' : ''}`
      : `${url.text} can’t be cleared: stores of its kind are only read here.`,
  );
}

/** The positions in reading order of the events that a filter shows. */
async function positionsOf(query: SnapshotQuery, filter: Filter, signal: AbortSignal): Promise<number[]> {
  const positions: number[] = [];
  const view = { filter, sort: DEFAULT_SORT };
  const { total } = await query.total(filter, signal);
  for (let offset = 0; offset < total; offset += PAGE) {
    const { rows } = await query.page(view, offset, PAGE, signal);
    positions.push(...rows.map(({ n }) => n));
  }
  return positions;
}

function allOf(log: RecordLog): readonly number[] {
  return Array.from({ length: log.size }, (_, index) => index);
}

/** Writes what is to go into files with manifests, and checks them as anybody could later. */
async function keep(
  query: SnapshotQuery,
  filter: Filter,
  ability: 'remove' | 'clear',
  events: number,
  rejected: number,
  { evidence, dataDir, version, signal, onProgress }: RemovalOptions,
): Promise<{ readonly path: string; readonly notes: readonly Note[] }> {
  const folder = join(dataDir, 'evidence');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path =
    evidence ??
    join(folder, `${ability === 'clear' ? 'cleared' : 'removed'}-${time}-${randomBytes(3).toString('hex')}.jsonl`);
  const [{ exportView }, { verifyFile }, { exportRejects }] = await Promise.all([
    import('../export/job.ts'),
    import('../export/verify.ts'),
    import('../export/rejects.ts'),
  ]);
  const input = exportInputSchema.parse({
    snapshot_id: query.status().snapshot_id,
    filter,
    format: 'jsonl',
    output: path,
  });
  const done = await exportView(query, input, {
    version,
    signal,
    onProgress: ({ rows, total }) => onProgress({ phase: 'keeping', done: rows, total }),
  });
  const notes = [...done.notes];
  const files = [done.path];
  if (rejected > 0) {
    const beside = `${path.replace(/\.jsonl$/, '')}.rejects.jsonl`;
    const { path: rejects } = await exportRejects(query.snapshot, { output: beside, manifest: true, version, signal });
    files.push(rejects);
    notes.push({
      severity: 'info',
      code: 'rejects_kept',
      message: `${rejected} records that are no events are kept in ${rejects}.`,
    });
  }
  for (const file of files) {
    const verified = await verifyFile(file, { signal, onProgress: () => undefined });
    if (!verified.ok) {
      throw new AppError('internal', `Nothing was removed: what was kept in ${file} does not verify.`);
    }
  }
  if (done.rows !== events) {
    throw new AppError('internal', `Nothing was removed: ${done.rows} events were kept instead of ${events}.`);
  }
  return { path: done.path, notes };
}

async function removeRecords(positions: readonly number[], log: RecordLog, options: RemovalOptions): Promise<number> {
  const { snapshots, source, secrets, signal, onProgress } = options;
  const { repository } = await snapshots.repository(source, secrets, true);
  let removed = 0;
  try {
    for (let from = 0; from < positions.length; from += REMOVED_AT_A_TIME) {
      onProgress({ phase: 'removing', done: from, total: positions.length });
      const records = positions.slice(from, from + REMOVED_AT_A_TIME).flatMap((position) => log.get(position) ?? []);
      removed += await repository.removeRecords(records, signal);
    }
  } finally {
    await repository.close();
  }
  return removed;
}

async function clearAtOnce(
  records: number,
  { snapshots, source, secrets, signal, onProgress }: RemovalOptions,
): Promise<number> {
  onProgress({ phase: 'removing', done: 0, total: records });
  const { repository } = await snapshots.repository(source, secrets, true);
  try {
    await repository.clear(signal);
  } finally {
    await repository.close();
  }
  return records;
}
