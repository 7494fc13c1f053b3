/** What the capture itself says: whether everything was read, what was set aside, and what was noticed about single records. */
import type { TrailFinding } from '../../../../shared/analysis-schemas.ts';
import { EVENT_FLAGS } from '../../../../shared/event.ts';
import { readable } from '../../snapshot/schema.ts';
import { numberOf, rowsOf } from '../event-rows.ts';
import { counted, filterOf, keepSet, MAX_ITEMS, type Check, type CheckContext } from './finding.ts';

export const CAPTURE_CHECK: Check = {
  name: 'capture',
  run: async (context) => {
    const { status, connection } = context;
    const found: TrailFinding[] = [];
    if (status.state === 'partial') {
      found.push({
        code: 'incomplete',
        severity: 'error',
        count: 0,
        unit: 'records',
        message: 'The source was not read to its end, so that events are missing here which the store may well have.',
        values: { reason: status.reason?.message ?? '', read: status.read },
        filter: null,
        items: [],
      });
    }
    if (status.rejected > 0) {
      const rows = await rowsOf(connection, 'SELECT code, count(*) FROM reject GROUP BY 1 ORDER BY 2 DESC, 1');
      found.push({
        code: 'rejected',
        severity: 'error',
        count: status.rejected,
        unit: 'records',
        message: `${counted(status.rejected, 'record is', 'records are')} no event and had to be set aside with the reason.`,
        values: { count: status.rejected, read: status.read },
        filter: null,
        items: rows
          .slice(0, MAX_ITEMS)
          .map(([code, count]) => ({ values: { reason: String(code), count: Number(count) }, filter: null })),
      });
    }
    if (status.duplicates > 0) {
      found.push({
        code: 'duplicates',
        severity: 'info',
        count: status.duplicates,
        unit: 'records',
        message: `${counted(status.duplicates, 'record was', 'records were')} delivered more than once by the store and kept once.`,
        values: { count: status.duplicates },
        filter: null,
        items: [],
      });
    }
    return [...found, ...(await flagFindings(context)), ...(await writeLag(context))];
  },
};

interface FlagFinding extends Pick<TrailFinding, 'code' | 'severity'> {
  readonly flag: number;
  readonly says: (events: string, isOne: boolean) => string;
}

const FLAGS: readonly FlagFinding[] = [
  {
    code: 'dropped',
    flag: EVENT_FLAGS.dropped,
    severity: 'warning',
    says: (events, isOne) =>
      `${events} ${isOne ? 'has' : 'have'} neither result nor payload: the store left out what was too large for it.`,
  },
  {
    code: 'naive_time',
    flag: EVENT_FLAGS.naiveTime,
    severity: 'warning',
    says: (events, isOne) =>
      `${events} ${isOne ? 'has a time' : 'have times'} without an offset, read here as UTC, which may be hours off.`,
  },
  {
    code: 'lone_surrogate',
    flag: EVENT_FLAGS.loneSurrogate,
    severity: 'warning',
    says: (events, isOne) => `${events} ${isOne ? 'holds' : 'hold'} half a character, which no correct writer makes.`,
  },
  {
    code: 'sub_microsecond',
    flag: EVENT_FLAGS.subMicrosecond,
    severity: 'info',
    says: (events, isOne) =>
      `${events} ${isOne ? 'has a time' : 'have times'} finer than a microsecond, which the extension does not write.`,
  },
  {
    code: 'not_canonical',
    flag: EVENT_FLAGS.notCanonical,
    severity: 'info',
    says: (events, isOne) =>
      `${events} ${isOne ? 'is' : 'are'} not spelt as the extension spells events, so something else wrote or rewrote ${isOne ? 'it' : 'them'}.`,
  },
];

async function flagFindings(context: CheckContext): Promise<readonly TrailFinding[]> {
  const { connection, relation } = context;
  const counts = FLAGS.map(({ flag }) => `count(*) FILTER ((flags & ${flag}) <> 0)`);
  const [row] = await rowsOf(connection, `SELECT ${counts.join(', ')} FROM ${relation.table}`);
  const found: TrailFinding[] = [];
  for (const [index, { code, flag, severity, says }] of FLAGS.entries()) {
    if (Number(row?.[index] ?? 0) === 0) continue;
    const { count, filter } = await keepSet(
      context,
      code,
      `SELECT n FROM ${relation.table} WHERE (flags & ${flag}) <> 0`,
    );
    const items = relation.sources.length > 1 ? await bySource(context, flag, code) : [];
    const message = says(counted(count, 'event', 'events'), count === 1);
    found.push({ code, severity, count, unit: 'events', message, values: { count }, filter, items: [...items] });
  }
  return found;
}

async function bySource(
  { connection, relation }: CheckContext,
  flag: number,
  code: string,
): Promise<readonly TrailFinding['items'][number][]> {
  const rows = await rowsOf(
    connection,
    `SELECT source, count(*) FROM ${relation.table} WHERE (flags & ${flag}) <> 0 GROUP BY 1 ORDER BY 2 DESC, 1`,
  );
  return rows.map(([source, count]) => {
    const url = relation.sources[Number(source)] ?? '';
    return {
      values: { source: url, count: Number(count) },
      filter: filterOf({ set: `finding-${code}`, sources: [url] }),
    };
  });
}

/** A batch waits up to an hour for company, and a little longer where the writer is busy. */
const LAG_US = 2 * 3_600_000_000;
/** Before it happened, nothing can be written; clocks differ a little. */
const EARLY_US = 60_000_000;

async function writeLag(context: CheckContext): Promise<readonly TrailFinding[]> {
  const { connection, relation, skip } = context;
  const told = await numberOf(connection, 'SELECT count(*) FROM (SELECT 1 FROM written LIMIT 1)');
  if (told === 0) {
    skip('write_lag', 'not_kept', 'Nothing here tells when events were written: only CloudWatch does.');
    return [];
  }
  // A time without an offset may be hours off by itself, which is told of its own.
  const lag = 'ms * 1000 - ts';
  const rows = `FROM ${relation.table} JOIN written USING (n)
    WHERE (flags & ${EVENT_FLAGS.naiveTime}) = 0 AND (${lag} > ${LAG_US} OR ${lag} < -${EARLY_US})`;
  const { count, filter } = await keepSet(context, 'write_lag', `SELECT n ${rows}`);
  if (count === 0) return [];
  const worst = await rowsOf(
    connection,
    `SELECT ${readable('id')}, ${lag} ${rows} ORDER BY abs(${lag}) DESC, n LIMIT ${MAX_ITEMS}`,
  );
  return [
    {
      code: 'write_lag',
      severity: 'warning',
      count,
      unit: 'events',
      message: `${counted(count, 'event was', 'events were')} written more than two hours after ${count === 1 ? 'it' : 'they'} happened, or before, by the store’s own time.`,
      values: { count, limit_us: LAG_US, worst_us: Math.abs(Number(worst[0]?.[1] ?? 0)) },
      filter,
      items: worst.map(([id, lag_us]) => ({
        values: { id: String(id), lag_us: Number(lag_us) },
        filter: filterOf({ set: 'finding-write_lag', conditions: [{ field: 'id', values: [String(id)] }] }),
      })),
    },
  ];
}
