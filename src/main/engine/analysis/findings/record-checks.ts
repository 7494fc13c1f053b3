/** Records that can't be quite as they were written: one id twice, times out of this world, an order that is broken. */
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import { EVENT_FIELDS, type EventField } from '../../../../shared/event.ts';
import { formatInstant } from '../../../../shared/timestamp.ts';
import { numberOf, rowsOf } from '../event-rows.ts';
import { readable } from '../../snapshot/schema.ts';
import { counted, filterOf, grouped, keepSet, MAX_ITEMS, type Check, type CheckContext } from './finding.ts';

/** Clocks of portal and auditor may differ by so much. */
const CLOCK_US = 5n * 60n * 1_000_000n;
/** CKAN is that old; its event audit is much younger. */
const BEFORE = BigInt(Date.UTC(2010, 0, 1)) * 1_000n;
/** Stores that keep records in the order in which they were written. */
const IN_ORDER: ReadonlySet<string> = new Set(['file', 'sqlite', 'basic', 'demo']);
/** With more of them out of order, the store simply is not kept in order. */
const MAX_SHARE = 0.2;

export const TIME_CHECK: Check = {
  name: 'times',
  run: async (context) => {
    const { connection, relation, status } = context;
    const captured = BigInt(Date.parse(status.finished_at ?? status.started_at)) * 1_000n + CLOCK_US;
    const [row] = await rowsOf(
      connection,
      `SELECT count(*) FILTER (ts > ${captured}), max(ts), count(*) FILTER (ts < ${BEFORE}), min(ts) FROM ${relation.table}`,
    );
    const [future, last, early, first] = row ?? [];
    const found: TrailFinding[] = [];
    if (Number(future) > 0) {
      found.push({
        code: 'future',
        severity: 'warning',
        count: Number(future),
        unit: 'events',
        message: `${counted(Number(future), 'event lies', 'events lie')} in the future of the moment they were read, so a clock was wrong or a time was made up.`,
        values: {
          count: Number(future),
          read: formatInstant(captured - CLOCK_US),
          last: formatInstant(BigInt(String(last))),
        },
        filter: (await keepSet(context, 'future', `SELECT n FROM ${relation.table} WHERE ts > ${captured}`)).filter,
        items: [],
      });
    }
    if (Number(early) > 0) {
      found.push({
        code: 'before_2010',
        severity: 'warning',
        count: Number(early),
        unit: 'events',
        message: `${counted(Number(early), 'event is', 'events are')} from before 2010, when no portal could have written events.`,
        values: { count: Number(early), first: formatInstant(BigInt(String(first))) },
        filter: (await keepSet(context, 'before_2010', `SELECT n FROM ${relation.table} WHERE ts < ${BEFORE}`)).filter,
        items: [],
      });
    }
    return [...found, ...(await outOfOrder(context))];
  },
};

async function outOfOrder(context: CheckContext): Promise<readonly TrailFinding[]> {
  const { connection, relation, status, skip } = context;
  const kept = status.sources.flatMap(({ kind }, index) => (IN_ORDER.has(kind) ? [index] : []));
  if (kept.length === 0) {
    skip(
      'out_of_order',
      'store_has_no_order',
      'This kind of store keeps no order of writing, so no event can be out of it.',
    );
    return [];
  }
  const rows = `SELECT n FROM (
      SELECT n, ts, max(ts) OVER (PARTITION BY source ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
      FROM ${relation.table} WHERE source IN (${kept.join(', ')})) WHERE ts < latest`;
  const count = await numberOf(connection, `SELECT count(*) FROM (${rows})`);
  if (count === 0) return [];
  if (count > MAX_SHARE * status.captured) {
    skip(
      'out_of_order',
      'not_kept_in_order',
      'The records do not lie in order of time in their source, so an order that is broken would mean nothing.',
    );
    return [];
  }
  const { filter } = await keepSet(context, 'out_of_order', rows);
  return [
    {
      code: 'out_of_order',
      severity: 'info',
      count,
      unit: 'events',
      message: `${counted(count, 'event stands', 'events stand')} behind later ones in a source that is otherwise in order of time: written late, or put in afterwards.`,
      values: { count },
      filter,
      items: [],
    },
  ];
}

const CONTENT: readonly EventField[] = EVENT_FIELDS.filter((field) => field !== 'id');

export const ID_CHECK: Check = {
  name: 'ids',
  run: async (context) => {
    const { connection, relation } = context;
    const { table } = relation;
    await connection.run('DROP TABLE IF EXISTS views.finding_ids');
    try {
      // Comparing hashes first takes a fraction of the memory; what shares one by chance is sorted out behind it.
      await connection.run(
        `CREATE TABLE views.finding_ids AS
         SELECT id, count(*) AS records, count(DISTINCT hash(${CONTENT.join(', ')})) AS contents, count(DISTINCT source) AS sources
         FROM ${table} WHERE hash(id) IN (SELECT hash(id) FROM ${table} GROUP BY 1 HAVING count(*) > 1)
         GROUP BY id HAVING count(*) > 1`,
      );
      return [
        ...(await sharedIds(context, 'repeated_id', 'contents > 1')),
        ...(await sharedIds(context, 'repeated_event', 'contents = 1')),
      ];
    } finally {
      await connection.run('DROP TABLE IF EXISTS views.finding_ids');
    }
  },
};

async function sharedIds(
  context: CheckContext,
  code: 'repeated_id' | 'repeated_event',
  which: string,
): Promise<readonly TrailFinding[]> {
  const { connection, relation } = context;
  const [row] = await rowsOf(
    connection,
    `SELECT count(*), coalesce(sum(records), 0), count(*) FILTER (sources > 1) FROM views.finding_ids WHERE ${which}`,
  );
  const [ids, records, across] = [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0), Number(row?.[2] ?? 0)];
  if (ids === 0) return [];
  const { filter } = await keepSet(
    context,
    code,
    `SELECT n FROM ${relation.table} WHERE id IN (SELECT id FROM views.finding_ids WHERE ${which})`,
  );
  const items = await rowsOf(
    connection,
    `SELECT ${readable('id')}, records, sources FROM views.finding_ids WHERE ${which} ORDER BY records DESC, id LIMIT ${MAX_ITEMS}`,
  );
  const isCopied = code === 'repeated_event';
  return [
    {
      code,
      severity: isCopied ? (across === ids ? 'info' : 'warning') : 'error',
      count: ids,
      unit: 'ids',
      message: isCopied
        ? `${counted(ids, 'event is', 'events are')} here more than once with equal content${across === ids ? ', once in each of several sources' : ''}.`
        : `${counted(ids, 'id belongs', 'ids belong')} to records with different content (${grouped(records)} in all), though an id must be unique.`,
      values: { ids, records, across_sources: across },
      filter,
      items: items.map(([id, copies, sources]) => ({
        values: { id: String(id), records: Number(copies), sources: Number(sources) },
        filter: filterOf({ conditions: [{ field: 'id', values: [String(id)] }] }),
      })),
    },
  ];
}
