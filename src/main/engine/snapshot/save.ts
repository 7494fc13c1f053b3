/** Saves a snapshot as one file that opens without its store, with a manifest beside it. */
import { randomBytes } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import { manifestPath } from '../export/manifest.ts';
import { fileSink } from '../export/sink.ts';
import { refuseSources } from '../export/refuse-sources.ts';
import { onTarget, Target } from '../export/target.ts';
import { makeSavedTables, SAVED_EVENT_COLUMNS, SAVED_REJECT_COLUMNS, writeFacts } from './saved-file.ts';
import { savedManifestText } from './saved-manifest.ts';
import { pieces, seal } from './sealed-file.ts';
import { quote, storageProblem } from './schema.ts';
import type { Snapshot } from './snapshot.ts';
import { StreamMemory } from './stream-memory.ts';

export interface SaveOptions {
  /** Encrypts the file. */
  readonly passphrase?: string | undefined;
  /** The application's version, for the manifest. */
  readonly version: string;
  /** An abort leaves nothing behind; what stood at the path stays. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly bytes: number; readonly total: number }) => void;
}

export interface SavedSnapshot {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly events: number;
}

const PROGRESS_MS = 200;
/** Enough for what the database compresses and writes at once. */
const SAVE_MEMORY = '96MB';

/**
 * The file is written whole in the snapshot's private folder first, since the database may write nowhere else, then
 * copied beside its place and renamed, so that it appears whole or not at all. Only its owner may read it.
 * @throws AppError `target_unwritable`, `disk_full`, `invalid_input`, `cancelled`
 */
export async function saveSnapshot(snapshot: Snapshot, path: string, options: SaveOptions): Promise<SavedSnapshot> {
  const { passphrase, version, signal, onProgress } = options;
  if (!isAbsolute(path)) throw new AppError('invalid_input', `The path “${path}” is not an absolute path.`);
  const status = snapshot.status();
  const savedAt = new Date().toISOString();
  const staged = join(snapshot.folder, `save-${randomBytes(6).toString('hex')}.duckdb`);
  await refuseSources(
    [path],
    status.sources.map(({ url }) => url),
  );
  const data = await Target.open(path);
  const targets: Target[] = [data];
  try {
    const manifest = await Target.open(manifestPath(data.path));
    targets.push(manifest);
    await stage(snapshot, staged, savedAt, signal, onProgress);
    const { size } = await stat(staged);
    return await onTarget(path, async () => {
      await data.file.chmod(0o600);
      const sink = fileSink(data.file);
      const copy = { signal, onProgress: (bytes: number) => onProgress({ bytes: size + bytes, total: size * 2 }) };
      if (passphrase === undefined) {
        const file = await open(staged);
        try {
          for await (const { bytes } of pieces(file, size, copy)) await sink.write(bytes);
        } finally {
          await file.close();
        }
      } else {
        for await (const bytes of seal(staged, passphrase, copy)) await sink.write(bytes);
      }
      await sink.flush();
      const saved = { path: data.path, bytes: sink.bytes(), sha256: sink.sha256(), events: status.captured };
      await data.seal();
      const isEncrypted = passphrase !== undefined;
      const file = { name: basename(data.path), bytes: saved.bytes, sha256: saved.sha256, encrypted: isEncrypted };
      const text = savedManifestText({ file, status, savedAt, version });
      await manifest.file.writeFile(text);
      await manifest.seal();
      // The last moment to turn back.
      throwIfAborted(signal);
      await manifest.install();
      await data.replace();
      await manifest.settle();
      return saved;
    });
  } catch (error) {
    for (const target of targets) await target.discard();
    throw error;
  } finally {
    await rm(staged, { force: true });
    await rm(`${staged}.wal`, { force: true });
  }
}

async function stage(
  snapshot: Snapshot,
  path: string,
  savedAt: string,
  signal: AbortSignal,
  onProgress: SaveOptions['onProgress'],
): Promise<void> {
  const { size: total } = await stat(join(snapshot.folder, 'snapshot.duckdb'));
  const timer = setInterval(() => {
    void stat(path).then(
      ({ size }) => onProgress({ bytes: Math.min(size, total), total: total * 2 }),
      () => undefined,
    );
  }, PROGRESS_MS);
  try {
    await snapshot.read(signal, async (connection, relation) => {
      const database = `saved_${randomBytes(6).toString('hex')}`;
      await rm(path, { force: true });
      const memory = new StreamMemory(SAVE_MEMORY);
      await connection.run(`ATTACH ${quote(path)} AS ${database} (STORAGE_VERSION 'v1.2.0')`);
      try {
        await memory.begin(connection);
        await makeSavedTables(connection, database);
        const order = relation.ordered ? '' : ' ORDER BY ts, id, n';
        await connection.run(
          `INSERT INTO ${database}.event SELECT ${SAVED_EVENT_COLUMNS.join(', ')} FROM ${relation.table}${order}`,
        );
        await connection.run(
          `INSERT INTO ${database}.reject SELECT ${SAVED_REJECT_COLUMNS.join(', ')} FROM reject ORDER BY seq`,
        );
        await writeFacts(connection, database, { status: snapshot.status(), narrow: snapshot.narrow, savedAt });
        await connection.run(`CHECKPOINT ${database}`);
      } finally {
        await memory.end(connection);
        await connection.run(`DETACH ${database}`);
      }
    });
  } catch (error) {
    throw storageProblem(error, snapshot.folder);
  } finally {
    clearInterval(timer);
  }
}
