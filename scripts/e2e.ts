/** `npm run test:e2e`: the real app under Playwright, on a virtual screen where there is none. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resolveElectron, type ElectronRuntime } from './electron-runtime.ts';
import { ROOT, projectEnv, projectNode, run, say } from './support/project.ts';

export const E2E_REPORT = join(ROOT, 'test-results/e2e.json');

/** Runs the specs; further arguments go to Playwright. Returns its exit code. */
export async function runE2e(args: readonly string[], electron: ElectronRuntime): Promise<number> {
  await mkdir(join(ROOT, 'test-results'), { recursive: true });
  const playwright = [projectNode(), join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', ...args];
  const isScreenless = process.platform === 'linux' && (process.env['DISPLAY'] ?? '') === '';
  const [command = '', ...rest] = isScreenless
    ? ['xvfb-run', '-a', '-s', '-screen 0 1920x1200x24', ...playwright]
    : playwright;
  // Playwright asks the package `electron` for the program, which honours this folder.
  const env = projectEnv({ ELECTRON_OVERRIDE_DIST_PATH: electron.folder, PLAYWRIGHT_JSON_OUTPUT_FILE: E2E_REPORT });
  return (await run(command, rest, { show: true, env })).code;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  try {
    process.exitCode = await runE2e(process.argv.slice(2), await resolveElectron());
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
