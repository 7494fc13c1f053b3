/** Files that somebody handed over, recognised by what is in them: one, several, or a folder as one source. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Note, StoreDescription } from '../../../../shared/contract.ts';
import { AppError, isAbort, throwIfAborted } from '../../../../shared/errors.ts';
import { checkParameters } from '../parameters.ts';
import { RecordRepository, type ReadOptions, type RecordBatch } from '../repository.ts';
import { openBytes, toUtf8, type Opened } from './bytes.ts';
import { delimitedRecords } from './delimited-records.ts';
import { findInputs, provenanceOf, type Input, type Inputs } from './inputs.ts';
import { elementRecords, lineRecords } from './json-records.ts';
import { recognise, shapeTitle, type Shape } from './recognise.ts';

export class FileRepository extends RecordRepository {
  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const { files: inputs, notes: found } = await this.#inputs();
    const notes: Note[] = [...found];
    const titles = new Map<string, number>();
    let records: number | null = 0;
    for (const input of inputs) {
      throwIfAborted(signal);
      const title = await this.#title(input, notes, signal);
      if (title === undefined) continue;
      titles.set(title, (titles.get(title) ?? 0) + 1);
      const { manifest, notes: more } = await provenanceOf(input, signal);
      notes.push(...more);
      records = records === null || manifest === undefined ? null : records + manifest.rows.count;
    }
    const kinds = [...titles].map(([title, count]) => (inputs.length === 1 ? title : `${count} ${title}`));
    return {
      kind: 'file',
      url: this.context.url.text,
      product: inputs.length === 1 ? `${kinds.join('')} file` : `${inputs.length} files: ${kinds.join(', ')}`,
      records,
      estimated: false,
      bytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
      notes,
    };
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    const { signal, note } = options;
    const { files: inputs, notes } = await this.#inputs();
    for (const each of notes) note(each);
    let failure: AppError | undefined;
    for (const input of inputs) {
      throwIfAborted(signal);
      const before = await stat(input.path).catch(() => undefined);
      try {
        yield* this.#read(input, { ...options, expect: inputs.length === 1 ? options.expect : () => undefined });
      } catch (error) {
        // One damaged file must not hide the others; that it was damaged is said when all are read.
        if (isAbort(error) || !(error instanceof AppError)) throw error;
        failure ??= error;
      }
      const after = await stat(input.path).catch(() => undefined);
      if (before !== undefined && after !== undefined && after.size < before.size) {
        failure ??= new AppError(
          'source_invalid',
          `${input.name} got shorter while it was read, from ${before.size} to ${after.size} bytes, so that events may be missing. Read it again.`,
          { retryable: true },
        );
      } else if (before?.size !== after?.size || before?.mtimeMs !== after?.mtimeMs) {
        note({
          severity: 'warning',
          code: 'changed_while_read',
          message: `${input.name} changed while it was read. What was captured is not one instant.`,
        });
      }
    }
    if (failure !== undefined) throw failure;
  }

  #inputs(): Promise<Inputs> {
    checkParameters(this.context.url, ['encoding']);
    return findInputs(this.context.url.path);
  }

  async *#read(input: Input, { signal, note, expect }: ReadOptions): AsyncIterable<RecordBatch> {
    const { path, name } = input;
    const opened = await openBytes(path, signal);
    try {
      const shape = this.#shape(input, opened, note);
      if (shape === undefined) return;
      const { manifest, notes } = await provenanceOf(input, signal);
      for (const each of notes) note(each);
      if (manifest !== undefined) expect(manifest.rows.count);
      if (shape.kind === 'xlsx' || shape.kind === 'parquet') {
        yield* unpacked(opened, path, signal, (plain) =>
          binaryRecords(shape.kind, { path: plain, name, signal, note, expect }),
        );
        return;
      }
      const chunks = toUtf8(opened.chunks, shape.encoding, name);
      if (shape.kind === 'delimited') {
        yield* delimitedRecords(chunks, { ...shape, name, note, guarded: manifest?.guard.on ?? false });
        return;
      }
      let fieldNames = 0;
      const source = { name, logEvents: shape.logEvents, onFieldName: () => void (fieldNames += 1) };
      yield* shape.kind === 'lines' ? lineRecords(chunks, source) : elementRecords(chunks, shape.where, source);
      if (fieldNames > 0) note(fieldNamesNote(name, fieldNames));
    } finally {
      await opened.close();
    }
  }

  /** `undefined` for a file of a folder that is none of ours, which is named in a note. */
  #shape(input: Input, opened: Opened, note: (note: Note) => void): Shape | undefined {
    try {
      return recognise(opened, input, this.context.url.parameters['encoding']);
    } catch (error) {
      if (input.named || !(error instanceof AppError) || error.code !== 'source_invalid') throw error;
      note({ severity: 'warning', code: 'file_left_out', message: `${error.message} It was left out.` });
      return undefined;
    }
  }

  async #title(input: Input, notes: Note[], signal: AbortSignal): Promise<string | undefined> {
    const opened = await openBytes(input.path, signal);
    try {
      const shape = this.#shape(input, opened, (note) => notes.push(note));
      return shape === undefined ? undefined : `${shapeTitle(shape)}${opened.gzip ? ' (gzip)' : ''}`;
    } finally {
      await opened.close();
    }
  }
}

interface BinarySource {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly note: (note: Note) => void;
  readonly expect: (records: number) => void;
}

/** Their readers are loaded when such a file comes. */
async function* binaryRecords(kind: 'xlsx' | 'parquet', source: BinarySource): AsyncIterable<RecordBatch> {
  if (kind === 'xlsx') yield* (await import('./workbook-records.ts')).workbookRecords(source);
  else yield* (await import('./parquet-records.ts')).parquetRecords(source);
}

/** Formats that are read from their end need a file; of a packed one, an unpacked copy is made where only this user can look. */
async function* unpacked(
  opened: Opened,
  path: string,
  signal: AbortSignal,
  read: (plain: string) => AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  if (!opened.gzip) {
    yield* read(path);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'event-audit-unpacked-'));
  try {
    const plain = join(folder, 'file');
    await pipeline(opened.chunks, createWriteStream(plain, { mode: 0o600 }), { signal });
    yield* read(plain);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function fieldNamesNote(name: string, count: number): Note {
  return {
    severity: 'info',
    code: 'field_names_left_out',
    message: `${name}: ${count} lines are names of Redis hash fields. They repeat what the values say and were not read as records.`,
  };
}
