/** Where the checkout and its tools are, and how the scripts run other programs. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

const BIN = join(ROOT, 'node_modules/.bin');

/** The Node.js that the project brings along; the one that runs this script where it has none (`node` not unpacked). */
export function projectNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = join(ROOT, 'node_modules/node/bin', name);
  return existsSync(own) ? own : process.execPath;
}

/** The environment in which `node` and the tools of `node_modules/.bin` are the project's. */
export function projectEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

export interface RunResult {
  /** The exit code; 128 plus the signal number when a signal ended it, 127 when it couldn't be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Shows the program's output as it comes instead of collecting it. */
  readonly show?: boolean;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
}

/** Runs a program to its end. Never throws: a program that can't be started ends with code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? projectEnv(),
    stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: 'SIGKILL' }),
  };
  return new Promise((done) => {
    const child = spawn(command, args, spawnOptions);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => done({ code: 127, stdout: '', stderr: `${command}: ${error.message}` }));
    child.on('close', (code, signal) =>
      done({
        code: exitCode(code, signal),
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
  });
}

/** Runs a tool of `node_modules` by the path of its script, with the project's Node.js. */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(projectNode(), args, options);
}

/** What a shell would report for this end of a program. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return signal === null ? 1 : 128 + constants.signals[signal];
}

/** One line on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
