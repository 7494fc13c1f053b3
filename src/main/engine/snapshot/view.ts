/** What a reader of a snapshot's rows needs to know of it: the exporters' side of a snapshot. */
import type { SnapshotStatus } from '../../../shared/contract.ts';
import type { Filter, Sort } from '../../../shared/filter.ts';

/** Which rows, in which order. */
export interface ViewSpec {
  readonly filter: Filter;
  readonly sort: Sort;
  /** Rows to leave out at the start. */
  readonly offset?: number;
  /** At most so many rows. */
  readonly limit?: number;
  /** Only these positions (`n`), which must also pass the filter. */
  readonly only?: readonly number[];
}

/**
 * Rows in view order, in batches of bounded size, so that millions pass through little memory.
 *
 * The table's columns: `n` BIGINT, the nine text fields of {@link FLAT_FIELDS} VARCHAR NOT NULL (`timestamp` as it was
 * written), `ts` BIGINT (microseconds since 1970 UTC), `flags` INTEGER (EVENT_FLAGS), `result` and `payload` VARCHAR
 * (original JSON text, NULL when the record had no such key), `raw` VARCHAR (the whole record as delivered, NULL when it
 * is exactly what the columns rebuild to: compact JSON of the eleven fields in order).
 */
export interface ViewReader {
  readonly status: () => SnapshotStatus;
  readonly count: (view: ViewSpec, signal?: AbortSignal) => Promise<number>;
  /**
   * One text a row, in order, from an SQL expression that yields neither NULL nor a line feed: the texts of many rows cross
   * from the database as one value, which is several times cheaper than a value each.
   * @throws AppError `cancelled` when the signal fires, between or within batches.
   */
  readonly lines: (view: ViewSpec, expression: string, signal?: AbortSignal) => AsyncIterable<readonly string[]>;
}
