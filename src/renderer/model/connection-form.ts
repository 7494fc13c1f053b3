/** The connection dialog's fields and the source URL they stand for: each can be turned into the other. */
import { formatSourceUrl, parseSourceUrl, type ParsedSource } from '../../shared/source-url.ts';

export const DEFAULT_REDIS_PORT = 6_379;
export const DEFAULT_REDIS_KEY = 'event-audit';
export const DEFAULT_TABLE = 'event_audit_event';

export interface RedisForm {
  readonly host: string;
  readonly port: number;
  /** Database number as text. */
  readonly database: string;
  readonly user: string;
  readonly tls: boolean;
  readonly key: string;
}

export interface SqliteForm {
  readonly path: string;
  readonly table: string;
}

export const EMPTY_REDIS: RedisForm = {
  host: 'localhost',
  port: DEFAULT_REDIS_PORT,
  database: '0',
  user: '',
  tls: false,
  key: DEFAULT_REDIS_KEY,
};

export function redisUrl(form: RedisForm): string {
  const key = form.key.trim();
  return formatSourceUrl({
    kind: 'redis',
    scheme: form.tls ? 'rediss' : 'redis',
    host: form.host.trim() === '' ? 'localhost' : form.host.trim(),
    port: form.port,
    username: form.user,
    path: form.database.trim(),
    parameters: key === '' || key === DEFAULT_REDIS_KEY ? {} : { key },
  });
}

export function sqliteFormUrl(form: SqliteForm): string {
  const table = form.table.trim();
  return formatSourceUrl({
    kind: 'sqlite',
    scheme: 'sqlite',
    host: '',
    port: 0,
    username: '',
    path: form.path,
    parameters: table === '' || table === DEFAULT_TABLE ? {} : { table },
  });
}

/** The URL a text means, `undefined` while it means none. */
export function tryParse(text: string): ParsedSource | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseSourceUrl(text);
  } catch {
    // A URL that is still being typed: the engine tells what is wrong with it when it is asked.
    return undefined;
  }
}

/** The Redis fields of a URL; `undefined` for what the form can't say (clusters, sentinels, other stores). */
export function redisForm({ url }: ParsedSource): RedisForm | undefined {
  if (url.scheme !== 'redis' && url.scheme !== 'rediss') return undefined;
  return {
    host: url.host,
    port: url.port === 0 ? DEFAULT_REDIS_PORT : url.port,
    database: url.path === '' ? '0' : url.path,
    user: url.username,
    tls: url.scheme === 'rediss',
    key: url.parameters['key'] ?? DEFAULT_REDIS_KEY,
  };
}

export function sqliteForm({ url }: ParsedSource): SqliteForm | undefined {
  if (url.kind !== 'sqlite') return undefined;
  return { path: url.path, table: url.parameters['table'] ?? DEFAULT_TABLE };
}
