/** What a Redis source URL asks for, checked and as the driver wants it. */
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import { AppError } from '../../../../shared/errors.ts';
import type { SourceSecrets, SourceUrl } from '../../../../shared/source-url.ts';
import { checkParameters, timeoutMillis } from '../parameters.ts';
import { readCertificates, readKey } from '../pem-file.ts';

const DEFAULT_KEY = 'event-audit';
const DEFAULT_PORT = 6379;
const SENTINEL_PORT = 26_379;
const CONNECT_MS = 10_000;
/** A reply that takes longer means a server that hangs. */
const REPLY_MS = 60_000;
/** How long a lost server is tried again. */
const PATIENCE_MS = 30_000;

export type Topology = 'single' | 'sentinel' | 'cluster';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A source URL taken apart. */
export interface RedisSource {
  readonly url: SourceUrl;
  readonly secrets: SourceSecrets;
  readonly topology: Topology;
  /** The servers named: one, or those that are asked for the way. */
  readonly seeds: readonly Address[];
  readonly key: string;
  readonly database: number;
  /** The name under which sentinels watch the server. */
  readonly master: string;
  /** Whether to read from a replica. */
  readonly fromReplica: boolean;
  /** Milliseconds until a server that says nothing counts as lost. */
  readonly replyMs: number;
  /** Milliseconds that a lost server is tried again. */
  readonly patienceMs: number;
}

type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** @throws AppError `invalid_input` when the URL asks for something Redis has not. */
export function redisSource(url: SourceUrl, secrets: SourceSecrets): RedisSource {
  const topology: Topology =
    url.scheme === 'redis+sentinel' ? 'sentinel' : url.scheme === 'redis+cluster' ? 'cluster' : 'single';
  checkParameters(url, [
    'key',
    'ca',
    'client_cert',
    'client_key',
    'servername',
    'role',
    'timeout',
    ...(topology === 'single' ? [] : ['tls']),
    ...(topology === 'sentinel' ? ['master', 'sentinel_username'] : []),
  ]);
  const { key = DEFAULT_KEY, role = 'master', master = '' } = url.parameters;
  if (role !== 'master' && role !== 'replica') {
    throw new AppError('invalid_input', `“${role}” is no role of a Redis server. Write role=master or role=replica.`);
  }
  if (topology === 'sentinel' && master === '') {
    throw new AppError(
      'invalid_input',
      'Sentinels watch servers by name: add ?master=NAME, as in redis+sentinel://host:26379/0?master=mymaster.',
    );
  }
  const unused = ['ca', 'client_cert', 'client_key', 'servername'].find((name) => url.parameters[name] !== undefined);
  if (unused !== undefined && !isSecure(url)) {
    throw new AppError(
      'invalid_input',
      `${unused}= says how a connection is secured, and this one is not. Write ${topology === 'single' ? 'rediss://' : 'tls=1'}.`,
    );
  }
  const replyMs = timeoutMillis(url, REPLY_MS);
  return {
    url,
    secrets,
    topology,
    seeds: addresses(url, topology === 'sentinel' ? SENTINEL_PORT : DEFAULT_PORT),
    key,
    database: databaseNumber(url, topology),
    master,
    fromReplica: role === 'replica',
    replyMs,
    patienceMs: Math.min(PATIENCE_MS, replyMs),
  };
}

function databaseNumber(url: SourceUrl, topology: Topology): number {
  const database = url.path.replace(/\/$/, '');
  if (database !== '' && !/^\d{1,5}$/.test(database)) {
    throw new AppError('invalid_input', `“${database}” is not a Redis database number. Write redis://HOST:PORT/0.`);
  }
  if (topology === 'cluster' && Number(database) !== 0) {
    throw new AppError('invalid_input', `A Redis cluster has database 0 only, not ${database}.`);
  }
  return Number(database);
}

function addresses(url: SourceUrl, defaultPort: number): readonly Address[] {
  if (!url.host.includes(',')) return [{ host: bare(url.host), port: url.port === 0 ? defaultPort : url.port }];
  if (url.scheme === 'redis' || url.scheme === 'rediss') {
    throw new AppError(
      'invalid_input',
      `${url.text} names several servers. Write redis+cluster:// for a cluster or redis+sentinel:// for sentinels.`,
    );
  }
  return url.host.split(',').map((text) => {
    const match = /^(\[[0-9a-f:.%]+\]|[^:]+)(?::(\d{1,5}))?$/i.exec(text.trim());
    const port = Number(match?.[2] ?? defaultPort);
    if (match?.[1] === undefined || port > 65_535) {
      throw new AppError('invalid_input', `“${text}” is not a host with a port. Write host1:${defaultPort},host2.`);
    }
    return { host: bare(match[1]), port };
  });
}

function bare(host: string): string {
  return host.replaceAll(/^\[|\]$/g, '');
}

/** How to connect to one server of the source, with its data's user and password. */
export function clientOptions(source: RedisSource, { host, port }: Address): ClientOptions {
  const { url, secrets } = source;
  return {
    ...baseOptions(source, { host, port }),
    db: source.database,
    ...(url.username === '' ? {} : { username: url.username }),
    ...(secrets['password'] === undefined ? {} : { password: secrets['password'] }),
  };
}

/** How to connect to a sentinel, which has a user and password of its own, if any. */
export function sentinelOptions(source: RedisSource, address: Address): ClientOptions {
  const username = source.url.parameters['sentinel_username'];
  const password = source.secrets['sentinel_password'];
  return {
    ...baseOptions(source, address),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function isSecure(url: SourceUrl): boolean {
  return url.scheme === 'rediss' || /^(1|true|yes)$/i.test(url.parameters['tls'] ?? '');
}

function baseOptions({ url, replyMs }: RedisSource, { host, port }: Address): ClientOptions {
  return {
    host,
    port,
    ...(isSecure(url) ? { tls: tlsOptions(url, host) } : {}),
    lazyConnect: true,
    connectTimeout: Math.min(CONNECT_MS, replyMs),
    commandTimeout: replyMs,
    // Reconnecting is decided by the reader, who knows whether its cursor is still good.
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    // A connection that failed leaves a timer behind, which would hold the command up for so long.
    disconnectTimeout: 100,
    disableClientInfo: true,
  };
}

function tlsOptions(url: SourceUrl, host: string): NonNullable<RedisOptions['tls']> {
  const { ca, client_cert: cert, client_key: key } = url.parameters;
  if ((cert === undefined) !== (key === undefined)) {
    throw new AppError('invalid_input', 'A client certificate needs both client_cert=FILE and client_key=FILE.');
  }
  checkPair(cert, key);
  // TLS names servers by name only; an address is checked against the certificate all the same.
  const servername = url.parameters['servername'] ?? (isIP(host) === 0 ? host : undefined);
  return {
    ...(ca === undefined ? {} : { ca: readCertificates(ca) }),
    ...(cert === undefined ? {} : { cert: readCertificates(cert) }),
    ...(key === undefined ? {} : { key: readKey(key) }),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** @throws AppError `invalid_input` when the key is not the certificate's, or needs a passphrase */
function checkPair(cert: string | undefined, key: string | undefined): void {
  if (cert === undefined || key === undefined) return;
  try {
    createSecureContext({ cert: readCertificates(cert), key: readKey(key) });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const said = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : '';
    throw new AppError('invalid_input', `The certificate ${cert} can’t be used with the key ${key} (${said}).`, {
      cause,
    });
  }
}
