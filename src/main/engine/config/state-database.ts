/**
 * The app's own memory: connections, settings, views, notes, and the events that wait to be written. A small SQLite file in
 * the data folder; it never holds a secret. Every change of a model goes through {@link StateDatabase.change}, which writes
 * the events that tell of it in the same transaction.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { connectionSchema, pluginSchema, type Connection } from '../../../shared/contract.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import { checkVersion, migrate, type Migrated } from './migrations.ts';
import { catchUp, hasTriggers, installTriggers } from './model-triggers.ts';
import { modelChangeSchema, type ModelChange } from './models.ts';
import { databaseError, isUnwritable } from './state-errors.ts';
import { STATE_SCHEMA } from './state-schema.ts';
import { holdDatabase } from '../repositories/sqlite/held-files.ts';
import { addToOutbox } from '../tracking/outbox.ts';

const settingSchema = z.object({ name: z.string(), value: z.string() });
const agreementSchema = pluginSchema.pick({ id: true, path: true, sha256: true, added_at: true });
/** That a person agreed to run a plugin, and what its file held then. */
export type PluginAgreement = Readonly<z.infer<typeof agreementSchema>>;

/** Makes events of changes. */
export interface ChangeObserver {
  /** Finds out what the rules are now. @returns what makes the event of a change, or nothing when it is not to be recorded */
  readonly prepare: () => Promise<(change: ModelChange, actor: string | undefined) => AuditEvent | undefined>;
  /** Hears that events were put into the outbox, after they are safe there. */
  readonly queued: (events: number) => void;
}

export class StateDatabase {
  readonly path: string;
  #database: Database | undefined;
  #opening: Promise<Database> | undefined;
  #observer: ChangeObserver | undefined;
  #release: (() => void) | undefined;
  /** What opening the file took in this run. */
  #migrated: Migrated | undefined;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'state.sqlite');
  }

  /** Without an observer, changes are written down but wait for one to make events of them. */
  observe(observer: ChangeObserver): void {
    this.#observer = observer;
  }

  /**
   * Changes models and, in the same transaction, records the changes as events of that actor. Changes that other programs
   * made meanwhile are recorded first, as nobody's.
   * @param further events that are queued in the same transaction
   * @throws AppError `target_unwritable` when the data folder can't be written to
   */
  async change<T>(actor: string, work: (database: Database) => T, further: readonly AuditEvent[] = []): Promise<T> {
    const eventOf = await this.#observer?.prepare();
    const record = (database: Database, who: string | undefined, more: readonly AuditEvent[] = []): number => {
      const changes = eventOf === undefined ? [] : takeChanges(database);
      const events = [...changes.flatMap((change) => eventOf?.(change, who) ?? []), ...more];
      addToOutbox(database, events);
      return events.length;
    };
    const { value, events } = await this.write((database) => {
      const others = record(database, undefined);
      const done = work(database);
      return { value: done, events: others + record(database, actor, further) };
    });
    if (events > 0) this.#observer?.queued(events);
    return value;
  }

  /** Queues events, and makes events of changes that other programs made. */
  enqueue(events: readonly AuditEvent[]): Promise<void> {
    return this.change('', () => undefined, events);
  }

  /** Runs in one transaction that is on disk when this resolves. @throws AppError `target_unwritable`, `disk_full` */
  async write<T>(work: (database: Database) => T): Promise<T> {
    const database = await this.#open();
    try {
      return database.transaction(() => work(database)).immediate();
    } catch (error) {
      throw databaseError(error, this.path);
    }
  }

  /**
   * Reads. Where the file can't be opened as usual, because its folder can't be written to, a copy of it is read.
   * @returns `undefined` when there is no file yet
   */
  async read<T>(work: (database: Database) => T): Promise<T | undefined> {
    if (this.#database === undefined && !existsSync(this.path)) return undefined;
    try {
      return work(await this.#open());
    } catch (error) {
      if (!isUnwritable(error)) throw databaseError(error, this.path);
    }
    const { default: BetterSqlite } = await import('better-sqlite3');
    const bytes = readFileSync(this.path);
    // A copy in memory has no write-ahead log, so the header must not say that it has one.
    if (bytes.length >= 20) bytes.fill(1, 18, 20);
    const copy = new BetterSqlite(bytes);
    try {
      checkVersion(copy, this.path, STATE_SCHEMA);
      return work(copy);
    } finally {
      copy.close();
    }
  }

  /**
   * Brings the file to the schema of this version, as the first use in every run does.
   * @returns what that took in this run; `null` when there is no file
   */
  async upgrade(): Promise<Migrated | null> {
    if (this.#database === undefined && !existsSync(this.path)) return null;
    await this.#open();
    return this.#migrated ?? null;
  }

  async connections(): Promise<Connection[]> {
    const rows = await this.read((database) =>
      database.prepare('SELECT id, name, url, last_opened_at FROM connection ORDER BY last_opened_at DESC').all(),
    );
    return (rows ?? []).map((row) => connectionSchema.parse(row));
  }

  /** Remembers a store, or that it was opened again. An empty name keeps the one it has, or takes the URL. */
  async saveConnection(url: string, name: string, actor: string): Promise<Connection> {
    const row = await this.change(actor, (database) =>
      database
        .prepare(
          `INSERT INTO connection (id, name, url, last_opened_at) VALUES (@id, coalesce(nullif(@name, ''), @url), @url, @now)
           ON CONFLICT (url) DO UPDATE SET last_opened_at = @now, name = coalesce(nullif(@name, ''), name)
           RETURNING id, name, url, last_opened_at`,
        )
        .get({ id: randomUUID(), name: name.trim(), url, now: new Date().toISOString() }),
    );
    return connectionSchema.parse(row);
  }

  removeConnection(id: string, actor: string): Promise<boolean> {
    return this.#remove('connection', 'id', id, actor);
  }

  /** The settings that were made in the product, by name. */
  async settings(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.read((database) => database.prepare('SELECT name, value FROM setting').all());
    return new Map(
      z
        .array(settingSchema)
        .parse(rows ?? [])
        .map(({ name, value }) => [name, value]),
    );
  }

  /** Keeps a setting; `null` forgets it. */
  async setSetting(name: string, text: string | null, actor: string): Promise<void> {
    if (text === null) {
      await this.#remove('setting', 'name', name, actor);
      return;
    }
    await this.change(actor, (database) =>
      database
        .prepare(
          'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        )
        .run(name, text),
    );
  }

  /** The plugins that were agreed to, in that order. */
  async plugins(): Promise<PluginAgreement[]> {
    const rows = await this.read((database) =>
      database.prepare('SELECT id, path, sha256, added_at FROM plugin ORDER BY added_at, path').all(),
    );
    return (rows ?? []).map((row) => agreementSchema.parse(row));
  }

  /** Remembers that a file was agreed to; agreed to again, what it holds now counts. */
  async savePlugin(path: string, sha256: string, actor: string): Promise<PluginAgreement> {
    const row = await this.change(actor, (database) =>
      database
        .prepare(
          `INSERT INTO plugin (id, path, sha256, added_at) VALUES (@id, @path, @sha256, @now)
           ON CONFLICT (path) DO UPDATE SET sha256 = @sha256, added_at = @now
           RETURNING id, path, sha256, added_at`,
        )
        .get({ id: randomUUID(), path, sha256, now: new Date().toISOString() }),
    );
    return agreementSchema.parse(row);
  }

  removePlugin(id: string, actor: string): Promise<boolean> {
    return this.#remove('plugin', 'id', id, actor);
  }

  close(): void {
    this.#database?.close();
    this.#release?.();
    this.#database = undefined;
    this.#opening = undefined;
  }

  async #remove(table: string, key: string, value: string, actor: string): Promise<boolean> {
    if (this.#database === undefined && !existsSync(this.path)) return false;
    return this.change(
      actor,
      (database) => database.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(value).changes > 0,
    );
  }

  #open(): Promise<Database> {
    if (this.#database !== undefined) return Promise.resolve(this.#database);
    this.#opening ??= this.#start().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #start(): Promise<Database> {
    const { default: BetterSqlite } = await import('better-sqlite3');
    let database: Database | undefined;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      database = new BetterSqlite(this.path, { timeout: 5_000 });
      // SQLite gives the files beside it the same rights.
      if (process.getuid?.() === statSync(this.path).uid) chmodSync(this.path, 0o600);
      database.pragma('journal_mode = WAL');
      // What is acknowledged must be there after a power cut, too.
      database.pragma('synchronous = FULL');
      const migrated = migrate(database, this.path, STATE_SCHEMA);
      // Opened again in the same run, what the first time did still counts.
      if (this.#migrated === undefined || migrated.from < migrated.to) this.#migrated = migrated;
      restoreTriggers(database);
    } catch (error) {
      database?.close();
      throw databaseError(error, this.path);
    }
    this.#release = holdDatabase(this.path);
    this.#database = database;
    return database;
  }
}

/** Puts triggers back that somebody took away or changed, and writes down what was changed meanwhile. */
function restoreTriggers(database: Database): void {
  if (hasTriggers(database)) return;
  database
    .transaction(() => {
      if (hasTriggers(database)) return;
      installTriggers(database);
      catchUp(database);
    })
    .immediate();
}

function takeChanges(database: Database): ModelChange[] {
  const rows = database.prepare('SELECT seq, model, key, action, old, new, at FROM model_change ORDER BY seq').all();
  if (rows.length > 0) database.prepare('DELETE FROM model_change').run();
  return rows.map((row) => modelChangeSchema.parse(row));
}
