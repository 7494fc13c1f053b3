/**
 * The embedded store's file, version by version: the events, and beside them a journal whose entries are chained by
 * hashes, so that any change behind the product's back can be found.
 */
import type { Database } from 'better-sqlite3';
import type { Schema } from '../../config/migrations.ts';
import { Chain } from './journal-chain.ts';

const REFUSE = "BEGIN SELECT RAISE(ABORT, 'the embedded store is append-only'); END";

/**
 * Triggers, by name, let nothing be changed but by the way that the journal records. The third of each table is against
 * `INSERT OR REPLACE`, which removes rows without any trigger for that.
 */
export const GUARDS: ReadonlyMap<string, string> = new Map(
  (['event_audit_event', 'journal'] as const).flatMap((table) => {
    const [key, unless] = table === 'journal' ? ['seq', 'true'] : ['id', 'NOT EXISTS (SELECT 1 FROM journal_removal)'];
    const triggers = {
      keeps_rows: `BEFORE UPDATE ON ${table} ${REFUSE}`,
      loses_nothing: `BEFORE DELETE ON ${table} WHEN ${unless} ${REFUSE}`,
      replaces_nothing: `BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} = NEW.${key} OR rowid = NEW.rowid) ${REFUSE}`,
    };
    return Object.entries(triggers).map(
      ([name, what]) => [`${table}_${name}`, `CREATE TRIGGER ${table}_${name} ${what}`] as const,
    );
  }),
);

export const JOURNAL_SCHEMA: Schema = {
  migrations: [
    `CREATE TABLE IF NOT EXISTS event_audit_event (
       id TEXT PRIMARY KEY, category TEXT NOT NULL, action TEXT NOT NULL,
       actor TEXT, action_object TEXT, action_object_id TEXT, target_type TEXT, target_id TEXT,
       timestamp TEXT NOT NULL, result TEXT, payload TEXT
     )`,
    (database: Database) => {
      database.exec(
        `CREATE TABLE journal (
           seq INTEGER PRIMARY KEY,
           kind TEXT NOT NULL CHECK (kind IN ('event', 'removed')),
           event_id TEXT NOT NULL,
           digest TEXT NOT NULL,
           at TEXT NOT NULL,
           hash TEXT NOT NULL
         ) STRICT;
         CREATE INDEX journal_event ON journal (event_id);
         CREATE TABLE journal_removal (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT`,
      );
      // Events of before are taken as they are; the journal vouches for them from here on.
      Chain.at(database).adopt();
      for (const guard of GUARDS.values()) database.exec(guard);
    },
  ],
};
