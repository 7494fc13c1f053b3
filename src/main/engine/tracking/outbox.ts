/**
 * The queue of events on disk, in the state database: what was put in stays until the destination has acknowledged it. One
 * process at a time writes it out; which one is a lease in the same file.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { AuditEvent } from '../../../shared/event.ts';
import { eventFromJson, eventJson } from '../repositories/event-json.ts';

export interface Waiting {
  readonly seq: number;
  /** `undefined` when what lies there is no event: another program wrote it. */
  readonly event: AuditEvent | undefined;
  /** When it was put in, milliseconds since 1970. */
  readonly queuedAt: number;
}

const rowSchema = z.object({ seq: z.number(), event: z.string(), queued_at: z.number() });

const stateSchema = z.object({
  owner: z.string(),
  lease_until: z.number(),
  attempts: z.number(),
  next_try_at: z.number(),
  failing_since: z.number().nullable(),
  problem: z.string().nullable(),
  written_at: z.number().nullable(),
});

/** How writing goes, for every process. Times are milliseconds since 1970. */
export type OutboxState = Readonly<z.infer<typeof stateSchema>>;

/** A lease ends so long after it was renewed last; one that ends later was made by a clock that went wrong. */
export const LEASE_MS = 30_000;

export function addToOutbox(database: Database, events: readonly AuditEvent[]): void {
  if (events.length === 0) return;
  const insert = database.prepare('INSERT INTO outbox (event, queued_at) VALUES (?, ?)');
  const now = Date.now();
  for (const event of events) insert.run(eventJson(event), now);
}

/** The events that wait longest, without those that this destination refused. */
export function nextBatch(database: Database, size: number, destination: string): readonly Waiting[] {
  const rows = database
    .prepare(
      'SELECT seq, event, queued_at FROM outbox WHERE refused_by IS NULL OR refused_by <> ? ORDER BY seq LIMIT ?',
    )
    .all(destination, size);
  return rows.map((row) => {
    const { seq, event, queued_at: queuedAt } = rowSchema.parse(row);
    return { seq, event: eventOf(event), queuedAt };
  });
}

function eventOf(text: string): AuditEvent | undefined {
  try {
    return eventFromJson(text);
  } catch {
    return undefined;
  }
}

/** Removes what the destination acknowledged. */
export function acknowledge(database: Database, written: readonly Waiting[]): void {
  const remove = database.prepare('DELETE FROM outbox WHERE seq = ?');
  for (const { seq } of written) remove.run(seq);
  database
    .prepare(
      'UPDATE outbox_state SET attempts = 0, next_try_at = 0, failing_since = NULL, problem = NULL, written_at = ?',
    )
    .run(Date.now());
}

/** Sets an event aside that a destination will never take. It stays, and another destination is offered it. */
export function refuse(database: Database, { seq }: Waiting, destination: string, problem: string): void {
  database.prepare('UPDATE outbox SET refused_by = ?, problem = ? WHERE seq = ?').run(destination, problem, seq);
}

/** Remembers that writing failed, and when to try again. */
export function putOff(database: Database, problem: string, nextTryAt: number): void {
  database
    .prepare(
      'UPDATE outbox_state SET attempts = attempts + 1, next_try_at = ?, problem = ?, failing_since = coalesce(failing_since, ?)',
    )
    .run(nextTryAt, problem, Date.now());
}

/** Lets writing be tried again at once. */
export function endPause(database: Database): void {
  database.prepare('UPDATE outbox_state SET next_try_at = 0').run();
}

export function outboxState(database: Database): OutboxState {
  return stateSchema.parse(
    database
      .prepare(
        'SELECT owner, lease_until, attempts, next_try_at, failing_since, problem, written_at FROM outbox_state WHERE one = 1',
      )
      .get(),
  );
}

const countSchema = z.object({ waiting: z.number(), refused: z.number(), oldest: z.number().nullable() });

export interface OutboxCount {
  /** Events that wait for this destination. */
  readonly waiting: number;
  /** Events that it refused. */
  readonly refused: number;
  /** When the one that waits longest was put in, milliseconds since 1970. */
  readonly oldest: number | null;
}

export function countOutbox(database: Database, destination: string): OutboxCount {
  return countSchema.parse(
    database
      .prepare(
        `SELECT count(*) FILTER (WHERE refused_by IS NOT @destination) AS waiting,
                count(*) FILTER (WHERE refused_by IS @destination) AS refused,
                min(queued_at) FILTER (WHERE refused_by IS NOT @destination) AS oldest FROM outbox`,
      )
      .get({ destination }),
  );
}

/** A name for a process that no other has, from which can be told whether it still runs. */
export function leaseOwner(): string {
  return `${process.pid}@${hostname()}#${randomUUID()}`;
}

/** Takes the lease, or renews it. @returns whether this owner has it now */
export function takeLease(database: Database, owner: string): boolean {
  const now = Date.now();
  const until = now + LEASE_MS;
  const held = outboxState(database);
  const isFree =
    held.owner === owner || held.lease_until <= now || held.lease_until > until || hasDied(held.owner, owner);
  if (isFree) database.prepare('UPDATE outbox_state SET owner = ?, lease_until = ?').run(owner, until);
  return isFree;
}

/** Whether the owner was a process of this computer that is gone. */
function hasDied(owner: string, me: string): boolean {
  const [, pid, host] = /^(\d+)@(.*)#[^#]*$/s.exec(owner) ?? [];
  if (pid === undefined || host !== hostname() || Number(pid) === process.pid || owner === me) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

export function releaseLease(database: Database, owner: string): void {
  database.prepare("UPDATE outbox_state SET owner = '', lease_until = 0 WHERE owner = ?").run(owner);
}
