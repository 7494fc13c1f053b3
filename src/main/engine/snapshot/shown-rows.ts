/** Events as pages of a view show them: from an index where it has them, since reading rows that lie apart takes the database long. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { FACET_FIELDS, type EventDetail, type EventRow, type FacetField } from '../../../shared/event.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import type { CodedTable } from './coded-table.ts';
import { readable } from './schema.ts';
import type { SearchIndex } from './search/search-index.ts';
import type { Relation } from './snapshot.ts';
import type { View } from './views.ts';

const JSON_COLUMNS = ['result', 'payload', 'raw'];

/** The rows at some locators, in their order; those that are not there any more are left out. */
export async function shownRows(
  connection: DuckDBConnection,
  { relation, index }: View,
  locators: readonly bigint[],
): Promise<EventRow[]> {
  const known = index?.search === undefined ? undefined : await indexedRows(index.table, index.search, locators);
  const left = known === undefined ? locators : locators.filter((locator) => !known.has(locator));
  const coded = index?.table;
  const read = FACET_FIELDS.filter((field) => coded?.columns.get(field)?.values === undefined);
  const found = await fetchRows(connection, relation, rowColumns(read, coded === undefined), left);
  return locators.flatMap((locator) => {
    const row = found.get(locator);
    return known?.get(locator) ?? (row === undefined ? [] : eventRow(row, read, coded, Number(locator)));
  });
}

/** Those rows of which an index knows everything that is shown. */
async function indexedRows(
  coded: CodedTable,
  search: SearchIndex,
  locators: readonly bigint[],
): Promise<ReadonlyMap<bigint, EventRow>> {
  const texts = await search.texts(Uint32Array.from(locators, Number).toSorted());
  const fields = FACET_FIELDS.filter((field) => search.columns.includes(field));
  const order = ['id', 'timestamp', ...fields].map((column) => search.columns.indexOf(column));
  return new Map(
    Array.from(texts ?? [], ([row, found]) => {
      // The number of the event and its flags stand behind the columns, a space between them.
      const numbers = found.at(-1)?.split(' ') ?? [];
      const values = [...numbers, ...order.map((at) => found[at] ?? '')];
      return [BigInt(row), eventRow(values, fields, coded, row)];
    }),
  );
}

/** The same with their JSON. */
export async function shownDetails(
  connection: DuckDBConnection,
  { relation }: View,
  locators: readonly bigint[],
): Promise<EventDetail[]> {
  const found = await fetchRows(connection, relation, DETAIL_COLUMNS, locators);
  return locators.flatMap((locator) => {
    const row = found.get(locator);
    return row === undefined ? [] : [toEventDetail(row)];
  });
}

/** What {@link toEventDetail} takes. */
export const DETAIL_COLUMNS = [...rowColumns(FACET_FIELDS, true), ...JSON_COLUMNS.map(readable)];

export function toEventDetail(row: readonly DuckDBValue[]): EventDetail {
  const [result, payload, raw] = row.slice(-JSON_COLUMNS.length);
  return {
    ...eventRow(row, FACET_FIELDS),
    result: textOrNull(result),
    payload: textOrNull(payload),
    raw: textOrNull(raw),
  };
}

function rowColumns(fields: readonly FacetField[], withTime: boolean): readonly string[] {
  return [
    'n',
    'flags',
    ...(['id', 'timestamp', ...fields] as const).map(readable),
    ...(withTime ? ['ts', 'source'] : []),
  ];
}

/** @param fields those that were read */
function eventRow(row: readonly DuckDBValue[], fields: readonly FacetField[], coded?: CodedTable, place = 0): EventRow {
  const [n, flags, id, timestamp, ...rest] = row;
  const text = (field: FacetField): string => {
    const at = fields.indexOf(field);
    if (at !== -1) return String(rest[at]);
    const column = coded?.columns.get(field);
    return column?.values?.[column.codes[place] ?? 0] ?? '';
  };
  const [ts, source] = coded === undefined ? rest.slice(fields.length) : [coded.times[place], coded.sources[place]];
  return {
    n: Number(n),
    id: String(id),
    category: text('category'),
    action: text('action'),
    actor: text('actor'),
    action_object: text('action_object'),
    action_object_id: text('action_object_id'),
    target_type: text('target_type'),
    target_id: text('target_id'),
    timestamp: String(timestamp),
    instant: formatInstant(BigInt(String(ts))),
    flags: Number(flags),
    source: Number(source),
  };
}

async function fetchRows(
  connection: DuckDBConnection,
  { table, locator }: Relation,
  columns: readonly string[],
  locators: readonly bigint[],
): Promise<Map<bigint, readonly DuckDBValue[]>> {
  const [first] = locators;
  if (first === undefined) return new Map();
  let [low, high] = [first, first];
  for (const each of locators) {
    if (each < low) low = each;
    if (each > high) high = each;
  }
  // A few rows more are read sooner than some are picked.
  const dense = high - low < BigInt(2 * locators.length);
  const picked = dense ? '' : ` AND ${locator} IN (${locators.join(', ')})`;
  const rows = await connection.runAndReadAll(
    `SELECT ${[locator, ...columns].join(', ')} FROM ${table} WHERE ${locator} BETWEEN ${low} AND ${high}${picked}`,
  );
  return new Map(rows.getRows().map(([at, ...row]) => [BigInt(String(at)), row]));
}

function textOrNull(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
