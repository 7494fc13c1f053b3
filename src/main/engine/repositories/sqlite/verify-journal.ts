/** Finds what was changed in an embedded store behind the product's back: changed, removed, inserted, cut off. */
import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import DatabaseClass, { type Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Finding, JournalHead } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { schemaVersion } from '../../config/migrations.ts';
import { EMPTY_HEAD, entryHash, EVENT_COLUMNS, rowDigest, rowsSchema } from './journal-chain.ts';
import { GUARDS, JOURNAL_SCHEMA } from './journal-schema.ts';
import { LiveEvents } from './live-events.ts';

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
const PAGE = 2_000;

const entrySchema = z.object({
  seq: z.number(),
  kind: z.enum(['event', 'removed']),
  event_id: z.string(),
  digest: z.string(),
  at: z.string(),
  hash: z.string(),
});

/**
 * Checks each entry against the one before, and each event against its entry, all at one instant, while others may write.
 * @param known heads that were seen before, such as in an export's manifest: the journal must hold every one of them
 * @throws AppError `not_found` when there is no store and no head of one either, `source_invalid`, `unsupported`, `cancelled`
 */
export async function verifyJournal(
  path: string,
  known: readonly JournalHead[],
  signal?: AbortSignal,
): Promise<JournalVerification> {
  if (!existsSync(path)) {
    const last = Math.max(0, ...known.map(({ seq }) => seq));
    if (last > 0) return goneStore(path, last);
    throw new AppError(
      'not_found',
      `There is no embedded store at ${path}, and no head of one is known: nothing was recorded yet, or all of it was removed.`,
    );
  }
  const database = openToVerify(path);
  try {
    checkKind(database, path);
    return await new Verifier(database, path, signal).run(known);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new AppError('source_invalid', `The embedded store ${path} can’t be read: ${text}.`, { cause: error });
  } finally {
    database.close();
  }
}

/** What is said of a store that is not there although an entry of its journal is known. */
function goneStore(path: string, last: number): JournalVerification {
  const message = `There is no embedded store any more, but entry ${last} of its journal was known: all of it was removed.`;
  return {
    path,
    ok: false,
    events: 0,
    entries: 0,
    head: EMPTY_HEAD,
    findings: [{ code: 'journal_truncated', message, row: last }],
    more_findings: 0,
  };
}

function openToVerify(path: string): Database {
  try {
    const database = new DatabaseClass(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    database.pragma('trusted_schema = OFF');
    // One instant for everything that follows.
    database.exec('BEGIN');
    return database;
  } catch (cause) {
    throw new AppError('source_invalid', `${path} can’t be opened as an embedded store.`, { cause });
  }
}

function checkKind(database: Database, path: string): void {
  const version = schemaVersion(database);
  const current = JOURNAL_SCHEMA.migrations.length;
  if (version > current) {
    throw new AppError('unsupported', `${path} was made by a newer version of the product. Verify it with that one.`);
  }
  const tables = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('journal', 'event_audit_event')",
    )
    .pluck()
    .all();
  if (version === current && tables.length === 2) return;
  throw new AppError(
    'source_invalid',
    `${path} has no journal: an older version made it (event-audit db upgrade adds one), or it was taken away.`,
  );
}

class Verifier {
  readonly #database: Database;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #findings: Finding[] = [];
  readonly #live = new LiveEvents();
  #more = 0;
  #entries = 0;
  #head: JournalHead = EMPTY_HEAD;

  constructor(database: Database, path: string, signal: AbortSignal | undefined) {
    this.#database = database;
    this.#path = path;
    this.#signal = signal;
  }

  async run(known: readonly JournalHead[]): Promise<JournalVerification> {
    this.#checkGuards();
    await this.#checkChain(known);
    const events = await this.#checkEvents();
    const [findings, more] = [this.#findings, this.#more];
    return {
      path: this.#path,
      ok: findings.length === 0,
      events,
      entries: this.#entries,
      head: this.#head,
      findings,
      more_findings: more,
    };
  }

  /** Without its triggers, or with others, the store can be changed by more than the product. */
  #checkGuards(): void {
    const found = z
      .array(z.object({ name: z.string(), sql: z.string() }))
      .parse(this.#database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all());
    for (const [name, sql] of GUARDS) {
      const own = found.find((each) => each.name === name);
      if (own === undefined)
        this.#find('guard_removed', `The trigger ${name}, which keeps the store as it is, is gone.`);
      else if (own.sql !== sql)
        this.#find('guard_changed', `The trigger ${name}, which keeps the store as it is, was changed.`);
    }
    for (const { name } of found) {
      if (!GUARDS.has(name)) this.#find('guard_changed', `The store has a trigger ${name} that is not the product’s.`);
    }
  }

  async #checkChain(known: readonly JournalHead[]): Promise<void> {
    const heads = new Map<number, Set<string>>();
    for (const { seq, hash } of known) if (seq > 0) heads.set(seq, (heads.get(seq) ?? new Set()).add(hash));
    for await (const cells of this.#pages('journal', 'seq, kind, event_id, digest, at, hash')) {
      const [seq, kind, event_id, digest, at, hash] = cells;
      const entry = entrySchema.safeParse({ seq, kind, event_id, digest, at, hash }).data;
      this.#entries += 1;
      if (entry === undefined) {
        this.#find('journal_entry_changed', `Entry ${String(seq)} of the journal is no entry any more.`);
        continue;
      }
      this.#checkEntry(entry);
      for (const other of heads.get(entry.seq) ?? []) {
        if (other === entry.hash) continue;
        this.#find(
          'journal_rewritten',
          `Entry ${entry.seq} is not the one that was known before: the journal was written anew.`,
          entry.seq,
        );
      }
      heads.delete(entry.seq);
      this.#head = { seq: entry.seq, hash: entry.hash };
    }
    for (const seq of heads.keys()) {
      this.#find(
        'journal_truncated',
        `The journal ends at entry ${this.#head.seq}, but entry ${seq} was known: it was cut off there, or is another one.`,
        seq,
      );
    }
  }

  #checkEntry(entry: z.infer<typeof entrySchema>): void {
    const { seq, kind, event_id, digest } = entry;
    const before = this.#head;
    if (seq !== before.seq + 1) {
      this.#find(
        'journal_entry_removed',
        `Entry ${before.seq + 1} of the journal is missing; ${seq} follows ${before.seq}.`,
        before.seq + 1,
      );
    } else if (entry.hash !== entryHash(before.hash, entry)) {
      this.#find(
        'journal_entry_changed',
        `Entry ${seq} of the journal (event ${event_id}) does not follow from the one before: it, or that one, was changed or put in.`,
        seq,
      );
    }
    if (kind === 'event') this.#live.put(event_id, digest, seq);
    else if (this.#live.isSame(event_id, digest)) this.#live.take(event_id);
    else {
      this.#find('journal_entry_changed', `Entry ${seq} removes the event ${event_id}, which was not there so.`, seq);
    }
  }

  /** @returns how many events there are */
  async #checkEvents(): Promise<number> {
    let events = 0;
    for await (const cells of this.#pages('event_audit_event', EVENT_COLUMNS)) {
      events += 1;
      const [row] = rowsSchema.safeParse([cells]).data ?? [];
      const id = typeof cells[0] === 'string' ? cells[0] : '';
      const seq = this.#live.seqOf(id);
      if (seq === undefined) this.#find('event_added', `The event ${id} was put in without the journal.`);
      else if (row === undefined || !this.#live.isSame(id, rowDigest(row))) {
        this.#find('event_changed', `The event ${id} (entry ${seq}) is not what was recorded.`, seq);
      }
      this.#live.take(id);
    }
    for (const [id, seq] of this.#live.left())
      this.#find('event_removed', `The event ${id} (entry ${seq}) is gone.`, seq);
    return events;
  }

  /** All rows of a table in their order, a page at a time: others get their turn, and an abort is heard, in between. */
  async *#pages(table: string, columns: string): AsyncGenerator<readonly unknown[]> {
    const page = this.#database
      .prepare<[bigint], unknown[]>(
        `SELECT CAST(rowid AS TEXT), ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`,
      )
      .raw();
    let after = -(2n ** 63n);
    for (let isMore = true; isMore;) {
      throwIfAborted(this.#signal);
      const rows = page.all(after);
      for (const [place, ...cells] of rows) {
        after = BigInt(String(place));
        yield cells;
      }
      isMore = rows.length === PAGE;
      await nextTurn();
    }
  }

  #find(code: string, message: string, row: number | null = null): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, message, row });
    else this.#more += 1;
  }
}
