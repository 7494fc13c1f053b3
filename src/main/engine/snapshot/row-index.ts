/** The indexes of a snapshot's rows: made in the background once the rows are in order, and used when they are there. */
import { FACET_FIELDS } from '../../../shared/event.ts';
import { codeTable, type CodedTable } from './coded-table.ts';
import { SearchIndex } from './search/search-index.ts';
import { Selections } from './selections.ts';
import type { Relation, Snapshot } from './snapshot.ts';
import { StreamMemory } from './stream-memory.ts';

/** Fewer rows are searched in their table as fast. */
export const SEARCH_INDEX_ROWS = 20_000;

export interface RowIndexOptions {
  /** From so many rows on, there is an index of what is searched. */
  readonly searchIndexRows: number;
}

export class RowIndex {
  readonly #snapshot: Snapshot;
  readonly #searchIndexRows: number;
  readonly #memory = new StreamMemory();
  #selections: Selections | undefined;
  #search: SearchIndex | undefined;
  #begun: number | undefined;
  #making: Promise<void> = Promise.resolve();

  constructor(snapshot: Snapshot, { searchIndexRows }: RowIndexOptions) {
    this.#snapshot = snapshot;
    this.#searchIndexRows = searchIndexRows;
    snapshot.beforeRemoval(async () => {
      await Promise.allSettled([this.#making]);
      await this.#search?.close();
    });
  }

  /** What answers questions about a relation without reading its table; `undefined` while the table must answer. */
  of(relation: Relation): Selections | undefined {
    return this.#selections?.table.revision === relation.revision ? this.#selections : undefined;
  }

  /** Begins to make the indexes of a table, unless that was begun before. What goes wrong is left to {@link RowIndex.made}. */
  begin(relation: Relation): void {
    if (!relation.ordered || this.#begun === relation.revision) return;
    this.#begun = relation.revision;
    const before = this.#making;
    this.#making = Promise.allSettled([before]).then(() => this.#make());
    // Without an index the table goes on answering, as it does when there can't be one.
    this.#making.catch(() => undefined);
  }

  /** Waits for indexes that were begun. @throws what prevented one */
  made(): Promise<void> {
    return this.#making;
  }

  async #make(): Promise<void> {
    await this.#search?.close();
    this.#search = undefined;
    const made = await this.#snapshot.read(undefined, async (connection, relation) => {
      const table = await codeTable(connection, relation);
      return table === undefined ? undefined : { relation, selections: new Selections(table) };
    });
    this.#selections = made?.selections;
    if (made === undefined || made.selections.table.size < this.#searchIndexRows) return;
    const { relation, selections } = made;
    const { table } = selections;
    const options = { snapshot: this.#snapshot, relation, size: table.size, columns: columnsOf(table) };
    await this.#snapshot.read(undefined, (connection) => this.#memory.begin(connection));
    try {
      this.#search = await SearchIndex.make(options);
    } finally {
      // A snapshot that was closed meanwhile has no memory to be given back.
      await this.#snapshot.read(undefined, (connection) => this.#memory.end(connection)).catch(() => undefined);
    }
    selections.search = this.#search;
  }
}

/** The columns whose values are not held in memory. */
function columnsOf({ columns }: CodedTable): readonly string[] {
  return ['id', 'timestamp', ...FACET_FIELDS.filter((field) => columns.get(field)?.values === undefined)];
}
