/** The index of a snapshot's rows in memory: made in the background once the rows are in order, and used when it is there. */
import { codeTable } from './coded-table.ts';
import { Selections } from './selections.ts';
import type { Relation, Snapshot } from './snapshot.ts';

export class RowIndex {
  readonly #snapshot: Snapshot;
  #selections: Selections | undefined;
  #begun: number | undefined;
  #making: Promise<void> = Promise.resolve();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** What answers questions about a relation without reading its table; `undefined` while the table must answer. */
  of(relation: Relation): Selections | undefined {
    return this.#selections?.table.revision === relation.revision ? this.#selections : undefined;
  }

  /** Begins to make the index of a table, unless that was begun before. What goes wrong is left to {@link RowIndex.made}. */
  begin(relation: Relation): void {
    if (!relation.ordered || this.#begun === relation.revision) return;
    this.#begun = relation.revision;
    this.#making = this.#make();
    // Without an index the table goes on answering, as it does when there can't be one.
    this.#making.catch(() => undefined);
  }

  /** Waits for an index that was begun. @throws what prevented it */
  made(): Promise<void> {
    return this.#making;
  }

  async #make(): Promise<void> {
    await this.#snapshot.read(undefined, async (connection, relation) => {
      const table = await codeTable(connection, relation);
      this.#selections = table === undefined ? undefined : new Selections(table);
    });
  }
}
