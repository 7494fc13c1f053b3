/** The job that writes what is no view of events, such as records that were set aside: a file and its manifest, both whole or neither there. */
import { basename, dirname, isAbsolute } from 'node:path';
import { exportInputSchema, type ExportProgress, type Note, type SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { RowDigests } from './digests.ts';
import type { ExportSummary } from './exporter.ts';
import { install } from './job.ts';
import { manifestFacts, type ManifestWriter } from './job-facts.ts';
import type { Frame } from './lines.ts';
import { manifestPath, writeManifest, type Manifest } from './manifest.ts';
import { fileSink } from './sink.ts';
import { SpoolBox } from './spool.ts';
import { onTarget, Target } from './target.ts';

export interface ExtraFile extends ManifestWriter {
  /** Absolute path. */
  readonly output: string;
  readonly manifest: boolean;
  /** An abort leaves nothing behind; what stood at the target stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** What is to be written. */
export interface ExtraContent {
  readonly content: NonNullable<Manifest['file']['content']>;
  readonly format: 'csv' | 'tsv' | 'json' | 'jsonl';
  readonly status: SnapshotStatus;
  readonly frame: Frame;
  readonly summary: ExportSummary;
  readonly guard: boolean;
  /** How many things there are, for progress. */
  readonly total: number;
  /** Lines without their ends; `last` ends one thing, where a thing takes several lines. */
  readonly lines: AsyncIterable<{ readonly line: string; readonly last: boolean }>;
}

export interface WrittenFile {
  readonly path: string;
  readonly manifest_path: string | null;
  /** How many things were written. */
  readonly written: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly notes: Note[];
}

/** @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (relative path), `cancelled` */
export async function exportExtra(options: ExtraFile, make: () => Promise<ExtraContent>): Promise<WrittenFile> {
  const { output, signal } = options;
  throwIfAborted(signal);
  if (!isAbsolute(output)) throw new AppError('invalid_input', `The output “${output}” is not an absolute path.`);
  const data = await Target.open(output);
  const targets: Target[] = [data];
  const spools = new SpoolBox(dirname(data.path));
  try {
    const manifest = options.manifest ? await Target.open(manifestPath(data.path)) : null;
    if (manifest !== null) targets.push(manifest);
    const done = await onTarget(output, async () => write(await make(), options, data, manifest, spools));
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
  { content, format, status, frame, summary, guard, total, lines }: ExtraContent,
  { output, version, journal, signal, onProgress }: ExtraFile,
  data: Target,
  manifest: Target | null,
  spools: SpoolBox,
): Promise<Pick<WrittenFile, 'written' | 'bytes' | 'sha256'>> {
  const createdAt = new Date();
  const sink = fileSink(data.file);
  const blocks = spools.make();
  const digests = new RowDigests(blocks);
  let written = 0;
  await sink.write(frame.head);
  for await (const { line, last } of lines) {
    throwIfAborted(signal);
    await sink.write(digests.rows === 0 ? line : frame.between + line);
    await digests.add([line]);
    if (!last) continue;
    written += 1;
    onProgress?.({ phase: 'writing', rows: written, total, bytes: sink.bytes() });
  }
  await sink.write(digests.rows === 0 ? frame.emptyTail : frame.tail);
  await sink.flush();
  await data.seal();
  const digested = await digests.finish();
  const file = { bytes: sink.bytes(), sha256: sink.sha256() };
  if (manifest !== null) {
    const told = exportInputSchema.parse({ snapshot_id: status.snapshot_id, format, output });
    const rows = { ...file, summary, digests: digested, blocks, status, told, names: [], mask: null };
    const facts = manifestFacts(
      { version, journal },
      { ...rows, createdAt, guarded: guard, halfCharacters: 0, moved: false },
      basename(data.path),
    );
    await writeManifest(fileSink(manifest.file), { ...facts, file: { ...facts.file, content } }, blocks, null);
    await manifest.seal();
  }
  return { written, ...file };
}
