/** Finds what was changed in an embedded store behind the product's back: changed, removed, inserted, cut off. */
import { existsSync } from 'node:fs';
import DatabaseClass, { type Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Finding, JournalHead } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { schemaVersion } from '../../config/migrations.ts';
import { EMPTY_HEAD, entryHash, EVENT_COLUMNS, rowDigest, rowsSchema } from './journal-chain.ts';
import { JOURNAL_SCHEMA } from './journal-schema.ts';

export interface JournalVerification {
  readonly path: string;
  readonly ok: boolean;
  /** Events in the store now. */
  readonly events: number;
  /** Entries of the journal, removals by the product among them. */
  readonly entries: number;
  readonly head: JournalHead;
  readonly findings: readonly Finding[];
  readonly more_findings: number;
}

const MAX_FINDINGS = 100;

const entrySchema = z.object({
  seq: z.number(),
  kind: z.enum(['event', 'removed']),
  event_id: z.string(),
  digest: z.string(),
  at: z.string(),
  hash: z.string(),
});

/**
 * Checks each entry against the one before, and each event against its entry.
 * @param known heads that were seen before, such as in an export's manifest: the journal must hold every one of them
 * @throws AppError `not_found`, `source_invalid`, `unsupported`
 */
export function verifyJournal(path: string, known: readonly JournalHead[], signal?: AbortSignal): JournalVerification {
  if (!existsSync(path)) {
    throw new AppError(
      'not_found',
      `There is no embedded store at ${path}: nothing was recorded yet, or it was removed.`,
    );
  }
  const database = openToVerify(path);
  try {
    return check(database, path, known, signal);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new AppError('source_invalid', `The embedded store ${path} can’t be read: ${text}`, { cause: error });
  } finally {
    database.close();
  }
}

function openToVerify(path: string): Database {
  try {
    const database = new DatabaseClass(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    database.pragma('trusted_schema = OFF');
    return database;
  } catch (cause) {
    throw new AppError('source_invalid', `${path} can’t be opened as an embedded store.`, { cause });
  }
}

function check(
  database: Database,
  path: string,
  known: readonly JournalHead[],
  signal: AbortSignal | undefined,
): JournalVerification {
  const version = schemaVersion(database);
  if (version !== JOURNAL_SCHEMA.migrations.length) {
    throw new AppError(
      'unsupported',
      `${path} has schema ${version}, this version checks schema ${JOURNAL_SCHEMA.migrations.length}. Run event-audit db upgrade with the version that made it.`,
    );
  }
  const findings: Finding[] = [];
  let more = 0;
  const find = (code: string, message: string, row: number | null = null): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ code, message, row });
    else more += 1;
  };
  // Everything is read at one instant, while others may write.
  return database.transaction(() => {
    const live = new Map<string, { readonly digest: string; readonly seq: number }>();
    const heads = new Map(known.filter(({ seq }) => seq > 0).map((head) => [head.seq, head.hash]));
    let head: JournalHead = EMPTY_HEAD;
    let entries = 0;
    for (const raw of database
      .prepare('SELECT seq, kind, event_id, digest, at, hash FROM journal ORDER BY seq')
      .iterate()) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.');
      const entry = entrySchema.parse(raw);
      entries += 1;
      if (entry.seq !== head.seq + 1) {
        find(
          'journal_entry_removed',
          `Entry ${head.seq + 1} of the journal is missing; ${entry.seq} follows ${head.seq}.`,
          head.seq + 1,
        );
      }
      if (entry.hash !== entryHash(head.hash, entry)) {
        find(
          'journal_entry_changed',
          `Entry ${entry.seq} of the journal (event ${entry.event_id}) was changed, or the one before it.`,
          entry.seq,
        );
      }
      if (heads.has(entry.seq) && heads.get(entry.seq) !== entry.hash) {
        find(
          'journal_rewritten',
          `Entry ${entry.seq} is not the one that was known before: the journal was written anew.`,
          entry.seq,
        );
      }
      heads.delete(entry.seq);
      if (entry.kind === 'event') live.set(entry.event_id, { digest: entry.digest, seq: entry.seq });
      else if (live.get(entry.event_id)?.digest === entry.digest) live.delete(entry.event_id);
      else
        find(
          'journal_entry_changed',
          `Entry ${entry.seq} removes the event ${entry.event_id}, which was not there so.`,
          entry.seq,
        );
      head = { seq: entry.seq, hash: entry.hash };
    }
    for (const seq of heads.keys()) {
      find(
        'journal_truncated',
        `The journal ends at entry ${head.seq}, but entry ${seq} was known: its end was cut off.`,
        seq,
      );
    }
    let events = 0;
    const rows = database.prepare(`SELECT ${EVENT_COLUMNS} FROM event_audit_event`).raw().iterate();
    for (const raw of rows) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.');
      const [row] = rowsSchema.safeParse([raw]).data ?? [];
      events += 1;
      const id = row?.[0] ?? '';
      const entry = live.get(id);
      if (entry === undefined) find('event_added', `The event ${id} was put in without the journal.`);
      else if (row === undefined || rowDigest(row) !== entry.digest) {
        find('event_changed', `The event ${id} (entry ${entry.seq}) is not what was recorded.`, entry.seq);
      }
      live.delete(id);
    }
    for (const [id, { seq }] of live) find('event_removed', `The event ${id} (entry ${seq}) is gone.`, seq);
    return { path, ok: findings.length === 0, events, entries, head, findings, more_findings: more };
  })();
}
