/**
 * The index of what is searched in a table's rows: the texts that come again in many of them are looked at once. Kept by a
 * thread in a file beside the snapshot.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBBlobValue } from '@duckdb/node-api';
import { parsePath } from '../../../../shared/json-path.ts';
import { isOutOfMemory } from '../schema.ts';
import type { Relation, Snapshot } from '../snapshot.ts';
import type { Stretch } from '../rows.ts';
import { casePairs, LetterCase } from './letter-case.ts';
import { pathKey } from './path-table.ts';
import { linesSql, simpleLinesSql } from './row-lines.ts';
import type { AtPath, Found } from './run-file.ts';
import type { Answer } from './protocol.ts';
import { ThreadIndex } from './search-thread.ts';

/** About so many bytes of rows are handed over at a time. */
const BATCH_BYTES = 1024 * 1024;
/** A run of rows has a whole number of these. */
const MOST_ROWS = 8_192;
const FEWEST_ROWS = 64;

let filesMade = 0;

export interface SearchIndexOptions {
  readonly snapshot: Snapshot;
  readonly relation: Relation;
  /** How many rows the table has. */
  readonly size: number;
  /** Columns that are to be searched beside the JSON. */
  readonly columns: readonly string[];
}

export class SearchIndex {
  readonly letterCase: LetterCase;
  readonly #thread: ThreadIndex;
  readonly #path: string;
  #isUsable = true;

  private constructor(thread: ThreadIndex, path: string, letterCase: LetterCase) {
    this.#thread = thread;
    this.#path = path;
    this.letterCase = letterCase;
  }

  /**
   * Reads all rows of a table in time order, a few thousand at a time, so that questions come in between.
   * @returns `undefined` when the rows are no longer those of the relation
   */
  static async make({ snapshot, relation, size, columns }: SearchIndexOptions): Promise<SearchIndex | undefined> {
    filesMade += 1;
    const path = join(snapshot.folder, `search-${filesMade}.index`);
    const letters = await snapshot.read(undefined, (connection) => casePairs(connection));
    const thread = new ThreadIndex();
    try {
      await thread.ask({ do: 'begin', path, letters, columns: columns.length });
      const isWhole = await handOver(thread, { snapshot, relation, size, columns });
      await thread.ask({ do: 'finish' });
      if (isWhole) return new SearchIndex(thread, path, new LetterCase(letters));
    } catch (error) {
      await remove(thread, path);
      throw error;
    }
    await remove(thread, path);
    return undefined;
  }

  /** Whether it answers: a thread that has ended leaves it to the database. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * The rows of a stretch that hold a text in what was taken in, or may hold it.
   * @param marks 1 for each row of the table that is known to hold it; they are gone afterwards
   * @returns `undefined` when the thread has failed
   */
  async search(search: string, { from, to }: Stretch, marks: Uint8Array<ArrayBuffer>): Promise<Found | undefined> {
    const answer = await this.#ask({ do: 'search', search, from, to, marks }, [marks.buffer]);
    return answer?.found;
  }

  /** The rows of a stretch that may have a value at a path; `undefined` when only the database can tell. */
  async at(
    connection: DuckDBConnection,
    path: string,
    value: string,
    { from, to }: Stretch,
  ): Promise<AtPath | undefined> {
    const { root, steps } = parsePath(path);
    if (steps.length === 0) return undefined;
    const asked = await connection.runAndReadAll(
      `SELECT to_json($1::VARCHAR)::VARCHAR, CASE WHEN json_valid($1) THEN json($1)::VARCHAR END,
         CASE WHEN json_valid($1) THEN json_type($1) END`,
      [value],
    );
    const [asText, asJson, type] = asked.getRows()[0] ?? [];
    if (type === 'OBJECT' || type === 'ARRAY') return undefined;
    const spellings = [asText, asJson].flatMap((each) => (typeof each === 'string' ? [each] : []));
    const answer = await this.#ask({ do: 'at', path: pathKey(root, steps), spellings, from, to });
    return answer?.at;
  }

  /** Removes its file. */
  async close(): Promise<void> {
    this.#isUsable = false;
    await remove(this.#thread, this.#path);
  }

  async #ask(...[task, transfer]: Parameters<ThreadIndex['ask']>): Promise<Answer | undefined> {
    try {
      return await this.#thread.ask(task, transfer);
    } catch {
      // Whatever it was, the database answers from now on, as exactly and more slowly.
      this.#isUsable = false;
      return undefined;
    }
  }
}

async function remove(thread: ThreadIndex, path: string): Promise<void> {
  await thread.close();
  await rm(path, { force: true });
}

/** False when the rows changed meanwhile. */
async function handOver(
  thread: ThreadIndex,
  { snapshot, relation, size, columns }: SearchIndexOptions,
): Promise<boolean> {
  const { captured, bytes_read } = snapshot.status();
  const average = captured === 0 ? 1 : bytes_read / captured;
  const usual = Math.min(
    MOST_ROWS,
    Math.max(FEWEST_ROWS, 2 ** Math.floor(Math.log2(BATCH_BYTES / Math.max(1, average)))),
  );
  let rows = usual;
  let adding: Promise<Answer> = Promise.resolve({});
  for (let from = 0; from < size;) {
    const to = Math.min(size, from + rows);
    const bytes = await snapshot.read<Lines>(undefined, async (connection, now) =>
      now.revision === relation.revision
        ? readLines(
            connection,
            [simpleLinesSql, linesSql].map((sql) => sql(relation.table, from, to, columns)),
          )
        : 'changed',
    );
    if (bytes === 'changed') return false;
    if (bytes === 'oversized') {
      if (rows === 1) throw new Error('A row is too long for the search index.');
      rows = Math.max(1, Math.floor(rows / 4));
      continue;
    }
    // What the thread has done with is filled again, so that memory goes back and forth instead of becoming garbage.
    const memory = filled((await adding).memory, bytes);
    adding = thread.ask({ do: 'add', memory, length: bytes.length, rows: to - from }, [memory]);
    adding.catch(() => undefined);
    from = to;
    rows = usual;
  }
  await adding;
  return true;
}

/** Bytes in memory that there is, or in new one where they don't fit. */
function filled(memory: ArrayBuffer | undefined, bytes: Uint8Array): ArrayBuffer {
  const fitting =
    memory !== undefined && memory.byteLength >= bytes.length
      ? memory
      : new ArrayBuffer(Math.ceil(bytes.length * 1.25));
  new Uint8Array(fitting).set(bytes);
  return fitting;
}

type Lines = Uint8Array | 'oversized' | 'changed';

/** The lines of the first of some statements that can tell them. */
async function readLines(connection: DuckDBConnection, statements: readonly string[]): Promise<Lines> {
  try {
    for (const sql of statements) {
      const [[blob, isTrue] = []] = (await connection.runAndReadAll(sql)).getRows();
      if (isTrue === true && blob instanceof DuckDBBlobValue) return blob.bytes;
    }
  } catch (error) {
    // Far longer rows than most: fewer at a time may fit, without more memory for the database.
    if (isOutOfMemory(error)) return 'oversized';
    throw error;
  }
  throw new Error('The database gave no rows for the search index.');
}
