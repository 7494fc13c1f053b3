/** What is in the embedded store, at a glance: how much, since when, what of, and where its journal ends. */
import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { JournalSummary } from '../../../../shared/actions/tracking.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { hasTable, headIn, openToLook } from './journal-head.ts';

/** Rows read before others have their turn. */
const SLICE = 5_000;
const MOST_NAMED = 10;
const MOST_DAYS = 60;
const DAY = /^\d{4}-\d{2}-\d{2}/;

/** Columns of a table that others may have written to: what is no text is shown as SQLite would write it. */
const cell = z.union([z.string(), z.number(), z.bigint(), z.null(), z.instanceof(Buffer)]).transform((value) => {
  if (value === null) return '';
  return typeof value === 'string' ? value : value instanceof Buffer ? value.toString('utf8') : String(value);
});

const rowSchema = z.object({ category: cell, action: cell, actor: cell, timestamp: cell });

/**
 * Reads the whole store, at one instant, while others may write. Days are those of the timestamps as they are written,
 * which is UTC for what the product writes.
 * @throws AppError `source_invalid` when the file can't be read, `cancelled`
 */
export async function journalSummary(path: string, signal?: AbortSignal): Promise<JournalSummary> {
  const empty = { path, bytes: 0, events: 0, entries: 0, head: null, first: null, last: null };
  if (!existsSync(path)) return { ...empty, categories: [], actions: [], actors: [], days: [] };
  try {
    const database = openToLook(path);
    try {
      database.exec('BEGIN');
      const head = headIn(database);
      const journal = { bytes: bytesOf(path), head, entries: head?.seq ?? 0 };
      return { ...empty, ...journal, ...(await eventsOf(database, signal)) };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : '';
    throw new AppError('source_invalid', `The embedded store ${path} can’t be read (${why}).`, { cause: error });
  }
}

/** The file, and what was written to its log and not yet put into it. */
function bytesOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0);
}

async function eventsOf(
  database: Database,
  signal: AbortSignal | undefined,
): Promise<Pick<JournalSummary, 'events' | 'first' | 'last' | 'categories' | 'actions' | 'actors' | 'days'>> {
  const [categories, actions, actors, days] = [new Counter(), new Counter(), new Counter(), new Counter()];
  let events = 0;
  let first: string | null = null;
  let last: string | null = null;
  if (hasTable(database, 'event_audit_event')) {
    const rows = database.prepare('SELECT category, action, actor, timestamp FROM event_audit_event').iterate();
    for (const row of rows) {
      const { category, action, actor, timestamp } = rowSchema.parse(row);
      events += 1;
      categories.add(category);
      actions.add(action);
      actors.add(actor);
      const day = DAY.exec(timestamp)?.[0];
      if (day !== undefined) {
        days.add(day);
        if (first === null || timestamp < first) first = timestamp;
        if (last === null || timestamp > last) last = timestamp;
      }
      if (events % SLICE === 0) {
        await nextTurn();
        throwIfAborted(signal);
      }
    }
  }
  return {
    events,
    first,
    last,
    categories: categories.most(MOST_NAMED),
    actions: actions.most(MOST_NAMED),
    actors: actors.most(MOST_NAMED),
    days: days
      .all()
      .toSorted((a, b) => (a.value < b.value ? -1 : 1))
      .slice(-MOST_DAYS),
  };
}

class Counter {
  readonly #counts = new Map<string, number>();

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  all(): JournalSummary['days'] {
    return [...this.#counts].map(([value, count]) => ({ value, count }));
  }

  most(limit: number): JournalSummary['days'] {
    return this.all()
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, limit);
  }
}
