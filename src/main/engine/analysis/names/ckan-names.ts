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
  { table: '"user"', kind: 'user', columns: 'id, name, fullname AS title' },
  { table: 'package', kind: 'package', columns: 'id, name, title' },
  { table: '"group"', kind: 'group', columns: 'id, name, title' },
  { table: 'resource', kind: 'resource', columns: 'id, name, NULL AS title' },
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
 * @throws AppError `source_unreachable`, `source_refused`, `source_invalid` when none of CKAN's tables is there, `cancelled`
 */
export async function* ckanNames(
  { url, secrets }: { readonly url: SourceUrl; readonly secrets: SourceSecrets },
  signal: AbortSignal,
): AsyncGenerator<readonly GivenName[]> {
  const { client } = await connect(url, secrets, signal);
  const abort = (): void => void client.connection.stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    let tables = 0;
    for (const each of TABLES) {
      if (!(await isThere(client, each.table))) continue;
      tables += 1;
      yield* namesIn(client, each, signal);
    }
    if (tables === 0) {
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

async function isThere(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  return z.array(z.object({ there: z.boolean() })).parse(rows)[0]?.there === true;
}

async function* namesIn(
  client: Client,
  { table, kind, columns }: (typeof TABLES)[number],
  signal: AbortSignal,
): AsyncGenerator<readonly GivenName[]> {
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
