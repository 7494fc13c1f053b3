/** The long texts of many rows, a bounded number of bytes at a time. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { throwIfAborted } from '../../../shared/errors.ts';
import { readable } from '../snapshot/schema.ts';
import type { Relation } from '../snapshot/snapshot.ts';
import { rowsOf, textOrNull } from './event-rows.ts';

/** So much is held at once, or one row when it alone is more. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_ROWS = 1_000;

export interface TextPlace {
  readonly locator: bigint;
  /** Bytes of its texts. */
  readonly bytes: number;
}

export interface RowTexts {
  readonly result: string | null;
  readonly payload: string | null;
}

/** SQL for the bytes of a row's texts, as {@link TextPlace} wants them. */
export const TEXT_BYTES = '(coalesce(strlen(result), 0) + coalesce(strlen(payload), 0))';

/** The texts of rows in the order in which the rows are named. */
export async function* textsOf(
  connection: DuckDBConnection,
  { table, locator }: Relation,
  places: readonly TextPlace[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RowTexts> {
  let start = 0;
  while (start < places.length) {
    throwIfAborted(signal);
    let end = start;
    for (let bytes = 0; end < places.length && end - start < BATCH_ROWS; end += 1) {
      bytes += places[end]?.bytes ?? 0;
      if (bytes > BATCH_BYTES && end > start) break;
    }
    const batch = places.slice(start, end);
    const list = batch.map((place) => place.locator);
    const [low, high] = list.reduce(
      ([least, most], each) => [each < least ? each : least, each > most ? each : most],
      [list[0] ?? 0n, list[0] ?? 0n],
    );
    const rows = await rowsOf(
      connection,
      `SELECT ${locator}, ${readable('result')}, ${readable('payload')} FROM ${table}
       WHERE ${locator} BETWEEN ${low} AND ${high} AND ${locator} IN (${list.join(', ')})`,
    );
    const found = new Map(rows.map(([at, result, payload]) => [BigInt(String(at)), { result, payload }]));
    for (const at of list) {
      const row = found.get(at);
      yield { result: textOrNull(row?.result), payload: textOrNull(row?.payload) };
    }
    start = end;
  }
}
