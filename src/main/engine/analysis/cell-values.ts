/** What stands at JSON paths of a few events, with every digit as it was written: the cells of a column that is a path. */
import type { PathValue } from '../../../shared/event.ts';
import { parsePath } from '../../../shared/json-path.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { rowsOf } from './event-rows.ts';
import { scalarText, shortened, valueAt } from './json-members.ts';
import { TEXT_BYTES, textsOf } from './row-texts.ts';

/** By path; `null` where the path leads nowhere. */
export type CellValues = Readonly<Record<string, PathValue | null>>;

/** More of a value is not for a cell. */
const VALUE_LENGTH = 2_000;
/** An event with longer texts is not looked into for a cell, and of a page no more than so much altogether. */
const EVENT_BYTES = 4 * 1024 * 1024;
const PAGE_BYTES = 32 * 1024 * 1024;

const TOO_LARGE: PathValue = { text: '', cut: true };

/**
 * The values by the events' `n`.
 * @throws AppError `invalid_input` for a text that is no path, `cancelled`
 */
export async function cellValues(
  snapshot: Snapshot,
  ns: readonly number[],
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, CellValues>> {
  const wanted = paths.map((path) => ({ path, ...parsePath(path) }));
  const found = new Map<number, CellValues>();
  if (ns.length === 0 || wanted.length === 0) return found;
  return snapshot.read(signal, async (connection, relation) => {
    const { table, locator } = relation;
    const rows = await rowsOf(
      connection,
      `SELECT n, ${locator}, ${TEXT_BYTES} FROM ${table} WHERE n BETWEEN ${Math.min(...ns)} AND ${Math.max(...ns)} AND n IN (${ns.join(', ')})`,
    );
    let left = PAGE_BYTES;
    const places = rows.flatMap(([n, at, size]) => {
      const [number, bytes] = [Number(n), Number(size)];
      if (bytes > EVENT_BYTES || bytes > left) {
        found.set(number, Object.fromEntries(wanted.map(({ path }) => [path, TOO_LARGE])));
        return [];
      }
      left -= bytes;
      return [{ n: number, locator: BigInt(String(at)), bytes }];
    });
    let index = 0;
    for await (const texts of textsOf(connection, relation, places, signal)) {
      const values = wanted.map(({ path, root, steps }) => [path, cellOf(texts[root], steps)] as const);
      found.set(places[index]?.n ?? -1, Object.fromEntries(values));
      index += 1;
    }
    return found;
  });
}

function cellOf(json: string | null, steps: readonly string[]): PathValue | null {
  const value = json === null ? undefined : valueAt(json, steps);
  return value === undefined ? null : shortened(scalarText(value), VALUE_LENGTH);
}
