/** A real PostgreSQL server of a test's own: private folder, free port, an administrator with a password. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResult } from 'pg';
import { freePort } from './redis-server.ts';

export interface PostgresServerOptions {
  /** Lines of `postgresql.conf`: `['max_connections = 3']`. */
  readonly settings?: readonly string[];
  /** Lines of `pg_hba.conf`; passwords for everybody unless said. */
  readonly access?: readonly string[];
  /** Certificate files, which are copied; the server then speaks TLS as well. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
}

export interface PostgresServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `postgres://auditor@127.0.0.1:PORT/postgres`, without password. */
  readonly url: string;
  /** The administrator, who owns the database `postgres`. */
  readonly user: string;
  readonly password: string;
  /** The folder with the server's Unix socket. */
  readonly socketDir: string;
  /** The path of one of PostgreSQL's own programs, such as `psql`. */
  readonly program: (name: string) => string;
  /** What the server printed so far. */
  readonly log: () => string;
  /** Runs statements as the administrator. */
  readonly sql: (statements: string, database?: string) => Promise<readonly Record<string, unknown>[]>;
  /** Ends it in order and removes its folder. Safe to call twice. */
  readonly stop: () => Promise<void>;
  /** Ends it at once, as a crash would. The folder stays, so that it can be restarted. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port; ends it first when it still runs. */
  readonly restart: () => Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'auditor';
const START_MS = 30_000;

/** Starts a server and waits until it answers. @throws Error saying what to install when there is no PostgreSQL. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const programs = findPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'event-audit-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const password = `pw-${port}`;
  if (isRoot()) {
    chmodSync(folder, 0o711);
    execFileSync('chown', ['postgres', folder]);
  }
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (isRoot()) execFileSync('chown', ['postgres', passwordFile]);
  run(
    join(programs, 'initdb'),
    ['-D', data, '-U', USER, '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C', '--no-sync', '-A', 'scram-sha-256'],
    folder,
  );
  appendFileSync(join(data, 'postgresql.conf'), `\n${configuration(options, port, folder, data).join('\n')}\n`);
  if (options.access !== undefined) writeFileSync(join(data, 'pg_hba.conf'), `${options.access.join('\n')}\n`);

  let child: ChildProcess | undefined;
  let printed = '';
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(timer);
  };
  const restart = async (): Promise<void> => {
    await end('SIGINT');
    const started = start(join(programs, 'postgres'), ['-D', data], folder);
    child = started;
    guard(started, folder);
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString('utf8');
      });
    }
    await answers(started, { port, password }, () => printed);
  };
  const stop = async (): Promise<void> => {
    await end('SIGINT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const server: PostgresServer = {
    host: HOST,
    port,
    url: `postgres://${USER}@${HOST}:${port}/postgres`,
    user: USER,
    password,
    socketDir: folder,
    program: (name) => join(programs, name),
    log: () => printed,
    sql: async (statements, database = 'postgres') => {
      const client = new Client({ host: HOST, port, user: USER, password, database });
      await client.connect();
      try {
        const result: QueryResult<Record<string, unknown>> = await client.query(statements);
        return result.rows ?? [];
      } finally {
        await client.end();
      }
    },
    stop,
    // A server that is asked to quit at once ends its children too; SIGKILL would leave them and their shared memory.
    kill: () => end('SIGQUIT'),
    restart,
    [Symbol.asyncDispose]: stop,
  };
  try {
    await restart();
    return server;
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(options: PostgresServerOptions, port: number, folder: string, data: string): readonly string[] {
  const lines = [
    `listen_addresses = '${HOST}'`,
    `port = ${port}`,
    `unix_socket_directories = '${folder}'`,
    'fsync = off',
    'full_page_writes = off',
    'max_wal_size = 4GB',
  ];
  const { tls, settings = [] } = options;
  if (tls !== undefined) {
    for (const [name, source] of Object.entries({ 'server.crt': tls.cert, 'server.key': tls.key, 'ca.crt': tls.ca })) {
      const target = join(data, name);
      execFileSync('cp', [source, target]);
      if (isRoot()) execFileSync('chown', ['postgres', target]);
      chmodSync(target, 0o600);
    }
    lines.push('ssl = on', "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'ca.crt'");
  }
  return [...lines, ...settings];
}

/** The folder with the newest server's programs: Debian keeps them off the PATH. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((each) => existsSync(join(each, 'initdb')) && existsSync(join(each, 'postgres')));
  if (found === undefined) {
    throw new Error('There is no PostgreSQL server. Install version 13 or later (Debian: apt-get install postgresql).');
  }
  return found;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** PostgreSQL refuses to run as root, so root runs it as the user `postgres`, who owns the private folder. */
function asServerUser(program: string, args: readonly string[]): readonly [string, readonly string[]] {
  return isRoot()
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]]
    : [program, args];
}

function run(program: string, args: readonly string[], cwd: string): void {
  const [command, all] = asServerUser(program, args);
  execFileSync(command, all, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}

function start(program: string, args: readonly string[], cwd: string): ChildProcess {
  const [command, all] = asServerUser(program, args);
  return spawn(command, all, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Ends the server when this process is gone, even by a crash that runs no handler. See redis-server.ts. */
function guard(server: ChildProcess, folder: string): void {
  if (server.pid === undefined) return;
  const script = 'cat >/dev/null; kill -QUIT "$1" && sleep 2; rm -rf "$2"';
  const guardian = spawn('sh', ['-c', script, 'sh', String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guardian.unref();
  server.once('exit', () => guardian.kill('SIGKILL'));
}

async function answers(
  child: ChildProcess,
  { port, password }: { readonly port: number; readonly password: string },
  log: () => string,
): Promise<void> {
  const deadline = Date.now() + START_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`postgres ended with ${child.exitCode ?? child.signalCode}:\n${log().slice(-2_000)}`);
    }
    const client = new Client({ host: HOST, port, user: USER, password, database: 'postgres' });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      last = error;
      if (/pg_hba/.test(String(error))) return;
      await sleep(50);
    }
  }
  throw new Error(`postgres did not answer within ${START_MS / 1_000} s (${String(last)}):\n${log().slice(-2_000)}`);
}
