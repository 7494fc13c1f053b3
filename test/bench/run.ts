/**
 * `npm run bench [-- --events=1000000] [--captures] [--large]`: measures the product beside its peers, in one run on one
 * machine, and prints the table of docs/benchmarks.md. Ratios are what counts; single times of a shared machine mean little.
 * `--captures` measures nothing else; `--large` captures and asks five million events too. Needs redis-server,
 * PostgreSQL, sqlite3 and openpyxl.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { addPeak, postgresCapture, redisCapture, sqliteCapture, type Bench, type Figure } from './captures.ts';
import { addExports, addXlsxPeak, EXPORT_STEPS } from './exports.ts';
import { measure } from './measure.ts';
import { megabytes, Table } from './table.ts';

const events = Number(process.argv.find((each) => each.startsWith('--events='))?.slice(9) ?? 1_000_000);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'event-audit-bench-'));
const here = (name: string): string => join(import.meta.dirname, name);
const node: Bench['node'] = (args, env = {}) =>
  measure(process.execPath, args, { EVENT_AUDIT_DATA_DIR: join(folder, 'data'), ...env });
const command = (args: readonly string[]) =>
  node(['--max-semi-space-size=16', join(root, 'bin/event-audit.js'), ...args]);

const table = new Table();
const bench: Bench = { node, here, table, folder };
const LARGE = 5_000_000;

async function commands(): Promise<void> {
  for (const [job, args] of [
    ['event-audit --help', ['--help']],
    ['event-audit sources', ['sources']],
    ['event-audit events --limit=10 (bundled store)', ['events', '--limit=10']],
  ] as const) {
    const runs = [await command(args), await command(args), await command(args)];
    const [, median] = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
    table.add({ job, ours: `${(median ?? 0).toFixed(2)} s` });
  }
}

/** What the window asks, all of it against one bar. */
function addAnswers(figure: Figure, match: number | undefined): void {
  for (const [job, name] of [
    ['filter change by value: count, facets, histogram, page, p95', 'filter_by_value_ms'],
    ['filter change by time, p95', 'filter_by_time_ms'],
    ['filter change by search in all fields, p95', 'search_ms'],
    ['filter change by JSON path, p95', 'json_path_ms'],
  ] as const) {
    const time = figure(name);
    const isFaster = match === undefined || match / time >= 100;
    table.add({
      job,
      ours: `${time.toFixed(0)} ms (median ${figure(`${name}_median`).toFixed(0)} ms)`,
      ...(match === undefined
        ? { bar: ['under 100 ms', time < 100] as const }
        : {
            peer: `HSCAN MATCH and parse ${Math.round(match)} ms`,
            ratio: `${Math.round(match / time)} times faster`,
            bar: ['under 100 ms, 100 times faster', time < 100 && isFaster] as const,
          }),
    });
  }
  table.add({
    job: '… index of what is searched',
    ours: `there ${(figure('search_index_ms') / 1_000).toFixed(1)} s after the first question, ${megabytes(figure('search_index_mb'))} on disk; a search before ${figure('search_unindexed_ms').toFixed(0)} ms`,
  });
  for (const [job, name] of [
    ['page at any position, p95', 'page_ms'],
    ['page at any position of filtered rows, p95', 'page_of_filtered_ms'],
  ] as const) {
    table.add({ job, ours: `${figure(name).toFixed(1)} ms`, bar: ['under 20 ms', figure(name) < 20] });
  }
  addPeak(bench, figure, 'ask', '… peak resident memory of all questions');
}

/** Captures, of as many events as anybody likes. */
async function captures(count: number, steps: readonly string[]): Promise<void> {
  table.add({ job: `captures of ${count.toLocaleString('en')} events`, ours: '' });
  {
    await using redis = await startRedis();
    await fillRedis({ host: redis.host, port: redis.port }, count);
    const figure = await redisCapture(bench, redis.port, redis.url, steps);
    if (steps.includes('ask')) addAnswers(figure, undefined);
    if (steps.includes('export:csv')) addPeak(bench, figure, 'export:csv', '… peak resident memory of a csv export');
  }
  rmSync((await sqliteCapture(bench, count)).file);
  await postgresCapture(bench, count);
}

async function everything(): Promise<void> {
  await commands();
  {
    await using redis = await startRedis();
    await fillRedis({ host: redis.host, port: redis.port }, events);
    const figure = await redisCapture(bench, redis.port, redis.url, ['ask', 'sort', 'save']);
    addAnswers(figure, Number((await node([here('match.ts'), String(redis.port)])).stdout));
    addPeak(bench, figure, 'sort', '… peak resident memory of an order by id');
    addPeak(bench, figure, 'save', '… peak resident memory of an encrypted save');
  }
  const { file, figure } = await sqliteCapture(bench, events, EXPORT_STEPS);
  await postgresCapture(bench, events);
  await addExports(bench, figure, file);
  rmSync(file);
  const larger = await sqliteCapture(bench, events * 3, ['export:xlsx']);
  addXlsxPeak(bench, larger.figure);
  rmSync(larger.file);
}

try {
  console.error(
    `${events.toLocaleString('en')} events, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB, Node.js ${process.version}`,
  );
  if (process.argv.includes('--captures')) await captures(events, []);
  else await everything();
  if (process.argv.includes('--large')) await captures(LARGE, ['ask', 'export:csv', 'export:xlsx']);
  console.log(table.text());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
