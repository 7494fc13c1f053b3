/** The stores that are reached by a connection, each with what can happen to it, under one set of names. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { SourceSecrets } from '../../../src/shared/source-url.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { fillCloudWatch } from '../../support/cloudwatch/fill.ts';
import { startCloudWatch } from '../../support/cloudwatch/server.ts';
import { fillPostgres } from '../../support/postgres-fill.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { fillRedis } from '../../support/redis-fill.ts';
import { freePort, startRedis } from '../../support/redis-server.ts';
import { createTempDir } from '../../support/temp-dir.ts';

/** So many events are in what is read, and in the small one beside it. */
export const MANY = 6_000;
export const FEW = 150;

const MANY_OPTIONS = { seed: 31, hostile: 0.02 };
const FEW_OPTIONS = { seed: 32, hostile: 0.1 };

export interface FaultyStore extends AsyncDisposable {
  readonly port: number;
  /** The source as it is reached at a port. `small` is the one with few events. */
  readonly url: (port: number, parameters?: Readonly<Record<string, string>>, small?: boolean) => string;
  readonly secrets: SourceSecrets;
  /** Ends the server at once. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Takes the reader's rights away and ends what it has open. */
  readonly revoke: () => Promise<void>;
  readonly restore: () => Promise<void>;
}

function query(parameters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(parameters).toString();
  return text === '' ? '' : `?${text}`;
}

async function openRedis(isSecured = false): Promise<FaultyStore> {
  const folder = createTempDir('event-audit-certificates-');
  const { ca, server: pair } = makeCertificates(folder.path, 'auditor');
  // The administrator comes by the plain port in either case.
  const securedPort = isSecured ? await freePort() : 0;
  const tls = ['--tls-port', String(securedPort), '--tls-cert-file', pair.cert, '--tls-key-file', pair.key];
  const admin = { username: 'default', password: 'administrator' };
  const user = 'on >auditor-secret ~* resetchannels -@all +ping +select +type +hlen +hscan +info';
  const server = await startRedis({
    persist: true,
    ...(isSecured ? { args: [...tls, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'] } : {}),
    acl: [`user default on >${admin.password} ~* &* +@all`, `user auditor ${user}`],
  });
  await fillRedis({ ...server, ...admin }, MANY, MANY_OPTIONS);
  await fillRedis({ ...server, ...admin }, FEW, { ...FEW_OPTIONS, key: 'few' });
  const asAdmin = async (work: (redis: Redis) => Promise<unknown>): Promise<void> => {
    const redis = new Redis({ host: server.host, port: server.port, ...admin });
    try {
      await work(redis);
    } finally {
      redis.disconnect();
    }
  };
  return {
    port: isSecured ? securedPort : server.port,
    url: (port, parameters = {}, small = false) =>
      `${isSecured ? 'rediss' : 'redis'}://auditor@127.0.0.1:${port}/0${query({ ...parameters, ...(isSecured ? { ca } : {}), ...(small ? { key: 'few' } : {}) })}`,
    secrets: { password: 'auditor-secret' },
    kill: () => server.kill(),
    restart: () => server.restart(),
    revoke: () =>
      asAdmin(async (redis) => {
        await redis.call('ACL', 'SETUSER', 'auditor', 'reset');
        await redis.call('CLIENT', 'KILL', 'USER', 'auditor').catch(() => undefined);
      }),
    restore: () => asAdmin((redis) => redis.call('ACL', 'SETUSER', 'auditor', 'reset', ...user.split(' '))),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      folder.remove();
    },
  };
}

async function openPostgres(isSecured = false): Promise<FaultyStore> {
  const folder = createTempDir('event-audit-certificates-');
  const { ca, server: pair } = makeCertificates(folder.path, 'reader');
  const server = await startPostgres(isSecured ? { tls: { ca, ...pair } } : {});
  await fillPostgres(server, MANY, MANY_OPTIONS);
  await fillPostgres(server, FEW, { ...FEW_OPTIONS, table: 'few' });
  await server.sql(
    `CREATE ROLE reader LOGIN PASSWORD 'reader-secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`,
  );
  return {
    port: server.port,
    url: (port, parameters = {}, small = false) =>
      `postgres://reader@127.0.0.1:${port}/postgres${query({ ...parameters, ...(isSecured ? { sslmode: 'verify-full', sslrootcert: ca } : {}), ...(small ? { table: 'few' } : {}) })}`,
    secrets: { password: 'reader-secret' },
    kill: () => server.kill(),
    restart: () => server.restart(),
    revoke: async () => {
      await server.sql(
        `REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM reader; ALTER ROLE reader NOLOGIN;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'`,
      );
    },
    restore: async () => {
      await server.sql(`ALTER ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`);
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      folder.remove();
    },
  };
}

async function openCloudWatch(): Promise<FaultyStore> {
  const key = { accessKeyId: 'AKIAFAULTYFAULTY0001', secretAccessKey: randomUUID() };
  const server = await startCloudWatch({ keys: [key] });
  fillCloudWatch(server, MANY, MANY_OPTIONS);
  fillCloudWatch(server, FEW, { ...FEW_OPTIONS, group: '/few' });
  const url = new URL(server.endpoint);
  return {
    port: Number(url.port),
    url: (port, parameters = {}, small = false) =>
      `cloudwatch:${server.region}/${small ? '/few' : '/ckan/event-audit'}${query({ endpoint: `http://127.0.0.1:${port}`, rate: '500', ...parameters })}`,
    secrets: { access_key: key.accessKeyId, secret_key: key.secretAccessKey },
    // The service keeps what it was given when its servers fail; that they are gone is the proxy's doing.
    kill: () => Promise.resolve(),
    restart: () => Promise.resolve(),
    revoke: () => {
      server.keys.length = 0;
      return Promise.resolve();
    },
    restore: () => {
      server.keys.push(key);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

export interface StoreUnderFaults {
  readonly kind: string;
  readonly open: () => Promise<FaultyStore>;
  /** The bytes after which its connections are cut: before, within and behind the first answers, midway. */
  readonly cuts: readonly number[];
  /** About a third of what the store sends. */
  readonly midway: number;
}

export const REDIS: StoreUnderFaults = {
  kind: 'redis',
  open: () => openRedis(),
  cuts: [0, 1, 5, 200, 3_000, 70_000, 700_000, 2_500_000],
  midway: 1_200_000,
};
export const POSTGRES: StoreUnderFaults = {
  kind: 'postgres',
  open: () => openPostgres(),
  cuts: [0, 1, 10, 400, 5_000, 70_000, 700_000, 2_000_000],
  midway: 900_000,
};
export const REDIS_OVER_TLS: StoreUnderFaults = {
  kind: 'redis over TLS',
  open: () => openRedis(true),
  cuts: [1, 900, 700_000],
  midway: 1_200_000,
};
export const POSTGRES_OVER_TLS: StoreUnderFaults = {
  kind: 'postgres over TLS',
  open: () => openPostgres(true),
  cuts: [1, 900, 700_000],
  midway: 900_000,
};
export const CLOUDWATCH: StoreUnderFaults = {
  kind: 'cloudwatch',
  open: openCloudWatch,
  cuts: [0, 1, 200, 900, 70_000, 1_300_000],
  midway: 1_600_000,
};

export const STORES = [REDIS, POSTGRES, REDIS_OVER_TLS, POSTGRES_OVER_TLS, CLOUDWATCH] as const;
