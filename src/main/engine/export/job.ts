/** The export job: a view becomes a file and its manifest, both whole or neither there. */
import { basename, dirname, isAbsolute } from 'node:path';
import { tmpdir } from 'node:os';
import { unlink } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type {
  ExportFormat,
  ExportInput,
  ExportProgress,
  ExportResult,
  Note,
  SnapshotStatus,
} from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { redact } from '../../../shared/source-url.ts';
import type { ViewReader, ViewSpec } from '../snapshot/view.ts';
import { BLOCK_ROWS, DIGEST_BYTES, RowDigests, type DigestSummary } from './digests.ts';
import { EXPORTERS, type Exporter, type ExportSummary } from './exporter.ts';
import { manifestPath, writeManifest, type DigestFacts, type ManifestFacts } from './manifest.ts';
import { fileSink, streamSink, type Sink } from './sink.ts';
import { SpoolBox, type Spool } from './spool.ts';
import { errorCode, onTarget, Target } from './target.ts';
import { isComplete } from './words.ts';
import { ZoneClock } from './zone.ts';

const PROGRESS_MS = 100;

export interface ExportOptions {
  /** The application's version, for the manifest. */
  readonly version: string;
  /** An abort leaves nothing behind; what stood at the target stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** The time of the export. */
  readonly now?: () => Date;
  /** The formats; another one than the product's own takes its place here. */
  readonly exporters?: Readonly<Record<ExportFormat, Exporter>>;
  /** Where the output `-` goes. It stays open, and what it was given can't be taken back. */
  readonly stream?: Writable;
}

/**
 * Writes the rows of a view to a file, with a manifest beside it.
 * @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (time zone, relative path), `cancelled`.
 */
export async function exportView(view: ViewReader, input: ExportInput, options: ExportOptions): Promise<ExportResult> {
  throwIfAborted(options.signal);
  const clock = input.time_zone === undefined ? null : new ZoneClock(input.time_zone);
  if (input.output !== '-') return await exportToFile(view, input, options, clock);
  if (options.stream === undefined) throw new AppError('invalid_input', 'There is no stream to write “-” to.');
  const sink = streamSink(options.stream, options.signal);
  const spools = new SpoolBox(tmpdir());
  try {
    const done = await onTarget('-', () => writeRows(view, input, options, clock, sink, spools));
    return result(input, done, '-', null, []);
  } finally {
    await spools.dispose();
  }
}

async function exportToFile(
  view: ViewReader,
  input: ExportInput,
  options: ExportOptions,
  clock: ZoneClock | null,
): Promise<ExportResult> {
  if (!isAbsolute(input.output)) {
    throw new AppError('invalid_input', `The output “${input.output}” is not an absolute path.`);
  }
  const data = await Target.open(input.output);
  const spools = new SpoolBox(dirname(data.path));
  const targets: Target[] = [data];
  try {
    const manifest = input.manifest ? await Target.open(manifestPath(data.path)) : null;
    if (manifest !== null) targets.push(manifest);
    const done = await onTarget(input.output, async () => {
      const rows = await writeRows(view, input, options, clock, fileSink(data.file), spools);
      await data.seal();
      if (manifest === null) return rows;
      const facts = describe(input, options, rows, basename(data.path));
      await writeManifest(fileSink(manifest.file), facts, rows.blocks, rows.summary.overflow?.blocks ?? null);
      await manifest.seal();
      return rows;
    });
    // The last moment to turn back: from here on the files are put in their places.
    throwIfAborted(options.signal);
    const notes = await onTarget(input.output, () => install(data, manifest));
    return result(input, done, data.path, manifest?.path ?? null, notes);
  } catch (error) {
    for (const target of targets) await target.discard();
    throw error;
  } finally {
    await spools.dispose();
  }
}

/** The manifest goes first, because its place can be given back; the file's own rename then decides. */
async function install(data: Target, manifest: Target | null): Promise<readonly Note[]> {
  if (manifest !== null) {
    await manifest.install();
    await data.replace();
    await manifest.settle();
    return [];
  }
  await data.replace();
  try {
    await unlink(manifestPath(data.path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  const message = 'A manifest of the file that was replaced is gone with it.';
  return [{ severity: 'info', code: 'old_manifest_removed', message }];
}

interface WrittenRows {
  readonly summary: ExportSummary;
  readonly digests: DigestSummary;
  readonly blocks: Spool;
  readonly bytes: number;
  readonly sha256: string;
  readonly status: SnapshotStatus;
  readonly createdAt: Date;
  /** Whether the snapshot changed while its rows were read. */
  readonly moved: boolean;
}

async function writeRows(
  view: ViewReader,
  input: ExportInput,
  options: ExportOptions,
  clock: ZoneClock | null,
  sink: Sink,
  spools: SpoolBox,
): Promise<WrittenRows> {
  const { signal, onProgress } = options;
  const createdAt = (options.now ?? (() => new Date()))();
  const status = view.status();
  const spec = viewSpec(input);
  const { offset: _offset, limit: _limit, ...whole } = spec;
  const matching = Math.max(0, (await view.count(whole, signal)) - input.offset);
  const total = Math.min(matching, input.limit ?? matching);
  const report = (phase: ExportProgress['phase'], rows: number): void =>
    onProgress?.({ phase, rows, total: Math.max(total, rows), bytes: sink.bytes() });
  let reported = Date.now();
  report('writing', 0);

  const blocks = spools.make();
  const digests = new RowDigests(blocks);
  const exporter = (options.exporters ?? EXPORTERS)[input.format];
  const summary = await exporter.write({
    view,
    spec,
    fields: input.fields === undefined ? null : [...new Set(input.fields)],
    clock,
    guard: !input.raw && exporter.guards,
    sink,
    digests,
    signal,
    onRows: (rows) => {
      throwIfAborted(signal);
      if (Date.now() - reported < PROGRESS_MS) return;
      reported = Date.now();
      report('writing', rows);
    },
    spool: spools.make,
    about: { input, status, createdAt, version: options.version },
  });
  await sink.flush();
  report('finishing', digests.rows);
  const moved = view.status().revision !== status.revision;
  return {
    summary,
    digests: await digests.finish(),
    blocks,
    bytes: sink.bytes(),
    sha256: sink.sha256(),
    status,
    createdAt,
    moved,
  };
}

function viewSpec(input: ExportInput): ViewSpec {
  return {
    filter: input.filter,
    sort: input.sort,
    offset: input.offset,
    ...(input.limit === undefined ? {} : { limit: input.limit }),
    ...(input.only === undefined ? {} : { only: input.only }),
  };
}

function describe(input: ExportInput, options: ExportOptions, rows: WrittenRows, name: string): ManifestFacts {
  const { status, summary } = rows;
  return {
    kind: 'event-audit-manifest',
    format_version: 1,
    created_at: rows.createdAt.toISOString(),
    application: { name: 'event-audit-viewer', version: options.version, node: process.versions.node },
    file: {
      name,
      format: input.format,
      bytes: rows.bytes,
      sha256: rows.sha256,
      fields: summary.fields === null ? null : [...summary.fields],
      sheets: [...summary.sheets],
    },
    rows: digestFacts(rows.digests),
    overflow:
      summary.overflow === null
        ? null
        : {
            ...digestFacts(summary.overflow.digests),
            cells: summary.cutCells,
            sheets: [...summary.overflow.sheets],
          },
    guard: { on: !input.raw && EXPORTERS[input.format].guards, cells: summary.guardedCells },
    view: {
      filter: input.filter,
      sort: input.sort,
      time_zone: input.time_zone ?? null,
      offset: input.offset,
      limit: input.limit ?? null,
      picked: input.only?.length ?? null,
    },
    source: { url: redact(status.source.url), kind: status.source.kind, title: status.source.title },
    capture: {
      id: status.snapshot_id,
      revision: status.revision,
      state: status.state,
      complete: isComplete(status),
      read: status.read,
      captured: status.captured,
      rejected: status.rejected,
      duplicates: status.duplicates,
      started_at: status.started_at,
      finished_at: status.finished_at,
      reason: status.reason === null ? null : { code: status.reason.code, message: status.reason.message },
      notes: status.notes.map(({ severity, code, message }) => ({ severity, code, message })),
    },
  };
}

function digestFacts(summary: DigestSummary): DigestFacts {
  return {
    count: summary.rows,
    digest_bytes: DIGEST_BYTES,
    block_rows: BLOCK_ROWS,
    chain: summary.chain,
    digests_sha256: summary.sha256,
  };
}

function result(
  input: ExportInput,
  rows: WrittenRows,
  path: string,
  manifest: string | null,
  notes: readonly Note[],
): ExportResult {
  return {
    path,
    manifest_path: manifest,
    rows: rows.digests.rows,
    bytes: rows.bytes,
    sha256: rows.sha256,
    guarded_cells: rows.summary.guardedCells,
    notes: [...notes, ...exportNotes(input, rows)],
    complete: isComplete(rows.status) && !rows.moved,
  };
}

function exportNotes(input: ExportInput, rows: WrittenRows): Note[] {
  const notes: Note[] = [];
  const { status, summary } = rows;
  if (status.state !== 'complete') {
    const what = status.state === 'partial' ? 'stopped before the end of the store' : 'was still running';
    notes.push({
      severity: 'warning',
      code: 'capture_incomplete',
      message: `The capture ${what}: events may be missing.`,
    });
  }
  if (status.rejected > 0) {
    const message = `${status.rejected} records of the store could not be read and are not in this file.`;
    notes.push({ severity: 'warning', code: 'records_rejected', message });
  }
  if (rows.moved) {
    const message = 'The snapshot changed while it was exported. Export again for a file of one moment.';
    notes.push({ severity: 'warning', code: 'snapshot_changed', message });
  }
  if (summary.guardedCells > 0) {
    const message = `${summary.guardedCells} cells got a leading apostrophe, so that no spreadsheet runs them as formulas.`;
    notes.push({ severity: 'info', code: 'cells_guarded', message });
  }
  if (summary.cutCells > 0) {
    const message = `${summary.cutCells} cells are longer than a spreadsheet allows; they stand whole on the overflow sheet.`;
    notes.push({ severity: 'info', code: 'cells_cut', message });
  }
  if (summary.sheets.length > 1) {
    const message = `The rows fill ${summary.sheets.length} sheets.`;
    notes.push({ severity: 'info', code: 'several_sheets', message });
  }
  if (input.output !== '-' && !input.manifest) {
    notes.push({ severity: 'info', code: 'no_manifest', message: 'Without a manifest this file can’t be verified.' });
  }
  return notes;
}
