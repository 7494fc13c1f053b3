/** Reads names from CKAN's own tables in PostgreSQL: ids, names and titles, and no other column. */
import type { Client } from 'pg';
import { z } from 'zod';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { parseSourceUrl, type SourceSecrets, type SourceUrl } from '../../../../shared/source-url.ts';
import { connect } from '../../repositories/postgres/connection.ts';
import { postgresError } from '../../repositories/postgres/errors.ts';
import type { GivenName } from './loaded-names.ts';

/** Passwords, API keys and mail addresses lie in the same tables: only what is named here is ever asked for. */
const TABLES = [
  { table: '"user"', kind: 'user', title: 'fullname' },
  { table: 'package', kind: 'package', title: 'title' },
  { table: '"group"', kind: 'group', title: 'title' },
  { table: 'resource', kind: 'resource', title: undefined },
] as const;

const FETCH_ROWS = 10_000;

const rowsSchema = z.array(z.object({ id: z.string(), name: z.string().nullable(), title: z.string().nullable() }));

/** The source URL without secrets, if it is one that names can be read from. @throws AppError `invalid_input` */
export function nameSource(text: string): { readonly url: SourceUrl; readonly secrets: SourceSecrets } {
  const parsed = parseSourceUrl(text);
  if (parsed.url.kind === 'postgres') return parsed;
  throw new AppError(
    'invalid_input',
    `Names can be read from CKAN’s PostgreSQL database only, not from ${parsed.url.text}. Write postgres://USER@HOST/DATABASE.`,
  );
}

/**
 * Names in batches, read in one read-only transaction.
 * @param leave called with the kind of each table that this role may not read; the others are read all the same
 * @throws AppError `source_unreachable`, `source_refused` (also when no table may be read), `source_invalid` when none of
 * CKAN's tables is there, `cancelled`
 */
export async function* ckanNames(
  { url, secrets }: { readonly url: SourceUrl; readonly secrets: SourceSecrets },
  signal: AbortSignal,
  leave: (kind: string) => void,
): AsyncGenerator<readonly GivenName[]> {
  const { client } = await connect(url, secrets, signal);
  const abort = (): void => void client.connection.stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const closed: string[] = [];
    let open = 0;
    for (const each of TABLES) {
      const columns = await columnsOf(client, each.table);
      if (columns.size === 0) continue;
      const texts = ['name', each.title ?? ''].map((column) => (columns.get(column) === true ? column : 'NULL'));
      if (columns.get('id') !== true || texts.every((text) => text === 'NULL')) {
        closed.push(each.table);
        leave(each.kind);
        continue;
      }
      open += 1;
      yield* namesIn(client, each, texts, signal);
    }
    if (open === 0 && closed.length > 0) {
      throw new AppError(
        'source_refused',
        `This role may not read CKAN’s tables in ${url.text}. Let it SELECT id, name and title of ${closed.join(', ')}.`,
      );
    }
    if (open === 0) {
      throw new AppError(
        'source_invalid',
        `${url.text} holds none of CKAN’s tables (user, package, group, resource). Check the database’s name.`,
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    throwIfAborted(signal);
    throw postgresError(error, url);
  } finally {
    signal.removeEventListener('abort', abort);
    client.end().catch(() => undefined);
  }
}

/** The columns of a table and whether this role may read each; none when there is no such table. */
async function columnsOf(client: Client, table: string): Promise<ReadonlyMap<string, boolean>> {
  const { rows } = await client.query(
    `SELECT attname AS name, has_column_privilege(attrelid, attnum, 'SELECT') AS readable
     FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  const columns = z.array(z.object({ name: z.string(), readable: z.boolean() })).parse(rows);
  return new Map(columns.map(({ name, readable }) => [name, readable]));
}

async function* namesIn(
  client: Client,
  { table, kind }: (typeof TABLES)[number],
  [nameColumn, titleColumn]: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly GivenName[]> {
  const columns = `id, ${nameColumn ?? 'NULL'} AS name, ${titleColumn ?? 'NULL'} AS title`;
  await client.query(`DECLARE names NO SCROLL CURSOR FOR SELECT ${columns} FROM ${table} ORDER BY id`);
  for (;;) {
    throwIfAborted(signal);
    const { rows } = await client.query(`FETCH ${FETCH_ROWS} FROM names`);
    const found = rowsSchema.parse(rows);
    if (found.length === 0) break;
    yield found.flatMap(({ id, name, title }) =>
      (name ?? '') === '' && (title ?? '') === '' ? [] : [{ id, name: name ?? '', title: title ?? '', kind }],
    );
  }
  await client.query('CLOSE names');
}
