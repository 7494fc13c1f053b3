/** A SQLite file somebody else writes: opened read-only, and only its tables are read, never its views or triggers. */
import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Note, StoreDescription } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../../shared/event.ts';
import { checkParameters } from '../parameters.ts';
import { RecordRepository, type ReadOptions, type RecordBatch } from '../repository.ts';
import { DEFAULT_TABLE, identifier, matchColumns, REQUIRED } from './schema.ts';

const BATCH_ROWS = 500;
const MAGIC = 'SQLite format 3\0';

type Cell = string | bigint | number | Buffer | null;

interface Layout {
  readonly table: string;
  /** One SQL expression per event field, `NULL` where the table has no such column. */
  readonly expressions: readonly string[];
  readonly notes: readonly Note[];
}

export class SqliteRepository extends RecordRepository {
  #database: Database.Database | undefined;

  /** The file that is read. */
  protected path(): string {
    checkParameters(this.context.url, ['table']);
    return this.context.url.path;
  }

  protected kind(): string {
    return 'sqlite';
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    const database = await this.#open();
    throwIfAborted(signal);
    return this.guard(() => {
      const { table, notes } = this.#layout(database);
      const records = Number(
        database
          .prepare(`SELECT count(*) FROM ${identifier(table)}`)
          .pluck()
          .get(),
      );
      return {
        kind: this.kind(),
        url: this.context.url.text,
        product: `SQLite file, table ${table}`,
        records,
        estimated: false,
        bytes:
          Number(database.pragma('page_count', { simple: true })) *
          Number(database.pragma('page_size', { simple: true })),
        notes: [...notes],
      };
    });
  }

  override async *readRecords({ signal, note, expect }: ReadOptions): AsyncIterable<RecordBatch> {
    const database = await this.#open();
    const layout = this.guard(() => this.#layout(database));
    for (const each of layout.notes) note(each);
    // One read transaction: everything read is of one instant, whoever writes meanwhile.
    this.guard(() => database.exec('BEGIN'));
    expect(
      this.guard(() =>
        Number(
          database
            .prepare(`SELECT count(*) FROM ${identifier(layout.table)}`)
            .pluck()
            .get(),
        ),
      ),
    );
    const hasRowId = this.guard(() => hasRowIds(database, layout.table));
    const blobs = layout.expressions.map((expression) => `CAST(${expression} AS BLOB)`);
    // A row that can't be asked for again by its number brings its bytes along.
    const columns = [hasRowId ? '_rowid_' : 'NULL', ...layout.expressions, ...(hasRowId ? [] : blobs)].join(', ');
    const statement = this.guard(() =>
      database
        .prepare<[], Cell[]>(`SELECT ${columns} FROM ${identifier(layout.table)}`)
        .raw()
        .safeIntegers(),
    );
    const asBytes = hasRowId
      ? this.guard(() =>
          database
            .prepare<[Cell], Cell[]>(`SELECT ${blobs.join(', ')} FROM ${identifier(layout.table)} WHERE _rowid_ = ?`)
            .raw(),
        )
      : undefined;
    const cursor = statement.iterate();
    try {
      for (;;) {
        const rows: (string | null)[][] = [];
        const keys: string[] = [];
        const broken: Buffer[] = [];
        const ended = this.guard(() => {
          while (rows.length + broken.length < BATCH_ROWS) {
            const next = cursor.next();
            if (next.done === true) return true;
            const rowId = next.value[0] ?? null;
            const cells = next.value.slice(1, 1 + EVENT_FIELDS.length);
            const brought = next.value.slice(1 + EVENT_FIELDS.length);
            const bytes = undecodable(cells) ?? suspicious(cells, () => asBytes?.get(rowId) ?? brought);
            if (bytes === undefined) {
              rows.push(cells.map(cellText));
              keys.push(rowId === null ? String(cells[0]) : `row ${String(rowId)}`);
            } else {
              broken.push(bytes);
            }
          }
          return false;
        });
        if (rows.length > 0) yield { kind: 'rows', rows, keys };
        // Handed over as bytes that are no JSON, so that they are set aside with what they hold.
        if (broken.length > 0) yield { kind: 'json', values: broken, keys: [] };
        if (ended) return;
        await nextTurn();
        throwIfAborted(signal);
      }
    } finally {
      cursor.return?.();
      if (database.open && database.inTransaction) database.exec('ROLLBACK');
    }
  }

  override close(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
    return Promise.resolve();
  }

  async #open(): Promise<Database.Database> {
    if (this.#database !== undefined) return this.#database;
    await checkFile(this.path());
    this.#database = this.guard(() => {
      const database = new Database(this.path(), { readonly: true, fileMustExist: true, timeout: 5_000 });
      database.pragma('query_only = ON');
      database.pragma('trusted_schema = OFF');
      database.pragma('cell_size_check = ON');
      return database;
    });
    return this.#database;
  }

  #layout(database: Database.Database): Layout {
    const wanted = this.context.url.parameters['table'];
    const tables = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
      )
      .pluck()
      .all();
    const name = wanted ?? DEFAULT_TABLE;
    const table =
      tables.find((each) => each === name) ?? tables.find((each) => each.toLowerCase() === name.toLowerCase());
    const fitting = tables.filter((each) => {
      const matched = matchColumns(columnsOf(database, each));
      return REQUIRED.every((field) => matched.has(field));
    });
    const [only] = fitting;
    const chosen = table ?? (wanted === undefined && fitting.length === 1 ? only : undefined);
    if (chosen === undefined) {
      const offer =
        fitting.length > 0
          ? `These could be it: ${fitting.join(', ')}. Add ?table=NAME to the source.`
          : tables.length === 0
            ? 'It has no tables at all.'
            : `It has ${tables.slice(0, 8).join(', ')}${tables.length > 8 ? ', …' : ''}; none has the columns ${REQUIRED.join(', ')}.`;
      throw new AppError('source_invalid', `${this.path()} has no table ${name}. ${offer}`, {
        details: { tables, fitting },
      });
    }
    const columns = columnsOf(database, chosen);
    const matched = matchColumns(columns);
    const missing = REQUIRED.filter((field) => !matched.has(field));
    if (missing.length > 0) {
      throw new AppError(
        'source_invalid',
        `The table ${chosen} of ${this.path()} holds no audit trail: it lacks ${missing.join(', ')}.`,
      );
    }
    return {
      table: chosen,
      expressions: EVENT_FIELDS.map((field) => {
        const column = matched.get(field);
        return column === undefined ? 'NULL' : identifier(column);
      }),
      notes: columnNotes(chosen, columns, matched),
    };
  }

  /** Turns SQLite's errors into ours. */
  protected guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.path());
    }
  }
}

function columnsOf(database: Database.Database, table: string): readonly string[] {
  return database.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}

function hasRowIds(database: Database.Database, table: string): boolean {
  return (
    Number(database.prepare('SELECT wr FROM pragma_table_list(?) WHERE schema = ?').pluck().get(table, 'main') ?? 0) ===
    0
  );
}

function columnNotes(table: string, columns: readonly string[], matched: ReadonlyMap<string, string>): Note[] {
  const absent = EVENT_FIELDS.filter((field) => !matched.has(field));
  const used = new Set(matched.values());
  const extra = columns.filter((column) => !used.has(column));
  const notes: Note[] = [];
  if (absent.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'missing_columns',
      message: `The table ${table} has no ${absent.join(', ')}: these fields are empty in every event.`,
    });
  }
  if (extra.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'extra_columns',
      message: `The table ${table} has further columns that are no event fields and were not read: ${extra.join(', ')}.`,
    });
  }
  return notes;
}

function cellText(cell: Cell): string | null {
  if (cell === null) return null;
  return Buffer.isBuffer(cell) ? cell.toString('utf8') : String(cell);
}

/** The bytes of a BLOB cell that is no text, if there is one. */
function undecodable(cells: readonly Cell[]): Buffer | undefined {
  return cells.find((cell): cell is Buffer => Buffer.isBuffer(cell) && !isUtf8(cell));
}

/**
 * SQLite does not check that TEXT is UTF-8, and the driver replaces what is not. A replacement character is therefore
 * looked at again as bytes, to tell one that was written from one that hides damage.
 */
function suspicious(cells: readonly Cell[], asBytes: () => readonly Cell[]): Buffer | undefined {
  if (!cells.some((cell) => typeof cell === 'string' && cell.includes('\ufffd'))) return undefined;
  return undecodable(asBytes());
}

/** Looks at the file's own header, which tells a truncated file from a foreign one. */
async function checkFile(path: string): Promise<void> {
  if (path === '') {
    throw new AppError('invalid_input', 'No file is named. Write sqlite: and the path, such as sqlite:/data/audit.db.');
  }
  const info = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (info.isDirectory()) throw new AppError('source_invalid', `${path} is a folder, not a SQLite file.`);
  if (info.size === 0) throw new AppError('source_invalid', `${path} is empty: there is no SQLite database in it.`);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, path);
  });
  try {
    const header = Buffer.alloc(100);
    const { bytesRead } = await file.read(header, 0, 100, 0);
    if (header.toString('latin1', 0, 16) !== MAGIC) {
      throw new AppError('source_invalid', `${path} is not a SQLite file: it does not begin as one does.`);
    }
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const expected = pageSize * header.readUInt32BE(28);
    // The page count is only valid when both counters agree (SQLite file format, section 1.3.7).
    const valid = header.readUInt32BE(24) === header.readUInt32BE(92);
    if (bytesRead < 100 || (valid && info.size < expected)) {
      throw new AppError(
        'source_invalid',
        `${path} is cut off: it has ${info.size} of ${Math.max(expected, 100)} bytes. Fetch it again from where it came.`,
      );
    }
  } finally {
    await file.close();
  }
}

function fileError(error: unknown, path: string): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('source_unreachable', `There is no file ${path}. Check the path.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError('source_refused', `${path} may not be read by this user. Ask its owner for read access.`, {
      cause: error,
    });
  }
  return new AppError('source_unreachable', `${path} can’t be opened (${String(code ?? error)}).`, { cause: error });
}

function sqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  if (code.startsWith('SQLITE_NOTADB')) {
    return new AppError('source_invalid', `${path} is not a SQLite file, or it is encrypted.`, { cause: error });
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AppError(
      'source_invalid',
      `${path} is damaged (${error.message}). Fetch it again, or repair a copy with sqlite3 .recover.`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('source_unreachable', `${path} is locked by another program. Try again when it is done.`, {
      cause: error,
      retryable: true,
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return new AppError(
      'source_refused',
      `${path} can’t be opened (${error.message}). Copy it, with its -wal file, to a folder of your own.`,
      { cause: error },
    );
  }
  return new AppError('source_invalid', `${path} can’t be read (${error.message}).`, { cause: error });
}
