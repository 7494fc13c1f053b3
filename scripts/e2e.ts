/** `npm run test:e2e`: the real app under Playwright, on a virtual screen where there is none. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resolveElectron, type ElectronRuntime } from './electron-runtime.ts';
import { ROOT, projectEnv, projectNode, run, say } from './support/project.ts';

/** On virtual screens so many parts of the specs run at a time, each on a screen and with a clipboard of its own. */
const PARTS = 2;
/** Virtual screens are looked for from these numbers on, apart so that two never take the same one. */
const FIRST_SCREEN = 99;
const SCREENS = 100;

const RESULTS = join(ROOT, 'test-results');

/** Where Playwright's reports go, one of each part. */
export const E2E_REPORTS = Array.from({ length: PARTS }, (_, part) => join(RESULTS, `e2e-${part + 1}.json`));

/** Runs the specs; further arguments go to Playwright. Returns its exit code. */
export async function runE2e(args: readonly string[], electron: ElectronRuntime): Promise<number> {
  await mkdir(RESULTS, { recursive: true });
  const isScreenless = process.platform === 'linux' && (process.env['DISPLAY'] ?? '') === '';
  const parts = isScreenless && args.length === 0 ? PARTS : 1;
  const runs = E2E_REPORTS.slice(0, parts).map(async (report, part) => {
    const playwright = [
      projectNode(),
      join(ROOT, 'node_modules/@playwright/test/cli.js'),
      'test',
      `--shard=${part + 1}/${parts}`,
      `--output=${join(RESULTS, 'e2e', String(part + 1))}`,
      ...args,
    ];
    const screen = ['xvfb-run', '-a', '-n', String(FIRST_SCREEN + part * SCREENS), '-s', '-screen 0 1920x1200x24'];
    const [command = '', ...rest] = isScreenless ? [...screen, ...playwright] : playwright;
    // Playwright asks the package `electron` for the program, which honours this folder.
    const env = projectEnv({ ELECTRON_OVERRIDE_DIST_PATH: electron.folder, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
    return (await run(command, rest, { show: true, env })).code;
  });
  return (await Promise.all(runs)).find((code) => code !== 0) ?? 0;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  try {
    process.exitCode = await runE2e(process.argv.slice(2), await resolveElectron());
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
