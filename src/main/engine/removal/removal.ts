/**
 * Removes events from a store: all of it is captured, what is to go is kept in a file that is verified, and then exactly
 * those records are removed that the store still holds as they were read.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ActionOutput, ActionProgress, Capabilities, Note } from '../../../shared/contract.ts';
import { AppError, throwIfAborted, toErrorReply, type ErrorReply } from '../../../shared/errors.ts';
import { DEFAULT_SORT, EMPTY_FILTER, isEmptyFilter, type Filter } from '../../../shared/filter.ts';
import { parseSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import type { OpenSnapshots } from '../actions/open-snapshots.ts';
import { registerBuiltIns } from '../repositories/built-in.ts';
import { makePrivateFolder } from '../repositories/private-folder.ts';
import { registeredKinds } from '../repositories/registry.ts';
import { jsonBatchOf } from '../repositories/cell-batch.ts';
import type { AbstractRepository, StoredRecord } from '../repositories/repository.ts';
import { capture } from '../snapshot/capture.ts';
import { filterToSql } from '../snapshot/filter-sql.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import { assertTimeZone } from '../time-zone.ts';
import { evidencePath, keepEvidence, type Chosen, type EvidenceOptions } from './evidence.ts';
import { RecordLog } from './record-log.ts';
import { TappedRepository } from './tapped-repository.ts';

type Removed = ActionOutput<'event_audit_remove_events'>;

export interface RemovalOptions extends Omit<EvidenceOptions, 'onKept'> {
  readonly snapshots: OpenSnapshots;
  readonly source: string;
  readonly secrets: SourceSecrets | undefined;
  readonly onProgress: (progress: ActionProgress<'event_audit_remove_events'>) => void;
}

const PAGE = 1_000;

/** @throws AppError `invalid_input` for a filter that lets everything pass, or a capture that is not whole; `unsupported` */
export function removeByFilter(filter: Filter, options: RemovalOptions): Promise<Removed> {
  if (filter.set !== '') {
    throw new AppError('invalid_input', 'A set of rows belongs to one snapshot. Name the events by their fields.');
  }
  // Which source it is says nothing where there is one only.
  const wanted = { ...filter, sources: [] };
  if (isEmptyFilter(wanted)) {
    throw new AppError(
      'invalid_input',
      'This filter shows everything. Name what is to be removed, or clear the store.',
    );
  }
  assertTimeZone(wanted.time_zone);
  filterToSql(wanted);
  return remove(wanted, 'remove', options);
}

/** Removes everything that could be read, the records that are no events included. */
export function clearStore(options: RemovalOptions): Promise<Removed> {
  return remove(EMPTY_FILTER, 'clear', options);
}

async function remove(filter: Filter, ability: 'remove' | 'clear', options: RemovalOptions): Promise<Removed> {
  const { snapshots, source, secrets, signal, onProgress, dataDir } = options;
  const can = capabilitiesOf(source);
  if (!can[ability]) throw cannot(source, ability);
  const path = evidencePath(ability === 'clear' ? 'cleared' : 'removed', options);
  const folder = await makePrivateFolder(dataDir);
  const log = new RecordLog(join(folder.path, 'records'));
  let captured: SnapshotQuery | undefined;
  try {
    captured = await captureAll(log, options);
    const events = await placesOf(captured, filter, signal);
    const rejects = ability === 'clear' ? await rejectedPlaces(captured, signal) : [];
    const total = events.length + rejects.length;
    if (total === 0) return { removed: 0, left: 0, evidence: null, notes: warningsOf(captured) };
    const chosen: Chosen = { filter, events, rejects };
    const keptNotes = await keepEvidence(captured, chosen, log, path, {
      ...options,
      onKept: (rows, all) => onProgress({ phase: 'keeping', done: rows, total: all }),
    });
    const notes = [...warningsOf(captured), ...keptNotes];
    throwIfAborted(signal);
    onProgress({ phase: 'removing', done: 0, total });
    const { repository } = await snapshots.repository(source, secrets, true);
    let removed = 0;
    let unknown = 0;
    try {
      const places = [...events, ...rejects];
      if (can.remove) {
        await repository.removeRecords(recordsAt(log, places), {
          signal,
          removing: (count) => {
            unknown = count;
          },
          removed: (count) => {
            removed += count;
            unknown = 0;
            onProgress({ phase: 'removing', done: removed, total });
          },
        });
      } else {
        await checkNothingCame(repository, log, places, signal);
        unknown = total;
        await repository.clear(signal);
        removed = total;
      }
    } catch (error) {
      throw halfWay(error, { removed, unknown }, path);
    } finally {
      await repository.close();
    }
    const left = total - removed;
    return { removed, left, evidence: path, notes: left === 0 ? notes : [...notes, leftNote(left)] };
  } finally {
    log.close();
    if (captured !== undefined) await snapshots.close(captured.snapshot.id);
    await folder.remove();
  }
}

/** Reads the whole store into a snapshot, and notes each record. @throws AppError `source_*` when it is not whole */
async function captureAll(log: RecordLog, options: RemovalOptions): Promise<SnapshotQuery> {
  const { snapshots, source, secrets, signal, onProgress } = options;
  const opened = await snapshots.repository(source, secrets);
  try {
    const context = { url: parseSourceUrl(opened.text).url, secrets: {}, dataDir: '', resourcesDir: '' };
    const repository = new TappedRepository(opened.repository, log, context);
    const status = await snapshots
      .begin([{ url: source, secrets }], [{ ...opened, repository }], signal, (snapshot, controlled) =>
        capture(snapshot, [repository], {
          signal: controlled,
          onProgress: ({ read, expected }) => onProgress({ phase: 'reading', done: read, total: expected }),
        }),
      )
      .catch((error: unknown) => {
        throw unread(toErrorReply(error), error);
      });
    const query = snapshots.get(status.snapshot_id);
    if (status.state === 'complete') {
      if (status.read === log.size) return query;
      await snapshots.close(status.snapshot_id);
      throw new AppError('internal', `Nothing was removed: ${status.read} records were read, ${log.size} were noted.`);
    }
    await snapshots.close(status.snapshot_id);
    throwIfAborted(signal);
    throw unread(status.reason);
  } finally {
    await opened.repository.close();
  }
}

/** Says of a store that could not be read to its end why, and that it is as it was. */
function unread(reason: ErrorReply | null, cause?: unknown): AppError {
  const { code, message, retryable } = reason ?? { code: 'source_unreachable', message: '', retryable: true };
  return new AppError(
    code,
    `Nothing was removed: the store could not be read to its end, so that what is to go can’t be kept. ${message}`.trim(),
    { retryable, cause },
  );
}

function capabilitiesOf(source: string): Pick<Capabilities, 'remove' | 'clear'> {
  registerBuiltIns();
  const { kind } = parseSourceUrl(source).url;
  const known = registeredKinds().find((each) => each.kind === kind)?.capabilities;
  return known ?? { remove: false, clear: false };
}

function cannot(source: string, ability: 'remove' | 'clear'): AppError {
  const { url } = parseSourceUrl(source);
  const isLog = url.kind === 'cloudwatch';
  return new AppError(
    'unsupported',
    ability === 'remove'
      ? `Single events can’t be removed from ${url.text}.${isLog ? ' CloudWatch Logs only deletes whole log groups: clear the store.' : ''}`
      : `${url.text} can’t be cleared: a store of the kind ${url.kind} is only read here.`,
  );
}

/** The events that a filter shows, in its order, by their places in reading order. */
async function placesOf(query: SnapshotQuery, filter: Filter, signal: AbortSignal): Promise<readonly number[]> {
  const places: number[] = [];
  const { total } = await query.total(filter, signal);
  for (let offset = 0; offset < total; offset += PAGE) {
    const { rows } = await query.page({ filter, sort: DEFAULT_SORT }, offset, PAGE, signal);
    places.push(...rows.map(({ n }) => n));
  }
  return places;
}

async function rejectedPlaces(query: SnapshotQuery, signal: AbortSignal): Promise<readonly number[]> {
  const places: number[] = [];
  const { rejected } = query.status();
  for (let offset = 0; offset < rejected; offset += PAGE) {
    const { rejects } = await query.rejects(offset, PAGE, signal);
    places.push(...rejects.map(({ seq }) => seq));
  }
  return places;
}

function* recordsAt(log: RecordLog, places: readonly number[]): Generator<StoredRecord> {
  for (const place of places) {
    const record = log.get(place);
    if (record !== undefined) yield record;
  }
}

/** A store that removes all at once must not lose what nobody has kept: it is read once more, right before. */
async function checkNothingCame(
  repository: AbstractRepository,
  log: RecordLog,
  places: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>();
  for (const record of recordsAt(log, places)) known.add(identityOf(record));
  let came = 0;
  const reading = { signal, note: () => undefined, expect: () => undefined };
  for await (const each of repository.readRecords(reading)) {
    throwIfAborted(signal);
    const batch = each.kind === 'cells' ? jsonBatchOf(each) : each;
    if (batch.kind === 'broken') came += batch.records.length;
    else if (batch.kind === 'rows') {
      for (const [index, row] of batch.rows.entries()) {
        if (!known.has(identityOf({ kind: 'row', key: batch.keys[index] ?? '', row }))) came += 1;
      }
    } else {
      for (const [index, value] of batch.values.entries()) {
        if (!known.has(identityOf({ kind: 'json', key: batch.keys[index] ?? new Uint8Array(), value }))) came += 1;
      }
    }
  }
  if (came === 0) return;
  throw new AppError(
    'source_refused',
    `${came} records came or changed while the others were kept, and clearing would lose them. Try again when nothing is written.`,
    { retryable: true },
  );
}

function identityOf(record: StoredRecord): string {
  const hash = createHash('sha256').update(record.key).update('\0');
  hash.update(record.kind === 'json' ? record.value : JSON.stringify(record.row));
  return hash.digest('base64');
}

/** The error, which also says what was removed before it, of what nobody knows that, and where all of it is kept. */
function halfWay(
  error: unknown,
  sofar: { readonly removed: number; readonly unknown: number },
  path: string,
): AppError {
  const { code, message, details, retryable } = toErrorReply(error);
  const { removed } = sofar;
  // A store that answers, if only to refuse, has not done what it was asked for.
  const unknown = code === 'source_unreachable' || code === 'cancelled' ? sofar.unknown : 0;
  const before =
    removed > 0
      ? `Before that, ${removed} records were removed${unknown > 0 ? `, and nobody knows whether ${unknown} more were` : ''}`
      : unknown > 0
        ? `Nobody knows whether ${unknown} records were removed`
        : 'Nothing was removed';
  return new AppError(code, `${message} ${before}; everything that was to go is kept in ${path}.`, {
    details: { ...(typeof details === 'object' ? details : {}), removed, unknown, evidence: path },
    retryable,
    cause: error,
  });
}

function leftNote(left: number): Note {
  return {
    severity: 'warning',
    code: 'left_in_store',
    message: `${left} records are still in the store, or were gone already: others changed them meanwhile, or the store has no way to find them again.`,
  };
}

function warningsOf(query: SnapshotQuery): Note[] {
  return query.status().notes.filter(({ severity }) => severity === 'warning');
}
