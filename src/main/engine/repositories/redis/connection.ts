/** Connects to Redis and says in the user's words what went wrong when it can't. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { AppError, isAbort } from '../../../../shared/errors.ts';
import type { SourceSecrets, SourceUrl } from '../../../../shared/source-url.ts';
import { checkParameters } from '../parameters.ts';

/** The parameters a Redis source may carry. */
const PARAMETERS = ['key', 'ca', 'client_cert', 'client_key', 'servername'];

const CONNECT_MS = 10_000;
/** A reply that takes longer means a server that hangs. */
const REPLY_MS = 60_000;

/** @throws AppError `invalid_input` when the URL asks for something Redis has not. */
export function redisOptions(url: SourceUrl, secrets: SourceSecrets): Omit<RedisOptions, 'replyMapping'> {
  if (url.scheme === 'redis+cluster' || url.scheme === 'redis+sentinel') {
    throw new AppError(
      'unsupported',
      `${url.scheme}: is not supported by this version. Name one server with redis:// or rediss://.`,
    );
  }
  checkParameters(url, PARAMETERS);
  const database = url.path.replace(/\/$/, '');
  if (database !== '' && !/^\d{1,5}$/.test(database)) {
    throw new AppError('invalid_input', `“${database}” is not a Redis database number. Write redis://HOST:PORT/0.`);
  }
  return {
    host: url.host.replaceAll(/^\[|\]$/g, ''),
    port: url.port === 0 ? 6379 : url.port,
    db: Number(database === '' ? '0' : database),
    ...(url.username === '' ? {} : { username: url.username }),
    ...(secrets['password'] === undefined ? {} : { password: secrets['password'] }),
    ...(url.scheme === 'rediss' ? { tls: tlsOptions(url) } : {}),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: REPLY_MS,
    // Reconnecting is decided by the reader, who knows whether its cursor is still good.
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
  };
}

function tlsOptions(url: SourceUrl): NonNullable<RedisOptions['tls']> {
  const { ca, client_cert: cert, client_key: key } = url.parameters;
  const host = url.host.replaceAll(/^\[|\]$/g, '');
  // A server name is a host's name by definition (RFC 6066); an address is checked against the certificate as it is.
  const servername = url.parameters['servername'] ?? (isIP(host) === 0 ? host : undefined);
  return {
    ...(ca === undefined ? {} : { ca: readPem(ca) }),
    ...(cert === undefined ? {} : { cert: readPem(cert) }),
    ...(key === undefined ? {} : { key: readPem(key) }),
    ...(servername === undefined ? {} : { servername }),
  };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError('invalid_input', `The certificate file ${path} can’t be read. Check the path.`, { cause });
  }
}

/** Opens a connection that answers. The caller ends it with `disconnect()`. @throws AppError `source_*`, `cancelled` */
export async function connect(url: SourceUrl, secrets: SourceSecrets, signal: AbortSignal): Promise<Redis> {
  const client = new Redis(redisOptions(url, secrets));
  let last: unknown;
  client.on('error', (error: unknown) => {
    last = error;
  });
  const abort = (): void => client.disconnect();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    await client.ping();
    return client;
  } catch (error) {
    client.disconnect();
    if (signal.aborted) throw new AppError('cancelled', 'Cancelled.', { retryable: true });
    throw redisError(error, last, url);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Whether an error says that the connection is gone, as opposed to the server saying no. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof AppError && error.code === 'source_unreachable';
}

/** The error in our words. `earlier` is what the connection reported before, often the true cause. */
export function redisError(error: unknown, earlier: unknown, url: SourceUrl): AppError {
  if (error instanceof AppError) return error;
  if (isAbort(error)) return new AppError('cancelled', 'Cancelled.', { retryable: true });
  const messages = [error, earlier].map((each) => (each instanceof Error ? each.message : ''));
  const text = messages.join(' ');
  const codes = [error, earlier].map((each) => (each instanceof Error && 'code' in each ? String(each.code) : ''));
  const where = url.text;
  const cause = earlier ?? error;
  if (/WRONGPASS|invalid password|invalid username-password/i.test(text)) {
    return new AppError('source_refused', `${where} refused the password. Check user and password.`, { cause });
  }
  if (/NOAUTH|Authentication required/i.test(text)) {
    return new AppError(
      'source_refused',
      `${where} wants a password. Give one (on the command line: EVENT_AUDIT_PASSWORD).`,
      { cause },
    );
  }
  if (/NOPERM/.test(text)) {
    return new AppError(
      'source_refused',
      `${where}: this user may not read here (${messages[0]}). It needs TYPE, HLEN and HSCAN on the key.`,
      { cause },
    );
  }
  if (/WRONGTYPE/.test(text)) {
    return new AppError(
      'source_invalid',
      `${where}: the key “${url.parameters['key'] ?? 'event-audit'}” holds something else than a hash. Name the right one with ?key=NAME.`,
      { cause },
    );
  }
  if (/DB index is out of range|invalid DB index/i.test(text)) {
    return new AppError('source_invalid', `${where}: the server has no database ${url.path}. Most have 0 to 15.`, {
      cause,
    });
  }
  if (codes.includes('ECONNREFUSED')) {
    return new AppError(
      'source_unreachable',
      `Nothing answers at ${where} (connection refused). Check host and port, and that Redis runs.`,
      { cause },
    );
  }
  if (codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')) {
    return new AppError('source_unreachable', `No host is called ${url.host}. Check the name and the network.`, {
      cause,
    });
  }
  if (codes.some((code) => /CERT|TLS|SSL/.test(code)) || /certificate|SSL|TLS/i.test(text)) {
    return new AppError(
      'source_refused',
      `${where}: no secure connection (${messages.find((message) => message !== '') ?? ''}). Name the authority with ?ca=FILE, or check that the port speaks TLS.`,
      { cause },
    );
  }
  if (/timed out|ETIMEDOUT/i.test(text) || codes.includes('ETIMEDOUT')) {
    return new AppError('source_unreachable', `${where} does not answer in time. Check the network, then try again.`, {
      cause,
    });
  }
  if (/LOADING/.test(text)) {
    return new AppError('source_unreachable', `${where} is still loading its data. Try again in a moment.`, { cause });
  }
  if (/^(ERR|[A-Z]+) /.test(messages[0] ?? '')) {
    return new AppError('source_refused', `${where} says: ${messages[0]}`, { cause });
  }
  return new AppError(
    'source_unreachable',
    `The connection to ${where} was lost${messages[0] === '' ? '' : ` (${messages[0]})`}.`,
    { cause },
  );
}
