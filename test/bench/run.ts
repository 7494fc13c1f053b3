/**
 * `npm run bench [-- --events=1000000] [--captures] [--large]`: measures the product beside its peers, in one run on one
 * machine, and prints a table. Ratios are what counts; single times of a shared machine mean little. `--captures` measures
 * nothing else; `--large` captures five million events too. Needs redis-server, PostgreSQL, sqlite3 and openpyxl.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { postgresCapture, rate, redisCapture, sqliteCapture, times, type Bench } from './captures.ts';
import { measure } from './measure.ts';

const events = Number(process.argv.find((each) => each.startsWith('--events='))?.slice(9) ?? 1_000_000);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'event-audit-bench-'));
const here = (name: string): string => join(import.meta.dirname, name);
const node: Bench['node'] = (args, env = {}) =>
  measure(process.execPath, args, { EVENT_AUDIT_DATA_DIR: join(folder, 'data'), ...env });
const command = (args: readonly string[]) =>
  node(['--max-semi-space-size=16', join(root, 'bin/event-audit.js'), ...args]);

const rows: (readonly [job: string, ours: string, peer: string, ratio: string])[] = [];
const add: Bench['add'] = (job, ours, peer = '', ratio = '') => {
  rows.push([job, ours, peer, ratio]);
  console.error(`  ${job}: ${ours}${peer === '' ? '' : ` | ${peer} | ${ratio}`}`);
};
const bench: Bench = { node, here, add, folder };
const LARGE = 5_000_000;

/** Captures only, of as many events as anybody likes. */
async function captures(count: number): Promise<void> {
  add(`captures of ${count.toLocaleString('en')} events`, '');
  {
    await using redis = await startRedis();
    await fillRedis({ host: redis.host, port: redis.port }, count);
    await redisCapture(bench, redis.port, redis.url, false);
  }
  rmSync(await sqliteCapture(bench, count));
  await postgresCapture(bench, count);
}

async function everything(): Promise<void> {
  for (const [job, args] of [
    ['event-audit --help', ['--help']],
    ['event-audit sources', ['sources']],
    ['event-audit events --limit=10 (bundled store)', ['events', '--limit=10']],
  ] as const) {
    const runs = [await command(args), await command(args), await command(args)];
    const [, median] = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
    add(job, `${(median ?? 0).toFixed(2)} s`);
  }

  await using redis = await startRedis();
  await fillRedis({ host: redis.host, port: redis.port }, events);
  const figure = await redisCapture(bench, redis.port, redis.url, true);
  const match = Number((await node([here('match.ts'), String(redis.port)])).stdout);
  add(
    'filter change by value: count, facets, histogram, page, p95',
    `${figure('filter_by_value_ms').toFixed(0)} ms`,
    `HSCAN MATCH and parse ${Math.round(match)} ms`,
    `${Math.round(match / figure('filter_by_value_ms'))} times faster`,
  );
  add('filter change by time, p95', `${figure('filter_by_time_ms').toFixed(0)} ms`);
  add('search in all fields, p95', `${figure('search_ms').toFixed(0)} ms`);
  add('page at any position, p95', `${figure('page_ms').toFixed(1)} ms`);
  add('page at any position of a filtered view, p95', `${figure('page_of_filtered_ms').toFixed(1)} ms`);

  const sqlite = await sqliteCapture(bench, events);
  await postgresCapture(bench, events);

  const columns = 'id,category,action,actor,action_object,action_object_id,target_type,target_id,timestamp';
  const peerCsv = await measure('sqlite3', [
    '-csv',
    '-header',
    sqlite,
    '.output ' + join(folder, 'peer.csv'),
    `SELECT ${columns} FROM event_audit_event ORDER BY timestamp, id`,
  ]);
  const openpyxlRows = Math.min(events, 100_000);
  const openpyxl = await measure('/usr/bin/python3', [
    '-c',
    `import openpyxl\nw=openpyxl.Workbook(write_only=True);s=w.create_sheet()\nfor i in range(${openpyxlRows}): s.append(['0b1e1e2c-6f5b-4b52-9d5e-7d2b1f6a0c%02x'%(i%256),'model','changed','','Package','b2f1c2d3-0000-4000-8000-000000000000','','','2024-03-11T10:20:30.123456+00:00'])\nw.save(${JSON.stringify(join(folder, 'peer.xlsx'))})`,
  ]);
  const read = await command(['events', `--source=${redis.url}`, '--limit=1']);
  for (const format of ['csv', 'tsv', 'json', 'jsonl', 'xlsx']) {
    const output = join(folder, `out.${format}`);
    const run = await command(['export', `--source=${redis.url}`, `--format=${format}`, `--output=${output}`]);
    // The command reads the store first; what is left is the export.
    const seconds = Math.max(0.001, run.seconds - read.seconds);
    const peer =
      format === 'csv'
        ? ([`sqlite3 -csv ${rate(events / peerCsv.seconds)}`, times(peerCsv.seconds / seconds)] as const)
        : format === 'xlsx'
          ? ([
              `openpyxl ${rate(openpyxlRows / openpyxl.seconds)}`,
              times(events / seconds / (openpyxlRows / openpyxl.seconds)),
            ] as const)
          : (['', ''] as const);
    add(
      `${format} export, ${(statSync(output).size / 1e6).toFixed(0)} MB`,
      `${rate(events / seconds)}, whole process peak ${Math.round(run.peakMegabytes)} MB`,
      ...peer,
    );
    rmSync(output);
  }
}

try {
  console.error(
    `${events.toLocaleString('en')} events, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB, Node.js ${process.version}`,
  );
  if (process.argv.includes('--captures')) await captures(events);
  else await everything();
  if (process.argv.includes('--large')) await captures(LARGE);
  console.log('| job | ours | peer in the same run | ours / peer |\n|---|---|---|---|');
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
