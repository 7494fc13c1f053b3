/** A real Redis server of a test's own: private folder, free port, nothing kept on disk unless asked for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { createTempDir } from './temp-dir.ts';

export interface RedisServerOptions {
  /** Password of the default user. */
  readonly password?: string;
  /** Lines of an ACL file: `user auditor on >secret ~event-audit +@read`. */
  readonly acl?: readonly string[];
  /** Certificate files; the server then speaks TLS only. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string; readonly clientAuth?: boolean };
  /** Further arguments: `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[];
  /** A configuration file that makes it a sentinel, which rewrites that file. */
  readonly sentinelConfig?: string;
  /** Keeps what was written over {@link RedisServer.restart}, also after {@link RedisServer.kill}. */
  readonly persist?: boolean;
}

export interface RedisServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `redis://127.0.0.1:PORT` or `rediss://…`, without user and password. */
  readonly url: string;
  /** What the server printed so far. */
  readonly log: () => string;
  /** Process id of the running server; 0 when it is not running. */
  readonly pid: () => number;
  /** Ends it in order and removes its folder. Safe to call twice. */
  readonly stop: () => Promise<void>;
  /** Ends it at once, as a crash would. The folder stays, so that it can be restarted. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port; ends it first when it still runs. */
  readonly restart: () => Promise<void>;
  /** Stops it answering without ending it (SIGSTOP), as a hanging host would, and back. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

const HOST = '127.0.0.1';
const START_MS = 20_000;
const PORT_ATTEMPTS = 4;

/** Starts a server and waits until it answers. @throws Error saying what to install when there is no `redis-server`. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = prepare(options, await freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.stop();
      // Another process may have taken the port between the question and the start.
      if (attempt === PORT_ATTEMPTS || !/Address already in use/.test(server.log())) throw error;
    }
  }
}

function prepare(options: RedisServerOptions, port: number): RedisServer {
  const folder = createTempDir('event-audit-redis-');
  const args = serverArguments(options, port, folder.path);
  let child: ChildProcess | undefined;
  let printed = '';

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill('SIGCONT');
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
  };
  const restart = async (): Promise<void> => {
    await end('SIGTERM');
    const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    guard(started, folder.path);
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString('utf8');
      });
    }
    await answers(started, port, options.tls !== undefined, () => printed);
  };
  const stop = async (): Promise<void> => {
    await end('SIGTERM');
    folder.remove();
  };
  return {
    host: HOST,
    port,
    url: `${options.tls === undefined ? 'redis' : 'rediss'}://${HOST}:${port}`,
    log: () => printed,
    pid: () => child?.pid ?? 0,
    stop,
    kill: () => end('SIGKILL'),
    restart,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * Ends the server when this process is gone, even by a crash that runs no handler: a small shell waits for the pipe to
 * us to close. It is ended itself as soon as the server is.
 */
function guard(server: ChildProcess, folder: string): void {
  if (server.pid === undefined) return;
  const script = 'cat >/dev/null; kill -9 "$1" && rm -rf "$2"';
  const guardian = spawn('sh', ['-c', script, 'sh', String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guardian.unref();
  server.once('exit', () => guardian.kill('SIGKILL'));
}

function serverArguments(options: RedisServerOptions, port: number, folder: string): readonly string[] {
  const { password, acl, tls, persist = false, args = [], sentinelConfig } = options;
  if (sentinelConfig !== undefined) {
    return [sentinelConfig, '--sentinel', '--bind', HOST, '--port', String(port), '--dir', folder, ...args];
  }
  const list = ['--bind', HOST, '--dir', folder, '--loglevel', 'notice', '--daemonize', 'no', '--save', ''];
  list.push('--appendonly', persist ? 'yes' : 'no');
  if (persist) list.push('--appendfsync', 'always');
  if (tls === undefined) {
    list.push('--port', String(port));
  } else {
    list.push('--port', '0', '--tls-port', String(port), '--tls-cert-file', tls.cert, '--tls-key-file', tls.key);
    list.push('--tls-ca-cert-file', tls.ca, '--tls-auth-clients', tls.clientAuth === true ? 'yes' : 'no');
  }
  if (password !== undefined) list.push('--requirepass', password);
  if (acl !== undefined) {
    const file = join(folder, 'users.acl');
    writeFileSync(file, acl.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    list.push('--aclfile', file);
  }
  return [...list, ...args];
}

/** Waits until the server says anything but that it is loading. Wanting a password is an answer. */
async function answers(child: ChildProcess, port: number, tls: boolean, log: () => string): Promise<void> {
  let problem: Error | undefined;
  child.once('error', (error: NodeJS.ErrnoException) => {
    problem =
      error.code === 'ENOENT'
        ? new Error('No redis-server is on the PATH. Install Redis 6 or later (Debian: apt-get install redis-server).')
        : error;
  });
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (problem !== undefined) throw problem;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`redis-server ended with ${child.exitCode ?? child.signalCode}:\n${log().slice(-2_000)}`);
    }
    const reply = await ping(port, tls);
    if (reply !== '' && !reply.startsWith('-LOADING')) return;
    await sleep(25);
  }
  throw new Error(`redis-server did not answer within ${START_MS / 1_000} s:\n${log().slice(-2_000)}`);
}

/** What the server replies to PING; `''` when it does not. A server that insists on client certificates answers by its handshake. */
function ping(port: number, tls: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = tls
      ? connectTls({ host: HOST, port, rejectUnauthorized: false, timeout: 1_000 })
      : connect({ host: HOST, port, timeout: 1_000 });
    const done = (reply: string): void => {
      socket.destroy();
      resolve(reply);
    };
    socket.once('error', (error: NodeJS.ErrnoException) => {
      done(error.code?.startsWith('ERR_SSL') === true ? error.code : '');
    });
    socket.once('timeout', () => {
      done('');
    });
    socket.once('close', () => {
      done('');
    });
    socket.once('data', (data: Buffer) => {
      done(data.toString('latin1'));
    });
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write('PING\r\n'));
  });
}

/** A TCP port that nothing listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
