/** Fills CKAN's own table with events, fast: the server's COPY takes them in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { generateEvents, type EventOptions, type WrittenEvent } from './events.ts';
import type { PostgresServer } from './postgres-server.ts';

export interface PostgresTableOptions {
  /** Name of the table, quoted where it needs to be; the extension's unless said. */
  readonly table?: string;
  readonly database?: string;
  /** Type of `result` and `payload`; both occur in the wild. */
  readonly json?: 'json' | 'jsonb';
}

export const POSTGRES_TABLE = 'event_audit_event';

const CHUNK_LINES = 2_000;

/** The statement that makes the extension's table. */
export function createTable({ table = POSTGRES_TABLE, json = 'json' }: PostgresTableOptions = {}): string {
  return `CREATE TABLE ${table} (
    id text PRIMARY KEY, category text NOT NULL, action text NOT NULL,
    actor text, action_object text, action_object_id text, target_type text, target_id text,
    timestamp timestamptz NOT NULL, result ${json}, payload ${json})`;
}

/**
 * Makes the table and fills it with generated events. PostgreSQL can't hold U+0000, so events with one are left out.
 * Returns how many there are.
 */
export async function fillPostgres(
  server: PostgresServer,
  count: number,
  options: EventOptions & PostgresTableOptions = {},
): Promise<number> {
  const { table = POSTGRES_TABLE, database = 'postgres' } = options;
  await server.sql(createTable(options), database);
  const psql = spawn(
    server.program('psql'),
    [
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      server.host,
      '-p',
      String(server.port),
      '-U',
      server.user,
      '-d',
      database,
    ].concat('-c', `COPY ${table} (${EVENT_FIELDS.join(', ')}) FROM STDIN`),
    {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, PGPASSWORD: server.password, PGCLIENTENCODING: 'UTF8' },
    },
  );
  let complaint = '';
  psql.stderr.on('data', (text: Buffer) => {
    complaint += text.toString('utf8');
  });
  const ended = once(psql, 'exit');
  let lines: string[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    if (lines.length > 0 && !psql.stdin.write(lines.join(''))) await once(psql.stdin, 'drain');
    lines = [];
  };
  for (const { event, json } of generateEvents(count, options)) {
    if (json.includes(String.raw`\u0000`)) continue;
    lines.push(copyLine(event));
    written += 1;
    if (lines.length === CHUNK_LINES) await flush();
  }
  await flush();
  psql.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`psql could not fill ${table}: ${complaint}`);
  await server.sql(`ANALYZE ${table}`, database);
  return written;
}

/** One row in the text format of COPY. */
function copyLine(event: WrittenEvent): string {
  const cells = EVENT_FIELDS.map((name) => {
    const value = event[name];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text
      .replaceAll('\\', '\\\\')
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', String.raw`\r`)
      .replaceAll('\t', String.raw`\t`);
  });
  return `${cells.join('\t')}\n`;
}
