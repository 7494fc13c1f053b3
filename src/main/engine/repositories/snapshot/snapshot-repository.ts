/** A saved snapshot as a source. Alone it is opened as what it was; among several sources its records are read like any store's. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { StoreDescription } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { describeSaved, restoreSnapshot } from '../../snapshot/restore.ts';
import type { SavedFacts } from '../../snapshot/saved-file.ts';
import { readable } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { checkParameters } from '../parameters.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { RecordRepository, type ReadOptions, type RecordBatch } from '../repository.ts';

/** Rows read at once. */
const BATCH = 2_000;

export class SnapshotRepository extends RecordRepository {
  /** Opens the file as a snapshot of its own, in a new folder. @throws AppError as {@link restoreSnapshot} */
  restore(
    folder: string,
    id: string,
    signal: AbortSignal,
  ): Promise<{ readonly snapshot: Snapshot; readonly facts: SavedFacts }> {
    return restoreSnapshot(this.#path(), folder, id, { passphrase: this.#passphrase, signal });
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const path = this.#path();
    const folder = await makePrivateFolder(this.context.dataDir);
    try {
      const { status, savedAt } = await describeSaved(path, folder.path, { passphrase: this.#passphrase, signal });
      const notes = [...status.notes];
      if (status.reason !== null) {
        notes.unshift({ severity: 'warning', code: 'saved_partial', message: status.reason.message });
      }
      return {
        kind: 'snapshot',
        url: this.context.url.text,
        product: `Snapshot of ${status.source.url}, captured at ${status.started_at}, saved at ${savedAt}`,
        records: status.captured,
        estimated: false,
        bytes: status.bytes_read,
        notes,
      };
    } finally {
      await folder.remove();
    }
  }

  override async *readRecords({ signal, note, expect }: ReadOptions): AsyncIterable<RecordBatch> {
    const folder = await makePrivateFolder(this.context.dataDir);
    let snapshot: Snapshot | undefined;
    try {
      ({ snapshot } = await this.restore(join(folder.path, 'snapshot'), randomBytes(8).toString('hex'), signal));
      const status = snapshot.status();
      for (const each of status.notes) note(each);
      expect(status.captured + status.rejected);
      for (let from = 0; from < status.captured; from += BATCH) {
        yield* events(await readRows(snapshot, EVENT_SQL, from, signal));
      }
      for (let from = 0; from < status.rejected; from += BATCH) {
        yield broken(await readRows(snapshot, REJECT_SQL, from, signal));
      }
      if (status.state !== 'complete') {
        const { message } = status.reason ?? { message: 'The capture that was saved had stopped early.' };
        throw new AppError('source_invalid', `${this.#path()} holds a partial capture: ${message}`);
      }
    } finally {
      await snapshot?.close();
      await folder.remove();
    }
  }

  get #passphrase(): string | undefined {
    return this.context.secrets['passphrase'] ?? this.context.secrets['password'];
  }

  #path(): string {
    const { url } = this.context;
    checkParameters(url, []);
    if (url.path === '') throw new AppError('invalid_input', 'Name the saved file, as in snapshot:march.duckdb.');
    return url.path;
  }
}

const EVENT_SQL = `SELECT n, ${['raw', ...EVENT_FIELDS].map(readable).join(', ')} FROM event`;
const REJECT_SQL = 'SELECT code, reason, raw, record_key FROM reject';

type Rows = readonly (readonly unknown[])[];

function readRows(snapshot: Snapshot, sql: string, from: number, signal: AbortSignal): Promise<Rows> {
  return snapshot.read(signal, async (connection) =>
    (
      await connection.runAndReadAll(`${sql} WHERE rowid >= ${from} AND rowid < ${from + BATCH} ORDER BY rowid`)
    ).getRowsJS(),
  );
}

/** Records that were kept whole come as those bytes, the others as their columns. */
function* events(rows: Rows): Generator<RecordBatch> {
  const values: Uint8Array[] = [];
  const columns: (string | null)[][] = [];
  const keys: string[] = [];
  for (const [n, raw, ...fields] of rows) {
    // A spreadsheet's row is kept too, but is no JSON.
    if (typeof raw === 'string' && raw.trimStart().startsWith('{')) values.push(Buffer.from(raw));
    else {
      columns.push(fields.map((field) => (typeof field === 'string' ? field : null)));
      keys.push(String(n));
    }
  }
  if (values.length > 0) yield { kind: 'json', values, keys: [] };
  if (columns.length > 0) yield { kind: 'rows', rows: columns, keys };
}

function broken(rows: Rows): RecordBatch {
  return {
    kind: 'broken',
    records: rows.map(([code, reason, raw, key]) => ({
      code: String(code),
      reason: String(reason),
      bytes: raw instanceof Uint8Array ? raw : new Uint8Array(),
      place: key instanceof Uint8Array ? Buffer.from(key).toString('utf8') : '',
    })),
  };
}
