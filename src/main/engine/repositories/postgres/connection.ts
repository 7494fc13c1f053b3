/** Connects to PostgreSQL as its own tools do: the TLS modes of libpq, sockets, and nothing taken from the environment. */
import { isIP, Socket } from 'node:net';
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import type { Note } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import type { SourceSecrets, SourceUrl } from '../../../../shared/source-url.ts';
import { checkParameters, timeoutMillis } from '../parameters.ts';
import { readCertificates, readKey } from '../pem-file.ts';
import { isAboutEncryption, postgresError } from './errors.ts';
import { lendingSocket } from './lending-socket.ts';

const PARAMETERS = ['table', 'host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'connect_timeout', 'timeout'];
const DEFAULT_PORT = 5432;
const CONNECT_SECONDS = 10;
/** A server that looks through a large table for the few rows that are wanted can be silent for long. */
const SILENCE_MS = 600_000;

type Security = false | ConnectionOptions;

export interface Connected {
  readonly client: Client;
  readonly notes: readonly Note[];
}

/** Opens a read-only session. The caller ends it. @throws AppError `invalid_input`, `source_*`, `cancelled` */
export async function connect(url: SourceUrl, secrets: SourceSecrets, signal: AbortSignal): Promise<Connected> {
  checkParameters(url, PARAMETERS);
  const silence = timeoutMillis(url, SILENCE_MS);
  const ways = securities(url, secrets);
  for (const [index, ssl] of ways.entries()) {
    throwIfAborted(signal);
    try {
      const client = await open(url, secrets, ssl, signal);
      endWhenSilent(client, url, silence);
      return { client, notes: encryptionNotes(url, ssl) };
    } catch (error) {
      throwIfAborted(signal);
      if (index + 1 < ways.length && isAboutEncryption(error)) continue;
      throw postgresError(closedAtOnce(error, url) ?? error, url);
    }
  }
  throw new AppError('internal', 'No way of connecting was tried.');
}

async function open(url: SourceUrl, secrets: SourceSecrets, ssl: Security, signal: AbortSignal): Promise<Client> {
  const user = url.username === '' ? userInfo().username : url.username;
  const client = new Client({
    host: hostOf(url),
    port: url.port === 0 ? DEFAULT_PORT : url.port,
    user,
    database: url.path.replace(/\/$/, '') || user,
    // A function keeps the driver from looking for one in the environment and in files.
    password: () => secrets['password'] ?? '',
    ssl,
    // Over an encrypted connection the bytes come out of other memory.
    ...(ssl === false ? { stream: lendingSocket } : {}),
    application_name: 'event-audit-viewer',
    connectionTimeoutMillis: connectMillis(url),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // Without a listener, a connection that breaks while nobody asks anything would end the process.
  client.on('error', () => undefined);
  const abort = (): void => void client.connection.stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    await client.query(
      `SET default_transaction_read_only = on; SET statement_timeout = 0; SET lock_timeout = '30s';
       SET idle_in_transaction_session_timeout = 0; SET bytea_output = 'hex'; SET extra_float_digits = 3;
       -- How values become texts is ours to say, not that of the server, the database or the user.
       SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';
       SET max_parallel_workers_per_gather = 0; SET synchronize_seqscans = off;
       SELECT set_config(name, '10s', false) FROM pg_settings WHERE name = 'client_connection_check_interval';
       -- A database without an encoding would refuse to send what is no UTF-8, and with it all that follows.
       SELECT set_config('client_encoding', 'SQL_ASCII', false) WHERE current_setting('server_encoding') = 'SQL_ASCII'`,
    );
    return client;
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Ends a connection over which nothing comes though something is waited for: the query under way fails and says so. */
function endWhenSilent(client: Client, url: SourceUrl, millis: number): void {
  const { stream } = client.connection;
  if (!(stream instanceof Socket)) return;
  stream.setTimeout(millis, () => {
    // A stream that we have paused ourselves has to be silent.
    if (stream.isPaused()) return;
    stream.destroy(
      new AppError(
        'source_unreachable',
        `${url.text} said nothing for ${millis / 1_000} seconds. Check the server and the network; timeout=SECONDS allows for more.`,
      ),
    );
  });
}

/** What another kind of server does, which can make nothing of the greeting. */
function closedAtOnce(error: unknown, url: SourceUrl): AppError | undefined {
  if (!(error instanceof Error && /terminated unexpectedly/i.test(error.message))) return undefined;
  return new AppError(
    'source_unreachable',
    `${url.text} closed the connection before it let anyone in. Check that PostgreSQL, and not another server, answers there.`,
    { cause: error },
  );
}

/** A host's name or address, or the folder of a Unix socket. */
function hostOf(url: SourceUrl): string {
  const host = url.parameters['host'] ?? url.host.replaceAll(/^\[|\]$/g, '');
  if (host.includes(',')) {
    throw new AppError('unsupported', 'Several hosts in one source URL are not supported. Name one of them.');
  }
  return host;
}

function connectMillis(url: SourceUrl): number {
  const text = url.parameters['connect_timeout'];
  if (text === undefined) return Math.min(CONNECT_SECONDS * 1_000, timeoutMillis(url, SILENCE_MS));
  if (!/^\d{1,4}$/.test(text)) {
    throw new AppError('invalid_input', `connect_timeout=${text} is not a number of seconds.`);
  }
  return Number(text) * 1_000;
}

/** The ways to secure the connection that the mode allows, in the order in which they are tried. */
function securities(url: SourceUrl, secrets: SourceSecrets): readonly Security[] {
  const mode = url.parameters['sslmode'] ?? 'prefer';
  if (hostOf(url).startsWith('/')) return [false];
  const authority = url.parameters['sslrootcert'];
  const base = (): ConnectionOptions => ({
    ...pem('ca', authority === 'system' ? undefined : authority),
    ...pem('cert', url.parameters['sslcert']),
    ...pem('key', url.parameters['sslkey']),
    ...(secrets['sslpassword'] === undefined ? {} : { passphrase: secrets['sslpassword'] }),
  });
  const unchecked = (): ConnectionOptions => ({ ...base(), rejectUnauthorized: false });
  const chainOnly = (): ConnectionOptions => ({ ...base(), checkServerIdentity: () => undefined });
  switch (mode) {
    case 'disable':
      return [false];
    case 'allow':
      return [false, unchecked()];
    case 'prefer':
      return [unchecked(), false];
    case 'require':
      // As in libpq: an authority that is named is also used.
      return [authority === undefined ? unchecked() : chainOnly()];
    case 'verify-ca':
      return [chainOnly()];
    case 'verify-full':
      return [base()];
    default:
      throw new AppError(
        'invalid_input',
        `sslmode=${mode} is unknown. Write disable, allow, prefer, require, verify-ca or verify-full.`,
      );
  }
}

function pem(name: 'ca' | 'cert' | 'key', path: string | undefined): ConnectionOptions {
  return path === undefined ? {} : { [name]: name === 'key' ? readKey(path) : readCertificates(path) };
}

/** Events that crossed a network in clear could have been read or altered on the way. */
function encryptionNotes(url: SourceUrl, ssl: Security): readonly Note[] {
  const host = hostOf(url);
  const here =
    host.startsWith('/') || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (ssl !== false || here) return [];
  return [
    {
      severity: 'warning',
      code: 'not_encrypted',
      message: `The connection to ${host} is not encrypted. Add sslmode=verify-full if the server offers TLS.`,
    },
  ];
}
