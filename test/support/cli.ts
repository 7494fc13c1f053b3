/** The built command, run as a process of its own, as a person or a script runs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

const PROGRAM = join(ROOT, 'bin/event-audit.js');

const WITHOUT_OVERRIDE = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];

export interface CliOptions {
  /** Private data folder; each test has its own. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Is given the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Where the tests run as root: takes the right away to open files regardless of their permissions. */
  readonly unprivileged?: boolean;
  /** A shell command line in which `"$@"` stands for the command: `"$@" | head -1`. */
  readonly shell?: string;
  /** Whether its standard input is one that the test writes to. */
  readonly stdin?: 'pipe';
}

export interface CliResult {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  /** What was said on standard error, line by line. */
  readonly said: readonly string[];
}

/** Runs `event-audit` to its end. Nothing of this process's own settings reaches it. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (!existsSync(join(ROOT, 'dist/main/cli.js')))
    throw new Error('The command is not built. Run npm run build first.');
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^EVENT_AUDIT_|^NODE_|^VITEST/.test(name))),
    NO_COLOR: '1',
    TZ: 'America/New_York',
    EVENT_AUDIT_DATA_DIR: options.dataDir,
    ...options.env,
  };
  const isBound = options.unprivileged === true && process.getuid?.() === 0;
  const command = [...(isBound ? WITHOUT_OVERRIDE : []), process.execPath, PROGRAM, ...args];
  const [file = '', ...rest] =
    options.shell === undefined ? command : ['bash', '-c', options.shell, 'bash', ...command];
  const child = spawn(file, rest, { env, cwd: options.cwd ?? options.dataDir, stdio: 'pipe' });
  if (options.stdin === undefined) child.stdin.end();
  options.onStart?.(child);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => resolve(ended));
  });
  const stdoutBytes = Buffer.concat(out);
  const stderr = Buffer.concat(err).toString('utf8');
  const said = stderr.split('\n').filter((line) => line !== '');
  return { code, signal, stdout: stdoutBytes.toString('utf8'), stdoutBytes, stderr, said };
}
