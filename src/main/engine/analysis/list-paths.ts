/** The JSON paths that occur in `result` and `payload` under a filter, counted over all events or over a spread sample. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { JsonPathList } from '../../../shared/analysis-schemas.ts';
import type { Filter } from '../../../shared/filter.ts';
import { formatPath } from '../../../shared/json-path.ts';
import type { Relation, Snapshot } from '../snapshot/snapshot.ts';
import { conditionOf, numberOf, rowsOf } from './event-rows.ts';
import { shortened } from './json-members.ts';
import { TEXT_BYTES, textsOf, type TextPlace } from './row-texts.ts';

type Kind = JsonPathList['paths'][number]['kinds'][number];

/** More events than this are sampled: so many stretches of so many events each, evenly over the filtered ones. */
const SAMPLE = 4_000;
const STRETCH = 50;
/** Longer texts are looked into for a few events only. */
const SAMPLE_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 8;
const MAX_PATHS = 2_000;
/** Of a single event with more paths, the rest is left out: it would fill the list by itself. */
const MAX_PATHS_PER_EVENT = 500;
/** So many different ones are counted; what is new behind them is left out and said to be more. */
const MAX_COUNTED = 50_000;
const EXAMPLE_LENGTH = 80;

interface Counted {
  count: number;
  readonly kinds: Set<Kind>;
  readonly example: string;
}

/** @throws AppError `invalid_input` for a filter that can't be read, `cancelled` */
export async function listPaths(snapshot: Snapshot, filter: Filter, signal?: AbortSignal): Promise<JsonPathList> {
  return snapshot.read(signal, async (connection, relation) => {
    const { total, places } = await sample(connection, relation, filter);
    const counted = new Map<string, Counted>();
    let [looked, more, bytes] = [0, 0, 0];
    for await (const texts of textsOf(connection, relation, places, signal)) {
      bytes += places[looked]?.bytes ?? 0;
      looked += 1;
      for (const root of ['result', 'payload'] as const) more += countPaths(counted, root, texts[root]);
      if (bytes > SAMPLE_BYTES) break;
    }
    const ranked = [...counted].toSorted(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
    return {
      revision: relation.revision,
      total,
      looked_at: looked,
      sampled: looked < total,
      paths: ranked.slice(0, MAX_PATHS).map(([path, { count, kinds, example }]) => ({
        path,
        count,
        kinds: [...kinds],
        example: shortened(example, EXAMPLE_LENGTH),
      })),
      more_paths: Math.max(0, ranked.length - MAX_PATHS) + more,
    };
  });
}

async function sample(
  connection: DuckDBConnection,
  { table, locator, ...relation }: Relation,
  filter: Filter,
): Promise<{ readonly total: number; readonly places: readonly TextPlace[] }> {
  const condition = await conditionOf(connection, { table, locator, ...relation }, filter);
  const total = await numberOf(connection, `SELECT count(*) FROM ${table} WHERE ${condition.sql}`, condition.values);
  const step = total <= SAMPLE ? 1 : Math.floor(total / (SAMPLE / STRETCH));
  // Neighbours lie together on disk, so that stretches are read at a fraction of the cost of single rows.
  const picked =
    step === 1
      ? `SELECT ${locator} AS place FROM ${table} WHERE ${condition.sql}`
      : `SELECT place FROM (SELECT ${locator} AS place, row_number() OVER (ORDER BY ${locator}) AS nth FROM ${table} WHERE ${condition.sql})
         WHERE nth % ${step} < ${STRETCH} ORDER BY place LIMIT ${SAMPLE}`;
  const places = await rowsOf(connection, picked, condition.values);
  if (places.length === 0) return { total, places: [] };
  const list = places.map(([place]) => BigInt(String(place)));
  const rows = await rowsOf(
    connection,
    `SELECT ${locator}, ${TEXT_BYTES} FROM ${table} WHERE ${locator} BETWEEN ${list.at(0)} AND ${list.at(-1)} AND ${locator} IN (${list.join(', ')}) ORDER BY 1`,
  );
  return { total, places: rows.map(([at, bytes]) => ({ locator: BigInt(String(at)), bytes: Number(bytes) })) };
}

/** Counts the paths of one text. Returns how many were left out. Of a list, its first element stands for all. */
function countPaths(counted: Map<string, Counted>, root: 'result' | 'payload', json: string | null): number {
  if (json === null || json === '{}') return 0;
  let left = MAX_PATHS_PER_EVENT;
  let out = 0;
  const visit = (value: unknown, steps: readonly string[]): void => {
    if (steps.length > 0) {
      if (left === 0) {
        out += 1;
        return;
      }
      left -= 1;
      const path = formatPath(root, steps);
      const entry = counted.get(path);
      if (entry !== undefined) {
        entry.count += 1;
        entry.kinds.add(kindOf(value));
      } else if (counted.size < MAX_COUNTED) {
        counted.set(path, { count: 1, kinds: new Set([kindOf(value)]), example: exampleOf(value) });
      } else out += 1;
    }
    if (typeof value !== 'object' || value === null || steps.length === MAX_DEPTH) return;
    const members = Array.isArray(value) ? Object.entries(value).slice(0, 1) : Object.entries(value);
    for (const [key, member] of members) visit(member, [...steps, key]);
  };
  visit(parsed(json), []);
  return out;
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'object' || kind === 'string' || kind === 'number' ? kind : 'boolean';
}

/** A value in a few words; of objects and lists, what they are of. */
function exampleOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.keys(value).slice(0, 8).join(', ')}}`;
  return typeof value === 'string' ? value.slice(0, EXAMPLE_LENGTH * 2) : String(value);
}

function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    // Nothing else is in a snapshot, unless a plugin handed it over: then it has no paths.
    return undefined;
  }
}
