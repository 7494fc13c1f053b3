/** The values at JSON paths of some events, taken from the original texts so that numbers and escapes stay as they were. */
import type { PathValues } from '../../../shared/analysis-schemas.ts';
import { parsePath } from '../../../shared/json-path.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { rowsOf } from './event-rows.ts';
import { shortened, valueAt } from './json-members.ts';
import { textsOf } from './row-texts.ts';

/**
 * @param ns positions of events; those that are not in the snapshot are left out of the answer
 * @param maxLength longer values are cut there and marked, characters
 * @throws AppError `invalid_input` for a path that can't be read, `cancelled`
 */
export async function pathValues(
  snapshot: Snapshot,
  ns: readonly number[],
  paths: readonly string[],
  maxLength: number,
  signal?: AbortSignal,
): Promise<PathValues> {
  const wanted = paths.map(parsePath);
  return snapshot.read(signal, async (connection, relation) => {
    const { revision, locator, table } = relation;
    const rows: PathValues['rows'] = [];
    if (ns.length === 0) return { revision, rows };
    const bytes = [...new Set(wanted.map(({ root }) => root))].map((root) => `coalesce(strlen(${root}), 0)`);
    const found = await rowsOf(
      connection,
      `SELECT n, ${locator}, ${bytes.join(' + ')} FROM ${table} WHERE n IN (${ns.map(Math.trunc).join(', ')})`,
    );
    const places = new Map(
      found.map(([n, at, size]) => [Number(n), { locator: BigInt(String(at)), bytes: Number(size) }]),
    );
    const listed = ns.flatMap((n) => {
      const place = places.get(n);
      return place === undefined ? [] : [{ n, ...place }];
    });
    let index = 0;
    for await (const texts of textsOf(connection, relation, listed, signal)) {
      const n = listed[index]?.n ?? 0;
      index += 1;
      const values = wanted.map(({ root, steps }) => {
        const json = texts[root];
        const value = json === null ? undefined : valueAt(json, steps);
        return value === undefined ? null : shortened(value, maxLength);
      });
      rows.push({ n, values });
    }
    return { revision, rows };
  });
}
