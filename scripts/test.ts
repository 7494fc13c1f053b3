/** `npm test`: everything that must hold, in one run. Its last line is `N passed, N failed`. */
import { readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.ts';
import { E2E_REPORTS, runE2e } from './e2e.ts';
import { resolveElectron, type ElectronRuntime } from './electron-runtime.ts';
import { ROOT, runNode, say } from './support/project.ts';
import { ensureSystemNeeds } from './support/system-needs.ts';

const VITEST_REPORT = join(ROOT, 'test-results/vitest.json');

interface Outcome {
  readonly step: string;
  readonly isOk: boolean;
  /** Tests, for the steps that run some. */
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

const outcomes: Outcome[] = [];

/** Runs one step, whatever happened before, and notes how it went. */
async function step(name: string, work: () => Promise<boolean>, count?: () => TestCount): Promise<boolean> {
  process.stdout.write(`\n── ${name}\n`);
  const startedAt = performance.now();
  let isOk = false;
  try {
    isOk = await work();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
  const { passed, failed } = count?.() ?? { passed: 0, failed: 0 };
  const seconds = (performance.now() - startedAt) / 1000;
  // A step that fails without a failed test (a crash, a type error) is a failure of its own.
  outcomes.push({ step: name, isOk, passed, failed: isOk ? failed : Math.max(failed, 1), seconds });
  return isOk;
}

interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

/** Tests that were skipped or did not get their turn count as failed: nothing here may be skipped. */
function vitestCount(): TestCount {
  const report = readReport(VITEST_REPORT);
  const passed = numberAt(report, 'numPassedTests');
  return { passed, failed: Math.max(0, numberAt(report, 'numTotalTests') - passed) };
}

function playwrightCount(): TestCount {
  const stats = E2E_REPORTS.map((report) => at(readReport(report), 'stats'));
  const sum = (...keys: readonly string[]): number =>
    stats.flatMap((each) => keys.map((key) => numberAt(each, key))).reduce((total, count) => total + count, 0);
  // A window test that passed at its second try did pass; the runner lists it as flaky.
  return { passed: sum('expected', 'flaky'), failed: sum('unexpected', 'skipped') };
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // No report: the runner never got that far, and its exit code says so.
    return undefined;
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}

function numberAt(value: unknown, key: string): number {
  const found = at(value, key);
  return typeof found === 'number' ? found : 0;
}

async function tool(path: string, ...args: readonly string[]): Promise<boolean> {
  return (await runNode([join(ROOT, path), ...args], { show: true })).code === 0;
}

function finish(): never {
  process.stdout.write('\n── summary\n');
  for (const { step: name, isOk, passed, failed, seconds } of outcomes) {
    const tests = passed + failed > 0 && (passed > 0 || isOk) ? `, ${passed} passed, ${failed} failed` : '';
    process.stdout.write(`${isOk ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s${tests})\n`);
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

let electron: ElectronRuntime | undefined;
const isReady = await step('system', async () => {
  electron = await resolveElectron();
  return ensureSystemNeeds(electron.executable);
});
if (!isReady || electron === undefined) finish();
const runtime = electron;

await mkdir(join(ROOT, 'test-results'), { recursive: true });
for (const report of [VITEST_REPORT, ...E2E_REPORTS]) rmSync(report, { force: true });

await step('types', () => tool('scripts/typecheck.ts'));
await step('lint', () => tool('node_modules/oxlint/bin/oxlint'));
await step('format', () => tool('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'));
await step('unused code', () => tool('node_modules/knip/bin/knip.js', '--no-progress'));
await step('build', build);
await step(
  'unit, contract and integration tests',
  () =>
    tool(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${VITEST_REPORT}`,
    ),
  vitestCount,
);
await step('window tests', async () => (await runE2e([], runtime)) === 0, playwrightCount);
finish();
