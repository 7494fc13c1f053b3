/**
 * The index of what is searched in a table's rows: the texts that come again in many of them are looked at once. Kept by
 * threads in files beside the snapshot.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBBlobValue } from '@duckdb/node-api';
import { parsePath } from '../../../../shared/json-path.ts';
import { isOutOfMemory } from '../schema.ts';
import type { Relation, Snapshot } from '../snapshot.ts';
import { listOf, type Most, type Rows, type Stretch } from '../rows.ts';
import { casePairs, LetterCase } from './letter-case.ts';
import { pathKey } from './path-table.ts';
import { linesSql, simpleLinesSql } from './row-lines.ts';
import type { AtPath } from './path-search.ts';
import type { Answer } from './protocol.ts';
import type { RowTexts } from './row-texts.ts';
import { ThreadIndex } from './search-thread.ts';

/** About so many bytes of rows are handed over at a time. */
const BATCH_BYTES = 1024 * 1024;
/** A run of rows has a whole number of these. */
const MOST_ROWS = 8_192;
const FEWEST_ROWS = 64;

/** Needles of every kind: short and long, of letters and digits, over more than one value. */
const WARMING = [
  'a',
  'e',
  '1',
  'an',
  '17',
  'the',
  'update',
  '2024',
  'a b',
  '":"',
  'created',
  'no such text',
  '"id":"',
  'ä',
];

let filesMade = 0;

export interface SearchIndexOptions {
  readonly snapshot: Snapshot;
  readonly relation: Relation;
  /** How many rows the table has. */
  readonly size: number;
  /** Columns that are to be searched beside the JSON. */
  readonly columns: readonly string[];
}

/** Rows that hold a text, and others that may. */
export interface SearchedRows {
  readonly rows: Rows;
  readonly unsure: Uint32Array;
}

/** Half of the rows, which a thread of its own looks through. */
interface Half extends Stretch {
  readonly thread: ThreadIndex;
  readonly path: string;
}

export class SearchIndex {
  readonly letterCase: LetterCase;
  /** The columns whose texts it has. */
  readonly columns: readonly string[];
  readonly #halves: readonly Half[];
  #isUsable = true;

  private constructor(halves: readonly Half[], letterCase: LetterCase, columns: readonly string[]) {
    this.#halves = halves;
    this.letterCase = letterCase;
    this.columns = columns;
  }

  /**
   * Reads all rows of a table in time order, a few thousand at a time, so that questions come in between.
   * @returns `undefined` when the rows are no longer those of the relation
   */
  static async make({ snapshot, relation, size, columns }: SearchIndexOptions): Promise<SearchIndex | undefined> {
    filesMade += 1;
    const letters = await snapshot.read(undefined, (connection) => casePairs(connection));
    const middle = Math.ceil(size / 2);
    const halves = [
      { from: 0, to: middle },
      { from: middle, to: size },
    ].map((half, lane) => {
      const path = join(snapshot.folder, `search-${filesMade}-${lane}.index`);
      return { ...half, path, thread: new ThreadIndex(lane) };
    });
    try {
      let isWhole = true;
      // One after the other: what is gathered takes memory.
      for (const half of halves) {
        const { thread, path, from: first } = half;
        await thread.ask({ do: 'begin', path, letters, columns: columns.length, first });
        isWhole &&= await handOver(half, { snapshot, relation, columns });
        await thread.ask({ do: 'finish' });
      }
      if (isWhole) {
        const index = new SearchIndex(halves, new LetterCase(letters), columns);
        void index.#warmUp();
        return index;
      }
    } catch (error) {
      await remove(halves);
      throw error;
    }
    await remove(halves);
    return undefined;
  }

  /** Asks for what nobody wants, so that the first question of a person meets code that is compiled already. */
  async #warmUp(): Promise<void> {
    const [last] = this.#halves.slice(-1);
    if (last === undefined) return;
    for (const search of WARMING) {
      if (!this.#isUsable) return;
      await this.search(search, { from: 0, to: last.to }, undefined);
    }
  }

  /** Whether it answers: when a thread has ended, it leaves it to the database. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * The rows of a stretch that hold a text in what was taken in, or may hold it.
   * @param marks 1 for each row of the table that is known to hold it; `undefined` when none is
   * @returns `undefined` when the thread has failed
   */
  async search(search: string, stretch: Stretch, marks: Uint8Array | undefined): Promise<SearchedRows | undefined> {
    const answers = await this.#ask(stretch, ({ from, to }) => {
      const own = marks?.slice(from, to);
      return [{ do: 'search', search, from, to, marks: own }, own === undefined ? [] : [own.buffer]];
    });
    const parts = answers?.flatMap(({ answer: { found }, within }) => (found === undefined ? [] : { found, within }));
    if (parts === undefined || parts.length < (answers?.length ?? 0)) return undefined;
    const lists = parts.map(({ found: { rows, areMissing }, within }) =>
      areMissing ? { stretch: within, missing: rows } : rows,
    );
    return { rows: oneAfterAnother(lists, stretch), unsure: joined(parts.map(({ found }) => found.unsure)) };
  }

  /** The rows of a stretch that have, or may have, a value at a path; `undefined` when only the database can tell. */
  async at(connection: DuckDBConnection, path: string, value: string, stretch: Stretch): Promise<AtPath | undefined> {
    const { root, steps } = parsePath(path);
    if (steps.length === 0) return undefined;
    const asked = await connection.runAndReadAll(
      `SELECT to_json($1::VARCHAR)::VARCHAR, CASE WHEN json_valid($1) THEN json($1)::VARCHAR END,
         CASE WHEN json_valid($1) THEN json_type($1) END`,
      [value],
    );
    const [asText, asJson, type] = asked.getRows()[0] ?? [];
    if (type === 'OBJECT' || type === 'ARRAY') return undefined;
    // The same as in the condition's SQL: what stands between spaces is a text, and a text of JSON is none.
    const isBare = value.trim() === value && type !== 'VARCHAR';
    const spellings = [asText, isBare ? asJson : null].flatMap((each) => (typeof each === 'string' ? [each] : []));
    const key = pathKey(root, steps);
    const answers = await this.#ask(stretch, (within) => [{ do: 'at', path: key, spellings, ...within }, []]);
    const found = answers?.flatMap(({ answer }) => answer.at ?? []);
    if (found === undefined || found.length < (answers?.length ?? 0)) return undefined;
    return {
      rows: joined(found.map(({ rows }) => rows)),
      alike: found.flatMap(({ alike }) => alike),
      others: joined(found.map(({ others }) => others)),
    };
  }

  /**
   * The texts of some rows, ascending, as the table has them: of the columns that were taken in, and what is kept.
   * @returns by row, as far as they are known here; `undefined` when a thread has failed
   */
  async texts(rows: Uint32Array): Promise<ReadonlyMap<number, RowTexts> | undefined> {
    const [first = 0, last = 0] = [rows[0], rows.at(-1)];
    const answers = await this.#ask({ from: first, to: last + 1 }, ({ from, to }) => [
      { do: 'texts', rows: rows.filter((row) => row >= from && row < to) },
      [],
    ]);
    return answers && new Map(answers.flatMap(({ answer: { texts } }) => (texts === undefined ? [] : [...texts])));
  }

  /** Removes its files. */
  async close(): Promise<void> {
    this.#isUsable = false;
    await remove(this.#halves);
  }

  /** Asks each half that has rows of a stretch about those rows. */
  async #ask(
    { from, to }: Stretch,
    question: (within: Stretch) => Parameters<ThreadIndex['ask']>,
  ): Promise<readonly { readonly answer: Answer; readonly within: Stretch }[] | undefined> {
    const asked = this.#halves
      .map((half) => ({ thread: half.thread, from: Math.max(from, half.from), to: Math.min(to, half.to) }))
      .filter((half) => half.from < half.to);
    try {
      return await Promise.all(
        asked.map(async ({ thread, ...within }) => ({
          answer: await thread.ask(...question(within)),
          within,
        })),
      );
    } catch {
      // Whatever it was, the database answers from now on, as exactly and more slowly.
      this.#isUsable = false;
      return undefined;
    }
  }
}

/** Rows of stretches that follow one another and make up one. */
function oneAfterAnother(parts: readonly (Most | Uint32Array)[], stretch: Stretch): Rows {
  const missing = parts.flatMap((part) => ('missing' in part ? [part.missing] : []));
  if (missing.length < parts.length) return joined(parts.map(listOf));
  return missing.every(({ length }) => length === 0) ? stretch : { stretch, missing: joined(missing) };
}

function joined(lists: readonly Uint32Array[]): Uint32Array {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

async function remove(halves: readonly Half[]): Promise<void> {
  for (const { thread, path } of halves) {
    await thread.close();
    await rm(path, { force: true });
  }
}

/** False when the rows changed meanwhile. */
async function handOver(
  { thread, from: first, to: size }: Half,
  { snapshot, relation, columns }: Omit<SearchIndexOptions, 'size'>,
): Promise<boolean> {
  const { captured, bytes_read } = snapshot.status();
  const average = captured === 0 ? 1 : bytes_read / captured;
  const usual = Math.min(
    MOST_ROWS,
    Math.max(FEWEST_ROWS, 2 ** Math.floor(Math.log2(BATCH_BYTES / Math.max(1, average)))),
  );
  let rows = usual;
  let adding: Promise<Answer> = Promise.resolve({});
  for (let from = first; from < size;) {
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
