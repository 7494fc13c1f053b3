/** The app's own memory: remembered connections. A small SQLite file in the data folder; it never holds a secret. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { connectionSchema, type Connection } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';

const settingSchema = z.object({ name: z.string(), value: z.string() });

/** Each entry brings a database from its index to the next version. Never change one that was released. */
const MIGRATIONS: readonly string[] = [
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
];

export class StateDatabase {
  readonly #path: string;
  #database: Database | undefined;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'state.sqlite');
  }

  async connections(): Promise<Connection[]> {
    if (this.#database === undefined && !existsSync(this.#path)) return [];
    const database = await this.#open();
    return database
      .prepare('SELECT id, name, url, last_opened_at FROM connection ORDER BY last_opened_at DESC')
      .all()
      .map((row) => connectionSchema.parse(row));
  }

  /** Remembers a store, or that it was opened again. An empty name keeps the one it has, or takes the URL. */
  async saveConnection(url: string, name: string): Promise<Connection> {
    const database = await this.#open();
    const row = database
      .prepare(
        `INSERT INTO connection (id, name, url, last_opened_at) VALUES (@id, coalesce(nullif(@name, ''), @url), @url, @now)
         ON CONFLICT (url) DO UPDATE SET last_opened_at = @now, name = coalesce(nullif(@name, ''), name)
         RETURNING id, name, url, last_opened_at`,
      )
      .get({ id: randomUUID(), name: name.trim(), url, now: new Date().toISOString() });
    return connectionSchema.parse(row);
  }

  async removeConnection(id: string): Promise<boolean> {
    const database = await this.#open();
    return database.prepare('DELETE FROM connection WHERE id = ?').run(id).changes > 0;
  }

  /** The settings that were made in the product, by name. */
  async settings(): Promise<ReadonlyMap<string, string>> {
    if (this.#database === undefined && !existsSync(this.#path)) return new Map();
    const database = await this.#open();
    const rows = z.array(settingSchema).parse(database.prepare('SELECT name, value FROM setting').all());
    return new Map(rows.map(({ name, value }) => [name, value]));
  }

  /** Keeps a setting; `null` forgets it. */
  async setSetting(name: string, text: string | null): Promise<void> {
    const database = await this.#open();
    if (text === null) database.prepare('DELETE FROM setting WHERE name = ?').run(name);
    else {
      database
        .prepare(
          'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        )
        .run(name, text);
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  async #open(): Promise<Database> {
    if (this.#database !== undefined) return this.#database;
    const { default: BetterSqlite } = await import('better-sqlite3');
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const database = new BetterSqlite(this.#path, { timeout: 5_000 });
    try {
      database.pragma('journal_mode = WAL');
      this.#migrate(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    return database;
  }

  #migrate(database: Database): void {
    const version = Number(database.pragma('user_version', { simple: true }));
    if (version > MIGRATIONS.length) {
      throw new AppError(
        'unsupported',
        `${this.#path} was made by a newer version of the product (schema ${version}, this one knows ${MIGRATIONS.length}). Install that version.`,
      );
    }
    database.transaction(() => {
      for (const statement of MIGRATIONS.slice(version)) database.exec(statement);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })();
  }
}
