/** The job that writes the records which were set aside to a file, with a manifest: both whole, or neither there. */
import { basename, dirname, isAbsolute } from 'node:path';
import type { ExportProgress, RejectsResult } from '../../../shared/contract.ts';
import { exportInputSchema } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { RowDigests } from './digests.ts';
import { install } from './job.ts';
import { manifestFacts, type ManifestWriter } from './job-facts.ts';
import { manifestPath, writeManifest } from './manifest.ts';
import { countRejects, rejectLines } from './reject-lines.ts';
import { fileSink } from './sink.ts';
import { SpoolBox } from './spool.ts';
import { onTarget, Target } from './target.ts';

export interface RejectsExport extends ManifestWriter {
  /** Absolute path. */
  readonly output: string;
  readonly manifest: boolean;
  /** An abort leaves nothing behind; what stood at the target stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (relative path), `cancelled` */
export async function exportRejects(snapshot: Snapshot, options: RejectsExport): Promise<RejectsResult> {
  const { output, signal } = options;
  throwIfAborted(signal);
  if (!isAbsolute(output)) throw new AppError('invalid_input', `The output “${output}” is not an absolute path.`);
  const data = await Target.open(output);
  const targets: Target[] = [data];
  const spools = new SpoolBox(dirname(data.path));
  try {
    const manifest = options.manifest ? await Target.open(manifestPath(data.path)) : null;
    if (manifest !== null) targets.push(manifest);
    const done = await onTarget(output, () => write(snapshot, options, data, manifest, spools));
    // The last moment to turn back: from here on the files are put in their places.
    throwIfAborted(signal);
    const notes = await onTarget(output, () => install(data, manifest));
    return { ...done, path: data.path, manifest_path: manifest?.path ?? null, notes: [...notes] };
  } catch (error) {
    for (const target of targets) await target.discard();
    throw error;
  } finally {
    await spools.dispose();
  }
}

async function write(
  snapshot: Snapshot,
  { output, version, journal, signal, onProgress }: RejectsExport,
  data: Target,
  manifest: Target | null,
  spools: SpoolBox,
): Promise<Pick<RejectsResult, 'records' | 'bytes' | 'sha256'>> {
  const createdAt = new Date();
  const status = snapshot.status();
  const total = await countRejects(snapshot, signal);
  const sink = fileSink(data.file);
  const blocks = spools.make();
  const digests = new RowDigests(blocks);
  let records = 0;
  for await (const { line, last } of rejectLines(snapshot, signal)) {
    await sink.write(`${line}\n`);
    await digests.add([line]);
    if (!last) continue;
    records += 1;
    onProgress?.({ phase: 'writing', rows: records, total, bytes: sink.bytes() });
  }
  await sink.flush();
  await data.seal();
  const digested = await digests.finish();
  const written = { bytes: sink.bytes(), sha256: sink.sha256() };
  if (manifest !== null) {
    const input = exportInputSchema.parse({ snapshot_id: status.snapshot_id, format: 'jsonl', output });
    const summary = { fields: null, guardedCells: 0, cutCells: 0, sheets: [], overflow: null };
    const rows = { ...written, summary, digests: digested, blocks, status, createdAt, guarded: false, moved: false };
    const facts = manifestFacts(input, { version, journal }, rows, basename(data.path));
    await writeManifest(
      fileSink(manifest.file),
      { ...facts, file: { ...facts.file, content: 'rejects' } },
      blocks,
      null,
    );
    await manifest.seal();
  }
  return { records, ...written };
}
