/** The export job: a view becomes a file and its manifest, both whole or neither there. */
import { basename, dirname, isAbsolute } from 'node:path';
import { tmpdir } from 'node:os';
import { unlink } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { ExportFormat, ExportInput, ExportProgress, ExportResult, Note } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { exportColumn } from '../../../shared/export-columns.ts';
import type { ViewReader, ViewSpec } from '../snapshot/view.ts';
import { NameBook, NoteBook, type Beside } from './beside.ts';
import { RowDigests } from './digests.ts';
import { EXPORTERS, type Exporter } from './exporter.ts';
import { exportResult, manifestFacts, type ManifestWriter, type WrittenRows } from './job-facts.ts';
import { manifestPath, writeManifest } from './manifest.ts';
import { Masker, refuseNames, type MaskWish } from './mask/masker.ts';
import { fileSink, streamSink, type Sink } from './sink.ts';
import { SpoolBox } from './spool.ts';
import { countHalfCharacters } from './half-characters.ts';
import { refuseSources } from './refuse-sources.ts';
import { errorCode, onTarget, Target } from './target.ts';
import { ZoneClock } from './zone.ts';

const PROGRESS_MS = 100;

export interface ExportOptions extends ManifestWriter {
  /** An abort leaves nothing behind; what stood at the target stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** The time of the export. */
  readonly now?: () => Date;
  /** The formats; another one than the product's own takes its place here. */
  readonly exporters?: Readonly<Record<ExportFormat, Exporter>>;
  /** Names, notes and tags for columns of theirs; none unless said. */
  readonly beside?: Beside;
  /** Finds out what is to be masked; unless said, the snapshot is looked through. */
  readonly masker?: (wish: MaskWish, signal: AbortSignal | undefined) => Promise<Masker>;
  /** Where the output `-` goes. It stays open, and what it was given can't be taken back. */
  readonly stream?: Writable;
}

/**
 * Writes the rows of a view to a file, with a manifest beside it.
 * @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (time zone, relative path, a mask that would not hold),
 * `cancelled`.
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
    return exportResult(input, done, '-', null, []);
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
  await refuseSources(
    [input.output],
    view.status().sources.map(({ url }) => url),
  );
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
      const facts = manifestFacts(options, rows, basename(data.path));
      await writeManifest(fileSink(manifest.file), facts, rows.blocks, rows.summary.overflow?.blocks ?? null);
      await manifest.seal();
      return rows;
    });
    // The last moment to turn back: from here on the files are put in their places.
    throwIfAborted(options.signal);
    const notes = await onTarget(input.output, () => install(data, manifest));
    return exportResult(input, done, data.path, manifest?.path ?? null, notes);
  } catch (error) {
    for (const target of targets) await target.discard();
    throw error;
  } finally {
    await spools.dispose();
  }
}

/** The manifest goes first, because its place can be given back; the file's own rename then decides. */
export async function install(data: Target, manifest: Target | null): Promise<readonly Note[]> {
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

/** What masks the export, once it is sure that none of its columns tells what is masked; `null` when nothing is. */
export async function maskerFor(
  view: ViewReader,
  input: ExportInput,
  { masker, signal }: Pick<ExportOptions, 'masker' | 'signal'>,
): Promise<Masker | null> {
  if (input.mask === undefined) return null;
  refuseNames(input.fields ?? [], input.mask);
  const make = masker ?? ((wish, during) => Masker.collect(view, wish, undefined, during));
  const made = await make(input.mask, signal);
  made.refuse(input.fields ?? []);
  return made;
}

const NOTHING: Beside = { names: new NameBook(() => Promise.resolve([])), notes: new NoteBook([]) };

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
  const masker = await maskerFor(view, input, options);
  const beside = options.beside ?? NOTHING;
  const status = view.status();
  const told = masker === null ? { input, status } : { input: masker.input(input), status: masker.status(status) };
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
  const guarded = !input.raw && exporter.guards;
  const summary = await exporter.write({
    view,
    spec,
    columns: input.fields === undefined ? null : [...new Set(input.fields)].map(exportColumn),
    pathValues: input.path_values,
    masker,
    beside,
    clock,
    guard: guarded,
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
    about: { ...told, createdAt, version: options.version },
  });
  await sink.flush();
  report('finishing', digests.rows);
  // JSON escapes what is no character, as the store did.
  const isJson = input.format === 'json' || input.format === 'jsonl';
  const shown = isJson ? [] : (summary.fields ?? []).map(exportColumn);
  const halfCharacters = await countHalfCharacters(view, spec, shown, signal);
  const moved = view.status().revision !== status.revision;
  return {
    summary,
    digests: await digests.finish(),
    blocks,
    bytes: sink.bytes(),
    sha256: sink.sha256(),
    status: told.status,
    told: told.input,
    names: beside.names.origins(),
    halfCharacters,
    mask: masker === null ? null : { fields: masker.fields, keyId: masker.keyId },
    createdAt,
    guarded,
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
