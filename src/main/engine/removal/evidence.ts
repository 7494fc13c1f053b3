/** Keeps what is to be removed in files with manifests, and makes sure that they hold it before anything is removed. */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { exportInputSchema, type ExportResult, type Note } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../shared/event.ts';
import type { Filter } from '../../../shared/filter.ts';
import { journalNow } from '../actions/journal-now.ts';
import { exportView } from '../export/job.ts';
import { manifestPath } from '../export/manifest.ts';
import { exportRejects } from '../export/rejects.ts';
import { onTarget } from '../export/target.ts';
import { verifyFile } from '../export/verify.ts';
import { lines } from '../repositories/json-lines.ts';
import type { StoredRecord } from '../repositories/repository.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import type { RecordLog } from './record-log.ts';

export interface EvidenceOptions {
  /** Absolute path of the file; one in the data folder when it is left out. */
  readonly evidence: string | undefined;
  readonly dataDir: string;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Lists the export among those that were made. */
  readonly remember: (path: string, work: () => Promise<ExportResult>) => Promise<ExportResult>;
  readonly onKept: (rows: number, total: number) => void;
}

/** What is to be kept. */
export interface Chosen {
  readonly filter: Filter;
  /** The events that the filter shows, in its order, by their places in the log. */
  readonly events: readonly number[];
  /** Records that are no events and are kept, too, likewise. */
  readonly rejects: readonly number[];
}

/** Where evidence goes, found out before the store is read. @throws AppError `invalid_input` when something stands there */
export function evidencePath(
  what: 'removed' | 'cleared',
  { evidence, dataDir }: Pick<EvidenceOptions, 'evidence' | 'dataDir'>,
): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = evidence ?? join(dataDir, 'evidence', `${what}-${time}-${randomBytes(3).toString('hex')}.jsonl`);
  if (!isAbsolute(path)) throw new AppError('invalid_input', `The path of the evidence, ${path}, is not absolute.`);
  const taken = [path, rejectsPath(path)]
    .flatMap((each) => [each, manifestPath(each)])
    .find((each) => existsSync(each));
  if (taken === undefined) return path;
  throw new AppError(
    'invalid_input',
    `There is a file ${taken} already, and evidence is never written over anything. Name another file.`,
  );
}

function rejectsPath(path: string): string {
  return `${path.replace(/\.jsonl$/, '')}.rejects.jsonl`;
}

/**
 * Writes the files, verifies them as anybody could later, and compares each event in them with the record that is to be
 * removed for it.
 * @throws AppError `target_unwritable`, `disk_full`, `cancelled`; `internal` when what was kept is not what is to go
 */
export async function keepEvidence(
  query: SnapshotQuery,
  chosen: Chosen,
  log: RecordLog,
  path: string,
  options: EvidenceOptions,
): Promise<readonly Note[]> {
  const { version, signal, remember, onKept, evidence, dataDir } = options;
  const { journal, notes: journalNotes } = await journalNow(dataDir);
  if (evidence === undefined) {
    await onTarget(path, () => {
      mkdirSync(join(dataDir, 'evidence'), { recursive: true, mode: 0o700 });
      return Promise.resolve();
    });
  }
  const { snapshot_id } = query.status();
  const input = exportInputSchema.parse({ snapshot_id, filter: chosen.filter, format: 'jsonl', output: path });
  const done = await remember(path, () =>
    exportView(query, input, { version, journal, signal, onProgress: ({ rows, total }) => onKept(rows, total) }),
  );
  const notes = [...done.notes, ...journalNotes];
  await verify(done.path, signal);
  await compare(done.path, chosen.events, log, signal);
  if (chosen.rejects.length > 0) {
    const rejects = await exportRejects(query.snapshot, {
      output: rejectsPath(path),
      manifest: true,
      version,
      journal,
      signal,
    });
    await verify(rejects.path, signal);
    if (rejects.records !== chosen.rejects.length) throw notKept(`${rejects.path} holds ${rejects.records} records`);
    notes.push({
      severity: 'info',
      code: 'rejects_kept',
      message: `${rejects.records} records that are no events are kept with all their bytes in ${rejects.path}.`,
    });
  }
  return notes;
}

async function verify(path: string, signal: AbortSignal): Promise<void> {
  const { ok, findings } = await verifyFile(path, { signal });
  if (!ok) throw notKept(`${path} does not verify (${findings[0]?.message ?? ''})`);
}

/** Whether the file's lines are the records in the log, each in its place: nothing else may be removed. */
async function compare(path: string, places: readonly number[], log: RecordLog, signal: AbortSignal): Promise<void> {
  let at = 0;
  for await (const batch of lines(createReadStream(path, { signal }))) {
    for (const line of batch) {
      const place = places[at];
      const record = place === undefined ? undefined : log.get(place);
      if (record === undefined || !isSame(JSON.parse(Buffer.from(line).toString('utf8')), record)) {
        throw notKept(`line ${at + 1} of ${path} is not the record that is to be removed for it`);
      }
      at += 1;
    }
  }
  if (at !== places.length) throw notKept(`${path} holds ${at} events instead of ${places.length}`);
}

function isSame(kept: unknown, record: StoredRecord): boolean {
  if (record.kind === 'json') return isDeepStrictEqual(kept, JSON.parse(Buffer.from(record.value).toString('utf8')));
  if (typeof kept !== 'object' || kept === null) return false;
  const values = new Map(Object.entries(kept));
  return EVENT_FIELDS.every((field, index) => {
    const cell = record.row[index] ?? null;
    if (field !== 'result' && field !== 'payload') return values.get(field) === (cell ?? '');
    return cell === null ? !values.has(field) : isDeepStrictEqual(values.get(field), JSON.parse(cell));
  });
}

function notKept(why: string): AppError {
  return new AppError('internal', `Nothing was removed: ${why}. Please report this.`);
}
