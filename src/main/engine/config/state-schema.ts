/** The schema of the state database, version by version. */
import { installTriggers, rememberStates } from './model-triggers.ts';
import type { Schema } from './migrations.ts';

export const STATE_SCHEMA: Schema = {
  migrations: [
    `CREATE TABLE connection (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       url TEXT NOT NULL UNIQUE,
       last_opened_at TEXT NOT NULL
     )`,
    `CREATE TABLE setting (
       name TEXT PRIMARY KEY,
       value TEXT NOT NULL
     )`,
    `CREATE TABLE plugin (
       id TEXT PRIMARY KEY,
       path TEXT NOT NULL UNIQUE,
       sha256 TEXT NOT NULL,
       added_at TEXT NOT NULL
     )`,
    `CREATE TABLE saved_view (
       id TEXT PRIMARY KEY NOT NULL,
       name TEXT NOT NULL,
       view TEXT NOT NULL CHECK (json_valid(view)),
       created_at TEXT NOT NULL,
       updated_at TEXT NOT NULL
     ) STRICT;
     CREATE TABLE annotation (
       id TEXT PRIMARY KEY NOT NULL,
       source TEXT NOT NULL,
       event_id TEXT NOT NULL,
       event_hash TEXT NOT NULL,
       tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
       note TEXT NOT NULL DEFAULT '',
       author TEXT NOT NULL DEFAULT '',
       created_at TEXT NOT NULL,
       updated_at TEXT NOT NULL
     ) STRICT;
     CREATE INDEX annotation_event ON annotation (event_id);
     CREATE TABLE export_job (
       id TEXT PRIMARY KEY NOT NULL,
       path TEXT NOT NULL,
       format TEXT NOT NULL,
       source TEXT NOT NULL,
       rows INTEGER,
       bytes INTEGER,
       sha256 TEXT,
       manifest_path TEXT,
       started_at TEXT NOT NULL,
       finished_at TEXT,
       outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'cancelled')),
       problem TEXT
     ) STRICT;
     CREATE INDEX export_job_started ON export_job (started_at);
     CREATE TABLE snapshot (
       id TEXT PRIMARY KEY NOT NULL,
       path TEXT NOT NULL,
       sources TEXT NOT NULL CHECK (json_valid(sources)),
       events INTEGER NOT NULL,
       bytes INTEGER NOT NULL,
       sha256 TEXT NOT NULL,
       encrypted INTEGER NOT NULL,
       saved_at TEXT NOT NULL
     ) STRICT;
     CREATE TABLE model_state (
       model TEXT NOT NULL,
       key TEXT NOT NULL,
       state TEXT NOT NULL,
       PRIMARY KEY (model, key)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE model_change (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       model TEXT NOT NULL,
       key TEXT NOT NULL,
       action TEXT NOT NULL,
       old TEXT,
       new TEXT,
       at TEXT NOT NULL
     ) STRICT;
     CREATE TABLE outbox (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       event TEXT NOT NULL,
       queued_at INTEGER NOT NULL,
       refused_by TEXT,
       problem TEXT
     ) STRICT;
     CREATE TABLE outbox_state (
       one INTEGER PRIMARY KEY CHECK (one = 1),
       owner TEXT NOT NULL DEFAULT '',
       lease_until INTEGER NOT NULL DEFAULT 0,
       attempts INTEGER NOT NULL DEFAULT 0,
       next_try_at INTEGER NOT NULL DEFAULT 0,
       failing_since INTEGER,
       problem TEXT,
       written_at INTEGER
     ) STRICT;
     INSERT INTO outbox_state (one) VALUES (1)`,
  ],
  after: (database) => {
    installTriggers(database);
    rememberStates(database);
  },
};
