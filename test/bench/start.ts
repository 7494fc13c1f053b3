/**
 * `npm run bench:start [-- --runs=10]`: how long the product takes from its start to the first rows of the bundled store,
 * beside an empty window of the same Electron, in turns in one run. Times are of the wall clock, from the moment the
 * process is started; a busy machine slows both, so the ratio is what counts. Needs a screen (on Linux also a virtual one).
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveElectron } from '../../scripts/electron-runtime.ts';
import { ROOT } from '../../scripts/support/project.ts';

/** What the hook says, in milliseconds since 1970. */
interface Times {
  /** Electron's main process runs. */
  readonly loadedAt: number;
  readonly readyAt: number;
  /** The page's own beginning. */
  readonly origin: number;
  /** The page's HTML was parsed. */
  readonly parsed: number;
  readonly drawn: number;
  /** Seconds of processor time so far. */
  readonly cpu: readonly (readonly [process: string, seconds: number])[];
}

const TIMED = join(import.meta.dirname, 'window/timed.js');
const EMPTY = { app: join(import.meta.dirname, 'window'), main: join(import.meta.dirname, 'window/empty.js') };
const PRODUCT = { app: ROOT, main: join(ROOT, 'dist/main/index.js') };
/** A row of the grid that holds an event. */
const ROW = '[data-testid=grid-row]:not([data-loading])';
const LIMIT = 1.5;
const LONGEST_MS = 60_000;

const runs = Number(process.argv.find((each) => each.startsWith('--runs='))?.slice(7) ?? 10);
const { executable, version } = await resolveElectron();

/** Starts an application until the selector is drawn; resolves with times since its start. */
async function once({ app, main }: typeof PRODUCT, selector: string): Promise<Readonly<Record<string, number>>> {
  const folder = await mkdtemp(join(tmpdir(), 'event-audit-start-'));
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const { ELECTRON_RUN_AS_NODE: _unwanted, ...env } = process.env;
  const started = performance.timeOrigin + performance.now();
  const child = spawn(executable, [...(isRoot ? ['--no-sandbox'] : []), `--user-data-dir=${folder}`, TIMED], {
    env: { ...env, EVENT_AUDIT_DATA_DIR: folder, BENCH_APP: app, BENCH_MAIN: main, BENCH_SELECTOR: selector },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: LONGEST_MS,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise((done, fail) => child.on('exit', done).on('error', fail));
  await rm(folder, { recursive: true, force: true });
  const line = output.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`${app} ended before anything was drawn: ${output}`);
  const times: Times = JSON.parse(line);
  return {
    'main process runs': times.loadedAt - started,
    'Electron is ready': times.readyAt - started,
    'page begins': times.origin - started,
    'page parsed': times.parsed - started,
    drawn: times.drawn - started,
    'page begin to drawn': times.drawn - times.origin,
    'processor, all': times.cpu.reduce((sum, [, seconds]) => sum + 1_000 * seconds, 0),
    ...Object.fromEntries(times.cpu.map(([name, seconds]) => [`processor, ${name}`, 1_000 * seconds])),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const ours: Readonly<Record<string, number>>[] = [];
const empty: Readonly<Record<string, number>>[] = [];
for (let run = 0; run < runs; run += 1) {
  empty.push(await once(EMPTY, 'p'));
  ours.push(await once(PRODUCT, ROW));
}
const medianOf = (all: readonly Readonly<Record<string, number>>[], name: string): number =>
  median(all.flatMap((each) => each[name] ?? []));
console.log(`Electron ${version}, ${String(runs)} starts each, in turns; milliseconds, median\n`);
console.log('from the start of the process        product     empty');
for (const name of Object.keys(ours[0] ?? {})) {
  const [one, other] = [medianOf(ours, name), medianOf(empty, name)].map((each) => each.toFixed(0));
  console.log(`${name.padEnd(34)} ${String(one).padStart(9)} ${String(other).padStart(9)}`);
}
const whole = median(ours.map(({ drawn = Number.NaN }, run) => drawn / (empty[run]?.['drawn'] ?? Number.NaN)));
const page = medianOf(ours, 'page begin to drawn') / medianOf(empty, 'drawn');
console.log(
  `\nprocess start to first rows / process start to an empty window: ${whole.toFixed(2)} (at most ${String(LIMIT)})`,
);
console.log(`page begin to first rows / process start to an empty window: ${page.toFixed(2)}`);
process.exitCode = whole <= LIMIT ? 0 : 1;
