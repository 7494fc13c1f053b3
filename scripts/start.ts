/** `npm start`: opens the app, or does a first job on the command line where there is no screen. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILD_STAMP, build } from './build.ts';
import { resolveElectron } from './electron-runtime.ts';
import { ROOT, exitCode, projectEnv, runNode, say } from './support/project.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The question the job without a screen answers: which packages were deleted in August 2024? */
const FILTERS = ['--category=model', '--action=deleted', '--start-date=2024-08-01', '--end-date=2024-08-31'];
const COMMAND = join(ROOT, 'bin/event-audit.js');

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '');
}

function newestChange(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), 0);
}

function isBuilt(): boolean {
  const built = statSync(BUILD_STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['src', 'electron.vite.config.ts', 'package.json'].every((path) => newestChange(join(ROOT, path)) <= built);
}

async function startApp(args: readonly string[]): Promise<number> {
  const { executable } = await resolveElectron();
  // Chromium's sandbox refuses to run as root on Linux; a development container often knows no other user.
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const { ELECTRON_RUN_AS_NODE: _unwanted, ...env } = projectEnv();
  const child = spawn(executable, [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...args], { stdio: 'inherit', env });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => done(exitCode(code, signal)));
  });
}

async function runCommand(args: readonly string[]): Promise<number> {
  const { code } = await runNode([COMMAND, ...args], { show: true });
  if (code !== 0) say(`event-audit ${args[0] ?? ''} ended with exit code ${code}.`);
  return code;
}

/** The same engine, without a window: shows the events, exports them, and verifies the export. */
async function runWithoutDisplay(): Promise<number> {
  say('There is no display (DISPLAY and WAYLAND_DISPLAY are empty), so no window can open.');
  say('The same engine now answers on the command line: what was deleted in the bundled store in August 2024?');
  const output = join(ROOT, 'exports/deleted-2024-08.xlsx');
  await mkdir(join(ROOT, 'exports'), { recursive: true });
  const source = ['--source=demo:', ...FILTERS];
  for (const args of [
    ['events', ...source, '--limit=10'],
    ['export', ...source, '--format=xlsx', `--output=${output}`],
    ['verify', output],
  ]) {
    const code = await runCommand(args);
    if (code !== 0) return code;
  }
  say(`The verified spreadsheet: ${output}`);
  return 0;
}

async function main(): Promise<number> {
  if (!isBuilt() && !(await build())) return 1;
  return hasDisplay() ? startApp(process.argv.slice(2)) : runWithoutDisplay();
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
