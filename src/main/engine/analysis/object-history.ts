/** Everything that happened to one object, its state at a moment, and other events that touch it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { GapCode, HistoryStep, ObjectHistory } from '../../../shared/analysis-schemas.ts';
import { AppError } from '../../../shared/errors.ts';
import type { EventRow } from '../../../shared/event.ts';
import type { Relation, Snapshot } from '../snapshot/snapshot.ts';
import { resolveBound } from '../time-zone.ts';
import { eventRow, numberOf, ROW_COLUMNS, ROW_WIDTH, rowsOf, timeOrder } from './event-rows.ts';
import { ObjectStates } from './object-states.ts';
import { relatedEvents } from './related-events.ts';
import { TEXT_BYTES, textsOf, type TextPlace } from './row-texts.ts';

export interface HistoryOptions {
  readonly type: string;
  readonly id: string;
  /** The state after this event, or at this instant (inclusive, read in `timeZone` without an offset); else the latest. */
  readonly atN?: number | undefined;
  readonly at?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly offset: number;
  readonly limit: number;
  readonly related: boolean;
}

/** Of more events on one object, the oldest are left out, and it is said how many. */
const MAX_EVENTS = 20_000;

/** @throws AppError `not_found` when `atN` is none of the object's events; `invalid_input` for a time that can't be read; `cancelled` */
export async function objectHistory(
  snapshot: Snapshot,
  options: HistoryOptions,
  signal?: AbortSignal,
): Promise<ObjectHistory> {
  const until = options.at === undefined ? undefined : resolveBound(options.at, 'to', options.timeZone ?? 'UTC');
  return snapshot.read(signal, async (connection, relation) => {
    const { entries, leftOut } = await eventsOn(connection, relation, options);
    const states = new ObjectStates();
    const steps: HistoryStep[] = [];
    const gaps: Partial<Record<GapCode, number>> = {};
    const names = new Set<string>();
    const texts = textsOf(connection, relation, entries.filter(isModel), signal);
    let isReached = false;
    for (const [index, entry] of entries.entries()) {
      if (!states.isFrozen && until !== undefined && entry.ts > until) states.freeze();
      const told = isModel(entry)
        ? states.push({ ...entry, n: entry.event.n, action: entry.event.action, result: await nextResult(texts) })
        : OTHER;
      for (const { code } of told.gaps) gaps[code] = (gaps[code] ?? 0) + 1;
      const { n } = entry.event;
      if (options.atN !== undefined && (n === options.atN || entry.copies.includes(options.atN))) {
        states.freeze();
        isReached = true;
      }
      for (const name of states.takeNames()) names.add(name);
      if (index >= options.offset && steps.length < options.limit) {
        steps.push({ event: entry.event, ...told, same_instant: entry.tied, copies: [...entry.copies] });
      }
    }
    if (options.atN !== undefined && !isReached) throw notHere(options, leftOut);
    const { events, more } = options.related
      ? await relatedEvents(connection, relation, { type: options.type, id: options.id, names: [...names] }, signal)
      : { events: [], more: false };
    return {
      revision: relation.revision,
      total: entries.length + leftOut,
      steps,
      gaps,
      left_out: leftOut,
      state: states.state(),
      related: [...events],
      more_related: more,
    };
  });
}

interface Entry extends TextPlace {
  readonly event: EventRow;
  readonly ts: bigint;
  readonly copies: readonly number[];
  readonly tied: boolean;
}

const OTHER = { kind: 'other', gaps: [], changes: [], more_changes: 0, unknown_before: 0 } as const satisfies Pick<
  HistoryStep,
  'kind' | 'gaps' | 'changes' | 'more_changes' | 'unknown_before'
>;

function isModel({ event }: Entry): boolean {
  return event.category === 'model';
}

async function nextResult(texts: AsyncGenerator<{ readonly result: string | null }>): Promise<string | null> {
  const { value, done } = await texts.next();
  if (done === true) throw new AppError('internal', 'Unexpected problem: an event of the history has gone.');
  return value.result;
}

/** The object's events in time order. Records of one id and instant are one event: two stores of one portal hold it twice. */
async function eventsOn(
  connection: DuckDBConnection,
  relation: Relation,
  { type, id }: HistoryOptions,
): Promise<{ readonly entries: readonly Entry[]; readonly leftOut: number }> {
  const { table, locator } = relation;
  const where = 'action_object_id = $1 AND action_object = $2';
  const all = await numberOf(connection, `SELECT count(*) FROM ${table} WHERE ${where}`, [id, type]);
  const leftOut = Math.max(0, all - MAX_EVENTS);
  const rows = await rowsOf(
    connection,
    `SELECT ${ROW_COLUMNS}, ${locator}, ${TEXT_BYTES}, ts FROM ${table} WHERE ${where}
     ORDER BY ${timeOrder(relation)} LIMIT ${MAX_EVENTS} OFFSET ${leftOut}`,
    [id, type],
  );
  const entries: (Entry & { copies: number[]; tied: boolean })[] = [];
  let lastModel: (Entry & { tied: boolean }) | undefined;
  for (const row of rows) {
    const event = eventRow(row);
    const ts = BigInt(String(row[ROW_WIDTH + 2]));
    const last = entries.at(-1);
    if (last !== undefined && last.ts === ts && last.event.id === event.id) {
      last.copies.push(event.n);
      continue;
    }
    const [at, bytes] = [BigInt(String(row[ROW_WIDTH])), Number(row[ROW_WIDTH + 1])];
    const entry = { event, ts, locator: at, bytes, copies: [], tied: false };
    if (isModel(entry)) {
      if (lastModel?.ts === ts) {
        lastModel.tied = true;
        entry.tied = true;
      }
      lastModel = entry;
    }
    entries.push(entry);
  }
  return { entries, leftOut };
}

function notHere({ atN = 0, type, id }: HistoryOptions, leftOut: number): AppError {
  const why = leftOut === 0 ? '' : ` The oldest ${leftOut} of its events were not gone through.`;
  return new AppError('not_found', `The event at position ${atN} is not one on ${type} ${id}.${why}`);
}
