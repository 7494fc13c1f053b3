/** A SQLite file somebody else writes: only its tables are read, in a thread of its own, and nothing beside it is touched. */
import type { Note, StoreDescription } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { checkParameters } from '../parameters.ts';
import { RecordRepository, type BrokenBatch, type ReadOptions, type RecordBatch } from '../repository.ts';
import { copyFile } from './file-copy.ts';
import { fileState, isUnchanged, type FileState } from './file-state.ts';
import { holdDatabase } from './held-files.ts';
import { makePrivateFolder, type PrivateFolder } from '../private-folder.ts';
import type { ReaderTask } from './reader-protocol.ts';
import { noAnswer, ReaderThread } from './reader-thread.ts';
import { MAX_CELL_BYTES } from './layout.ts';
import { CELLS } from './reader.ts';
import type { BrokenRow } from './row-check.ts';
import type { WalCopy } from './wal-check.ts';

/** A file that was changed so recently may be changed again any moment. */
const QUIET_MS = 60_000;

/** How a file is read. */
interface Access {
  readonly file: string;
  readonly writable: boolean;
  readonly notes: readonly Note[];
  readonly wal: WalCopy | undefined;
  /** The file's state when reading began, where it is read where it lies. */
  readonly state: FileState | undefined;
  readonly folder: PrivateFolder | undefined;
}

export class SqliteRepository extends RecordRepository {
  readonly #threads = new Set<ReaderThread>();

  /** The file that is read. */
  protected path(): string {
    checkParameters(this.context.url, ['table']);
    return this.context.url.path;
  }

  protected kind(): string {
    return 'sqlite';
  }

  /** Whether the file is somebody else's, whose folder must stay as it is. */
  protected isForeign(): boolean {
    return true;
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const access = await this.#access(signal);
    const thread = this.#start('describe', access);
    try {
      for await (const message of thread.messages(signal)) {
        if (message.type !== 'description') continue;
        const { table, records, estimated, bytes, notes } = message;
        return {
          kind: this.kind(),
          url: this.context.url.text,
          product: `SQLite file, table ${table}`,
          records,
          estimated,
          bytes,
          notes: [...access.notes, ...notes],
        };
      }
      throw noAnswer();
    } finally {
      await thread.stop();
    }
  }

  override async *readRecords({ signal, note, expect }: ReadOptions): AsyncIterable<RecordBatch> {
    const access = await this.#access(signal);
    for (const each of access.notes) note(each);
    const thread = this.#start('read', access);
    try {
      for await (const message of thread.messages(signal)) {
        switch (message.type) {
          case 'layout':
            for (const each of message.notes) note(each);
            break;
          case 'count':
            expect(message.records);
            break;
          case 'note':
            note(message.note);
            break;
          case 'rows': {
            const { cells, keys, broken } = message.rows;
            if (keys.length > 0) {
              yield { kind: 'rows', rows: keys.map((_, i) => cells.slice(i * CELLS, (i + 1) * CELLS)), keys };
            }
            if (broken.length > 0) yield { kind: 'broken', records: broken.map(brokenRecord) };
            break;
          }
          case 'description':
            break;
        }
      }
      await this.#checkUnchanged(access);
    } finally {
      await thread.stop();
    }
  }

  override async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #start(work: ReaderTask['work'], { file, writable, wal, folder }: Access): ReaderThread {
    const table = this.context.url.parameters['table'];
    const release = holdDatabase(file);
    const thread: ReaderThread = new ReaderThread(
      { work, file, writable, wal, shown: this.path(), table },
      {
        after: async () => {
          this.#threads.delete(thread);
          release();
          await folder?.remove();
        },
      },
    );
    this.#threads.add(thread);
    return thread;
  }

  /**
   * Decides how to read. SQLite changes the folder of a file in WAL mode even when it only reads (shared memory, and a log
   * that was left is moved in), and in any mode a reader keeps writers waiting: so a file that is in use is copied first.
   */
  async #access(signal: AbortSignal): Promise<Access> {
    const path = this.path();
    const state = await fileState(path);
    if (!this.isForeign()) {
      return { file: state.path, writable: false, notes: [], wal: undefined, state: undefined, folder: undefined };
    }
    const age = Date.now() - Number(state.modified / 1_000_000n);
    const inUse = state.isWal || state.wal !== undefined || state.journal !== undefined || state.index !== undefined;
    if (!inUse && age > QUIET_MS) {
      return { file: state.path, writable: false, notes: [], wal: undefined, state, folder: undefined };
    }
    const folder = await makePrivateFolder(this.context.dataDir);
    try {
      const copy = await copyFile(path, folder.path, signal);
      throwIfAborted(signal);
      const notes = copyNotes(path, copy.state);
      return { file: copy.path, writable: true, notes, wal: copy.wal, state: undefined, folder };
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** Read where it lies, the file was under SQLite's lock; a writer that heeds no lock is found out by what it left. */
  async #checkUnchanged({ state }: Access): Promise<void> {
    if (state === undefined || isUnchanged(state, await fileState(this.path()))) return;
    throw new AppError(
      'source_unreachable',
      `${this.path()} was written to while it was read, so what was read may be of no one instant. Read it again.`,
      { retryable: true },
    );
  }
}

function brokenRecord({ code, bytes, key }: BrokenRow): BrokenBatch['records'][number] {
  const reason =
    code === 'too_large'
      ? `One of its values takes more than ${MAX_CELL_BYTES} bytes.`
      : `It holds bytes that are not ${code === 'not_utf8' ? 'UTF-8' : 'UTF-16'}.`;
  return { code, reason, bytes, place: key };
}

function copyNotes(path: string, { isWal, wal, hasEmptyWal, journal }: FileState): Note[] {
  const notes: Note[] = [];
  if (wal !== undefined) {
    notes.push({
      severity: 'info',
      code: 'copied',
      message: `${path} has a write-ahead log (-wal) that SQLite would change by reading, so both were copied to a private folder and read there.`,
    });
  }
  if (isWal && wal === undefined) {
    notes.push({
      severity: 'warning',
      code: hasEmptyWal ? 'wal_empty' : 'wal_missing',
      message: hasEmptyWal
        ? `${path} is in WAL mode and its -wal file is empty: all was moved into the file, or copying that file failed. If it was copied while in use, its newest events are in that file: fetch it again.`
        : `${path} is in WAL mode but has no -wal file beside it. If it was copied while in use, its newest events are in that file: fetch it too.`,
    });
  }
  if (journal !== undefined) {
    notes.push({
      severity: 'warning',
      code: 'journal_rolled_back',
      message: `${path} has an unfinished write beside it (-journal). It was undone in a private copy, as SQLite does, and the copy was read.`,
    });
  }
  return notes;
}
