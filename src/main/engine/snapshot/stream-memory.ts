/** How much memory the database may take while rows pass through it once, as they do for an export. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { MEMORY_LIMIT } from './schema.ts';

/** Pages that would be kept for later are memory for nothing: measured, a third of the usual is as fast. */
const STREAM_MEMORY = '24MB';

/** Lowers a database's limit while anything streams from it. A limit that was raised for long rows stays where it is. */
export class StreamMemory {
  readonly #limit: string;
  #streams = 0;
  #lowered: string | undefined;

  constructor(limit = STREAM_MEMORY) {
    this.#limit = limit;
  }

  async begin(connection: DuckDBConnection): Promise<void> {
    this.#streams += 1;
    if (this.#streams > 1 || (await limitOf(connection)) !== (await asShown(connection, MEMORY_LIMIT))) return;
    await connection.run(`SET memory_limit = '${this.#limit}'`);
    this.#lowered = await limitOf(connection);
  }

  async end(connection: DuckDBConnection): Promise<void> {
    this.#streams -= 1;
    if (this.#streams > 0 || this.#lowered === undefined) return;
    // Unless more was needed in between.
    if ((await limitOf(connection)) === this.#lowered) await connection.run(`SET memory_limit = '${MEMORY_LIMIT}'`);
    this.#lowered = undefined;
  }
}

async function limitOf(connection: DuckDBConnection): Promise<string> {
  return first(connection, "SELECT current_setting('memory_limit')");
}

/** A limit in whole megabytes as the database writes it. */
async function asShown(connection: DuckDBConnection, limit: string): Promise<string> {
  return first(connection, `SELECT format_bytes(${Number.parseInt(limit, 10)} * 1000000)`);
}

async function first(connection: DuckDBConnection, sql: string): Promise<string> {
  return String((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}
